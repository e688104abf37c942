const remark = /^(_+(comments?|notes?|remarks?|doc)|\$comment|\/\/.*|#.*)$/i;

/**
 * True for a key that holds a remark: JSON has no comments, and people write them as values of a key that no
 * program reads (`_comment`, `//`). Many in one object are no slip.
 */
export function isRemark(key: string): boolean {
  return remark.test(key);
}

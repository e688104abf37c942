/**
 * The address of a file in a link that stands in a file of another folder; both are absolute POSIX paths. Undefined
 * where no relative path leads there: on another drive of Windows, or what lies on no disk.
 */
export function linkFrom(folder: string, path: string): string | undefined {
  const from = folder.split('/').filter((part) => part !== '');
  const to = path.split('/').filter((part) => part !== '');
  if (isRoot.test(from[0] ?? '') || isRoot.test(to[0] ?? '')) if (from[0] !== to[0]) return undefined;
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const parts = [...from.slice(shared).map(() => '..'), ...to.slice(shared).map(encoded)];
  // `a:b` alone would be a scheme; encoded colons are none.
  return parts.join('/');
}

/** `c:`, `untitled:`: a root that others are not reached from. */
const isRoot = /^[\w.+-]+:$/;

/** No letter of it ends the link, whether the link is Markdown's or HTML's. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

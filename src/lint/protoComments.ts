import type { Comment } from '../syntax/tree';

/** The `//` comments of a .proto file; what stands in strings and in block comments is none. */
export function protoComments(text: string): Comment[] {
  const comments: Comment[] = [];
  const token = /"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\r\n]*/g;
  for (const match of text.matchAll(token)) {
    if (!match[0].startsWith('//')) continue;
    const end = match.index + match[0].length;
    comments.push({ start: match.index, end, text: match[0].replace(/^\/+/, '').trim() });
  }
  return comments;
}

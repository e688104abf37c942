import { unquote } from './quoting';

/** A key at the start of a line's content, with its quotes; a colon that ends it follows. */
export const keyPattern =
  /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?![#&*!|>%@`{}[\],'"])(?:[^:#\s]|:(?=\S)|#|\s+(?=[^#\s]))+?)(?=\s*:(?:\s|$))/;

/** Keys behind the cursor in the same braces, as far as a quick look finds them. */
export function keysAfter(text: string, offset: number): string[] {
  const rest = /^[^{}[\]\n]*/.exec(text.slice(offset))?.[0] ?? '';
  return [...rest.matchAll(/,\s*["']?([\w$.-]+)["']?\s*:/g)].map((m) => m[1] ?? '');
}

/** Keys of block lines at the same column, up and down until a line is further left. */
export function siblingsOf(text: string, start: number, column: number, item: boolean): string[] {
  const here = text.lastIndexOf('\n', start - 1) + 1;
  const found: string[] = [];
  const look = (line: string): boolean => {
    const content = line.replace(/^(\s*)-(\s)/, '$1 $2');
    const indent = content.length - content.trimStart().length;
    if (content.trim() === '' || content.trimStart().startsWith('#')) return true;
    if (indent < column) return false;
    const key = indent === column ? keyPattern.exec(content.trimStart())?.[0] : undefined;
    if (key !== undefined) found.push(unquote(key));
    return !(content !== line && indent === column);
  };
  for (let at = here; at > 0 && !item;) {
    const previous = text.lastIndexOf('\n', at - 2) + 1;
    if (!look(text.slice(previous, at - 1))) break;
    at = previous;
  }
  for (let at = lineEnd(text, start) + 1; at < text.length; at = lineEnd(text, at) + 1) {
    const line = text.slice(at, lineEnd(text, at));
    if (/^\s*-(\s|$)/.test(line) || !look(line)) break;
  }
  return found;
}

/** Where the line around an offset ends. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return end;
}

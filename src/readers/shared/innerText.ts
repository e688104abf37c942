import type { SourceFile } from '../../text/sourceFile';
import { isScalar, type SyntaxNode } from '../../syntax/tree';

/** The text of a scalar that holds a whole file, with the way back to the places in the outer file. */
export interface InnerText {
  readonly text: string;
  /** The offset in the outer file for an offset of `text`. */
  readonly outer: (offset: number) => number;
}

/**
 * Takes the text out of a YAML or JSON scalar: a literal block (`|`), or a quoted one with escapes.
 * Undefined for folded blocks, whose lines are not those of the file, and for whatever does not come out
 * as the parser understood it.
 */
export function innerText(file: SourceFile, node: SyntaxNode | undefined): InnerText | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  switch (node.style) {
    case 'block': return literalBlock(file.text, node.start, node.end, node.text);
    case 'double': return escaped(file.text, node.start + 1, node.end - 1, node.text);
    default: return verbatim(file.text, node.style === 'single' ? node.start + 1 : node.start, node.text);
  }
}

function verbatim(source: string, start: number, text: string): InnerText | undefined {
  return source.startsWith(text, start) ? { text, outer: (offset) => start + offset } : undefined;
}

/** A line of the inner text: where it starts in both texts. */
interface Line {
  readonly inner: number;
  readonly outer: number;
}

function literalBlock(source: string, start: number, end: number, value: string): InnerText | undefined {
  const header = /^\|[-+0-9]{0,2}[^\r\n]*(\r\n|\r|\n)/.exec(source.slice(start, start + 200));
  if (header === null) return undefined;
  const lines: Line[] = [];
  const parts: string[] = [];
  let indent: number | undefined;
  let inner = 0;
  for (let at = start + header[0].length; at < end;) {
    const stop = nextBreak(source, at, end);
    const line = source.slice(at, stop);
    // The first line with something on it decides (YAML 1.2.2, 8.1.1.1); blank ones before it may be shorter.
    if (indent === undefined && line.trim() !== '') indent = line.length - line.trimStart().length;
    const cut = Math.min(indent ?? line.length, line.length - line.trimStart().length);
    lines.push({ inner, outer: at + cut });
    const content = line.slice(cut);
    parts.push(content);
    inner += content.length + 1;
    at = source.startsWith('\r\n', stop) ? stop + 2 : stop + 1;
  }
  const text = parts.join('\n');
  if (text.trimEnd() !== value.trimEnd()) return undefined;
  return { text, outer: (offset) => outerOf(lines, offset, start, end) };
}

function nextBreak(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && source[at] !== '\n' && source[at] !== '\r') at++;
  return at;
}

function outerOf(lines: readonly Line[], offset: number, start: number, end: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]!.inner <= offset) low = middle;
    else high = middle - 1;
  }
  const line = lines[low];
  return line === undefined ? start : Math.min(end, line.outer + (offset - line.inner));
}

/** A double-quoted text: its escapes make the inner text shorter than the outer one. */
function escaped(source: string, start: number, end: number, value: string): InnerText | undefined {
  if (source.startsWith(value, start)) return { text: value, outer: (offset) => start + offset };
  const places: number[] = [];
  let text = '';
  for (let at = start; at < end;) {
    const escape = /^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^\r\n])/.exec(source.slice(at, at + 6));
    const raw = escape?.[0] ?? source[at] ?? '';
    const meant = escape === null ? raw : unescaped(raw);
    for (let i = 0; i < meant.length; i++) places.push(at);
    text += meant;
    at += raw.length;
  }
  // Line folding inside quotes is not followed: then the two do not agree.
  if (text !== value) return undefined;
  return { text, outer: (offset) => places[offset] ?? end };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', f: '\f' };

function unescaped(raw: string): string {
  const sign = raw[1] ?? '';
  if ((sign === 'u' || sign === 'x') && raw.length > 2) return String.fromCharCode(Number.parseInt(raw.slice(2), 16));
  return escapes[sign] ?? sign;
}

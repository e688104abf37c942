import { LineIndex } from './lineIndex';

const tabWidth = 4;

/**
 * Shows a stretch of text under its line number, with carets:
 * ```
 *   12 |     acks: 1
 *      |           ^
 * ```
 * A stretch over several lines is marked to the end of its first line. `start` and `end` are offsets.
 * Tabs become spaces so that the carets stand below what they mark.
 */
export function renderCaret(text: string, start: number, end: number, index = new LineIndex(text)): string {
  const from = index.position(start);
  const to = index.position(end);
  const line = index.lineText(from.line);
  const stop = to.line === from.line ? to.column : line.length;
  const number = String(from.line + 1);
  const margin = ' '.repeat(number.length);
  const before = expandTabs(line.slice(0, from.column));
  const marked = expandTabs(line.slice(0, Math.max(stop, from.column))).length - before.length;
  return [
    `${number} | ${expandTabs(line)}`,
    `${margin} | ${' '.repeat(before.length)}${'^'.repeat(Math.max(1, marked))}`,
  ].join('\n');
}

function expandTabs(text: string): string {
  let result = '';
  for (const c of text) result += c === '\t' ? ' '.repeat(tabWidth - (result.length % tabWidth)) : c;
  return result;
}

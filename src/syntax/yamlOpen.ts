import type { LineIndex } from '../text/lineIndex';
import {
  contentLine,
  insert,
  isWord,
  lastDeeper,
  lookBack,
  noColon,
  tailBlanked,
  type Line,
  type Mend,
} from './yamlMend';

/** Closes what a line above (or this one) leaves open: at that line's end, or behind the deeper lines below. */
export function openBefore(lines: LineIndex, here: Line): Mend[] {
  const found: Mend[] = [];
  let inner: { line: Line; mend: Mend; closers: string } | undefined;
  for (let n = here.number; n >= 0 && n > here.number - lookBack; n--) {
    const line = contentLine(lines, n, -1);
    if (line === undefined) break;
    n = line.number;
    if (line.quote !== undefined) {
      found.push(...closedQuote(line, line.quote));
      break;
    }
    if (line.open.length > 0) {
      const closers = [...line.open]
        .reverse()
        .map((i) => (line.text[i] === '{' ? '}' : ']'))
        .join('');
      const own = closedBrackets(lines, line, closers);
      if (inner === undefined) found.push(...own);
      else if (own[0] !== undefined) {
        // Brackets that several lines leave open only parse when all are closed, the last one first.
        const { start, end, message } = own[0];
        const at = lastDeeper(lines, inner.line) ?? inner.line;
        const all = inner.closers + closers;
        found.push({ message, start, end, changes: [insert(at.start + at.end, all)], also: [inner.mend] });
        inner = { line: inner.line, mend: { ...own[0], also: [inner.mend] }, closers: all };
        continue;
      }
      if (inner === undefined && own[0] !== undefined) inner = { line, mend: own[0], closers };
    }
    // A line at the left edge begins a new block; what is above it is closed or was a stop before.
    if (line.indent === 0 && n < here.number) break;
    if (inner !== undefined && found.length > 12) break;
  }
  return found;
}

function closedQuote(line: Line, column: number): Mend[] {
  const quote = line.text[column] ?? '"';
  const range = { start: line.start + column, end: line.start + line.end };
  const message = `The quote ${quote} that opens here is not closed on this line. Add ${quote} behind the text.`;
  const closed: Mend = { ...range, message, changes: [insert(line.start + line.end, quote)] };
  return isWord(line) ? [closed, { ...range, message, changes: noColon(line).changes }] : [closed];
}

function closedBrackets(lines: LineIndex, line: Line, closers: string): Mend[] {
  const first = line.open[0] ?? 0;
  const message = `"${line.text[first] ?? ''}" is not closed. Add "${closers.at(-1) ?? ''}".`;
  const range = { message, start: line.start + first, end: line.start + line.end };
  const found: Mend[] = [];
  const last = lastDeeper(lines, line);
  if (last !== undefined) found.push({ ...range, changes: [insert(last.start + last.end, closers)] });
  found.push({ ...range, changes: [insert(line.start + line.end, closers)] });
  const lastComma = /,\s*$/.exec(line.text.slice(0, line.end));
  if (lastComma) found.push({ ...range, changes: [insert(line.start + lastComma.index + 1, closers)] });
  found.push(tailBlanked(line, first, message));
  return found;
}

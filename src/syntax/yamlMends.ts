import type { LineIndex } from '../text/lineIndex';
import { lineShape, type LineShape } from './yamlLines';
import type { YamlStop } from './yaml';

export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A small change after which more of a text may parse, with the sentence that says what was wrong. */
export interface Mend {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Sorted, apart from each other. */
  readonly changes: readonly Change[];
  /** Mends of lines above that only help together with this one; their changes are in `changes`. */
  readonly also?: readonly Mend[];
  /** True for what YAML forbids by the letter and every other parser reads: nobody needs to hear of it. */
  readonly silent?: boolean;
}

/** A line with something on it. */
interface Line extends LineShape {
  readonly number: number;
  readonly start: number;
  readonly text: string;
}

/** How many lines above a stop are searched for what was left open. */
const lookBack = 80;

/** What may be tried where js-yaml stopped, the gentlest first; the last one always takes a line away. */
export function mends(lines: LineIndex, stop: YamlStop): Mend[] {
  const here = contentLine(lines, lines.position(stop.at).line, -1) ?? contentLine(lines, 0, 1);
  if (here === undefined) return [];
  const before = contentLine(lines, here.number - 1, -1);
  const after = contentLine(lines, here.number + 1, 1);
  const found: Mend[] = [];
  const add = (mend: Mend | undefined): void => {
    if (mend !== undefined) found.push(mend);
  };
  add(closersAtTheEdge(lines, here));
  add(placeholdersInBraces(here));
  if (before !== undefined) add(placeholdersInBraces(before));
  for (const line of [here, before]) {
    if (line !== undefined) indentedByTabs(line, before, after).forEach(add);
  }
  openBefore(lines, here).forEach(add);
  add(spaceAfterColon(here));
  if (before !== undefined) add(spaceAfterColon(before));
  if (before !== undefined && isWord(before)) add(noColon(before));
  if (isWord(here)) add(noColon(here));
  if (before !== undefined) add(wordsAbove(lines, before));
  for (const neighbour of [before, after]) {
    if (neighbour !== undefined) add(reindented(here, neighbour));
  }
  add(strayBehind(here, stop));
  add(valueBlanked(here, stop));
  add(blankedLine(here, stop));
  if (before !== undefined) add(blankedLine(before, stop));
  add(blankedBlock(lines, here, stop));
  return found;
}

/** `{ a: ${env:X} }`: inside braces or brackets YAML takes the braces of a placeholder for its own. */
function placeholdersInBraces(line: Line): Mend | undefined {
  const found = [...line.text.matchAll(/(?<=[:,[{]\s+|[[{])[^\s"',[\]{}]*\$\{[^}"\\]*\}[^\s,[\]{}"]*/g)];
  const first = found[0];
  if (first === undefined) return undefined;
  const start = line.start + first.index;
  return {
    message: `Inside braces or brackets a placeholder must be in quotes. Write "${first[0]}".`,
    start, end: start + first[0].length,
    changes: found.flatMap((m) => {
      const at = line.start + m.index;
      return [insert(at, '"'), insert(at + m[0].length, '"')];
    }),
  };
}

/**
 * `a: {` … `}` with the closing bracket as far left as its key: forbidden by YAML 1.2 (clause 7.4), read
 * by all others. Files written so have many of them, so all from here on are moved at once.
 */
function closersAtTheEdge(lines: LineIndex, here: Line): Mend | undefined {
  if (!/^[\]}]/.test(here.text.trimStart())) return undefined;
  const changes: Change[] = [];
  let blockText = -1;
  for (let n = here.number; n < lines.lineCount; n++) {
    const text = lines.lineText(n);
    const indent = /^ */.exec(text)?.[0].length ?? 0;
    if (indent === text.length) continue;
    if (blockText >= 0 && indent > blockText) continue;
    blockText = /(?:^|\s)[|>][-+0-9]*\s*$/.test(text) ? indent : -1;
    const start = lines.lineStart(n);
    if (/^[\]}][\]},\s]*(?:#.*)?$/.test(text.slice(indent))) changes.push(insert(start, ' '));
  }
  if (changes.length === 0) return undefined;
  return { message: '', start: here.start, end: here.start + here.end, changes, silent: true };
}

/** The nearest line with content at or, in steps of `by`, beyond a line. */
function contentLine(lines: LineIndex, from: number, by: 1 | -1): Line | undefined {
  for (let n = from; n >= 0 && n < lines.lineCount; n += by) {
    const text = lines.lineText(n);
    const shape = lineShape(text);
    if (!shape.empty) return { ...shape, number: n, start: lines.lineStart(n), text };
  }
  return undefined;
}

function indentedByTabs(line: Line, ...neighbours: (Line | undefined)[]): Mend[] {
  const blanks = line.text.slice(0, line.indent);
  if (!blanks.includes('\t')) return [];
  const message = 'A tab indents this line; YAML allows only spaces there. Replace it by spaces.';
  const range = { message, start: line.start, end: line.start + line.indent };
  const widths = neighbours.flatMap((n) => (n && !n.text.slice(0, n.indent).includes('\t') ? [n.indent, n.indent + 2] : []));
  return [...widths, blanks.length].map((width) => ({
    ...range, changes: [{ start: line.start, end: line.start + line.indent, text: ' '.repeat(width) }],
  }));
}

/** Closes what a line above (or this one) leaves open: at that line's end, or behind the deeper lines below. */
function openBefore(lines: LineIndex, here: Line): Mend[] {
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
      const closers = [...line.open].reverse().map((i) => (line.text[i] === '{' ? '}' : ']')).join('');
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

/** The last of the lines below that are indented deeper than `line`. */
function lastDeeper(lines: LineIndex, line: Line): Line | undefined {
  let last: Line | undefined;
  for (let n = line.number + 1; n < lines.lineCount && n < line.number + lookBack; n++) {
    const next = contentLine(lines, n, 1);
    if (next === undefined || next.indent <= line.indent) break;
    last = next;
    n = next.number;
  }
  return last;
}

/** `acks:all` is a text to YAML; a blank makes it a key with a value. */
function spaceAfterColon(line: Line): Mend | undefined {
  const match = /^\s*(?:- )?([\w.$/-]+):(?=[^\s/])/.exec(line.text);
  if (match === null || line.colon !== undefined) return undefined;
  const colon = line.start + match[0].length;
  return {
    message: `A space is missing behind "${match[1] ?? ''}:"; without it this is no key.`,
    start: line.start + line.indent, end: line.start + line.end,
    changes: [insert(colon, ' ')],
  };
}

/** A line that is neither `key:` nor a list's item. */
function isWord(line: Line): boolean {
  return line.colon === undefined && !/^\s*-(?:\s|$)/.test(line.text);
}

/** Several half-typed lines in a row read as one text; they must be mended together. */
function wordsAbove(lines: LineIndex, last: Line): Mend | undefined {
  const found: Mend[] = [];
  for (let line: Line | undefined = last; line !== undefined && isWord(line) && found.length < 8;) {
    found.unshift(spaceAfterColon(line) ?? noColon(line));
    line = contentLine(lines, line.number - 1, -1);
  }
  const [first, ...also] = found;
  if (first === undefined || also.length === 0) return undefined;
  return { ...first, changes: found.flatMap((m) => m.changes), also };
}

function noColon(line: Line): Mend {
  const written = line.text.slice(line.indent, line.end);
  const shown = written.length > 40 ? `${written.slice(0, 39)}…` : written;
  return {
    message: `"${shown}" is no key: a key ends with a colon. Write "${shown}:" or remove the line.`,
    start: line.start + line.indent, end: line.start + line.end,
    changes: [blank(line.start + line.indent, line.start + line.end)],
  };
}

function reindented(line: Line, neighbour: Line): Mend | undefined {
  if (neighbour.indent === line.indent || line.text.slice(0, line.indent).includes('\t')) return undefined;
  return {
    message: `This line is indented by ${line.indent} ${line.indent === 1 ? 'space' : 'spaces'}, ` +
      `its neighbour by ${neighbour.indent}. Give the keys of one map the same indentation.`,
    start: line.start + line.indent, end: line.start + line.end,
    changes: [{ start: line.start, end: line.start + line.indent, text: ' '.repeat(neighbour.indent) }],
  };
}

/** A bracket or comma too many: what is before it is whole. */
function strayBehind(line: Line, stop: YamlStop): Mend | undefined {
  const column = stop.at - line.start;
  if (!/[\]},]/.test(line.text[column] ?? '') || line.end <= column) return undefined;
  const sign = line.text[column] ?? '';
  return {
    message: `This "${sign}" closes or parts nothing. Remove it.`,
    start: stop.at, end: stop.at + 1,
    changes: [blank(stop.at, line.start + line.end)],
  };
}

function valueBlanked(line: Line, stop: YamlStop): Mend | undefined {
  if (line.colon === undefined || line.colon >= line.end) return undefined;
  const value = line.text.slice(line.colon, line.end).trim();
  const sign = /^[@`%]/.exec(value)?.[0];
  const message = sign !== undefined
    ? `A plain text cannot begin with "${sign}" in YAML. Put it in quotes.`
    : /^[^"'[{].*:(?:\s|$)/.test(value)
      ? 'A second ": " stands in this value. Put the value in quotes, or the second key on a line of its own.'
      : reasonOf(stop);
  return tailBlanked(line, line.colon, message);
}

function tailBlanked(line: Line, column: number, message: string): Mend {
  const from = line.start + column;
  const lead = /^\s*/.exec(line.text.slice(column))?.[0].length ?? 0;
  return { message, start: from + lead, end: line.start + line.end, changes: [blank(from, line.start + line.end)] };
}

function blankedLine(line: Line, stop: YamlStop): Mend {
  return {
    message: reasonOf(stop), start: line.start + line.indent, end: line.start + line.end,
    changes: [blank(line.start, line.start + line.text.length)],
  };
}

/** Takes a line away with all that is indented deeper below it. */
function blankedBlock(lines: LineIndex, line: Line, stop: YamlStop): Mend {
  const last = lastDeeper(lines, line) ?? line;
  const changes: Change[] = [];
  for (let n = line.number; n <= last.number; n++) changes.push(blank(lines.lineStart(n), lines.lineEnd(n)));
  return { message: reasonOf(stop), start: line.start + line.indent, end: line.start + line.end, changes };
}

function reasonOf(stop: YamlStop): string {
  return `This cannot be read as YAML: ${stop.reason}.`;
}

function insert(at: number, text: string): Change {
  return { start: at, end: at, text };
}

function blank(start: number, end: number): Change {
  return { start, end, text: ' '.repeat(Math.max(0, end - start)) };
}

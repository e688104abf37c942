import type { LineIndex } from '../text/lineIndex';
import { lineShape, type LineShape } from './yamlLines';

/** Replaces text; an empty stretch inserts. */
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
export interface Line extends LineShape {
  readonly number: number;
  readonly start: number;
  readonly text: string;
}

/** How many lines above a stop are searched for what was left open. */
export const lookBack = 80;

/** The nearest line with content at or, in steps of `by`, beyond a line. */
export function contentLine(lines: LineIndex, from: number, by: 1 | -1): Line | undefined {
  for (let n = from; n >= 0 && n < lines.lineCount; n += by) {
    const text = lines.lineText(n);
    const shape = lineShape(text);
    if (!shape.empty) return { ...shape, number: n, start: lines.lineStart(n), text };
  }
  return undefined;
}

/** The last of the lines below that are indented deeper than `line`. */
export function lastDeeper(lines: LineIndex, line: Line): Line | undefined {
  let last: Line | undefined;
  for (let n = line.number + 1; n < lines.lineCount && n < line.number + lookBack; n++) {
    const next = contentLine(lines, n, 1);
    if (next === undefined || next.indent <= line.indent) break;
    last = next;
    n = next.number;
  }
  return last;
}

/** A line that is neither `key:` nor a list's item. */
export function isWord(line: Line): boolean {
  return line.colon === undefined && !/^\s*-(?:\s|$)/.test(line.text);
}

/** Takes a line away that is neither key nor value. */
export function noColon(line: Line): Mend {
  const written = line.text.slice(line.indent, line.end);
  const shown = written.length > 40 ? `${written.slice(0, 39)}…` : written;
  return {
    message: `"${shown}" is no key: a key ends with a colon. Write "${shown}:" or remove the line.`,
    start: line.start + line.indent,
    end: line.start + line.end,
    changes: [blank(line.start + line.indent, line.start + line.end)],
  };
}

/** Takes away what stands on a line from a column on. */
export function tailBlanked(line: Line, column: number, message: string): Mend {
  const from = line.start + column;
  const lead = /^\s*/.exec(line.text.slice(column))?.[0].length ?? 0;
  return {
    message,
    start: from + lead,
    end: line.start + line.end,
    changes: [blank(from, line.start + line.end)],
  };
}

export function insert(at: number, text: string): Change {
  return { start: at, end: at, text };
}

export function blank(start: number, end: number): Change {
  return { start, end, text: ' '.repeat(Math.max(0, end - start)) };
}

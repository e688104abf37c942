import type { Event } from 'js-yaml';
import { LineIndex } from '../text/lineIndex';
import type { SyntaxProblem } from './tree';
import type { Change, Mend } from './yamlMend';
import { mends } from './yamlMends';
import type { YamlStop } from './yaml';

type Parse = (text: string) => Event[] | YamlStop;

export interface Repaired {
  /** The mended text, which parses. */
  readonly text: string;
  readonly events: Event[];
  readonly problems: readonly SyntaxProblem[];
  /** Offsets in the mended text to offsets in the text as it was given. */
  place(offset: number): number;
}

/** Texts below this length are tried as a whole; of longer ones the neighbourhood of the fault is tried. */
const wholeBelow = 40_000;

/**
 * Makes a text parse by the smallest changes found at each stop: closing a quote, blanking a half-typed
 * line … Work is bounded by the text's length; when that is used up, the rest of the text is blanked.
 */
export function repairYaml(source: string, first: YamlStop, parse: Parse): Repaired {
  const steps: Moves[] = [];
  const place = (offset: number): number => {
    let result = offset;
    for (let i = steps.length - 1; i >= 0; i--) result = steps[i]?.back(result) ?? result;
    return Math.min(Math.max(result, 0), source.length);
  };
  const problems: SyntaxProblem[] = [];
  let text = source;
  let stop = first;
  let budget = 12 * source.length + 2_500_000;
  const counted: Parse = (tried) => {
    budget -= tried.length + 2_000;
    return parse(tried);
  };
  for (;;) {
    const chosen = budget > 0 ? choose(text, stop, counted) : rest(text, stop);
    for (const { message, start, end } of chosen.silent ? [] : flat(chosen)) {
      problems.push({ code: 'syntax/yaml', message, start: place(Math.min(start, end)), end: place(end) });
    }
    const moves = new Moves();
    text = applyChanges(text, chosen.changes, moves);
    steps.push(moves);
    const givenUp = budget <= 0;
    const result = counted(text);
    if (Array.isArray(result)) return { text, events: result, problems, place };
    if (givenUp) {
      // Not even the part before the stop parses: nothing can be kept.
      text = text.replace(/[^\n\r]/g, ' ');
      return { text, events: [], problems, place };
    }
    stop = result;
  }
}

function flat(mend: Mend): Mend[] {
  return [mend, ...(mend.also ?? []).flatMap(flat)];
}

/** The first mend after which all parses, else the one that gets furthest. */
function choose(text: string, stop: YamlStop, parse: Parse): Mend {
  const lines = new LineIndex(text);
  const line = lines.position(stop.at).line;
  const candidates = mends(lines, stop);
  const window =
    text.length < wholeBelow ? { from: 0, to: text.length } : neighbourhood(text, lines, line, candidates);
  let best: Mend | undefined;
  let bestAt = lines.lineEnd(line);
  for (const mend of candidates) {
    const inWindow = mend.changes.filter((c) => c.end <= window.to);
    const grown = inWindow.reduce((sum, c) => sum + c.text.length - (c.end - c.start), 0);
    const tried = applyChanges(text, inWindow).slice(window.from, window.to + grown);
    const result = parse(tried);
    if (Array.isArray(result)) return mend;
    const at = window.from + result.at - grown;
    if (at > bestAt) {
      best = mend;
      bestAt = at;
    }
  }
  return best ?? candidates[candidates.length - 1] ?? rest(text, stop);
}

/** The block around a line that can be parsed by itself: from a line of small indentation to the next such. */
function neighbourhood(
  text: string,
  lines: LineIndex,
  line: number,
  candidates: readonly Mend[],
): { from: number; to: number } {
  const touched = candidates.flatMap((m) => (m.silent ? [] : m.changes));
  const firstLine = Math.min(line, ...touched.map((c) => lines.position(c.start).line));
  const lastLine = Math.max(line, ...touched.map((c) => lines.position(c.end).line));
  let from = Math.max(0, firstLine - 1);
  while (from > 0 && !/^ {0,2}[^\s#]/.test(lines.lineText(from))) from--;
  const indent = /^ */.exec(lines.lineText(from))?.[0].length ?? 0;
  const ends = new RegExp(`^ {0,${indent}}[^\\s#]`);
  let to = lastLine + 1;
  while (to < lines.lineCount && !ends.test(lines.lineText(to))) to++;
  return { from: lines.lineStart(from), to: to < lines.lineCount ? lines.lineStart(to) : text.length };
}

/** Gives up: blanks all from the stop's line on. */
function rest(text: string, stop: YamlStop): Mend {
  const lines = new LineIndex(text);
  const start = lines.lineStart(lines.position(stop.at).line);
  return {
    message: 'There are too many faults in this file; from here on it is not read.',
    start,
    end: lines.lineEnd(lines.position(stop.at).line),
    changes: [{ start, end: text.length, text: text.slice(start).replace(/[^\n\r]/g, ' ') }],
  };
}

/** Applies changes (sorted, apart), and notes by how much what follows each has moved. */
function applyChanges(text: string, changes: readonly Change[], moves?: Moves): string {
  const parts: string[] = [];
  let done = 0;
  let length = 0;
  for (const change of changes) {
    parts.push(text.slice(done, change.start), change.text);
    length += change.start - done + change.text.length;
    done = change.end;
    const by = change.text.length - (change.end - change.start);
    if (by !== 0) moves?.add(length - Math.max(by, 0), by);
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** What one step of mending has moved, to find back. */
class Moves {
  private readonly at: number[] = [];
  private readonly by: number[] = [];
  /** The sum of all moves up to each. */
  private readonly sum: number[] = [];

  /** From `at` on (in the text after the step) all lies `by` further than before. */
  add(at: number, by: number): void {
    this.sum.push((this.sum.at(-1) ?? 0) + by);
    this.at.push(at);
    this.by.push(by);
  }

  /** The offset before the step of an offset after it. */
  back(offset: number): number {
    let low = -1;
    let high = this.at.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.at[middle] ?? 0) < offset) low = middle;
      else high = middle - 1;
    }
    // Right at a deletion lies what was behind it; right at an insertion what was before it.
    if (this.at[low + 1] === offset && (this.by[low + 1] ?? 0) < 0) low++;
    if (low < 0) return offset;
    const before = this.sum[low - 1] ?? 0;
    const start = (this.at[low] ?? 0) - before;
    return Math.max(start, offset - (this.sum[low] ?? 0));
  }
}

import type { Event } from 'js-yaml';
import { LineIndex } from '../text/lineIndex';
import type { SyntaxProblem } from './tree';
import { mends, type Change, type Mend } from './yamlMends';
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
  const moves: { at: number; by: number }[] = [];
  const place = (offset: number): number => {
    let result = offset;
    for (let i = moves.length - 1; i >= 0; i--) {
      const move = moves[i];
      if (move === undefined) continue;
      if (move.by < 0 && result >= move.at) result -= move.by;
      else if (move.by > 0 && result > move.at) result = Math.max(move.at, result - move.by);
    }
    return Math.min(Math.max(result, 0), source.length);
  };
  const problems: SyntaxProblem[] = [];
  let text = source;
  let stop = first;
  let budget = 12 * source.length + 400_000;
  for (;;) {
    const chosen = budget > 0 ? choose(text, stop, parse) : rest(text, stop);
    for (const { message, start, end } of [chosen, ...(chosen.also ?? [])]) {
      problems.push({ code: 'syntax/yaml', message, start: place(start), end: place(end) });
    }
    text = applyChanges(text, chosen.changes, moves);
    const result = parse(text);
    if (Array.isArray(result)) return { text, events: result, problems, place };
    if (budget < 0) {
      // Not even the part before the stop parses: nothing can be kept.
      text = text.replace(/[^\n\r]/g, ' ');
      return { text, events: [], problems, place };
    }
    budget -= text.length + 2_000;
    stop = result;
  }
}

/** The first mend after which all parses, else the one that gets furthest. */
function choose(text: string, stop: YamlStop, parse: Parse): Mend {
  const lines = new LineIndex(text);
  const line = lines.position(stop.at).line;
  const candidates = mends(lines, stop);
  const window = text.length < wholeBelow ? { from: 0, to: text.length } : neighbourhood(text, lines, line, candidates);
  let best: Mend | undefined;
  let bestAt = lines.lineEnd(line);
  for (const mend of candidates) {
    const moves: { at: number; by: number }[] = [];
    const grown = mend.changes.reduce((sum, c) => sum + c.text.length - (c.end - c.start), 0);
    const tried = applyChanges(text, mend.changes, moves).slice(window.from, window.to + grown);
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
  text: string, lines: LineIndex, line: number, candidates: readonly Mend[],
): { from: number; to: number } {
  const touched = candidates.flatMap((m) => m.changes);
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
    start, end: lines.lineEnd(lines.position(stop.at).line),
    changes: [{ start, end: text.length, text: text.slice(start).replace(/[^\n\r]/g, ' ') }],
  };
}

/** Applies changes (sorted, apart), and notes by how much what follows each has moved. */
function applyChanges(text: string, changes: readonly Change[], moves: { at: number; by: number }[]): string {
  let result = '';
  let done = 0;
  for (const change of changes) {
    result += text.slice(done, change.start);
    const by = change.text.length - (change.end - change.start);
    result += change.text;
    done = change.end;
    if (by !== 0) moves.push({ at: result.length - Math.max(by, 0), by });
  }
  return result + text.slice(done);
}

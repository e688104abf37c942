import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { UsageError } from './arguments';
import type { Loaded } from './load';
import type { ReportProblem } from './report';

/** True for a problem that was known when Tailrace was adopted. To be asked once of each problem. */
export type IsKnown = (problem: ReportProblem) => boolean;

/**
 * A file that `check --format json` wrote. A problem is known if its rule and file are there with the same message or
 * the same text of its line, wherever that moved to: a message may change with a version of Tailrace, or name another
 * end of the flow. Of a file that is gone (renamed, moved) the problems are known in any other. If a problem stands
 * there twice, two are known and a third is new.
 * @param base the folder that the paths in it are relative to.
 * @throws UsageError if the file is missing or is something else.
 */
export function readBaseline(path: string, base: string, cwd: string): IsKnown {
  const text = textOf(path);
  if (text === undefined) {
    throw new UsageError(`There is no baseline ${path}. Make it with: tailrace check --format json > ${path}`);
  }
  return parse(text, path, base, cwd);
}

/**
 * The baselines that the configurations name, each for the files it holds for; paths in it are relative
 * to its own folder, where it was made. One that is not there yet, or is empty because a shell is just
 * about to write it, knows nothing: else nobody could make it.
 * @throws UsageError if one is something else.
 */
export function configuredBaselines(loaded: Loaded, cwd: string): IsKnown {
  const byPath = new Map<string, IsKnown>();
  const of = (path: string): IsKnown => {
    const text = textOf(path);
    if (text === undefined || text.trim() === '') {
      process.stderr.write(`tailrace: The baseline ${path} is not there yet: all problems count.\n`);
      return () => false;
    }
    return parse(text, path, dirname(path), cwd);
  };
  return (problem) => {
    const named = loaded.baseline(problem.file);
    if (named === undefined) return false;
    let known = byPath.get(named);
    if (known === undefined) byPath.set(named, (known = of(named)));
    return known(problem);
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`The baseline ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parse(text: string, path: string, base: string, cwd: string): IsKnown {
  let problems: unknown;
  try {
    problems = (JSON.parse(text) as { problems?: unknown } | null)?.problems;
  } catch (error) {
    throw new UsageError(`The baseline ${path} is no JSON of tailrace check: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(problems)) throw new UsageError(`The baseline ${path} has no list "problems".`);
  const known = new Map<string, Entry[]>();
  const exists = new Map<string, boolean>();
  for (const problem of problems as Partial<ReportProblem>[]) {
    const file = fileOf(problem, base);
    if (file !== undefined && !exists.has(file)) exists.set(file, existsSync(file));
    const entry: Entry = { used: false };
    for (const key of keysOf(problem, file, file !== undefined && exists.get(file) === false)) {
      const there = known.get(key);
      if (there === undefined) known.set(key, [entry]);
      else there.push(entry);
    }
  }
  return (problem) => keysOf(problem, fileOf(problem, cwd), true).some((key) => take(known.get(key)));
}

/** One problem of the baseline, found under several keys. */
interface Entry {
  used: boolean;
}

function take(entries: Entry[] | undefined): boolean {
  while (entries !== undefined && entries.at(-1)?.used === true) entries.pop();
  const entry = entries?.pop();
  if (entry === undefined) return false;
  entry.used = true;
  return true;
}

/**
 * What a problem is known by, the surest first: rule and file with message or line, then both without the file.
 * @param isMoved false for a problem of the baseline whose file is still there: it is known in that file only.
 */
function keysOf(problem: Partial<ReportProblem>, file: string | undefined, isMoved: boolean): string[] {
  const { rule, message, fingerprint } = problem;
  const marks = [['message', message], ...fingerprint === undefined ? [] : [['line', fingerprint]]];
  return [file, ...isMoved ? [null] : []].flatMap((of) => marks.map((mark) => JSON.stringify([rule, of, ...mark])));
}

function fileOf(problem: Partial<ReportProblem>, base: string): string | undefined {
  return typeof problem.file !== 'string' || isAbsolute(problem.file) ? problem.file : resolve(base, problem.file);
}

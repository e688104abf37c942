import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { UsageError } from './arguments';
import type { Loaded } from './load';
import type { ReportProblem } from './report';

/** True for a problem that was known when Tailrace was adopted. To be asked once of each problem. */
export type IsKnown = (problem: ReportProblem) => boolean;

/**
 * A file that `check --format json` wrote. A problem is known if its rule, file and message are there;
 * its line may move. If a problem stands there twice, two are known and a third is new.
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
  const left = new Map<string, number>();
  for (const problem of problems as Partial<ReportProblem>[]) {
    const key = keyOf(problem, base);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return (problem) => {
    const key = keyOf(problem, cwd);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count > 0;
  };
}

function keyOf(problem: Partial<ReportProblem>, base: string): string {
  const file = typeof problem.file !== 'string' || isAbsolute(problem.file) ? problem.file : resolve(base, problem.file);
  return JSON.stringify([problem.rule, file, problem.message]);
}

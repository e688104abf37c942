import { readFileSync } from 'node:fs';
import { UsageError } from './arguments';
import type { ReportProblem } from './report';

/**
 * The problems that were known when Tailrace was adopted: a file that `check --format json` wrote.
 * A problem is known if its rule, file and message are there; its line may move. If a problem stands
 * there twice, two are known and a third is new.
 * @throws UsageError if the file is missing or is something else.
 */
export function readBaseline(path: string): (problem: ReportProblem) => boolean {
  let problems: unknown;
  try {
    problems = (JSON.parse(readFileSync(path, 'utf8')) as { problems?: unknown }).problems;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(missing
      ? `There is no baseline ${path}. Make it with: tailrace check --format json > ${path}`
      : `The baseline ${path} is no JSON of tailrace check: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(problems)) throw new UsageError(`The baseline ${path} has no list "problems".`);
  const known = new Map<string, number>();
  for (const problem of problems as Partial<ReportProblem>[]) {
    const key = keyOf(problem);
    known.set(key, (known.get(key) ?? 0) + 1);
  }
  return (problem) => {
    const left = known.get(keyOf(problem)) ?? 0;
    if (left === 0) return false;
    known.set(keyOf(problem), left - 1);
    return true;
  };
}

function keyOf(problem: Partial<ReportProblem>): string {
  return JSON.stringify([problem.rule, problem.file, problem.message]);
}

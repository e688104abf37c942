import { lintSteps } from '../lint/run';
import type { FlowModel } from '../model/model';
import { compareProblems, type Problem } from '../text/problem';
import type { FileId } from '../text/range';
import type { Configs } from './configs';
import type { Files, ProblemsByFile } from './snapshot';

export interface CheckOptions {
  /** True for files whose problems are to be told. */
  shows(path: string): boolean;
  /** A rule that threw; the others carried on. */
  onError?(rule: string, error: unknown): void;
}

/** All problems of a workspace by file, sorted: those of reading, of the rules, of the configuration. In steps. */
export function* check(
  model: FlowModel,
  files: Files,
  configs: Configs,
  options: CheckOptions,
): Generator<void, ProblemsByFile> {
  const readerProblems: Problem[] = [];
  for (const { read, notes } of files.values()) readerProblems.push(...notes, ...read.result.problems);
  const configOf = new Map<FileId, ReturnType<Configs['of']>>();
  for (const [id, { file }] of files) configOf.set(id, configs.of(file.path));

  const byFile = new Map<FileId, Problem[]>();
  const add = (problem: Problem): void => {
    const list = byFile.get(problem.at.file);
    if (list) list.push(problem);
    else byFile.set(problem.at.file, [problem]);
  };
  // A rule looks at the whole model, since flows cross folders; each folder's configuration takes
  // of its findings those in its own files.
  for (const config of configs.inUse()) {
    for (const problem of config.problems) add(problem);
    const own = readerProblems.filter((p) => configOf.get(p.at.file) === config);
    yield;
    const problems = yield* lintSteps(model, config.config, {
      text: (id) => (configOf.get(id) === config ? files.get(id)?.file.text : undefined),
      readerProblems: own,
      onError: options.onError,
    });
    for (const problem of problems) {
      const { file } = problem.at;
      const path = files.get(file)?.file.path;
      if (path !== undefined && configOf.get(file) === config && options.shows(path)) add(problem);
    }
  }
  for (const list of byFile.values()) list.sort(compareProblems);
  return byFile;
}

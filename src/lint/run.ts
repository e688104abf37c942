import type { NamedBaseline } from '../contracts/against';
import type { ReadReference } from '../contracts/compat';
import type { FlowModel } from '../model/model';
import { compareProblems, severities, type Problem, type Severity } from '../text/problem';
import { compareRanges, type FileId } from '../text/range';
import { defaultConfig, isOnByDefault, levelTable, mayReport, type Level, type LintConfig } from './config';
import { ruleContext, type EarlierFiles, type RuleContext } from './context';
import { environmentsOf } from './environments';
import type { Finding, Rule } from './rule';
import { rules as allRules } from './rules/index';
import { applySuppressions } from './suppress';

export interface LintOptions {
  /** The rules to run; all of them by default. */
  readonly rules?: readonly Rule[];
  /** The text of a file, for suppression comments; without it no comment counts. */
  readonly text?: (file: FileId) => string | undefined;
  /** The readers' problems: they are configured, excluded and silenced like a rule's. */
  readonly readerProblems?: readonly Problem[];
  /** Called with the name of a rule that threw; the others carry on. */
  readonly onError?: (rule: string, error: unknown) => void;
  /** Any file's text by its path, for comparing contracts; without it those of the model that `text` gives. */
  readonly contractText?: ReadReference;
  /** What contracts were before, where somebody compares with that. */
  readonly baseline?: NamedBaseline;
  /** What files said before, where somebody compares with that. */
  readonly earlier?: EarlierFiles;
}

/**
 * Runs the rules over a model. The answer is sorted, and holds at most one problem of a rule at one
 * place: the most severe.
 */
export function lint(model: FlowModel, config: LintConfig = defaultConfig, options: LintOptions = {}): Problem[] {
  const steps = lintSteps(model, config, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same rule by rule, so that the caller may pause in between, or give up what nobody waits for any more. */
export function* lintSteps(
  model: FlowModel, config: LintConfig = defaultConfig, options: LintOptions = {},
): Generator<void, Problem[]> {
  const rules = options.rules ?? allRules;
  const table = levelTable(config);
  const context = ruleContext(model, {
    ...config, contractText: options.contractText ?? textsOf(model, options.text), baseline: options.baseline, earlier: options.earlier,
  });
  const pathOf = (file: FileId): string => model.files.get(file)?.path ?? '';
  const environmentOf = config.environments.size === 0 ? () => undefined : environmentsOf(model, config.environment);
  const levelAt = ({ code, at }: Problem): Level | 'default' => table.levelOf(code, pathOf(at.file), environmentOf(at));
  const isOn = (rule: Rule, path: string): boolean => [undefined, ...config.environments.keys()].every((environment) => {
    const level = table.levelOf(rule.name, path, environment);
    return level === 'default' ? isOnByDefault(rule, config) : level !== 'off';
  });

  const inFull = config.presets.includes('all');
  let problems: Problem[] = [];
  const take = (problem: Problem, onByDefault: boolean): void => {
    const found = levelled(problem, levelAt(problem), onByDefault);
    if (found !== undefined) problems.push(found);
  };
  for (const problem of options.readerProblems ?? []) take(problem, true);
  for (const rule of rules) {
    if (!mayReport(rule, config)) continue;
    const onByDefault = isOnByDefault(rule, config);
    for (const problem of runRule(rule, model, context, options.onError)) {
      take(inFull ? { ...problem, severity: worse(problem.severity, rule.severity) } : problem, onByDefault);
    }
    yield;
  }
  if (options.text !== undefined) {
    const text = options.text;
    const byName = new Map(rules.map((rule) => [rule.name, rule]));
    const files = [...model.files.values()].flatMap((file) => {
      const content = text(file.id);
      return content === undefined ? [] : [{ file: file.id, path: file.path, text: content }];
    });
    const names = [...new Set([...allRules, ...rules].map((rule) => rule.name))];
    problems = applySuppressions(problems, files, names, (name, path) => {
      const rule = byName.get(name);
      return rule !== undefined && isOn(rule, path);
    });
    // The comments' own problems are rules too, and may be switched off or left out of a run.
    problems = problems.flatMap((p) => {
      if (!p.code.startsWith('lint/')) return [p];
      const found = byName.has(p.code) ? levelled(p, levelAt(p), true) : undefined;
      return found === undefined ? [] : [found];
    });
  }
  return deduplicated(problems.filter((p) => !table.isExcluded(pathOf(p.at.file))));
}

/** The model's files by their paths. */
function textsOf(model: FlowModel, text: LintOptions['text']): ReadReference {
  const byPath = new Map([...model.files.values()].map((file) => [file.path, file.id]));
  return (path) => {
    const id = byPath.get(path);
    const content = id === undefined ? undefined : text?.(id);
    return id === undefined || content === undefined ? undefined : { id, path, text: content };
  };
}

function runRule(rule: Rule, model: FlowModel, context: RuleContext, onError: LintOptions['onError']): Problem[] {
  try {
    return Array.from(rule.check(model, context), (finding) => toProblem(rule, finding));
  } catch (error) {
    onError?.(rule.name, error);
    return [];
  }
}

function toProblem(rule: Rule, finding: Finding): Problem {
  return {
    code: rule.name,
    severity: finding.severity ?? rule.severity,
    message: fill(rule.messages[finding.message] ?? finding.message, finding.data ?? {}),
    at: finding.at,
    related: finding.related,
    fixes: finding.fixes,
  };
}

/** Fills `{name}` holes; a hole without data stays as it is, so that a test can find it. */
export function fill(message: string, data: Readonly<Record<string, string | number>>): string {
  let text = '';
  let isHole = false;
  for (const part of partsOf(message)) {
    text += !isHole ? part : Object.hasOwn(data, part) ? data[part] : `{${part}}`;
    isHole = !isHole;
  }
  return text;
}

const partsKnown = new Map<string, readonly string[]>();

/** A message's text and the names of its holes, in turns. There are as many as rules have messages. */
function partsOf(message: string): readonly string[] {
  let parts = partsKnown.get(message);
  if (parts === undefined) partsKnown.set(message, (parts = message.split(/\{(\w+)\}/)));
  return parts;
}

function levelled(problem: Problem, level: Level | 'default', onByDefault: boolean): Problem | undefined {
  if (level === 'default') return onByDefault ? problem : undefined;
  if (level === 'off') return undefined;
  return level === problem.severity ? problem : { ...problem, severity: level };
}

function worse(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) < severities.indexOf(b) ? a : b;
}

function deduplicated(problems: readonly Problem[]): Problem[] {
  const kept: Problem[] = [];
  // The order puts problems of one rule at one place next to each other.
  for (const problem of [...problems].sort(compareProblems)) {
    const last = kept.at(-1);
    if (last === undefined || last.code !== problem.code || compareRanges(last.at, problem.at) !== 0) kept.push(problem);
    else if (severities.indexOf(problem.severity) < severities.indexOf(last.severity)) kept[kept.length - 1] = problem;
  }
  return kept;
}

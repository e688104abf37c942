import type { Fix, Severity } from '../text/problem';
import type { SourceRange } from '../text/range';
import type { FlowModel } from '../model/model';
import type { RuleContext } from './context';

/**
 * One fault that the linter knows, as one declaration: metadata, message texts, examples, check.
 * Docs pages, hovers and tests are made of it.
 */
export interface Rule<M extends string = string> {
  /** `group/fault`, named after the fault; its file is `rules/group/fault.ts`. */
  readonly name: string;
  readonly severity: Severity;
  /** False for rules that are mostly noise on a folder that grew without Tailrace; `why` says so. Default true. */
  readonly enabled?: boolean;
  readonly summary: string;
  readonly why: string;
  readonly sources: readonly string[];
  /** Texts with `{name}` holes, filled from a finding's `data`. */
  readonly messages: Readonly<Record<M, string>>;
  readonly examples: { readonly invalid: readonly InvalidExample[]; readonly valid: readonly ValidExample[] };
  check(model: FlowModel, context: RuleContext): Iterable<Finding<M>>;
}

export interface ValidExample {
  /** Files separated by `=== path` lines; a text without such a line is one flow file. */
  readonly files: string;
  /** The files as they were before, for rules that compare with an earlier state; named `earlierName`. */
  readonly earlier?: string;
}

export interface InvalidExample extends ValidExample {
  /** The caret report that this rule alone gives for the files. */
  readonly report: string;
  /** The files after all fixes of this rule, if it offers some. Lints clean of this rule. */
  readonly fixed?: string;
}

export interface Finding<M extends string = string> {
  readonly message: M;
  readonly at: SourceRange;
  readonly data?: Readonly<Record<string, string | number>>;
  /** Overrides the rule's severity downwards, where less is known or at stake. */
  readonly severity?: Severity;
  readonly related?: readonly { readonly at: SourceRange; readonly message: string }[];
  readonly fixes?: readonly Fix[];
}

/** Types a rule's declaration: the messages' keys are what its findings may name. */
export function defineRule<M extends string>(rule: Rule<M>): Rule<M> {
  return rule;
}

/** The part of a rule's name before the slash. */
export function groupOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

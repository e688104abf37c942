import type { FlowGuarantee } from '../delivery/guarantee';
import type { Consume, FlowModel, Publish } from '../model/model';
import type { Guarantee, Setting } from '../model/settings';
import { originOf } from '../lint/words';
import type { Problem } from '../text/problem';
import type { SourceRange } from '../text/range';
import type { Answer, Status } from './checklist';
import type { LintFaults } from './faults';

/** What a point is judged by. */
export interface PointContext {
  readonly model: FlowModel;
  readonly guarantee: FlowGuarantee;
  readonly faults: LintFaults;
  /** Tells whether there is a file or folder of that absolute path; absent where nobody can look. */
  readonly exists?: (path: string) => boolean;
  /** True where the configuration switches a rule off: that it found nothing then means nothing. */
  readonly isOff?: (rule: string, at: SourceRange) => boolean;
}

/** Judges one point of one flow. */
export type Point = (context: PointContext) => Answer;

/** True if the flow is declared to lose nothing. */
export function isStrong(guarantee: Guarantee | undefined): boolean {
  return guarantee === 'at-least-once' || guarantee === 'exactly-once';
}

/**
 * The answer where the flow is declared to put up with losses: then it asks for no acknowledgement, no commit and
 * no dead letters. Undefined where nobody says so.
 */
export function waived({ guarantee: { declared } }: PointContext, what: string): Answer | undefined {
  if (declared === undefined || isStrong(declared.value)) return undefined;
  const who = declared.who ?? 'The configuration';
  return { status: 'met', evidence: `${who} declares ${declared.value}, which asks for no ${what}.`, at: declared.by?.at };
}

/**
 * How sure a weak value is: it is written; or it is the default of a client that a file names, and somebody
 * declares that nothing may be lost. Else a file that nobody has seen may say better.
 */
export function weakStatus(context: PointContext, setting: Setting<unknown> | undefined): Status {
  const origin = originOf(setting);
  if (origin === 'written') return 'not-met';
  return origin === 'default' && isStrong(context.guarantee.declared?.value) ? 'not-met' : 'unknown';
}

/** What the linter is sure of is not met; what it only warns of, since a default decides, nobody has seen. */
export function byFault(fault: Problem): Answer {
  return {
    status: fault.severity === 'error' ? 'not-met' : 'unknown', evidence: fault.message, at: fault.at,
    next: `The page of the rule ${fault.code} says what to do.`,
  };
}

/** Where a setting is written, else where it would be. */
export function placeOf(edge: Publish | Consume, setting: Setting<unknown> | undefined): SourceRange {
  return setting?.from === 'declared' ? setting.at : edge.at;
}

/** One answer for several parts of a flow: the worst, with the words of all that are as bad. */
export function together(answers: readonly Answer[]): Answer {
  const worst = (['not-met', 'unknown', 'met'] as const).find((status) => answers.some((a) => a.status === status)) ?? 'unknown';
  const these = answers.filter((a) => a.status === worst);
  const next = distinct(these.flatMap((a) => (a.next === undefined ? [] : [a.next]))).join(' ');
  const at = these.find((a) => a.at !== undefined)?.at;
  return {
    status: worst,
    evidence: distinct(these.map((a) => a.evidence)).join(' '),
    ...(at === undefined ? {} : { at }),
    ...(next === '' ? {} : { next }),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

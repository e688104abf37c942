import type { FlowGuarantee } from '../delivery/guarantee';
import type { SourceRange } from '../text/range';

/** The ten points of the reliability checklist, in the order in which reports show them. */
export const points = [
  { id: 'schema', title: 'Schema and versioning' },
  { id: 'guarantee', title: 'Guarantee per stream' },
  { id: 'producer-waits', title: 'Producer waits for the broker' },
  { id: 'commit-after-processing', title: 'Commit after processing' },
  { id: 'idempotent-consumers', title: 'Idempotent consumers' },
  { id: 'dead-letters', title: 'Dead letters' },
  { id: 'monitoring', title: 'Monitoring of lag, errors and unacknowledged messages' },
  { id: 'failure-tests', title: 'Failure tests' },
  { id: 'protocol-fit', title: 'Operational fit of the protocol' },
  { id: 'evolution', title: 'Evolution plan' },
] as const;
export type PointId = (typeof points)[number]['id'];

/**
 * `not-met` only where a file shows it: a value that is written, the default of a known client, a fault that the
 * linter is sure of. What no file shows is `unknown`, however likely it is.
 */
export type Status = 'met' | 'not-met' | 'unknown';
export const statuses: readonly Status[] = ['met', 'not-met', 'unknown'];

export interface Answer {
  readonly status: Status;
  /** What the files show, in one or two sentences. */
  readonly evidence: string;
  /** Where they show it, or where it would be written. */
  readonly at?: SourceRange;
  /** What mends it, or what would settle it where it is unknown; absent where it is met. */
  readonly next?: string;
}

export interface PointAnswer extends Answer {
  readonly id: PointId;
}

export interface FlowChecklist {
  readonly guarantee: FlowGuarantee;
  /** One of each point, in the order of `points`. */
  readonly answers: readonly PointAnswer[];
}

/** A point over all flows: not met if it is not met anywhere, met if it is met everywhere. */
export interface WholeAnswer extends PointAnswer {
  /** In how many flows it has which status. */
  readonly counts: Readonly<Record<Status, number>>;
}

export interface Checklist {
  readonly flows: readonly FlowChecklist[];
  readonly whole: readonly WholeAnswer[];
}

/** `1 Schema and versioning`: the number that stands for it where there is no room. */
export function numberedTitle(id: PointId): string {
  return `${points.findIndex((point) => point.id === id) + 1} ${titleOf(id)}`;
}

export function titleOf(id: PointId): string {
  return points.find((point) => point.id === id)?.title ?? id;
}

/** The word for people: `not met`. */
export function statusWords(status: Status): string {
  return status === 'not-met' ? 'not met' : status;
}

import type { Fix, Problem, Severity } from '../text/problem';
import type { SourceRange } from '../text/range';
import { driftKinds, type DriftCode } from './kinds';

/** A difference as a problem at its line. */
export interface DriftProblem extends Problem {
  readonly code: DriftCode;
  /** What it is about: `topic orders.placed`. */
  readonly subject: string;
  /** What is compared: `retention`, `binding receipt.*`. */
  readonly what: string;
  /** What the file says, in its own words; absent where it says nothing. */
  readonly declared?: string;
  /** What the broker has; absent where it has nothing. */
  readonly real?: string;
}

/** One line of the table in which both sides stand beside each other. */
export interface DriftRow {
  readonly subject: string;
  readonly what: string;
  readonly declared?: string;
  readonly real?: string;
  readonly at?: SourceRange;
  /** Set where both sides differ. */
  readonly code?: DriftCode;
  readonly severity?: Severity;
}

export interface Difference {
  readonly code: DriftCode;
  readonly subject: string;
  readonly what: string;
  readonly declared?: string;
  readonly real?: string;
  readonly at: SourceRange;
  readonly message: string;
  readonly severity?: Severity;
  readonly related?: Problem['related'];
  readonly fixes?: readonly Fix[];
}

/** On a laptop there is one node, and topics come into being when a program first uses them. */
const onCopies: Readonly<Partial<Record<DriftCode, Severity>>> = { 'drift/setting': 'info', 'drift/missing-channel': 'warning' };

/** Takes down what is compared: each row, and of those that differ the problem. */
export class Findings {
  readonly rows: DriftRow[] = [];
  readonly problems: DriftProblem[] = [];
  readonly notes: string[] = [];

  /** @param isCopy true for a copy for development, which is not expected to be all that the real one is. */
  constructor(private readonly isCopy: boolean) {}

  same(subject: string, what: string, declared: string, real: string, at: SourceRange): void {
    this.rows.push({ subject, what, declared, real, at });
  }

  add({ severity: own, ...difference }: Difference): void {
    const severity = (this.isCopy ? onCopies[difference.code] : undefined) ?? own ?? driftKinds[difference.code].severity;
    const { message: _, related: __, fixes: ___, ...row } = difference;
    this.rows.push({ ...row, severity });
    this.problems.push({ ...difference, severity });
  }
}

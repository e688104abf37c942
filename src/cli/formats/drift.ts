import { styleText } from 'node:util';
import type { Comparison } from '../../drift/compare';
import type { Loaded } from '../load';
import { compareReported, countSeverities, reportProblem, type Report, type ReportProblem } from '../report';
import { writePretty, type TextOf } from './pretty';

/** A problem of `check` with both sides of what differs. */
export interface ReportedDrift extends ReportProblem {
  readonly broker: string;
  /** `topic orders.placed` */
  readonly subject: string;
  /** `retention` */
  readonly what: string;
  /** Absent where the file, or the broker, says nothing. */
  readonly declared?: string;
  readonly real?: string;
}

/** What `drift --format json` prints. */
export interface DriftReport {
  readonly version: 1;
  readonly brokers: readonly { readonly name: string; readonly about: string; readonly notes: readonly string[] }[];
  readonly problems: readonly ReportedDrift[];
  readonly summary: Report['summary'];
}

export function driftReport(comparisons: readonly Comparison[], { places, snapshot }: Loaded): DriftReport {
  const problems = comparisons.flatMap(({ broker, problems: found }) => found.map((problem): ReportedDrift => {
    const { subject, what, declared, real } = problem;
    return { ...reportProblem(problem, places), broker, subject, what, ...(declared === undefined ? {} : { declared }), ...(real === undefined ? {} : { real }) };
  })).sort(compareReported);
  return {
    version: 1,
    brokers: comparisons.map(({ broker, about, notes }) => ({ name: broker, about, notes })),
    problems, summary: { files: snapshot.model.files.size, ...countSeverities(problems) },
  };
}

export function writeDriftJson(report: DriftReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** For people: the brokers that were asked with what could not be read, then each difference at its line. Empty where none answered. */
export function writeDriftPretty(report: DriftReport, textOf: TextOf, colour: boolean): string {
  if (report.brokers.length === 0) return '';
  const bold = (text: string): string => (colour ? styleText('bold', text, { validateStream: false }) : text);
  const heads = report.brokers.map(({ name, about, notes }) => [`${bold(name)}: ${about}`, ...notes.map((note) => `  ${note}`)].join('\n'));
  const pretty = writePretty(report, textOf, colour);
  return `${heads.join('\n')}\n\n${report.problems.length > 0 ? pretty : `${nothing(report)}\n`}`;
}

/** By name: another broker may not have answered. */
function nothing({ brokers }: DriftReport): string {
  return `The files say the same as ${brokers.map(({ name }) => name).join(', ')}.`;
}

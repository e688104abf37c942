import { createHash } from 'node:crypto';
import type { TextOf } from './formats/pretty';
import type { Report, ReportProblem } from './report';

/**
 * Gives each problem a mark by which a baseline and a code scanning service know it again: made of its rule, the text of
 * its line without blanks around and between, and what it points at there. Neither the line's number nor the wording of
 * the message goes into it.
 * @param textOf the texts with their secrets covered: a mark must not help to guess one.
 */
export function withFingerprints(report: Report, textOf: TextOf): Report {
  return { ...report, problems: report.problems.map((problem) => ({ ...problem, fingerprint: fingerprint(problem, textOf) })) };
}

function fingerprint({ rule, file, range }: ReportProblem, textOf: TextOf): string {
  const shown = textOf(file);
  const line = shown?.index.lineText(range.start.line - 1) ?? '';
  const end = range.end.line === range.start.line ? range.end.column - 1 : line.length;
  const parts = [rule, line, line.slice(range.start.column - 1, end)].map((part) => part.trim().replace(/\s+/g, ' '));
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

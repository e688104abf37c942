import { styleText } from 'node:util';
import { renderCaret } from '../../text/caret';
import type { LineIndex } from '../../text/lineIndex';
import type { Severity } from '../../text/problem';
import type { Report, ReportPlace, ReportProblem } from '../report';

type Style = Parameters<typeof styleText>[0];

const styles: Record<Severity, Style> = { error: 'red', warning: 'yellow', info: 'blue' };

/** A file's text by the name that the report gives it. */
export type TextOf = (file: string) => { readonly text: string; readonly index: LineIndex } | undefined;

/** For people: message, place, the line with carets, and a summary; colours only where asked for. */
export function writePretty(report: Report, textOf: TextOf, colour: boolean): string {
  const paint = (style: Style, text: string): string => (colour ? styleText(style, text, { validateStream: false }) : text);
  const blocks = report.problems.map((p) => problemBlock(p, textOf, paint));
  return [...blocks, summaryLine(report, paint)].join('\n') + '\n';
}

function problemBlock(p: ReportProblem, textOf: TextOf, paint: (style: Style, text: string) => string): string {
  const lines = [
    `${paint(styles[p.severity], p.severity)} ${paint('bold', p.rule)}`,
    `  ${p.message}`,
    `  ${paint('cyan', placeText(p))}`,
    ...carets(p, textOf),
  ];
  for (const related of p.related) lines.push(`  ${related.message} ${paint('cyan', placeText(related))}`);
  for (const fix of p.fixes) lines.push(`  ${paint('green', fix.safe ? 'fix (--fix):' : 'possible fix:')} ${fix.title}`);
  return lines.join('\n') + '\n';
}

function placeText(place: ReportPlace): string {
  return `${place.file}:${place.range.start.line}:${place.range.start.column}`;
}

function carets(p: ReportPlace, textOf: TextOf): string[] {
  const file = textOf(p.file);
  if (file === undefined || file.text === '') return [];
  const offset = (at: { line: number; column: number }): number => file.index.offset({ line: at.line - 1, column: at.column - 1 });
  const drawn = renderCaret(file.text, offset(p.range.start), offset(p.range.end), file.index);
  return drawn.split('\n').map((line) => `    ${line}`);
}

function summaryLine({ summary, problems }: Report, paint: (style: Style, text: string) => string): string {
  const files = `${summary.files} ${summary.files === 1 ? 'file' : 'files'}`;
  if (summary.files === 0) {
    return 'No file here is one that Tailrace reads: flow files, AsyncAPI, RabbitMQ definitions, Kafka properties, contracts.';
  }
  if (problems.length === 0) return paint('green', `No problems in ${files}.`);
  const part = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `${part(summary.errors, 'error')}, ${part(summary.warnings, 'warning')}, ${part(summary.infos, 'info')} in ${files}.`;
}

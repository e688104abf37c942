import type { Severity } from '../../text/problem';
import type { Report } from '../report';

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions: each problem becomes an annotation at its line. */
export function writeGithub(report: Report): string {
  return report.problems
    .map((p) => {
      const { start, end } = p.range;
      const properties = {
        file: p.file,
        line: start.line,
        endLine: end.line,
        // Columns are only allowed where the annotation stays on one line.
        ...(start.line === end.line ? { col: start.column, endColumn: end.column } : {}),
        title: p.rule,
      };
      const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
      return `::${commands[p.severity]} ${list.join(',')}::${escapeData(p.message)}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

import type { Report, ReportProblem } from '../report';

/** JUnit XML: a suite a file that has problems, a failing case a problem; informations are not failures. */
export function writeJunit(report: Report): string {
  const files = new Map<string, ReportProblem[]>();
  for (const problem of report.problems) {
    const list = files.get(problem.file) ?? [];
    list.push(problem);
    files.set(problem.file, list);
  }
  const failures = report.summary.errors + report.summary.warnings;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tailrace" tests="${report.problems.length}" failures="${failures}">`,
  ];
  for (const [file, problems] of files) {
    const failing = problems.filter(isFailure).length;
    lines.push(`  <testsuite name="${escape(file)}" tests="${problems.length}" failures="${failing}">`);
    for (const p of problems) lines.push(...testCase(p));
    lines.push('  </testsuite>');
  }
  return [...lines, '</testsuites>', ''].join('\n');
}

function testCase(p: ReportProblem): string[] {
  const place = `${p.file}:${p.range.start.line}:${p.range.start.column}`;
  const open = `    <testcase name="${escape(`${p.rule} (${place})`)}" classname="${escape(p.rule)}">`;
  const tag = isFailure(p) ? 'failure' : 'system-out';
  const attributes = isFailure(p) ? ` type="${p.severity}" message="${escape(p.message)}"` : '';
  return [open, `      <${tag}${attributes}>${escape(`${place}: ${p.message}`)}</${tag}>`, '    </testcase>'];
}

function isFailure(p: ReportProblem): boolean {
  return p.severity !== 'info';
}

/** XML 1.0 forbids most control characters outright, even escaped; they are shown as U+FFFD. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}

import { driftKinds, type DriftCode, type DriftKind } from './kinds';

/** The docs page of one kind of difference, as Markdown: `docs/rules/drift/<what>.md`. */
function driftPage(code: DriftCode, { severity, summary, why, example, fix }: DriftKind): string {
  return [
    `# ${code}`, '', summary, '',
    `Severity: **${severity}**. ${fix === undefined ? 'There is no automatic fix.' : 'Tailrace can fix it.'} It is no rule: it is found by \`tailrace drift\` `
      + 'and by the command “Tailrace: Compare with Broker…”, which ask the broker.', '',
    '## Why', '', why, '',
    '## What is reported', '', `- ${example}`, '',
    ...(fix === undefined ? [] : ['## What the fix does', '', `${fix} Fixes change the file, never the broker.`, '']),
    '## Configuration', '',
    'In `tailrace.config.yaml` (or `tailrace.rules` in the editor\'s settings):', '',
    '```yaml', 'rules:', `  ${code}: off   # off, info, warning or error`, '```', '',
    `For one place: \`# tailrace-ignore ${code}: reason\` on the line before it, or behind it on the same line.`, '',
  ].join('\n');
}

/** The part of the table of all rules that tells of drift. */
export function driftIndex(): string {
  return [
    '## drift', '',
    'Found by `tailrace drift` and by the editor\'s “Tailrace: Compare with Broker…” only: files beside a live broker, which is only read.', '',
    '| difference | severity | what |', '| --- | --- | --- |',
    ...Object.entries(driftKinds).map(([code, { severity, summary }]) => `| [${code}](${code}.md) | ${severity} | ${summary} |`), '',
  ].join('\n');
}

/** All pages by their path below `docs/rules/`. */
export function driftPages(): Map<string, string> {
  return new Map(Object.entries(driftKinds).map(([code, kind]) => [`${code}.md`, driftPage(code as DriftCode, kind)]));
}

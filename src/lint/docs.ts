import { defaultPath, earlierName, exampleFiles } from './exampleFiles';
import { presets } from './config';
import { groupOf, type Rule, type ValidExample } from './rule';

/** The docs page of a rule, as Markdown: `docs/rules/<group>/<fault>.md`. */
export function rulePage(rule: Rule): string {
  const lines = [
    `# ${rule.name}`, '', rule.summary, '',
    `Severity: **${rule.severity}**${rule.enabled === false ? ', off by default' : ''}. ${fixWords(rule)}`, '',
    '## Why', '', rule.why.trim(), '',
    '## What is reported', '',
  ];
  for (const message of Object.values(rule.messages)) lines.push(`- ${message}`);
  lines.push('');
  rule.examples.invalid.forEach((example, i) => {
    lines.push(`## Wrong${rule.examples.invalid.length > 1 ? ` (${i + 1})` : ''}`, '', ...exampleAsMarkdown(example));
    lines.push('Tailrace says:', '', '```text', example.report.trimEnd(), '```', '');
    if (example.fixed !== undefined) lines.push('Fixed:', '', ...filesAsMarkdown(example.fixed));
  });
  rule.examples.valid.forEach((example, i) => {
    lines.push(`## Right${rule.examples.valid.length > 1 ? ` (${i + 1})` : ''}`, '', ...exampleAsMarkdown(example));
  });
  lines.push(
    '## Configuration', '',
    'In `tailrace.config.yaml` (or `tailrace.rules` in the editor\'s settings):', '',
    '```yaml', 'rules:', `  ${rule.name}: ${rule.enabled === false ? rule.severity : 'off'}   # off, info, warning or error`, '```', '',
    `For one place: \`# tailrace-ignore ${rule.name}: reason\` on the line before it, or behind it on the same line.`, '',
    '## Sources', '',
  );
  for (const source of rule.sources) lines.push(`- <${source}>`);
  return lines.join('\n').trimEnd() + '\n';
}

function fixWords(rule: Rule): string {
  return rule.examples.invalid.some((e) => e.fixed !== undefined) ? 'Tailrace can fix it.' : 'There is no automatic fix.';
}

function exampleAsMarkdown({ earlier, files }: ValidExample): string[] {
  const before = earlier === undefined ? [] : [`In \`${earlierName}\` it was:`, '', ...filesAsMarkdown(earlier), 'Now it is:', ''];
  return [...before, ...filesAsMarkdown(files)];
}

function filesAsMarkdown(files: string): string[] {
  return exampleFiles(files).flatMap(({ path, text }) => [
    ...(path === defaultPath ? [] : [`\`${path}\``, '']),
    '```' + language(path), text.trimEnd(), '```', '',
  ]);
}

function language(path: string): string {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (path.endsWith('.properties')) return 'properties';
  return /\.(json|avsc)$/.test(path) ? 'json' : path.endsWith('.proto') ? 'protobuf' : 'text';
}

const configuration = [
  '## Configuration', '',
  '`tailrace.config.yaml` lies in a folder\'s root; the editor\'s settings `tailrace.*` of the same names win over it.', '',
  '```yaml',
  'rules:                       # an id, group/* or *; the most specific wins',
  '  schema/missing: off        # off, info, warning or error',
  '  topology/*: info',
  'presets: [strict]            # recommended (default), strict, all or none, see below',
  'overrides:                   # later ones win over earlier ones and over rules',
  '  - files: [legacy/**]       # globs, relative to this file\'s folder',
  '    rules: { "*": off }',
  'environments:                # levels for what is on brokers of an environment; between rules and overrides',
  '  production: { rules: { durability/*: error } }',
  '  development: { rules: { "*": info } }',
  'exclude: ["*.generated.json"] # files whose problems are not reported',
  'guarantee: at-least-once     # that of all who declare none',
  'environment: production      # the environment of brokers that state none',
  'naming: "[a-z]+(\\\\.[a-z]+)*"   # names of channels, for ops/naming; or { kafka: "…", mqtt: "…" }',
  'baseline: tailrace-baseline.json # known problems that `tailrace check` does not count',
  '```', '',
  '| preset | what it starts from |', '| --- | --- |',
  ...Object.entries(presets).map(([name, what]) => `| \`${name}\` | ${what} |`), '',
  'What a finding is about decides its environment: the broker that its place declares, or on which the channel is that',
  'its place declares, publishes to or consumes. Brokers that state none have the configured `environment`.', '',
  'A comment `# tailrace-ignore rule/name, group/*: reason` silences the next line, or its own line behind other',
  'text; `# tailrace-ignore-file` the whole file; without names, all rules. In .proto files it begins with `//`.',
  'JSON has no comments: use `overrides`.', '',
];

/** The table of all rules: `docs/rules/README.md`. */
export function rulesIndex(rules: readonly Rule[]): string {
  const lines = [
    '# Rules', '',
    'Made by `npx tsx scripts/docs.ts` from the rules themselves; do not edit.', '',
    'Most rules ask what somebody wants of the messages: a declared guarantee of at-least-once or',
    'exactly-once, at either end of a flow, makes a finding count in full. Where nobody declares a',
    'guarantee, a weak setting that is written counts one step less, and one that is only a known',
    'client\'s default is an information at most. A declared at-most-once or best-effort silences it.', '',
    'A fix is safe, and applied by `tailrace check --fix`, where it makes the settings do what the same files',
    'declare to want. All others are offered in the editor and change what somebody chose.', '',
    ...configuration,
  ];
  for (const group of [...new Set(rules.map((rule) => groupOf(rule.name)))]) {
    lines.push(`## ${group}`, '', '| rule | severity | default | what |', '| --- | --- | --- | --- |');
    for (const rule of rules.filter((r) => groupOf(r.name) === group)) {
      lines.push(`| [${rule.name}](${rule.name}.md) | ${rule.severity} | ${rule.enabled === false ? 'off' : 'on'} | ${rule.summary} |`);
    }
    lines.push('');
  }
  return lines.join('\n').trimEnd() + '\n';
}

/** All pages by their path below `docs/rules/`. */
export function rulePages(rules: readonly Rule[]): Map<string, string> {
  return new Map([
    ['README.md', rulesIndex(rules)],
    ...rules.map((rule): [string, string] => [`${rule.name}.md`, rulePage(rule)]),
  ]);
}

import { ruleDocsUrl } from '../lint/ruleDocsUrl';
import { rules as allRules } from '../lint/rules/index';
import { helpOf, parseArguments, textFlag, type Flag } from './arguments';
import type { Command } from './command';
import type { SarifRule } from './formats/sarif';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to print', choices: ['pretty', 'json', 'markdown'] },
  help: { text: 'show this help' },
};

/** The rules with what reports say of them. */
export function describedRules(): SarifRule[] {
  return allRules.map((rule) => ({
    name: rule.name, severity: rule.severity, summary: rule.summary, why: rule.why, helpUri: ruleDocsUrl(rule.name),
  }));
}

export const rules: Command = async (argv) => {
  const parsed = parseArguments('rules', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('rules', 'Lists the rules.', flags));
    return 0;
  }
  const table = allRules.map((rule) => ({
    name: rule.name, severity: rule.severity, enabled: rule.enabled ?? true, summary: rule.summary, why: rule.why,
    docs: ruleDocsUrl(rule.name), sources: rule.sources,
  }));
  const format = textFlag(parsed, 'format');
  if (format === 'json') {
    process.stdout.write(JSON.stringify({ version: 1, rules: table }, null, 2) + '\n');
  } else if (format === 'markdown') {
    const rows = table.map((r) => `| [${r.name}](${r.docs}) | ${r.enabled ? r.severity : `${r.severity}, off by default`} | ${r.summary.replaceAll('|', '\\|')} |`);
    process.stdout.write(['| rule | severity | what it finds |', '| --- | --- | --- |', ...rows, ''].join('\n'));
  } else {
    const width = Math.max(...table.map((r) => r.name.length));
    for (const r of table) {
      process.stdout.write(`${r.name.padEnd(width)}  ${(r.enabled ? r.severity : 'off').padEnd(7)}  ${r.summary}\n`);
    }
  }
  return 0;
};

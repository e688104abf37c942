import { ruleDocsUrl } from '../lint/ruleDocsUrl';
import { rules } from '../lint/rules/index';

/** A rule in a few lines of Markdown; undefined for a name that is no rule's. */
export function ruleDoc(name: string): string | undefined {
  const rule = rules.find((r) => r.name === name);
  if (rule === undefined) return undefined;
  const off = rule.enabled === false ? ', off by default' : '';
  const link = `[Documentation](${ruleDocsUrl(rule.name)})`;
  return [`**${rule.name}** (${rule.severity}${off})`, rule.summary, rule.why.trim(), link].join('\n\n');
}

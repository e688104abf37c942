import { ruleDocsUrl } from '../lint/ruleDocsUrl';
import { rules } from '../lint/rules/index';

/** A rule in a few lines of Markdown; undefined for a name that is no rule's. */
export function ruleDoc(name: string): string | undefined {
  const rule = rules.find((r) => r.name === name);
  if (rule === undefined) return undefined;
  const off = rule.enabled === false ? ', off by default' : '';
  return `**${rule.name}** (${rule.severity}${off})\n\n${rule.summary}\n\n${rule.why.trim()}\n\n[Documentation](${ruleDocsUrl(rule.name)})`;
}

import { ruleDocsUrl } from '../lint/ruleDocsUrl';
import { rules } from '../lint/rules/index';

const names = new Set(rules.map((rule) => rule.name));

/** Where the documentation of a rule is read; undefined for codes that are no rules and have no page. */
export function ruleDocs(code: string): string | undefined {
  return names.has(code) ? ruleDocsUrl(code) : undefined;
}

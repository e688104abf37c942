import { didYouMeanText } from '../text/suggest';

/** Problems that readers, or a comparison with a broker, report can be configured and ignored too; their codes are not listed here. */
const readerGroups = ['drift', 'syntax', 'flow', 'asyncapi', 'rabbitmq', 'kafka', 'contract', 'protobuf', 'avro', 'json-schema', 'config'];

/** What is wrong with a name in a configuration or comment; undefined for rules, `group/*`, `*` and readers' codes. */
export function unknownRuleMessage(name: string, ruleNames: readonly string[]): string | undefined {
  const group = name.split('/')[0] ?? '';
  const known = name === '*' || ruleNames.includes(name) || (name.includes('/') && readerGroups.includes(group))
    || (name.endsWith('/*') && ruleNames.some((rule) => rule.startsWith(name.slice(0, -1))));
  if (known) return undefined;
  const groups = [...new Set(ruleNames.map((rule) => `${rule.split('/')[0]}/*`))];
  return `There is no rule "${name}".${didYouMeanText(name, [...ruleNames, ...groups])}`;
}

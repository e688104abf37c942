import type { SourceFile } from '../../text/sourceFile';
import { headOf, isJsonName, isYamlName, outermostKeys } from '../shared/outermost';

/** What a project or a platform consists of; `context` and `projects` alone may be anybody's keys. */
const members = [
  'topics', 'consumers', 'producers', 'streams', 'connectors', 'ksql', 'principal', 'rbac', 'schema_registry',
  'special_topics',
];
const member = new RegExp(`["']?\\b(?:${members.join('|')})["']?[ \\t]*:`);
const planMember = /["']?config["']?[ \t]*:/;
const topicKey = /["']?\b[a-z]+(\.[a-z]+)+["']?[ \t]*:/;

/** True for a descriptor of JulieOps, or for a file of its plans. */
export function isJulie(file: SourceFile): boolean {
  if (!isYamlName(file.path) && !isJsonName(file.path)) return false;
  const head = headOf(file.text);
  if (!/\b(context|plans)\b/.test(head)) return false;
  const keys = outermostKeys(head);
  if (keys.has('apiVersion') || keys.has('asyncapi')) return false;
  if (keys.has('plans')) return keys.size === 1 && planMember.test(head) && topicKey.test(head);
  return keys.has('context') && member.test(head)
    && (keys.has('projects') || keys.has('platform') || keys.has('special_topics'));
}

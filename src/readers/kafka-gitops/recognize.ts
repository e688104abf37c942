import type { SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';

/** All keys that a state file may have; the tool refuses any other (DesiredStateFile). */
const known = new Set(['settings', 'topics', 'services', 'users', 'customServiceAcls', 'customUserAcls']);

const serviceType = /^[ \t]+["']?type["']?[ \t]*:[ \t]*["']?(application|kafka-connect|kafka-streams)\b/m;
const userRole = /^[ \t]+["']?roles["']?[ \t]*:\s*(?:\[|-)[ \t]*["']?(reader|writer|operator)\b/m;
const userPrincipal = /^[ \t]+["']?principal["']?[ \t]*:/m;
const filesOfSettings = new RegExp(
  /^[ \t]+["']?files["']?[ \t]*:[^]{0,400}?/.source
  + /^[ \t]+["']?(?:topics|services|users)["']?[ \t]*:[ \t]*\S+\.ya?ml/.source, 'm');
const blacklist = /^[ \t]+["']?(blacklist|ccloud|describeTopicEnabled)["']?[ \t]*:/m;

const partitions = /^[ \t]+["']?partitions["']?[ \t]*:/m;
/** `topics:` is a map of maps, with remarks and blank lines before the first. */
const topicsMap = new RegExp(
  /^["']?topics["']?[ \t]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n){0,20}/.source
  + /[ \t]+["']?[\w.-]+["']?[ \t]*:[ \t]*(?:#[^\n]*)?\n/.source, 'm');
/** Its entries have, besides `partitions`, only these two; with other words it is another's. */
const topicMember = /^[ \t]+["']?(replication|configs)["']?[ \t]*:/m;
const foreignMember =
  /^[ \t]+["']?(replicas|replication[-_]?factor|config|schema|value_schema)["']?[ \t]*:/mi;

/** True for a state file of kafka-gitops, or one of the files that a state file may be split into. */
export function isKafkaGitops(file: SourceFile): boolean {
  if (!isYamlName(file.path)) return false;
  const head = headOf(file.text);
  const keys = outermostKeys(head);
  if (keys.size === 0 || [...keys].some((key) => !known.has(key))) return false;
  if (keys.has('customServiceAcls') || keys.has('customUserAcls')) return true;
  if (keys.has('services') && serviceType.test(head)) return true;
  if (keys.has('users') && userPrincipal.test(head) && userRole.test(head)) return true;
  if (keys.has('settings') && (filesOfSettings.test(head) || blacklist.test(head))) return true;
  return keys.has('topics') && topicsMap.test(head) && partitions.test(head) && topicMember.test(head)
    && !foreignMember.test(head);
}

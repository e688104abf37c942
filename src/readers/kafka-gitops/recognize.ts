import type { SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';

/** All keys that a state file may have; the tool refuses any other (DesiredStateFile). */
const known = new Set(['settings', 'topics', 'services', 'users', 'customServiceAcls', 'customUserAcls']);

const serviceType = /^[ \t]+["']?type["']?[ \t]*:[ \t]*["']?(application|kafka-connect|kafka-streams)\b/m;
const userRole = /^[ \t]+["']?roles["']?[ \t]*:\s*(?:\[|-)[ \t]*["']?(reader|writer|operator)\b/m;
const userPrincipal = /^[ \t]+["']?principal["']?[ \t]*:/m;
const filesOfSettings = /^[ \t]+["']?files["']?[ \t]*:[^]{0,400}?^[ \t]+["']?(topics|services|users)["']?[ \t]*:[ \t]*\S+\.ya?ml/m;
const blacklist = /^[ \t]+["']?(blacklist|ccloud|describeTopicEnabled)["']?[ \t]*:/m;

/** `topics:` is a map whose entries have `partitions` and, besides, only `replication` and `configs`. */
const topicsMap = /^["']?topics["']?[ \t]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n){0,20}([ \t]+)["']?[\w.-]+["']?[ \t]*:[ \t]*(?:#[^\n]*)?\n/m;
const topicMember = /^[ \t]+["']?(replication|configs)["']?[ \t]*:/m;
const foreignMember = /^[ \t]+["']?(replicas|replicationFactor|replication_factor|replication-factor|config|schema|value_schema)["']?[ \t]*:/m;

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
  return keys.has('topics') && topicsMap.test(head) && topicMember.test(head) && !foreignMember.test(head)
    && /^[ \t]+["']?partitions["']?[ \t]*:/m.test(head);
}

import type { SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';

const cluster = /^[ \t]+["']?(bootstrapAddrs|zkAddrs)["']?[ \t]*:/m;
const topic = /^[ \t]+["']?replicationFactor["']?[ \t]*:/m;
const acls = /^[ \t]+["']?acls["']?[ \t]*:/m;
const inCluster = /^[ \t]+["']?cluster["']?[ \t]*:/m;

/** True for a cluster, topics or ACLs of topicctl: `meta` and `spec` as in Kubernetes, but no `kind`. */
export function isTopicctl(file: SourceFile): boolean {
  if (!isYamlName(file.path)) return false;
  const head = headOf(file.text);
  const keys = outermostKeys(head);
  if (!keys.has('meta') || !keys.has('spec') || keys.has('kind') || keys.has('apiVersion')) return false;
  return cluster.test(head) || (inCluster.test(head) && (topic.test(head) || acls.test(head)));
}

import { configFacts } from './configMaps';
import { dialect } from './dialect';
import { workloadFacts } from './programs';
import type { ResourceReader } from './resource';

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;

/** Without any of these a workload or a map of configuration has nothing to do with messages. */
const words = new RegExp([
  'kafka|rabbit|amqp|mqtt|mosquitto|emqx|hivemq|\\bnats|jetstream|redpanda|dapr\\.io|messaging',
  'bootstrap.?servers|topic|queue|exchange|flow:',
].join('|'), 'i');

/** Plain Kubernetes: workloads, and the configuration that they are given. */
export const kubernetes: ResourceReader = {
  dialect,
  // A Secret's `data` is encoded, and nobody's business.
  fits: (head) => words.test(head) && (!/\bkind"?[ \t]*:[ \t]*"?Secret\b/.test(head) || hasMore(head)),
  kinds: {
    '': ['Pod', 'ReplicationController', 'ConfigMap', 'Secret'],
    apps: workloads, extensions: workloads, batch: ['Job', 'CronJob'], 'apps.openshift.io': ['DeploymentConfig'],
    'argoproj.io': ['Rollout'],
  },
  read: (resource, all) =>
    (/^(ConfigMap|Secret)$/.test(resource.kind) ? configFacts(resource, all) : workloadFacts(resource, all)),
};

const otherKinds =
  /\bkind"?[ \t]*:[ \t]*"?(Pod|ConfigMap|Deployment(Config)?|[A-Z][a-z]+(Set|Controller)|(Cron)?Job|Rollout)\b/;

/** True if Secrets are not all that a manifest has, or they say something in plain text. */
function hasMore(head: string): boolean {
  return head.includes('stringData') || otherKinds.test(head);
}

import { baseName, type SourceFile } from '../../text/sourceFile';
import { headOf } from '../shared/outermost';
import { aclKinds } from './acls';
import { carriers } from './embedded';
import { connectorKinds } from './connectors';
import { clusterKinds } from './brokerTable';
import { rabbitKinds } from './rabbitmqTree';
import { schemaKinds } from './schemas';
import { topicKinds } from './topics';

/** Names of Terraform's and OpenTofu's files, also in JSON, and Terragrunt's. */
const fileName = /\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.hcl$/i;

/** Much of a Terraform file is about other things, so that a longer beginning is looked at. */
const looked = 1 << 18;

const types = [
  ...[topicKinds, aclKinds, clusterKinds, rabbitKinds, connectorKinds, schemaKinds]
    .flatMap((table) => Object.keys(table)),
  'aiven_kafka_acl', 'google_managed_kafka_acl', 'confluent_role_binding', 'confluent_kafka_mirror_topic',
  'jetstream_stream', 'jetstream_consumer', 'aiven_mirrormaker_replication_flow',
  'kafka_user_scram_credential',
].filter((type) => type !== 'digitalocean_database_cluster');

const resource = new RegExp(`^[ \\t]*(?:resource|data)[ \\t]+"(?:${types.join('|')})"`, 'm');
const provider = /^[ \t]*provider[ \t]+"(?:kafka|rabbitmq|jetstream)"/m;
const inJson = new RegExp(`"(?:${types.join('|')})"[ \\t]*:`);
const module = /^[ \t]*module[ \t]+"/m;
const clusterModule = /^[ \t]*source[ \t]*=[ \t]*"(?!\.)[^"\n]{0,300}msk-(?:apache-kafka-|kafka-)?cluster/m;
const topicKey = /^[ \t]*"?(?:\w*_)?(?:topics?(?:_names?|_list)?|produces_to|consumes_from)"?[ \t]*[=:]/m;

/** The words that make a module's topics Kafka's. */
export const kafkaWord = /kafka|msk|confluent|redpanda|aiven|(produce|consume)r?s?_topic/i;

const carrier = new RegExp(`^[ \\t]*resource[ \\t]+"(?:${carriers.join('|')})"`, 'm');
const carried = /kafka|rabbitmq|nats|mqtt|strimzi|knative|dapr|debezium/i;

/** True for Terraform that declares brokers, topics, queues or rights, or lists topics for a module. */
export function isTerraform(file: SourceFile): boolean {
  if (!fileName.test(file.path)) return false;
  const head = headOf(file.text, looked);
  if (/\.tf(vars)?\.json$/i.test(file.path) && inJson.test(head)) return true;
  if (resource.test(head) || provider.test(head) || clusterModule.test(head)) return true;
  if (carrier.test(head) && carried.test(head)) return true;
  if (!topicKey.test(head) || !kafkaWord.test(head)) return false;
  return isValues(file.path) || module.test(head);
}

/** Files whose own arguments are values: of variables, or Terragrunt's inputs. */
export function isValues(path: string): boolean {
  return /\.(tfvars|tfvars\.json|hcl)$/i.test(baseName(path)) && !/\.lock\.hcl$/i.test(path);
}

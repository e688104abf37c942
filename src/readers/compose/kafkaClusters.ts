import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import { textOfCommand } from './commandText';
import type { ComposeService } from './services';

/** The Kafka nodes of a file that are one cluster. */
export interface Cluster {
  readonly name: Sourced<string>;
  readonly nodes: readonly ComposeService[];
}

/** Starts of servers, in containers whose command is not the image's own. */
const starts = new RegExp('kafka-server-start|docker/run\\b|start-kafka|kafka/run|redpanda\\s+start'
  + '|rabbitmq-server|mosquitto\\s+-[cpdv]|nats-server');
/** Tools that come in the image of their server. */
const tools = /rabbitmqadmin|rabbitmqctl|mosquitto_(pub|sub|passwd|rr)/;

/** Variables that only a broker is given. */
const ownKeys = [
  'KAFKA_ADVERTISED_LISTENERS', 'KAFKA_CFG_ADVERTISED_LISTENERS', 'KAFKA_BROKER_ID', 'KAFKA_NODE_ID',
  'KAFKA_PROCESS_ROLES', 'KAFKA_CFG_PROCESS_ROLES', 'KAFKA_ZOOKEEPER_CONNECT', 'KAFKA_CFG_NODE_ID',
];

/** True for a container that runs another program of a broker's image: it makes topics and ends. */
export function isToolRun(
  service: Pick<ComposeService, 'environment' | 'items' | 'kind' | 'value'>,
): boolean {
  const text = textOfCommand(service);
  if (text === '' || starts.test(text)) return false;
  // Images that refuse to start without these keys are given them with this word.
  const has = (key: string): boolean => !/^(|ignored)$/i.test(service.environment.get(key)?.value ?? '');
  if (service.kind === 'kafka') return !ownKeys.some(has);
  return tools.test(text);
}

/**
 * Puts Kafka nodes together that are of one cluster: by the same ZooKeeper, the same quorum of controllers,
 * the same cluster id. Nodes that are controllers only take no messages and are left out.
 */
export function clustersOf(file: SourceFile, nodes: readonly ComposeService[]): Cluster[] {
  const byKey = new Map<string, ComposeService[]>();
  const keys = new Map<string, string>();
  for (const node of nodes) {
    if (isControllerOnly(node)) continue;
    const own = identities(node);
    // A node may say its quorum, another only the id of the cluster; one key in common is enough.
    const before = own.map((k) => keys.get(k)).find((k) => k !== undefined);
    const key = before ?? own[0] ?? `service ${node.name.value}`;
    for (const k of own) keys.set(k, key);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [node]);
    else group.push(node);
  }
  return [...byKey.values()].map((group) => ({ name: clusterName(file, group), nodes: group }));
}

function isControllerOnly({ environment }: ComposeService): boolean {
  const roles = environment.text('KAFKA_PROCESS_ROLES', 'KAFKA_CFG_PROCESS_ROLES', 'NODE_ROLE');
  return roles?.value.toLowerCase() === 'controller';
}

function identities({ environment, items, value }: ComposeService): string[] {
  const lists = [
    'KAFKA_ZOOKEEPER_CONNECT', 'KAFKA_CFG_ZOOKEEPER_CONNECT', 'ZOOKEEPER_CONNECT',
    'KAFKA_CONTROLLER_QUORUM_VOTERS', 'KAFKA_CFG_CONTROLLER_QUORUM_VOTERS',
    'KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS',
    'KAFKA_CFG_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS',
  ];
  const found: string[] = [];
  for (const key of lists) {
    const said = environment.text(key);
    if (said === undefined) continue;
    const chroot = /\/[^,]*$/.exec(said.value)?.[0] ?? '';
    const servers = said.value.slice(0, said.value.length - chroot.length);
    const hosts = servers.split(',').map((host) => host.trim());
    found.push(`${hosts.sort().join(',')}${chroot}`);
  }
  const id = environment.text('CLUSTER_ID', 'KAFKA_CLUSTER_ID', 'KAFKA_KRAFT_CLUSTER_ID');
  if (id) found.push(`id ${id.value}`);
  const seeds = /--seeds[= ]+"?([\w.,:{}-]+)/.exec(textOfCommand({ items, value }))?.[1];
  if (seeds !== undefined) found.push(`seeds ${seeds}`);
  return found;
}

/** `kafka` of `kafka-1` and `kafka-2`; a node's own name where it is alone or they have nothing in common. */
export function clusterName(file: SourceFile, nodes: readonly ComposeService[]): Sourced<string> {
  const first = nodes[0]!.name;
  if (nodes.length === 1) return first;
  const stems = nodes.map((node) => /^(.*?)[-_.]?\d+$/.exec(node.name.value)?.[1]);
  const stem = stems[0];
  if (stem === undefined || stem === '' || stems.some((s) => s !== stem)) return first;
  return { value: stem, at: rangeIn(file, first.at.start, first.at.start + stem.length) };
}

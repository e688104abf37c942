import type { Sourced } from '../../text/range';
import { resolvePath } from '../../text/sourceFile';
import type { BrokerFact, Fact } from '../../model/facts';
import { protocols, type Protocol } from '../../model/settings';
import { get, isScalar, text } from '../../syntax/tree';
import { clientPorts, listenersIn } from '../compose/addresses';
import { textOfCommand } from '../compose/commandText';
import { isToolRun } from '../compose/kafkaClusters';
import { brokerLookup } from '../compose/kafkaVariables';
import { clusterDefaults, clusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { environmentOf } from '../shared/environmentValues';
import { secretsInEnvironment } from '../shared/environmentSecrets';
import type { KeyedValues } from '../shared/keyed';
import { sourcedNumber } from '../shared/places';
import { commandedBy } from './commands';
import { moduleOf, type Container, type Pod } from './pods';
import { addressesOf } from './services';
import type { Resource } from './resource';
import { dialect } from './dialect';

/** Workloads that do not end by themselves. */
const lasting = /^(Deployment|DeploymentConfig|[A-Z][a-z]+Set|ReplicationController|Rollout|Pod)$/;

/**
 * The protocol of the broker that a container runs, told by its image; undefined for other programs. A
 * broker's image also holds tools, which run in jobs, and ZooKeeper.
 */
export function brokerProtocol({ resource }: Pod, container: Container): Protocol | undefined {
  const { kind } = container.image;
  if (kind === undefined || !lasting.test(resource.kind)) return undefined;
  const { value, items } = commandedBy(container);
  const run = { value, items, kind, environment: environmentOf(resource.file, get(container.node, 'env')) };
  if (/zookeeper/i.test(`${container.name} ${textOfCommand(run)}`) && kind === 'kafka') return undefined;
  return isToolRun(run) ? undefined : protocols.find((protocol) => protocol === kind);
}

/** Ports of consoles, metrics, controllers and nodes among each other: no client connects there. */
const otherPorts: ReadonlySet<number> = new Set([
  15672, 15671, 15692, 25672, 4369, 9644, 8082, 8081, 9101, 9404, 8222, 6222, 7777, 18083, 5369, 4370, 9001,
  9090,
]);

const otherNames = new RegExp([
  'jmx|metric|prom|monitor|export|admin|mgmt|manage|http|web|\\bui\\b|dashboard|controller|quorum|inter|peer',
  'gossip|cluster|epmd|leader|elect|probe|health',
].join('|'), 'i');

/** A broker that runs in the cluster, by the Services that lead to it. */
export function brokerFacts(
  pod: Pod, container: Container, values: KeyedValues, all: readonly Resource[],
): Fact[] {
  const { resource } = pod;
  const protocol = brokerProtocol(pod, container);
  const { name, extent, file } = resource;
  if (protocol === undefined || name === undefined) return [];
  const at = container.written?.at ?? name.at;
  const kafka = protocol === 'kafka' ? brokerLookup(values, container.image.family) : undefined;
  const addresses = [...addressesOf(pod, all, portsOf(container, protocol)), ...advertised(values, protocol)];
  const version = isOfficial(container) ? container.image.version : undefined;
  const broker = defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: protocol, at },
    addresses: addresses.length > 0 ? distinct(addresses) : undefined, namespace: resource.namespace,
    version: version === undefined ? undefined : { value: version, at }, nodes: nodesOf(resource, protocol),
    software: container.image.software, topicDefaults: kafka && clusterDefaults(kafka), ...kafka && clusterSettings(kafka),
    configuredBy: builtFrom(pod, container, protocol),
  });
  return [broker, ...secretsInEnvironment(file, values, [], { dialect, of: name.value })];
}

/** What a server of each protocol reads first. */
const configFile: Readonly<Partial<Record<Protocol, readonly string[]>>> = {
  mqtt: ['mosquitto.conf'], nats: ['nats.conf', 'nats-server.conf'], rabbitmq: ['definitions.json'],
};

/** An image of somebody's own is built from a folder of its name, which mostly lies beside the manifest. */
function builtFrom({ resource }: Pod, container: Container, protocol: Protocol): string[] | undefined {
  const folder = moduleOf(container.written);
  if (folder === undefined || isOfficial(container)) return undefined;
  return configFile[protocol]?.flatMap((name) =>
    [`${folder}/${name}`, `${folder}/config/${name}`].map((path) => resolvePath(resource.file.path, path)));
}

/** The tag of an image of somebody's own is not the version of the broker in it. */
function isOfficial({ written }: Container): boolean {
  const folders = (written?.value ?? '').split('/').slice(0, -1);
  return folders.every((part) => /[.:]|^(localhost|library)$/.test(part) || publishers.has(part));
}

const publishers: ReadonlySet<string> = new Set([
  'apache', 'bitnami', 'bitnamilegacy', 'confluentinc', 'cloudamqp', 'emqx', 'hivemq', 'natsio', 'redpandadata',
  'strimzi', 'ubuntu', 'vernemq', 'wurstmeister',
]);

/** The ports at which clients connect: the usual ones, and those of the container that are no other's. */
function portsOf(container: Container, protocol: Protocol): number[] {
  const own = mapsIn(get(container.node, 'ports')).flatMap((port) => {
    const number = get(port, 'containerPort');
    const isOther = otherNames.test(text(get(port, 'name')) ?? '');
    return !isOther && isScalar(number) && typeof number.value === 'number' ? [number.value] : [];
  });
  return [...new Set([...clientPorts[protocol], ...own.filter((port) => !otherPorts.has(port))])];
}

/** What a Kafka broker tells clients to connect to; names that the pod fills in are not known. */
function advertised(values: KeyedValues, protocol: Protocol): Sourced<string>[] {
  if (protocol !== 'kafka') return [];
  const one = values.get('KAFKA_ADVERTISED_LISTENERS') ?? values.get('KAFKA_CFG_ADVERTISED_LISTENERS');
  if (one === undefined || one.isOpen) return [];
  const listeners = listenersIn(values.file, one);
  return listeners.filter((l) => l.host !== '' && l.host !== 'localhost' && l.name !== 'CONTROLLER')
    .map((l) => ({ value: `${l.host}:${l.port}`, at: l.at }));
}

/** A set of pods with stable names is a cluster; other brokers do not share what they hold. */
function nodesOf(resource: Resource, protocol: Protocol): Sourced<number> | undefined {
  if (resource.kind !== 'StatefulSet' || protocol === 'mqtt') return undefined;
  return sourcedNumber(resource.file, get(resource.root, 'spec', 'replicas'));
}

function distinct(addresses: readonly Sourced<string>[]): Sourced<string>[] {
  const seen = new Set<string>();
  return addresses.filter(({ value }) => !seen.has(value) && seen.add(value) !== undefined);
}

import { baseName, dirName, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import type { FileLink } from '../../model/reader';
import type { Protocol } from '../../model/settings';
import type { SyntaxNode } from '../../syntax/tree';
import { clusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import {
  clientPorts, knownBroker, listenersIn, reachedBy, type KnownBroker, type Listener, type Reached,
} from './addresses';
import { textOfCommand } from './commandText';
import { dialect } from './dialect';
import { clusterName, clustersOf, isToolRun } from './kafkaClusters';
import { brokerLookup, topicDefaults } from './kafkaVariables';
import { mountsOf } from './mounts';
import type { ComposeService } from './services';

/** A broker that a compose file runs, with the containers that are its nodes. */
export interface RunBroker {
  readonly fact: BrokerFact;
  readonly known: KnownBroker;
  readonly nodes: readonly ComposeService[];
  readonly links: readonly FileLink[];
}

/** The brokers among the services of a file; nodes of one cluster are one broker. */
export function brokersOf(
  file: SourceFile, root: SyntaxNode | undefined, services: readonly ComposeService[],
): RunBroker[] {
  const running = services.filter((s) => s.runs && !isToolRun(s));
  const kafka = clustersOf(file, running.filter((s) => s.kind === 'kafka'));
  return [
    ...kafka.map(({ name, nodes }) => kafkaBroker(file, root, name, nodes)),
    ...(['rabbitmq', 'mqtt', 'nats'] as const).flatMap((protocol) =>
      grouped(running.filter((s) => s.kind === protocol), protocol)
        .map((nodes) => otherBroker(file, root, protocol, nodes))),
  ].sort((a, b) => a.fact.extent.start - b.fact.extent.start);
}

/** What tells that two containers are nodes of one cluster, for the brokers that say it in one place. */
function grouped(services: readonly ComposeService[], protocol: Protocol): ComposeService[][] {
  const groups = new Map<string, ComposeService[]>();
  for (const service of services) {
    const said = protocol === 'rabbitmq' ? service.environment.get('RABBITMQ_ERLANG_COOKIE')?.value
      : protocol === 'nats' ? /--?cluster_name[= ]+([\w.-]+)/.exec(textOfCommand(service))?.[1] : undefined;
    const key = said === undefined ? `service ${service.name.value}` : `cluster ${said}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [service]);
    else group.push(service);
  }
  return [...groups.values()];
}

function kafkaBroker(
  file: SourceFile, root: SyntaxNode | undefined, name: Sourced<string>, nodes: readonly ComposeService[],
): RunBroker {
  const first = nodes[0]!;
  const { environment, image } = first;
  const advertised = nodes.flatMap((node) => advertisedBy(file, node));
  const reached = reachedBy(file, nodes, 'kafka', (node) => portsOf(file, node), advertised);
  const get = brokerLookup(environment, image.family);
  return made(file, root, 'kafka', name, nodes, reached, {
    tls: tlsOf(first, reached, advertised), topicDefaults: topicDefaults(get), ...clusterSettings(get),
  });
}

function advertisedBy(file: SourceFile, node: ComposeService): Listener[] {
  const { environment } = node;
  const said = environment.get('KAFKA_ADVERTISED_LISTENERS')
    ?? environment.get('KAFKA_CFG_ADVERTISED_LISTENERS');
  const controllers = controllerNames(node);
  const listeners = listenersIn(file, said).filter((l) => !controllers.has(l.name));
  if (listeners.length > 0) return listeners;
  const flag = /--advertise-kafka-addr[= ]+["']?([\w.:/,-]+)/.exec(textOfCommand(node))?.[1];
  return (flag ?? '').split(',').flatMap((part) => {
    const match = /^(?:(\w+):\/\/)?([\w.-]+):(\d{1,5})$/.exec(part);
    if (match === null) return [];
    const [, name = '', host = '', port] = match;
    return [{ name: name.toUpperCase(), host, port: Number(port), at: node.imageAt }];
  });
}

function controllerNames({ environment }: ComposeService): ReadonlySet<string> {
  const said = environment.text('KAFKA_CONTROLLER_LISTENER_NAMES', 'KAFKA_CFG_CONTROLLER_LISTENER_NAMES');
  return new Set((said?.value ?? 'CONTROLLER').split(',').map((name) => name.trim().toUpperCase()));
}

/** The ports of a Kafka container at which clients may connect. */
function portsOf(file: SourceFile, node: ComposeService): number[] {
  const { environment } = node;
  const said = environment.get('KAFKA_LISTENERS') ?? environment.get('KAFKA_CFG_LISTENERS');
  const controllers = controllerNames(node);
  const own = listenersIn(file, said).filter((l) => !controllers.has(l.name)).map((l) => l.port);
  // Without listeners of its own the image listens on the ports that it advertises.
  const ports = own.length > 0 ? own : advertisedBy(file, node).map((l) => l.port);
  const flag = /--kafka-addr[= ]+["']?([\w.:/,-]+)/.exec(textOfCommand(node))?.[1];
  for (const match of (flag ?? '').matchAll(/:(\d{2,5})(?=,|$)/g)) ports.push(Number(match[1]));
  return ports.length > 0 ? [...new Set(ports)] : [...clientPorts.kafka];
}

/** Whether the listener behind the broker's URL is encrypted. */
function tlsOf(
  node: ComposeService, reached: Reached, advertised: readonly Listener[],
): Sourced<boolean> | undefined {
  const listener = advertised.find((l) => `${l.host}:${l.port}` === reached.url.value);
  if (listener === undefined) return undefined;
  const map = node.environment.text(
    'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP', 'KAFKA_CFG_LISTENER_SECURITY_PROTOCOL_MAP',
  );
  const mapped = map?.value.split(',').map((pair) => pair.trim().split(':'))
    .find(([name]) => name?.toUpperCase() === listener.name)?.[1];
  const word = (mapped ?? listener.name).toUpperCase();
  if (!/^(SASL_)?(SSL|PLAINTEXT)$/.test(word)) return undefined;
  return { value: word.endsWith('SSL'), at: listener.at };
}

function otherBroker(
  file: SourceFile, root: SyntaxNode | undefined, protocol: Protocol, nodes: readonly ComposeService[],
): RunBroker {
  const { environment } = nodes[0]!;
  const port = protocol !== 'nats' ? undefined
    : /(?:^|\s)(?:-p|--?port)[= ]+(\d{2,5})\b/.exec(textOfCommand(nodes[0]!))?.[1];
  const ports = port === undefined ? clientPorts[protocol] : [Number(port)];
  const anonymous = environment.text(
    'DOCKER_VERNEMQ_ALLOW_ANONYMOUS', 'VERNEMQ_ALLOW_ANONYMOUS', 'EMQX_ALLOW_ANONYMOUS',
  );
  const reached = reachedBy(file, nodes, protocol, () => ports, []);
  return made(file, root, protocol, clusterName(file, nodes), nodes, reached, {
    ...(protocol === 'rabbitmq' ? timeoutOf(nodes[0]!) : {}),
    vhost: protocol === 'rabbitmq' ? environment.text('RABBITMQ_DEFAULT_VHOST', 'RABBITMQ_VHOST') : undefined,
    anonymous: protocol === 'mqtt' && anonymous && /^(on|off|true|false)$/i.test(anonymous.value)
      ? { value: /^(on|true)$/i.test(anonymous.value), at: anonymous.at } : undefined,
  });
}

/** `-rabbit consumer_timeout 3600000` on the command line of the node; `undefined` switches it off. */
function timeoutOf({ environment }: ComposeService): Pick<BrokerFact, 'consumerTimeout'> {
  const said = environment.text('RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS');
  const match = /-rabbit\s{1,9}consumer_timeout\s{1,9}(\d{1,12})\b/.exec(said?.value ?? '');
  return said === undefined || match === null ? {} : { consumerTimeout: { value: Number(match[1]), at: said.at } };
}

function made(
  file: SourceFile, root: SyntaxNode | undefined, protocol: Protocol, name: Sourced<string>,
  nodes: readonly ComposeService[], reached: Reached, more: Partial<BrokerFact>,
): RunBroker {
  const first = nodes[0]!;
  const extent: SourceRange = first.extent;
  const { version } = first.image;
  const mounts = nodes.flatMap((node) => mountsOf(file, root, node));
  const files = mounts.filter((m) => /\.(json|conf|properties)$/i.test(m.path));
  // A folder may hold them by the names that the images' own documentation uses.
  const inside = mounts.filter((m) => !/\.\w+$/.test(m.path))
    .flatMap((m) => usualFiles[protocol].map((name) => `${m.path}/${name}`));
  const configuredBy = [...new Set([...files.map((m) => m.path), ...inside])];
  const environment = isProduction(file.path) ? undefined : 'development';
  const replicas = nodes.reduce((sum, node) => sum + (node.replicas?.value ?? 1), 0);
  const fact = defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: protocol, at: first.imageAt },
    url: reached.url, addresses: reached.addresses, scope: dirName(file.path),
    version: version === undefined ? undefined : { value: version, at: first.imageAt },
    environment: environment === undefined ? undefined : { value: environment, at: name.at },
    nodes: replicas > 1 ? { value: replicas, at: name.at } : undefined, software: first.image.software, ...more,
    configuredBy: configuredBy.length === 0 ? undefined : configuredBy,
    note: environment === undefined ? undefined
      : 'It runs in containers of a compose file, so its environment is taken to be development.',
  });
  return {
    fact, nodes, known: knownBroker(name.value, protocol, nodes, reached),
    links: files.map((m) => ({ path: m.path, at: m.at, fragment: '' })),
  };
}

const usualFiles: Readonly<Record<Protocol, readonly string[]>> = {
  kafka: ['server.properties'],
  rabbitmq: ['definitions.json', 'load_definition.json', 'rabbitmq.conf'],
  mqtt: ['mosquitto.conf'],
  nats: ['nats-server.conf', 'nats.conf'],
};

/** `docker-compose.prod.yml`, or a compose file in a folder of that name. */
function isProduction(path: string): boolean {
  return /(^|[._-])(prod|production|prd|live)([._-]|$)/i.test(baseName(path))
    || /\/(prod|production|prd|live)\//i.test(path);
}

import type { SourceRange, Sourced } from '../../text/range';
import type { Protocol } from '../../model/settings';
import { KeyedValues, type Keyed, type Lookup } from '../shared/keyed';
import { placeOfPart, type Config } from './config';

export type Direction = 'incoming' | 'outgoing';

/** One channel of MicroProfile Reactive Messaging, with what is configured for it. */
export interface MessagingChannel {
  readonly direction: Direction;
  /** The name that the program uses; the place is that in the first of its keys. */
  readonly name: Sourced<string>;
  readonly connector: Connector;
  /** What stands below the channel itself: attributes without their prefix. */
  readonly own: KeyedValues;
  /** An attribute of the channel, else of its connector, else of what holds for all channels. */
  readonly get: Lookup;
  /** An attribute of the channel, else of its connector: for names, which nobody sets for all channels. */
  readonly near: Lookup;
  readonly extent: SourceRange;
  /** The last of its keys, behind which another one can be written. */
  readonly last: Keyed;
}

/** A connector that moves messages over a protocol of ours. */
export interface Connector {
  /** As a file names it: `smallrye-kafka`; the usual one where no file does. */
  readonly id: string;
  readonly protocol: Protocol;
  /** AMQP 1.0, in which RabbitMQ's queues and exchanges are addresses. */
  readonly isAmqp1?: true;
  /** Why it was concluded, where no key names it. */
  readonly inferred?: string;
}

/** Connectors by what stands in `connector`: those of SmallRye, Open Liberty, Helidon, Quarkus. */
function connectorOf(id: string): Connector | undefined {
  if (/(^|-)kafka$/.test(id)) return { id, protocol: 'kafka' };
  if (/(^|-)rabbitmq(-og)?$/.test(id)) return { id, protocol: 'rabbitmq' };
  if (/(^|-)amqp$/.test(id)) return { id, protocol: 'rabbitmq', isAmqp1: true };
  if (/(^|-)mqtt(-server)?$/.test(id)) return { id, protocol: 'mqtt' };
  return /(^|-)(jetstream|nats)(-|$)/.test(id) ? { id, protocol: 'nats' } : undefined;
}

const usual: Readonly<Record<Protocol, string>> = {
  kafka: 'smallrye-kafka', rabbitmq: 'smallrye-rabbitmq', mqtt: 'smallrye-mqtt', nats: 'quarkus-jetstream',
};

/** Attributes that one connector alone has. */
const signs: readonly [RegExp, Protocol][] = [
  [/^(?:(?:key|value)\.(?:de)?serializer|group\.id|auto\.offset\.reset|enable\.auto\.commit|acks)$/, 'kafka'],
  [/^(?:bootstrap\.servers|max\.poll\..+|isolation\.level|transactional\.id|kafka-configuration)$/, 'kafka'],
  [/^(?:commit-strategy|partitions|topics|pattern)$/, 'kafka'],
  [/^(?:dead-letter-queue|delayed-retry-topic|checkpoint)\./, 'kafka'],
  [/^(?:exchange|queue)\.|^(?:routing-keys|default-routing-key|publish-confirms)$/, 'rabbitmq'],
  [/^(?:auto-acknowledgement|auto-bind-dlq)$|^dead-letter-(?!queue\.)/, 'rabbitmq'],
  [/^(?:qos|auto-clean-session|will-.+|keep-alive-seconds|auto-keep-alive)$/, 'mqtt'],
  [/^(?:stream|subject|subjects)$/, 'nats'],
];

/** Keys that hold for all channels of a protocol. */
const globals: readonly [RegExp, Protocol][] = [
  [/^(?:kafka|quarkus\.kafka)\./, 'kafka'], [/^rabbitmq-/, 'rabbitmq'],
  [/^quarkus\.messaging\.nats\./, 'nats'],
  [/^mqtt-/, 'mqtt'],
];

/** The channels of a file, in its order; those of connectors that are none of ours are left out. */
export function channelsOf(config: Config): MessagingChannel[] {
  const { file, values } = config;
  const { all } = values;
  const only = onlyProtocol(all);
  const found: MessagingChannel[] = [];
  for (const group of groupsOf(all)) {
    const { direction, name } = group;
    const attributes = new KeyedValues(file, group.attributes);
    // A channel that is off makes no connection; what is set for it may wait for a flag.
    if (attributes.text('enabled')?.value.toLowerCase() === 'false') continue;
    const said = attributes.get('connector');
    if (said?.isOpen === true) continue;
    const connector = said !== undefined && said.value !== ''
      ? connectorOf(said.value) : inferred(attributes, only);
    if (connector === undefined) continue;
    const first = all[group.from]!;
    const before = `mp.messaging.${direction}.${!config.isYaml && group.isQuoted ? '"' : ''}`;
    found.push({
      direction, connector, own: attributes, last: all[group.last]!,
      name: { value: name, at: placeOfPart(config, first, before, name) },
      ...lookups(values, attributes, connector),
      extent: { ...first.extent, end: Math.max(first.extent.end, all[group.to]!.extent.end) },
    });
  }
  return found;
}

interface Group {
  readonly direction: Direction;
  readonly name: string;
  readonly isQuoted: boolean;
  /** Without the channel's prefix. */
  readonly attributes: Keyed[];
  /** The first key, the last that stands next to it without another's between, and the last of all. */
  readonly from: number;
  to: number;
  last: number;
}

const channelKey = /^mp\.messaging\.(incoming|outgoing)\.(?:"([^"]+)"|([^".[]+))\.(.+)$/s;

function groupsOf(all: readonly Keyed[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  all.forEach((one, i) => {
    const match = channelKey.exec(one.key);
    const name = match?.[2] ?? match?.[3];
    // `orders$1` is one of several consumers of the channel `orders`.
    if (match === null || name === undefined || /\$\d+$|\$\{/.test(name)) return;
    const direction = match[1] === 'incoming' ? 'incoming' : 'outgoing';
    const id = `${direction} ${name}`;
    let group = groups.get(id);
    if (group === undefined) {
      group = { direction, name, isQuoted: match[2] !== undefined, attributes: [], from: i, to: i, last: i };
      groups.set(id, group);
    }
    group.attributes.push({ ...one, key: match[4] ?? '' });
    if (group.to === i - 1 && one.extent.file === all[group.from]?.extent.file) group.to = i;
    group.last = i;
  });
  return groups.values();
}

/**
 * The attributes of a channel, then those of its connector, then what the protocol's own keys say for all of
 * the program (`kafka.bootstrap.servers`, `rabbitmq-host`).
 */
function lookups(
  values: KeyedValues, own: KeyedValues, connector: Connector,
): Pick<MessagingChannel, 'get' | 'near'> {
  const channel = own.lookup();
  const shared = values.lookup(`mp.messaging.connector.${connector.id}.`);
  const quoted = values.lookup(`mp.messaging.connector."${connector.id}".`);
  const wide = values.lookup(
    connector.protocol === 'kafka' ? 'kafka.' : connector.isAmqp1 === true ? 'amqp-'
      : `${connector.protocol}-`,
  );
  const near: Lookup = (key) => channel(key) ?? shared(key) ?? quoted(key);
  return { near, get: (key) => near(key) ?? wide(key) };
}

/** What a file shows of the connectors that the program has. */
interface Shown {
  /** The one protocol that connectors or keys for all channels speak. */
  readonly protocol: Protocol | undefined;
  /** True if any connector is configured, also one that is none of ours. */
  readonly any: boolean;
}

function onlyProtocol(all: readonly Keyed[]): Shown {
  const protocols = new Set<Protocol>();
  let any = false;
  for (const one of all) {
    const named = /^mp\.messaging\.(?:incoming|outgoing)\.[^\n]+\.connector$/.test(one.key) ? one.value
      : /^mp\.messaging\.connector\."?([^".]+)/.exec(one.key)?.[1];
    if (named !== undefined) any = true;
    const protocol = connectorOf(named ?? '')?.protocol ?? globals.find(([key]) => key.test(one.key))?.[1];
    if (protocol !== undefined) protocols.add(protocol);
  }
  return { protocol: protocols.size === 1 ? [...protocols][0] : undefined, any };
}

/** Quarkus attaches a channel to the program's only connector; the file shows which that can be. */
function inferred(own: KeyedValues, { protocol: only, any }: Shown): Connector | undefined {
  for (const { key } of own.all) {
    const protocol = signs.find(([sign]) => sign.test(key))?.[1];
    if (protocol === undefined) continue;
    const id = usual[protocol];
    return { id, protocol, inferred: `The channel names no connector; ${key} is an attribute of ${id}.` };
  }
  if (only !== undefined) {
    const id = usual[only];
    return {
      id, protocol: only,
      inferred: `The channel names no connector; ${id} is the only one that the file configures.`,
    };
  }
  const topic = own.get('topic');
  if (any || topic === undefined || own.get('host') !== undefined) return undefined;
  // Pulsar has topics too: with an address of their own form, or attributes that Kafka's connector has not.
  if (!topic.isOpen && !/^[\w.-]{1,249}$/.test(topic.value)) return undefined;
  if (own.all.some(({ key }) => /^(?:schema|serviceUrl|queue|address|destination)$|^subscription/.test(key))) return undefined;
  return {
    id: usual.kafka, protocol: 'kafka',
    inferred: 'The channel names no connector; of those with topics, Kafka\'s is the usual one.',
  };
}

import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, ChannelRef, ConsumeFact, Fact, PublishFact, ServiceFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { defined } from './defined';
import { addressesIn, isMessagingKey, type FoundAddress } from './environmentAddresses';
import { directed } from './environmentDirection';
import { secretsInEnvironment } from './environmentSecrets';
import { consumerInEnvironment, producerInEnvironment } from './environmentSettings';
import { canonicalVariable } from './environmentValues';
import { nameOfHost, withoutUserInfo } from './kafkaBroker';
import type { KeyedValues } from './keyed';
import { kindOf, namedTopics, wordsOf, type NamedKind, type NamedTopic } from './namedTopics';

export { environmentOf, environmentOfFile, resolveUsual, type Resolve } from './environmentValues';

/** Whose environment it is, and what else is known of it. */
export interface EnvironmentOf {
  readonly dialect: string;
  /** The program; undefined for a file of variables that says no program: then there are no edges. */
  readonly service?: Sourced<string>;
  /** Its whole declaration. */
  readonly extent: SourceRange;
  readonly client?: Sourced<string>;
  /** The folder of its program. */
  readonly folder?: string;
  /** The folder in which bare hosts mean their brokers, see `BrokerFact.scope`. */
  readonly scope?: string;
  /** What it speaks where its own variables name no address: decides what a `…_TOPIC` is a topic of. */
  readonly protocols?: readonly Protocol[];
  /** The name by which the same file declares the broker at an address. */
  readonly brokerAt?: (protocol: Protocol, address: string) => string | undefined;
  /** Why the service is concluded, where its name is. */
  readonly inferred?: string;
  readonly note?: string;
}

/**
 * What a program's variables say of messaging: brokers by their addresses, settings of Kafka clients, names
 * of topics and queues, logins. Empty where they say nothing of it. All but the service is inferred.
 */
export function serviceFactsFromEnvironment(values: KeyedValues, about: EnvironmentOf): Fact[] {
  const { dialect, service, extent } = about;
  const addresses = addressesIn(values, about.brokerAt);
  const brokers = new Map<string, string>();
  const facts: Fact[] = [];
  for (const found of addresses) {
    const key = `${found.protocol} ${found.address.value}`;
    if (brokers.has(key)) continue;
    const declared = about.brokerAt?.(found.protocol, found.address.value);
    const fact = declared === undefined ? brokerOf(values, found, about) : undefined;
    brokers.set(key, declared ?? fact?.name.value ?? '');
    if (fact !== undefined) facts.push(fact);
  }
  const named = [...brokers].map(([key, name]) => ({ protocol: key.split(' ', 1)[0] as Protocol, name }));
  const protocols = new Set<Protocol>([
    ...named.map((b) => b.protocol), ...protocolsOf(values), ...about.protocols ?? [],
  ]);
  const wide = service === undefined ? [] : clientFacts(values, about, service);
  const edges = directed(channelFacts(values, about, protocols, named), service);
  const of = service?.value ?? 'the broker';
  const secrets = secretsInEnvironment(values.file, values, addresses, {
    dialect, of,
    broker: (protocol) => {
      const own = new Set(named.filter((b) => b.protocol === protocol).map((b) => b.name));
      return own.size === 1 ? [...own][0] : undefined;
    },
  });
  if (service !== undefined && addresses.length + edges.length + wide.length > 0) {
    facts.push(defined<ServiceFact>({
      kind: 'service', dialect, extent, name: service, client: about.client ?? clientIn(values),
      folder: about.folder, inferred: about.inferred, note: about.note,
    }));
  }
  return [...facts, ...wide, ...edges, ...secrets];
}

/** The places of variables of messaging whose values the file does not say. */
export function openVariables(values: KeyedValues): SourceRange[] {
  return values.all.filter((one) => one.isOpen
    && (isMessagingKey(one.key) || kindOf(wordsOf(one.key)) !== undefined)).map((one) => one.at);
}

function brokerOf(values: KeyedValues, found: FoundAddress, about: EnvironmentOf): BrokerFact {
  const registry = found.protocol === 'kafka' ? registryIn(values) : undefined;
  return defined<BrokerFact>({
    kind: 'broker', dialect: about.dialect, extent: found.from.extent,
    name: { value: nameOfHost(found.address.value).replace(/\?.*$|\/+$/, ''), at: found.address.at },
    protocol: { value: found.protocol, at: found.address.at }, url: found.address, registry, tls: found.tls,
    vhost: found.vhost, scope: about.scope,
    inferred: `${told(found.from.key)} names the broker by its address.`,
  });
}

function registryIn(values: KeyedValues): Sourced<string> | undefined {
  const one = values.all.find((v) => !v.isOpen && /^https?:\/\//i.test(v.value)
    && /(^|_)SCHEMA_?REGISTRY(_URLS?|_URI|_ENDPOINT|_BASE_URL)?$/.test(canonicalVariable(v.key)));
  return one && withoutUserInfo({ value: one.value, at: one.at });
}

/** The client, where variables are one framework's own. */
function clientIn(values: KeyedValues): Sourced<string> | undefined {
  const owners: readonly [RegExp, string][] = [
    [/^(_|_?D)?SPRING_KAFKA_/, 'spring-kafka'], [/^(_|_?D)?SPRING_RABBITMQ_/, 'spring-amqp'],
    [/^(_|_?D)?QUARKUS_KAFKA_STREAMS_/, 'kafka-streams'],
  ];
  for (const [pattern, value] of owners) {
    const one = values.all.find((v) => pattern.test(canonicalVariable(v.key)));
    if (one !== undefined) return { value, at: one.keyAt };
  }
  return undefined;
}

/** How a sentence begins that speaks of a variable, or of an option of the command line. */
function told(key: string): string {
  return key.startsWith('-') ? `The option ${key}` : `The variable ${key}`;
}

/** Protocols that variables are plainly about without naming an address. */
function protocolsOf(values: KeyedValues): Protocol[] {
  const words: readonly [RegExp, Protocol][] = [
    [/(^|_)KAFKA_/, 'kafka'], [/(^|_)(RABBITMQ|AMQP)_/, 'rabbitmq'], [/(^|_)MQTT_/, 'mqtt'],
    [/(^|_)NATS_/, 'nats'],
  ];
  return words.filter(([pattern]) => values.all.some((one) => pattern.test(canonicalVariable(one.key))))
    .map(([, protocol]) => protocol);
}

const speaks: Readonly<Record<NamedKind, readonly Protocol[]>> = {
  topic: ['kafka', 'mqtt'], queue: ['rabbitmq'], exchange: ['rabbitmq'], subject: ['nats'],
};

/** What a name is a name of: what its key says, else the one system of the program that has such things. */
function protocolOf(topic: NamedTopic, protocols: ReadonlySet<Protocol>): Protocol | undefined {
  const words = wordsOf(topic.key);
  const said = speaks[topic.what].find((p) => words.includes(p));
  if (said !== undefined) return said;
  // A name with levels is MQTT's: Kafka takes no slashes.
  const fitting = speaks[topic.what].filter((p) => protocols.has(p)
    && !(p === 'kafka' && /[/$+#]/.test(topic.name.value)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function channelFacts(
  values: KeyedValues, about: EnvironmentOf, protocols: ReadonlySet<Protocol>,
  brokers: readonly { readonly protocol: Protocol; readonly name: string }[],
): Fact[] {
  const { dialect, service } = about;
  return namedTopics(values).flatMap((topic): Fact[] => {
    const protocol = protocolOf(topic, protocols);
    if (protocol === undefined) return [];
    const own = brokers.filter((b) => b.protocol === protocol);
    const broker = own.length === 1 ? own[0]?.name : undefined;
    const space = topic.what === 'queue' || topic.what === 'exchange' ? topic.what : undefined;
    const { extent } = topic.from;
    if (topic.direction === undefined || service === undefined) {
      return [defined<Fact>({
        kind: 'channel', dialect, extent, address: topic.name, protocol, space, settings: {},
        broker: broker === undefined ? undefined : { value: broker, at: topic.name.at },
        inferred: `${told(topic.key)} names a ${topic.what}, and not who publishes or consumes.`,
      })];
    }
    const way = topic.direction === 'publish' ? 'publishes to' : 'consumes';
    const inferred = `${told(topic.key)} says that it ${way} this ${topic.what}.`;
    const channel = defined<ChannelRef>({ name: topic.name, space, broker, protocol });
    return [topic.direction === 'publish'
      ? { kind: 'publish', dialect, extent, service, channel, protocol, settings: {}, inferred }
      : { kind: 'consume', dialect, extent, service, channel, protocol, settings: {}, inferred }];
  });
}

/** Settings of the program's Kafka clients, which hold for all that it publishes and consumes. */
function clientFacts(values: KeyedValues, about: EnvironmentOf, service: Sourced<string>): Fact[] {
  const { dialect, extent } = about;
  const base = {
    dialect, extent, service, protocol: 'kafka' as const,
    inferred: 'Its environment or its command line states settings of its Kafka client.',
  };
  const publish = producerInEnvironment(values);
  const consume = consumerInEnvironment(values);
  const facts: Fact[] = [];
  if (Object.keys(publish).some((name) => name !== 'clientId')) {
    facts.push({ ...base, kind: 'publish', settings: publish } satisfies PublishFact);
  }
  if (Object.keys(consume).some((name) => name !== 'clientId')) {
    facts.push({ ...base, kind: 'consume', settings: consume } satisfies ConsumeFact);
  }
  return facts;
}

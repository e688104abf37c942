import type { Service } from '../model/model';
import type { Protocol } from '../model/settings';
import { isVersion } from './version';

/** The clients whose defaults we know, by the name that the tables use. */
export type ClientId =
  | 'kafka-java' | 'spring-kafka' | 'smallrye-kafka' | 'kafka-streams' | 'kafka-connect' | 'librdkafka' | 'kafkajs'
  | 'franz-go' | 'sarama'
  | 'amqplib' | 'rabbitmq-java' | 'spring-amqp' | 'smallrye-rabbitmq' | 'pika' | 'rabbitmq-dotnet' | 'amqp091-go'
  | 'mqtt.js' | 'paho-python' | 'paho-java' | 'smallrye-mqtt'
  | 'nats.go' | 'nats.js' | 'nats-py' | 'nack';

/** A service's client as a file names it. */
export interface ClientInfo {
  readonly id: ClientId;
  readonly protocol: Protocol;
  /** For messages: `Java client`, `librdkafka`. */
  readonly label: string;
  /** The version whose defaults hold; undefined if none is written, or if it does not tell the defaults. */
  readonly version?: string;
  /** As written: `confluent-kafka-python@2.5`. */
  readonly written: string;
}

const labels: Record<ClientId, readonly [Protocol, string]> = {
  'kafka-java': ['kafka', 'Java client'],
  'spring-kafka': ['kafka', 'Spring Kafka'],
  'smallrye-kafka': ['kafka', 'SmallRye Kafka connector'],
  'kafka-streams': ['kafka', 'Kafka Streams'],
  'kafka-connect': ['kafka', 'Kafka Connect'],
  librdkafka: ['kafka', 'librdkafka'],
  kafkajs: ['kafka', 'kafkajs'],
  'franz-go': ['kafka', 'franz-go'],
  sarama: ['kafka', 'sarama'],
  amqplib: ['rabbitmq', 'amqplib'],
  'rabbitmq-java': ['rabbitmq', 'RabbitMQ Java client'],
  'spring-amqp': ['rabbitmq', 'Spring AMQP'],
  'smallrye-rabbitmq': ['rabbitmq', 'SmallRye RabbitMQ connector'],
  pika: ['rabbitmq', 'pika'],
  'rabbitmq-dotnet': ['rabbitmq', 'RabbitMQ .NET client'],
  'amqp091-go': ['rabbitmq', 'amqp091-go'],
  'mqtt.js': ['mqtt', 'MQTT.js'],
  'paho-python': ['mqtt', 'Paho Python client'],
  'paho-java': ['mqtt', 'Paho Java client'],
  'smallrye-mqtt': ['mqtt', 'SmallRye MQTT connector'],
  'nats.go': ['nats', 'nats.go'],
  'nats.js': ['nats', 'nats.js'],
  'nats-py': ['nats', 'nats-py'],
  nack: ['nats', 'NACK'],
};

/**
 * Other names of the same clients. `version` turns a wrapper's version into that of what it wraps;
 * a wrapper without it keeps its own version, one that gives undefined counts as "version unknown".
 */
const aliases: Readonly<Record<string, { readonly id: ClientId; readonly version?: (own: string | undefined) => string | undefined }>> = {
  java: { id: 'kafka-java' },
  'kafka-clients': { id: 'kafka-java' },
  'apache-kafka': { id: 'kafka-java' },
  'spring-cloud-stream-kafka': { id: 'spring-kafka', version: () => undefined },
  // Quarkus has versions of its own, which do not tell that of the connector.
  'quarkus-messaging-kafka': { id: 'smallrye-kafka', version: () => undefined },
  'quarkus-smallrye-reactive-messaging-kafka': { id: 'smallrye-kafka', version: () => undefined },
  'smallrye-reactive-messaging-kafka': { id: 'smallrye-kafka' },
  streams: { id: 'kafka-streams' },
  connect: { id: 'kafka-connect' },
  // These carry the version of the librdkafka that they bundle.
  'confluent-kafka': { id: 'librdkafka' },
  'confluent-kafka-python': { id: 'librdkafka' },
  'confluent-kafka-go': { id: 'librdkafka' },
  'confluent-kafka-dotnet': { id: 'librdkafka' },
  'confluent.kafka': { id: 'librdkafka' },
  // Its first release bundles librdkafka 2.3.
  'confluent-kafka-javascript': { id: 'librdkafka', version: () => '2.3' },
  '@confluentinc/kafka-javascript': { id: 'librdkafka', version: () => '2.3' },
  // node-rdkafka 3 bundles librdkafka 2, rust's rdkafka 0.21 bundled 1.0; older ones are not told apart.
  'node-rdkafka': { id: 'librdkafka', version: (own) => atLeast(own, 3, 0, '2.0') },
  rdkafka: { id: 'librdkafka', version: (own) => atLeast(own, 0, 21, '1.0') },
  'rust-rdkafka': { id: 'librdkafka', version: (own) => atLeast(own, 0, 21, '1.0') },
  'twmb/franz-go': { id: 'franz-go' },
  kgo: { id: 'franz-go' },
  'ibm/sarama': { id: 'sarama' },
  'shopify/sarama': { id: 'sarama' },
  'rabbitmq-java-client': { id: 'rabbitmq-java' },
  'amqp-client': { id: 'rabbitmq-java' },
  'spring-rabbit': { id: 'spring-amqp' },
  'rabbitmq.client': { id: 'rabbitmq-dotnet' },
  'rabbitmq-dotnet-client': { id: 'rabbitmq-dotnet' },
  'streadway/amqp': { id: 'amqp091-go' },
  mqttjs: { id: 'mqtt.js' },
  'mqtt-js': { id: 'mqtt.js' },
  'paho-mqtt': { id: 'paho-python' },
  'paho-mqtt-python': { id: 'paho-python' },
  'paho-mqtt-java': { id: 'paho-java' },
  'nats-go': { id: 'nats.go' },
  'nats.py': { id: 'nats-py' },
  'nats-js': { id: 'nats.js' },
};

/** The name of a client for messages. */
export function labelOf(id: ClientId): string {
  return labels[id][1];
}

/** Every name that `clientOf` understands, sorted: for completion. */
export const clientNames: readonly string[] = [...Object.keys(labels), ...Object.keys(aliases)].sort();

const parsed = new Map<string, ClientInfo | undefined>();

/** The service's client, or undefined if no file names it or its defaults are not known to us. */
export function clientOf(service: Pick<Service, 'client'>): ClientInfo | undefined {
  const written = service.client?.value;
  if (written === undefined) return undefined;
  if (!parsed.has(written)) {
    // Half-typed names come by in an editor; the cache must not grow with them.
    if (parsed.size > 500) parsed.clear();
    parsed.set(written, parseClient(written));
  }
  return parsed.get(written);
}

/** Reads `kafka-java@3.9`, `kafkajs 2.2` or a bare name; names count without regard to case. */
export function parseClient(written: string): ClientInfo | undefined {
  const text = written.trim();
  const cut = Math.max(text.lastIndexOf('@'), text.lastIndexOf(' '));
  const name = (cut > 0 ? text.slice(0, cut) : text).trim().toLowerCase();
  const own = cut > 0 ? text.slice(cut + 1) : '';
  const version = isVersion(own) ? own.replace(/^v/, '') : undefined;
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  const id = alias?.id ?? (Object.hasOwn(labels, name) ? (name as ClientId) : undefined);
  if (id === undefined) return undefined;
  const [protocol, label] = labels[id];
  return { id, protocol, label, version: alias?.version ? alias.version(version) : version, written };
}

const onJava: ReadonlySet<ClientId> = new Set(['kafka-java', 'spring-kafka', 'smallrye-kafka', 'kafka-streams', 'kafka-connect']);

/** True for Kafka's own client and what is built on it: they refuse the same settings. */
export function isJavaKafka(client: ClientInfo): boolean {
  return onJava.has(client.id);
}

/**
 * True for Confluent's JavaScript client: its promises are built on librdkafka, but it switches
 * `enable.auto.offset.store` off and stores an offset when the handler is done (lib/kafkajs/_consumer.js).
 */
export function storesAfterWork(client: ClientInfo): boolean {
  return /^@?confluent(inc\/kafka|-kafka)-javascript\b/i.test(client.written);
}

function atLeast(own: string | undefined, major: number, minor: number, wrapped: string): string | undefined {
  const match = /^(\d+)(?:\.(\d+))?/.exec(own ?? '');
  if (!match) return undefined;
  const [a, b] = [Number(match[1]), Number(match[2] ?? 0)];
  return a > major || (a === major && b >= minor) ? wrapped : undefined;
}

import type { BrokerFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';

/** What a container is to the flow of messages. */
export type Kind =
  /** A broker of a protocol. */
  | Protocol
  | 'registry' | 'connect' | 'ksql'
  /** Consoles, exporters, proxies, coordinators: they take no part in the flow. */
  | 'tool';

/** How an image takes a Kafka broker's settings out of its variables. */
export type Family = 'kafka' | 'bitnami' | 'wurstmeister' | 'debezium' | 'redpanda' | 'other';

export interface Image {
  readonly kind: Kind | undefined;
  readonly family: Family;
  /** The broker's version, where the tag is that of the broker. */
  readonly version?: string;
  /** See `BrokerFact.software`. */
  readonly software?: BrokerFact['software'];
}

/** By the last parts of an image's name, without registry and tag; the first that fits decides. */
const kinds: readonly [RegExp, Kind][] = [
  [/(^|[/-])zookeeper$/, 'tool'],
  [/(^|[/-])(kafdrop|akhq|kafkahq|kowl|cmak|kafka-manager|kafka-magic|kminion|burrow)$/, 'tool'],
  [/control-center|-ui$|-exporter$|-operator$|-cli$|-rest$|-examples$|conduktor/, 'tool'],
  [/kafkacat|(^|\/)kcat$|nats-box$|nats-top$|surveyor$/, 'tool'],
  [/(^|\/)redpandadata\/console$|(^|\/)mqtt-explorer|mosquitto-clients|mqttx|management-center$/, 'tool'],
  [/schema-registry$|apicurio-registry|(^|\/)karapace/, 'registry'],
  [/(^|\/)cp-(kafka|server)-connect|(^|\/)debezium\/connect(-base)?$/, 'connect'],
  [/kafka-connect|(^|\/)(debezium-connect|strimzi-connect)/, 'connect'],
  [/ksql(db)?-server$/, 'ksql'],
  [/(^|\/)(cp-kafka|cp-server|cp-enterprise-kafka|confluent-local|redpanda|redpanda-nightly)$/, 'kafka'],
  [/(^|\/)(kafka|kafka-native|kafka-kraft|fast-data-dev|kafka-zookeeper)$/, 'kafka'],
  [/(^|\/)(rabbitmq|lavinmq)$|(^|\/)rabbitmq[\w-]*$/, 'rabbitmq'],
  [/(^|\/)(eclipse-mosquitto|mosquitto|emqx|emqx-(ee|enterprise)|vernemq|nanomq|rmqtt)$/, 'mqtt'],
  [/(^|\/)(hivemq\d?|hivemq-(ce|edge))$/, 'mqtt'],
  [/(^|\/)(nats|nats-server|nats-streaming)$/, 'nats'],
];

const families: readonly [RegExp, Family][] = [
  [/(^|\/)(bitnami|bitnamilegacy)\/kafka$/, 'bitnami'],
  [/(^|\/)wurstmeister\/kafka$/, 'wurstmeister'],
  [/(^|\/)debezium\/kafka$/, 'debezium'],
  [/redpanda/, 'redpanda'],
  [/(^|\/)(cp-kafka|cp-server|cp-enterprise-kafka|confluent-local)$|(^|\/)apache\/kafka(-native)?$/, 'kafka'],
];

/** Confluent Platform's releases with the Apache Kafka that they hold (its "Supported versions" page). */
const confluent: Readonly<Record<string, string>> = {
  '4.0': '1.0', '4.1': '1.1', '5.0': '2.0', '5.1': '2.1', '5.2': '2.2', '5.3': '2.3', '5.4': '2.4',
  '5.5': '2.5', '6.0': '2.6', '6.1': '2.7', '6.2': '2.8', '7.0': '3.0', '7.1': '3.1', '7.2': '3.2',
  '7.3': '3.3', '7.4': '3.4', '7.5': '3.5', '7.6': '3.6', '7.7': '3.7', '7.8': '3.8', '7.9': '3.9',
  '8.0': '4.0', '8.1': '4.1',
};

/** Tells by an image's name what runs in a container. Registries, organisations and tags may be anything. */
export function imageOf(written: string): Image {
  const { name, tag } = parts(written);
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1];
  const family = families.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
  const version = kind === undefined ? undefined : versionOf(name, kind, tag);
  const software = kind === 'mqtt' && /mosquitto$/.test(name) ? 'mosquitto'
    : kind === 'kafka' && family === 'redpanda' ? 'redpanda' : undefined;
  return {
    kind, family, ...(version === undefined ? {} : { version }), ...(software === undefined ? {} : { software }),
  };
}

/** An image's name and tag. What is not known of it (`${REGISTRY}/…`, `…:${TAG}`) is left out. */
function parts(written: string): { name: string; tag: string } {
  const whole = written.trim().toLowerCase().replace(/@.*$/, '');
  // An open variable behind the colon is no tag, and one before the slash no organisation.
  const bare = whole.replace(/\$\{[^{}]*\}|\$\w+/g, '');
  const slash = bare.lastIndexOf('/');
  const colon = bare.indexOf(':', slash + 1);
  return { name: colon < 0 ? bare : bare.slice(0, colon), tag: colon < 0 ? '' : bare.slice(colon + 1) };
}

function versionOf(name: string, kind: Kind, tag: string): string | undefined {
  // The tag's own beginning, as in `3.13-management-alpine`; a number alone moves on with each release.
  const own = /^v?(\d+\.\d+(?:\.\d+)*)/.exec(tag)?.[1];
  if (kind === 'kafka') {
    if (/(^|\/)(cp-|confluent-local)/.test(name)) {
      return own && confluent[own.split('.').slice(0, 2).join('.')];
    }
    if (/wurstmeister\/kafka$/.test(name)) return /^\d+\.\d+-(\d+\.\d+(?:\.\d+)*)/.exec(tag)?.[1];
    if (/strimzi\/kafka$/.test(name)) return /kafka-(\d+\.\d+(?:\.\d+)*)/.exec(tag)?.[1];
    return /(^|\/)(apache|bitnami|bitnamilegacy|ubuntu)\/kafka(-native)?$/.test(name) ? own : undefined;
  }
  // Their numbers are not those of the brokers whose defaults we know.
  if (/streaming|lavinmq|hivemq/.test(name)) return undefined;
  return kind === 'rabbitmq' || kind === 'mqtt' || kind === 'nats' ? own : undefined;
}

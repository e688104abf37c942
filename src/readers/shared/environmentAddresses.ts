import { own } from '../../text/own';
import type { SourceRange, Sourced } from '../../text/range';
import { protocols, type Protocol } from '../../model/settings';
import { canonicalVariable } from './environmentValues';
import type { Keyed, KeyedValues } from './keyed';
import { parseBrokerUrl } from './url';

/** A broker's address in a program's environment. */
export interface FoundAddress {
  readonly protocol: Protocol;
  /** URLs or `host:port` with commas, without user info. */
  readonly address: Sourced<string>;
  readonly from: Keyed;
  /** What comes before the part of the key that says that it is an address: `ORDERS_RABBITMQ_`. */
  readonly prefix: string;
  readonly tls?: Sourced<boolean>;
  readonly vhost?: Sourced<string>;
}

/** Longer keys name no address that anybody reads. */
const maxKey = 200;

const schemes: Readonly<Record<string, Protocol>> = {
  amqp: 'rabbitmq', amqps: 'rabbitmq', pyamqp: 'rabbitmq', mqtt: 'mqtt', mqtts: 'mqtt', nats: 'nats',
  kafka: 'kafka',
};

const role = '(?:HOSTS?|HOSTNAMES?|URLS?|URIS?|ADDRS?|ADDRESS|ADDRESSES|SERVERS?|ENDPOINTS?|BROKERS?|NODES?|'
  + '(?:SERVER|BROKER)S?_(?:LIST|URLS?|URIS?|ADDR|ADDRESS|ADDRESSES|HOSTS?|ENDPOINTS?)'
  + '|CONNECTION(?:_STRING|_URL)?|URL_STRING)';

const roleAtEnd = new RegExp(`(?:BOOTSTRAP_?SERVERS?|BOOTSTRAP_BROKERS?|BROKER_?LIST|${role})$`);

/** Keys that hold an address. */
const keys: readonly [RegExp, Protocol][] = [
  [/(?:^|_)BOOTSTRAP_?(?:SERVERS?|BROKERS?)$/, 'kafka'],
  [new RegExp(`(?:^|_)KAFKA_?(?:SERVICE_)?${role}$`), 'kafka'],
  [/(?:^|_)KAFKA_?BROKERS?_?LIST$/, 'kafka'],
  [/(?:^|_)BROKER_?LIST$/, 'kafka'],
  [new RegExp(`(?:^|_)(?:RABBIT|RABBITMQ|RABBIT_MQ|AMQP|CLOUDAMQP)_?(?:SERVICE_)?${role}$`), 'rabbitmq'],
  [new RegExp(`(?:^|_)(?:MQTT|MOSQUITTO|EMQX|HIVEMQ|VERNEMQ)_?${role}$`), 'mqtt'],
  [new RegExp(`(?:^|_)NATS_?${role}$`), 'nats'],
];

/** Keys that are about a system, where a value with a port tells that they hold its address. */
const about: readonly [RegExp, Protocol][] = [
  [/(?:^|_)KAFKA_|_KAFKA$|(?:^|_)BROKERS$/, 'kafka'], [/(?:^|_)(?:RABBITMQ|AMQP)_/, 'rabbitmq'],
  [/(?:^|_)MQTT_/, 'mqtt'], [/(?:^|_)NATS_/, 'nats'],
];
const notAbout = /SCHEMA|REGISTRY|CONNECT(?!ION)|_REST|JMX|KSQL|_API|HTTP|CLUSTER_|ADMIN|PROBE|HEALTH/;

/** Keys like the above that belong to something else. */
const notAddresses =
  /ZOOKEEPER|_REST_|ADVERTISED|LISTENER|_PROXY|EXPORTER|MANAGEMENT|_UI_|_HTTP_|METRICS|MONITOR/;

/**
 * The brokers that variables name, by the key (`KAFKA_BROKERS`, `SPRING_RABBITMQ_HOST`) or by the scheme of
 * the value (`amqp://…`). A number, a placeholder or a web address is none.
 * @param brokerAt knows the brokers of the same file: their addresses count whatever the key.
 */
export function addressesIn(values: KeyedValues, brokerAt?: BrokerAt): FoundAddress[] {
  const found: FoundAddress[] = [];
  for (const one of values.all) {
    if (one.isOpen || one.value === '' || one.key.length > maxKey) continue;
    const key = canonicalVariable(one.key);
    if (notAddresses.test(key)) continue;
    const scheme = own(schemes, parseBrokerUrl(firstOf(one.value)).scheme);
    const named = keys.find(([pattern]) => pattern.test(key));
    const protocol = scheme ?? named?.[1] ?? byValue(key, one.value, brokerAt);
    if (protocol === undefined || !isAddress(one.value, protocol)) continue;
    const prefix = named === undefined ? '' : key.replace(roleAtEnd, '');
    found.push(addressOf(values, one, protocol, prefix));
  }
  return found;
}

/** The name of the broker at an address, where a file declares one. */
export type BrokerAt = (protocol: Protocol, address: string) => string | undefined;

/** What a key without a usual name holds, where its value is a list of `host:port`. */
function byValue(key: string, value: string, brokerAt: BrokerAt | undefined): Protocol | undefined {
  const parts = value.length > 1_000 ? [] : value.split(',');
  const isList = parts.every((part) => /^\s*(?:[A-Z_]+:\/\/)?[\w.-]+:\d{2,5}\s*$/.test(part));
  if (parts.length === 0 || !isList) return undefined;
  const known = protocols.find((protocol) =>
    parts.every((part) => brokerAt?.(protocol, part.trim()) !== undefined));
  if (known !== undefined) return known;
  return notAbout.test(key) ? undefined : about.find(([pattern]) => pattern.test(key))?.[1];
}

/** True for a variable by whose name a messaging system is meant: its address, login or settings. */
export function isMessagingKey(key: string): boolean {
  const name = canonicalVariable(key);
  return keys.some(([pattern]) => pattern.test(name)) && !notAddresses.test(name);
}

function addressOf(values: KeyedValues, one: Keyed, protocol: Protocol, prefix: string): FoundAddress {
  const parts = one.value.split(/[,;]/).map((part) => parseBrokerUrl(part.trim()));
  const schemeTls = parts.find((part) => part.scheme !== '')?.scheme;
  // Celery's own scheme says which library it uses.
  let shown = parts.map((part) => part.shown.replace(/^pyamqp:/i, 'amqp:')).join(',');
  const port = prefix === '' ? undefined : values.text(`${prefix}PORT`);
  const bare = parts.length === 1 && parts[0]?.scheme === '' && !/:\d+$/.test(parts[0].host);
  if (bare && port !== undefined && /^\d{2,5}$/.test(port.value)) shown = `${shown}:${port.value}`;
  const security = protocol !== 'kafka' ? undefined : values.text(
    `${prefix}SECURITY_PROTOCOL`, 'KAFKA_SECURITY_PROTOCOL', 'SPRING_KAFKA_SECURITY_PROTOCOL',
    'SPRING_KAFKA_PROPERTIES_SECURITY_PROTOCOL', 'SECURITY_PROTOCOL',
  );
  const tls = tlsOf(one.at, schemeTls, security);
  const vhost = protocol !== 'rabbitmq' || prefix === '' ? undefined
    : values.text(`${prefix}VHOST`, `${prefix}VIRTUAL_HOST`, `${prefix}VIRTUALHOST`);
  return {
    protocol, address: { value: shown, at: one.at }, from: one, prefix,
    ...(tls === undefined ? {} : { tls }), ...(vhost === undefined ? {} : { vhost }),
  };
}

const tlsScheme = /^(amqps|mqtts|ssl|wss|tls|sasl_ssl|nats\+tls)$/i;

function tlsOf(
  at: SourceRange, scheme: string | undefined, security: Sourced<string> | undefined,
): Sourced<boolean> | undefined {
  if (scheme !== undefined && tlsScheme.test(scheme)) return { value: true, at };
  const word = security?.value.toUpperCase();
  if (!security || !word || !/^(SASL_)?(SSL|PLAINTEXT)$/.test(word)) return undefined;
  return { value: word.endsWith('SSL'), at: security.at };
}

function firstOf(value: string): string {
  return value.split(/[,;]/, 1)[0]?.trim() ?? '';
}

const allowedSchemes: Readonly<Record<Protocol, RegExp>> = {
  kafka: /^(|kafka|tcp|plaintext|ssl|sasl_plaintext|sasl_ssl|[a-z]+_[a-z_]+)$/,
  rabbitmq: /^(|(py)?amqps?|rabbitmq|tcp)$/,
  mqtt: /^(|mqtts?|tcp|ssl|tls|wss?)$/,
  nats: /^(|nats|nats\+tls|tls|wss?)$/,
};

/** A list of hosts or URLs of this protocol. */
function isAddress(value: string, protocol: Protocol): boolean {
  if (value.length > 4_000) return false;
  return value.split(/[,;]/).every((part) => {
    const { scheme, host } = parseBrokerUrl(part.trim());
    const bare = host.replace(/:\d{1,5}$/, '');
    if (!allowedSchemes[protocol].test(scheme)) return false;
    return hostName.test(bare) && !notHosts.test(bare) && /[A-Za-z]|\d\.\d/.test(bare);
  });
}

const hostName = /^(\[[0-9a-f:.]+\]|[a-z0-9_][\w.-]*)$/i;
const notHosts = /^(true|false|none|null|yes|no|kafka_brokers?|enabled|disabled)$/i;

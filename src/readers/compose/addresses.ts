import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import { hostsOf } from '../../model/address';
import type { Protocol } from '../../model/settings';
import type { Keyed } from '../shared/keyed';
import { isLoopback } from '../shared/url';
import { publishedPorts } from './ports';
import type { ComposeService } from './services';

/** How a broker is reached: `url` from the host where a port is published, else from its own network. */
export interface Reached {
  readonly url: Sourced<string>;
  readonly addresses: readonly Sourced<string>[];
}

const schemes: Readonly<Record<Protocol, string>> = {
  kafka: '', rabbitmq: 'amqp://', mqtt: 'mqtt://', nats: 'nats://',
};

/** The ports at which clients reach a broker, where nothing says others. */
export const clientPorts: Readonly<Record<Protocol, readonly number[]>> = {
  kafka: [9092], rabbitmq: [5672, 5671], mqtt: [1883, 8883], nats: [4222],
};

/** A listener as `KAFKA_ADVERTISED_LISTENERS` writes it. */
export interface Listener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly at: SourceRange;
}

/** The listeners of a value; those whose host or port nobody can tell are left out. */
export function listenersIn(file: SourceFile, one: Keyed | undefined): Listener[] {
  if (one === undefined || one.value.length > 4_000) return [];
  const isPlain = file.text.slice(one.at.start, one.at.end) === one.value;
  let from = 0;
  return one.value.split(',').flatMap((part): Listener[] => {
    const start = one.at.start + from + part.length - part.trimStart().length;
    from += part.length + 1;
    const text = part.trim();
    const match = /^([A-Za-z_][\w-]*):\/\/(\[[0-9a-f:.]*\]|[\w.-]*):(\d{1,5})$/i.exec(text);
    if (match === null) return [];
    const at = isPlain ? rangeIn(file, start, start + text.length) : one.at;
    return [{ name: (match[1] ?? '').toUpperCase(), host: match[2] ?? '', port: Number(match[3]), at }];
  });
}

/**
 * The addresses of the containers of one broker.
 * @param ports what clients connect to inside; the first one first.
 * @param advertised addresses that the broker itself gives to clients.
 */
export function reachedBy(
  file: SourceFile, services: readonly ComposeService[], protocol: Protocol,
  portsOf: (service: ComposeService) => readonly number[], advertised: readonly Listener[],
): Reached {
  const local: Sourced<string>[] = [];
  const own: Sourced<string>[] = [];
  for (const service of services) {
    const ports = portsOf(service);
    for (const published of publishedPorts(file, service.items('ports'), service.resolve)) {
      if (!ports.includes(published.container)) continue;
      // An address that a variable has a part in must not be taken for one that can be read off the file.
      const at = published.isPlain ? published.at : service.name.at;
      local.push({ value: `localhost:${published.host}`, at });
    }
    for (const { value, at } of service.names) {
      for (const port of ports) own.push({ value: `${value}:${port}`, at });
    }
  }
  const ports = new Set(local.map((l) => l.value));
  const told = advertised.filter((l) => reaches(l, ports))
    .map((l) => ({ value: `${l.host}:${l.port}`, at: l.at }));
  // A Kafka client goes where the broker sends it: of the published ports those advertised come first.
  const sentTo = (address: Sourced<string>): number => (told.some((t) => t.value === address.value) ? 0 : 1);
  local.sort((a, b) => sentTo(a) - sentTo(b));
  const all = distinct([...local, ...told, ...own]);
  const first = all[0]!;
  return { url: { value: schemes[protocol] + first.value, at: first.at }, addresses: all.slice(1) };
}

/**
 * False for what is advertised and means something else elsewhere: a loopback address that is not published,
 * and the names that Docker has for the host.
 */
function reaches({ host, port }: Listener, published: ReadonlySet<string>): boolean {
  if (host === '' || host === '0.0.0.0' || /\.docker\.internal$|^docker\.for\./.test(host)) return false;
  return !isLoopback(host) || published.has(`localhost:${port}`);
}

function distinct(all: readonly Sourced<string>[]): Sourced<string>[] {
  const seen = new Set<string>();
  return all.filter(({ value }) => !seen.has(value) && seen.add(value) !== undefined);
}

/** A broker of this file, as the programs in it find it. */
export interface KnownBroker {
  readonly name: string;
  readonly protocol: Protocol;
  readonly hosts: ReadonlySet<string>;
  /** The names of its containers: whatever the port, it is this broker. */
  readonly names: ReadonlySet<string>;
}

export function knownBroker(
  name: string, protocol: Protocol, services: readonly ComposeService[], reached: Reached,
): KnownBroker {
  return {
    name, protocol,
    hosts: new Set([reached.url, ...reached.addresses].flatMap((a) => hostsOf(a.value, protocol))),
    names: new Set(services.flatMap((s) => s.names.map((n) => n.value.toLowerCase()))),
  };
}

/** The name of the broker of this file that an address leads to. */
export function brokerAt(
  known: readonly KnownBroker[], protocol: Protocol, address: string,
): string | undefined {
  const hosts = hostsOf(address, protocol);
  return known.find((broker) => broker.protocol === protocol && hosts.some((host) =>
    broker.hosts.has(host) || broker.names.has(host.slice(0, host.lastIndexOf(':')))))?.name;
}

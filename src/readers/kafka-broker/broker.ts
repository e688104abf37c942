import { rangeIn, type SourceFile, dirName } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { clusterDefaults, clusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import type { KeyedValues } from '../shared/keyed';

interface Listener {
  readonly name: string;
  /** `host:port`; the host is empty for all of the machine's addresses. */
  readonly address: Sourced<string>;
  readonly host: string;
}

/**
 * The cluster that a broker's `server.properties` belongs to: where clients reach it, and what it gives to
 * topics. Undefined for a controller, which no client talks to, and for a file that tells clients no address,
 * as Kafka's own sample does: nothing could be joined with it.
 */
export function brokerFact(
  values: KeyedValues, dialect: string, extent: SourceRange,
): BrokerFact | undefined {
  const roles = values.text('process.roles');
  if (roles !== undefined && !/\bbroker\b/.test(roles.value)) return undefined;
  const open = listenersIn(values, 'listeners');
  const advertised = listenersIn(values, 'advertised.listeners');
  const inside = new Set(values.list('controller.listener.names').map((one) => one.value.toUpperCase()));
  const forClients = (advertised.length > 0 ? advertised : open).filter((one) => !inside.has(one.name));
  const addresses = forClients.filter((one) => one.host !== '' && !/^(0\.0\.0\.0|\[::\])$/.test(one.host));
  const { address: first } = addresses.find((one) => !isOwnMachine(one.host)) ?? addresses[0] ?? {};
  if (first === undefined) return undefined;
  const others = addresses.filter((one) => one.address !== first).map((one) => one.address);
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent, name: first, protocol: { value: 'kafka', at: first.at }, url: first,
    addresses: others.length === 0 ? undefined : others,
    tls: tlsOf(values, forClients), topicDefaults: clusterDefaults(values.lookup()),
    ...clusterSettings(values.lookup()),
    // A bare host of one broker's own file is not that of another one's.
    scope: dirName(values.file.path),
    inferred: 'The file gives its cluster no name; it is known by the address that it tells clients.',
  });
}

/** `PLAINTEXT://host:9092,SSL://:9093`, in order. */
function listenersIn(values: KeyedValues, key: string): Listener[] {
  return values.list(key).flatMap((one): Listener[] => {
    const match = /^([\w.-]{1,64}):\/\/(\[[^\]\s]*\]|[^:\s]*):(\d{1,5})$/.exec(one.value);
    if (match === null) return [];
    const [, name = '', host = '', port = ''] = match;
    const address = { value: `${host}:${port}`, at: behindScheme(values.file, one, name) };
    return [{ name: name.toUpperCase(), host, address }];
  });
}

function behindScheme(file: SourceFile, one: Sourced<string>, name: string): SourceRange {
  const { start, end } = one.at;
  return file.text.slice(start, end) === one.value ? rangeIn(file, start + name.length + 3, end) : one.at;
}

function isOwnMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host);
}

/**
 * True if all listeners for clients are encrypted, false if none of them is; a name of one's own gets its
 * protocol by `listener.security.protocol.map`. Mixed ones say nothing of the cluster as a whole.
 */
function tlsOf(values: KeyedValues, listeners: readonly Listener[]): BrokerFact['tls'] {
  const written = values.get('advertised.listeners') ?? values.get('listeners');
  const map = values.get('listener.security.protocol.map');
  if (written === undefined || listeners.length === 0 || map?.isOpen === true) return undefined;
  const protocols = new Map(values.list('listener.security.protocol.map').map((one) => {
    const [name = '', protocol = ''] = one.value.split(':');
    return [name.trim().toUpperCase(), protocol.trim().toUpperCase()];
  }));
  const secure = new Set(listeners.map((one) => {
    const protocol = protocols.get(one.name) ?? one.name;
    return /^(SASL_)?SSL$/.test(protocol) ? true : /^(SASL_)?PLAINTEXT$/.test(protocol) ? false : undefined;
  }));
  const [only] = secure;
  return secure.size !== 1 || only === undefined ? undefined : { value: only, at: written.at };
}

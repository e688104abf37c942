import { percentDecode } from '../text/percent';
import type { Protocol } from './settings';

const defaultPorts: Record<Protocol, { plain: string; tls: string }> = {
  kafka: { plain: '9092', tls: '9092' },
  rabbitmq: { plain: '5672', tls: '5671' },
  mqtt: { plain: '1883', tls: '8883' },
  nats: { plain: '4222', tls: '4222' },
};

const tlsSchemes = new Set([
  'amqps', 'rabbitmq+tls', 'mqtts', 'secure-mqtt', 'ssl', 'tls', 'wss', 'nats+tls', 'kafka-secure', 'kafka+ssl', 'sasl_ssl', 'https',
]);

/**
 * The hosts of a broker's URL or bootstrap list as comparable `host:port` texts; `127.0.0.1` and
 * `[::1]` count as `localhost`. Empty for what is no address.
 */
export function hostsOf(url: string, protocol: Protocol | undefined): string[] {
  return url
    .split(',')
    .map((part) => hostOf(part.trim(), protocol))
    .filter((host) => host !== undefined);
}

function hostOf(part: string, protocol: Protocol | undefined): string | undefined {
  const match = /^(?:([a-z][\w.+-]*):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#\s]+)(?::(\w+))?(?:[/?#].*)?$/i.exec(part);
  if (!match?.[2]) return undefined;
  const ports = protocol && defaultPorts[protocol];
  const port = match[3] ?? (ports && (tlsSchemes.has((match[1] ?? '').toLowerCase()) ? ports.tls : ports.plain));
  return `${canonicalHost(match[2].toLowerCase())}:${port ?? ''}`;
}

function canonicalHost(host: string): string {
  return host === '127.0.0.1' || host === '[::1]' || host === '0.0.0.0' ? 'localhost' : host;
}

/** The virtual host of an AMQP URL: `/` for none, percent-decoded. */
export function vhostOf(url: string): string {
  const path = /^amqps?:\/\/[^/]*\/([^?#]+)/i.exec(url)?.[1];
  return path === undefined ? '/' : percentDecode(path);
}

/** True if the scheme asks for TLS. */
export function isTlsUrl(url: string): boolean {
  const scheme = /^([a-z][\w.+-]*):\/\//i.exec(url.trim())?.[1];
  return scheme !== undefined && tlsSchemes.has(scheme.toLowerCase());
}

/** True if every host of the address is this machine. */
export function isLocalAddress(url: string): boolean {
  const hosts = hostsOf(url, undefined);
  return hosts.length > 0 && hosts.every((host) => host.startsWith('localhost:') || host.includes('.localhost:'));
}

import type { Protocol } from '../protocol/common';
import { isReadable } from './registryWords';

/** What each protocol's address looks like, as shown in prompts. */
export const URL_EXAMPLES: Readonly<Record<Protocol, string>> = {
  kafka: 'localhost:9092,other:9092',
  rabbitmq: 'amqp://localhost:5672/vhost',
  mqtt: 'mqtt://localhost:1883',
  nats: 'nats://localhost:4222',
};

const SCHEMES: Readonly<Record<Protocol, readonly string[]>> = {
  kafka: [],
  rabbitmq: ['amqp', 'amqps'],
  mqtt: ['mqtt', 'mqtts', 'ws', 'wss'],
  nats: ['nats', 'tls', 'ws', 'wss'],
};

/** What is wrong with a broker's address, as a sentence with what to write; undefined for nothing. */
export function urlFault(protocol: Protocol, text: string): string | undefined {
  const url = text.trim();
  if (!url) return `Write an address such as ${URL_EXAMPLES[protocol]}.`;
  if (hasUserInfo(url))
    return 'Leave user and password out of the address; they are asked for next and kept in secret storage.';
  if (protocol === 'kafka') {
    const wrong = url.split(',').find((server) => !/^\s*(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}\s*$/i.test(server));
    return wrong === undefined
      ? undefined
      : `${wrong.trim() || 'An empty entry'} is not host:port; write ${URL_EXAMPLES.kafka}.`;
  }
  const schemes = SCHEMES[protocol];
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (!scheme || !schemes.includes(scheme)) {
    const begins = schemes.map((s) => `${s}://`).join(', ');
    return `The address begins with ${begins}; for example ${URL_EXAMPLES[protocol]}.`;
  }
  try {
    new URL(url.replace(/^[^:]+/, 'http'));
    return undefined;
  } catch {
    return `This is not an address; for example ${URL_EXAMPLES[protocol]}.`;
  }
}

/** True where the scheme itself says TLS, so that nobody has to be asked. */
export function saysTls(url: string): boolean {
  return /^(amqps|mqtts|wss|tls):/i.test(url);
}

export function hasUserInfo(url: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i.test(url);
}

/** The virtual host that an AMQP address names, decoded; empty for the default one. */
export function vhostOf(url: string): string {
  const path = /^[a-z+]+:\/\/[^/?#]*\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  try {
    const vhost = decodeURIComponent(path);
    return vhost === '/' ? '' : vhost;
  } catch {
    return path;
  }
}

/** An AMQP address with this virtual host and no other; empty and `/` are the default one, which needs no path. */
export function withVhost(url: string, vhost: string): string {
  const bare = url.replace(/^([a-z+]+:\/\/[^/?#]*)\/[^?#]*/i, '$1');
  return vhost === '' || vhost === '/' ? bare : bare.replace(/(?=[?#]|$)/, `/${encodeURIComponent(vhost)}`);
}

/** What is wrong with an address where tokens are given: the client's secret goes there and must not be read on its way. */
export function endpointFault(text: string): string | undefined {
  const address = text.trim();
  const url = /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.username) return 'Leave user and password out of the address; they are asked for next.';
  if (url && !isReadable(address)) return undefined;
  return 'Write an address that begins with https://; over http the secret could be read on its way.';
}

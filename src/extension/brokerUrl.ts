import type { Protocol } from '../protocol/common';

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

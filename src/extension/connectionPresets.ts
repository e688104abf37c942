import type { Protocol } from '../protocol/common';
import type { Draft } from './connectionDraft';

/** A question of a preset, into a field of the draft. */
export interface PresetQuestion {
  readonly field: 'url' | 'user' | 'password' | 'vhost' | 'region' | 'profile' | 'cert' | 'key' | 'passphrase' | 'credentialsFile';
  readonly prompt: string;
  readonly placeholder?: string;
  readonly optional?: true;
  /** What is proposed, from what has been answered. */
  propose?(draft: Draft): string;
  /** What is wrong with an answer, with what to write. */
  fault?(text: string): string | undefined;
  /** What the answer is kept as, and what follows from it; default: the answer itself. */
  take?(text: string): Partial<Draft>;
}

/** A provider whose connections differ in a few answers only; the rest is known from its documentation. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly protocol: Protocol;
  /** What holds for all of this provider’s. */
  readonly sets: Partial<Draft>;
  readonly asks: readonly PresetQuestion[];
  /** Where the provider says so. */
  readonly source: string;
}

/** MSK's ports over IPv6 are higher by so much. */
const OVER_IPV6 = 11_000;

const msk = (port: number, publicPort: number): PresetQuestion => ({
  field: 'url',
  prompt: 'Bootstrap servers, as “View client information” of the cluster shows them.',
  placeholder: `b-1.name.abc123.c2.kafka.eu-west-1.amazonaws.com:${port}`,
  fault: (text) => {
    const servers = hostsIn(text);
    if (servers.length === 0) return 'Write the bootstrap servers.';
    const ports = [undefined, port, publicPort, port + OVER_IPV6];
    const wrong = servers.find((one) => !ports.includes(one.port));
    return wrong && `${wrong.host}:${wrong.port} is for another way to sign in; ` +
      `this one has port ${port}, or ${publicPort} over the internet.`;
  },
  take: (text) => ({
    url: hostsIn(text).map(({ host, port: given }) => `${host}:${given ?? (/-public\./.test(host) ? publicPort : port)}`).join(','),
    region: regionIn(text),
  }),
});

const userName: PresetQuestion = { field: 'user', prompt: 'User' };
const password: PresetQuestion = { field: 'password', prompt: 'Password; kept in secret storage' };

const MSK_PORTS = 'https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html';

export const PRESETS: readonly Preset[] = [
  {
    id: 'confluent-cloud', label: 'Confluent Cloud', description: 'Kafka, API key', protocol: 'kafka',
    sets: { encryption: 'tls', signIn: 'plain' },
    asks: [
      host('Bootstrap server of the cluster', 'pkc-abc12.eu-west-1.aws.confluent.cloud:9092', {
        belongs: /\.confluent\.cloud$/i, url: (name, port) => `${name}:${port ?? 9092}`,
      }),
      { field: 'user', prompt: 'API key of the cluster (not of the cloud)' },
      { field: 'password', prompt: 'API secret; kept in secret storage' },
    ],
    source: 'https://docs.confluent.io/cloud/current/client-apps/config-client.html',
  },
  {
    id: 'msk-iam', label: 'Amazon MSK, IAM', description: 'Kafka, an AWS profile', protocol: 'kafka',
    sets: { encryption: 'tls', signIn: 'aws-msk-iam' },
    asks: [
      msk(9098, 9198),
      {
        field: 'region', prompt: 'AWS region', placeholder: 'eu-west-1', propose: ({ region }) => region,
        fault: (text) => (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text.trim()) ? undefined : 'Write a region such as eu-west-1.'),
      },
      { field: 'profile', prompt: 'AWS profile; empty for what the environment of VS Code gives', placeholder: 'default', optional: true },
    ],
    source: MSK_PORTS,
  },
  {
    id: 'msk-scram', label: 'Amazon MSK, SASL/SCRAM', description: 'Kafka, user and password', protocol: 'kafka',
    sets: { encryption: 'tls', signIn: 'scram-sha-512' },
    asks: [msk(9096, 9196), userName, password],
    source: MSK_PORTS,
  },
  {
    id: 'msk-mtls', label: 'Amazon MSK, mutual TLS', description: 'Kafka, a client certificate', protocol: 'kafka',
    sets: { encryption: 'tls', signIn: 'none', hasCertificate: true },
    asks: [
      msk(9094, 9194),
      { field: 'cert', prompt: 'The client’s certificate (PEM)' },
      { field: 'key', prompt: 'The client’s private key (PEM)' },
      { field: 'passphrase', prompt: 'Passphrase of the key; empty for none; kept in secret storage', optional: true },
    ],
    source: MSK_PORTS,
  },
  {
    id: 'cloudamqp', label: 'CloudAMQP', description: 'RabbitMQ', protocol: 'rabbitmq',
    sets: { encryption: 'tls', signIn: 'password' },
    asks: [
      host('Host of the instance', 'name.rmq.cloudamqp.com', {
        belongs: /\.cloudamqp\.com$/i, url: (name) => `amqps://${name}`, more: (name) => ({ managementUrl: `https://${name}` }),
      }),
      { field: 'user', prompt: 'User' },
      password,
      {
        field: 'vhost', prompt: 'Virtual host; the user’s name unless you made another', propose: ({ user, vhost }) => vhost || user,
        optional: true,
      },
    ],
    source: 'https://www.cloudamqp.com/docs/cloudamqp-overview/',
  },
  {
    id: 'hivemq-cloud', label: 'HiveMQ Cloud', description: 'MQTT', protocol: 'mqtt',
    sets: { encryption: 'tls', signIn: 'password', mqttVersion: 5 },
    asks: [
      host('Host of the cluster', '0123456789abcdef.s1.eu.hivemq.cloud', {
        belongs: /\.hivemq\.cloud$/i, url: (name, port) => (port === 8884 ? `wss://${name}:8884/mqtt` : `mqtts://${name}:8883`),
      }),
      userName,
      password,
    ],
    source: 'https://github.com/hivemq-cloud/mqtt.js-client-example',
  },
  {
    id: 'synadia-cloud', label: 'Synadia Cloud (NGS)', description: 'NATS, a credentials file', protocol: 'nats',
    sets: { url: 'tls://connect.ngs.global:4222', encryption: 'tls', signIn: 'credentials-file' },
    asks: [{ field: 'credentialsFile', prompt: 'The user’s credentials file (.creds), as the console gives it' }],
    source: 'https://www.synadia.com/ngs/how-it-works',
  },
];

interface HostRule {
  readonly belongs: RegExp;
  url(host: string, port: number | undefined): string;
  more?(host: string): Partial<Draft>;
}

/** A question for a provider's host, however much around it is pasted. */
function host(prompt: string, placeholder: string, rule: HostRule): PresetQuestion {
  return {
    field: 'url', prompt, placeholder,
    fault: (text) => {
      if (/@/.test(text)) return 'Leave user and password out; they are asked for next and kept in secret storage.';
      const wrong = hostsIn(text).find((one) => !rule.belongs.test(one.host));
      if (hostsIn(text).length === 0) return `Write the host, such as ${placeholder}.`;
      return wrong && `${wrong.host} is not one of this provider’s; it looks like ${placeholder}. ` +
        'For an address of your own choose the protocol instead.';
    },
    take: (text) => {
      const [first] = hostsIn(text);
      return first ? { url: rule.url(first.host, first.port), ...rule.more?.(first.host) } : {};
    },
  };
}

/** Hosts and ports in a list, with or without scheme and path. */
function hostsIn(text: string): readonly { readonly host: string; readonly port?: number }[] {
  return text.split(/[\s,]+/).flatMap((part) => {
    const found = /^(?:[a-z+_]+:\/\/)?([\w.-]+)(?::(\d{1,5}))?(?:\/.*)?$/i.exec(part);
    return found?.[1] ? [{ host: found[1], ...(found[2] && { port: Number(found[2]) }) }] : [];
  });
}

/** The AWS region in a host's name; empty where there is none. */
export function regionIn(text: string): string {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/i.exec(text)?.[1]?.toLowerCase() ?? '';
}

import type { Protocol } from '../protocol/common';
import { saysTls, URL_EXAMPLES, urlFault } from './brokerUrl';
import type { Connection, Connections, Secrets } from './connections';
import { SASL } from './credentials';
import { ask, Cancelled, choose, steps } from './multiStep';
import type { Step } from './multiStep';

interface Draft {
  protocol: Protocol;
  name: string;
  url: string;
  tls: boolean;
  signIn: 'none' | 'password' | 'token';
  saslMechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  user: string;
  password: string;
  token: string;
  mqttVersion: 4 | 5;
  managementUrl: string;
}

const PROTOCOLS = [
  { label: 'Kafka', value: 'kafka' },
  { label: 'RabbitMQ', value: 'rabbitmq' },
  { label: 'MQTT', value: 'mqtt' },
  { label: 'NATS', value: 'nats' },
] as const;

/** Asks for a connection step by step, with a way back at each; undefined when given up. */
export async function addConnection(
  connections: Connections,
  brokerNames: readonly string[],
): Promise<Connection | undefined> {
  const draft: Draft = {
    protocol: 'kafka',
    name: '',
    url: '',
    tls: false,
    signIn: 'none',
    saslMechanism: 'scram-sha-512',
    user: '',
    password: '',
    token: '',
    mqttVersion: 5,
    managementUrl: '',
  };
  try {
    await steps('Add Connection', () => plan(draft, brokerNames));
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
  const secrets: Secrets =
    draft.signIn === 'password'
      ? { password: draft.password }
      : draft.signIn === 'token'
        ? { token: draft.token }
        : {};
  return connections.put(
    {
      name: draft.name,
      protocol: draft.protocol,
      url: draft.url,
      tls: draft.tls || saysTls(draft.url),
      ...(draft.signIn === 'password' && { user: draft.user }),
      ...(draft.signIn === 'password' &&
        draft.protocol === 'kafka' && { saslMechanism: draft.saslMechanism }),
      ...(draft.protocol === 'mqtt' && { mqttVersion: draft.mqttVersion }),
      ...(draft.managementUrl && { managementUrl: draft.managementUrl }),
    },
    secrets,
  );
}

/** The steps that the answers so far call for. */
function plan(draft: Draft, brokerNames: readonly string[]): readonly Step[] {
  const { protocol } = draft;
  const list: Step[] = [
    choose(
      'Which protocol does the broker speak?',
      PROTOCOLS,
      () => draft.protocol,
      (value) => {
        draft.protocol = value;
      },
    ),
    ask({
      prompt: brokerNames.length
        ? `A name. With that of a broker in your files (${brokerNames.join(', ')}), ` +
          'the connection is used for it.'
        : 'A name for the connection.',
      value: () => draft.name,
      fault: (text) => (text.trim() ? undefined : 'Write a name.'),
      take: (text) => {
        draft.name = text.trim();
      },
    }),
    ask({
      prompt: 'Where is it?',
      placeholder: URL_EXAMPLES[protocol],
      value: () => draft.url,
      fault: (text) => urlFault(protocol, text),
      take: (text) => {
        draft.url = text.trim();
      },
    }),
  ];
  if (!saysTls(draft.url)) {
    list.push(
      choose(
        'Is the connection encrypted?',
        [
          { label: 'Plain', description: 'everybody between here and the broker can read it', value: false },
          { label: 'TLS', value: true },
        ],
        () => draft.tls,
        (value) => {
          draft.tls = value;
        },
      ),
    );
  }
  if (protocol === 'mqtt') {
    list.push(
      choose(
        'Which version of MQTT?',
        [
          { label: 'MQTT 5', value: 5 },
          { label: 'MQTT 3.1.1', value: 4 },
        ],
        () => draft.mqttVersion,
        (value) => {
          draft.mqttVersion = value;
        },
      ),
    );
  }
  list.push(
    choose(
      'How do you sign in?',
      [
        { label: 'Without', description: 'the broker lets everybody in', value: 'none' },
        { label: 'User and password', value: 'password' },
        ...(protocol === 'nats' ? [{ label: 'Token', value: 'token' } as const] : []),
      ],
      () => draft.signIn,
      (value) => {
        draft.signIn = value;
      },
    ),
  );
  if (draft.signIn === 'password') {
    if (protocol === 'kafka') {
      list.push(
        choose(
          'Which SASL mechanism?',
          SASL,
          () => draft.saslMechanism,
          (value) => {
            draft.saslMechanism = value;
          },
        ),
      );
    }
    list.push(
      ask({
        prompt: 'User',
        value: () => draft.user,
        take: (text) => {
          draft.user = text;
        },
        fault: (text) => (text ? undefined : 'Write the user’s name.'),
      }),
      ask({
        prompt: 'Password; kept in secret storage',
        secret: true,
        value: () => draft.password,
        take: (text) => {
          draft.password = text;
        },
      }),
    );
  }
  if (draft.signIn === 'token') {
    list.push(
      ask({
        prompt: 'Token; kept in secret storage',
        secret: true,
        value: () => draft.token,
        take: (text) => {
          draft.token = text;
        },
        fault: (text) => (text ? undefined : 'Write the token.'),
      }),
    );
  }
  if (protocol === 'rabbitmq') {
    list.push(
      ask({
        prompt: 'Management API, for what AMQP cannot tell (bindings, depths); empty for none.',
        placeholder: 'http://localhost:15672',
        value: () => draft.managementUrl,
        fault: (text) =>
          text === '' || /^https?:\/\/[^@\s]+$/.test(text)
            ? undefined
            : 'Write http://host:port or https://host:port, without user and password.',
        take: (text) => {
          draft.managementUrl = text.trim();
        },
      }),
    );
  }
  return list;
}

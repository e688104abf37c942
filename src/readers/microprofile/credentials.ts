import type { SourceFile } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { readSecrets } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import type { Keyed } from '../shared/keyed';
import { isLiteralSecret } from '../shared/secrets';
import { dialect } from './dialect';

/** Keys of messaging; the passwords of databases and web servers are another tool's matter. */
const messagingKeys: readonly RegExp[] = [
  /^mp\.messaging\.(?:incoming|outgoing|connector)\./,
  /^(?:kafka|kafka-streams|camel\.component\.kafka)\.|^(?:rabbitmq|amqp|mqtt)-/,
  /^quarkus\.(?:kafka|kafka-streams|messaging|reactive-messaging|apicurio-registry)\./,
  /(?:^|\.)(?:schema|apicurio)\.registry\./,
];

/** A login of two keys beside each other: `rabbitmq-username` and `rabbitmq-password`. */
const passwordKey = /^(.*?)(password)$/;

export function isMessagingKey(key: string): boolean {
  return messagingKeys.some((pattern) => pattern.test(key));
}

/** Users and secrets in the keys of messaging, of all profiles: a secret is one wherever it is used. */
export function credentials(file: SourceFile, everything: readonly Keyed[], of: string): CredentialFact[] {
  const keys = everything.filter((one) => isMessagingKey(one.key));
  const users = new Map(keys.map((one) => [one.key, one]));
  return keys.flatMap((one): CredentialFact[] => {
    const protocol = protocolOf(one.key);
    const match = passwordKey.exec(one.key);
    const before = match?.[1] ?? '';
    const user = match === null ? undefined : users.get(`${before}username`) ?? users.get(`${before}user`);
    if (match !== null && (user !== undefined || /-$/.test(before))) {
      const raw = file.text.slice(one.at.start, one.at.end);
      if (one.isOpen || raw === '' || !isLiteralSecret(raw)) return [];
      const name = user === undefined || user.isOpen || user.value === '' ? undefined
        : { value: user.value, at: user.at };
      return [defined<CredentialFact>({
        kind: 'credential', dialect, extent: one.extent, of, protocol, where: one.key, user: name,
        secret: one.at, isDefault: isGuest(protocol, name?.value, one.value) ? true : undefined,
      })];
    }
    // Camel writes Kafka's keys with dashes.
    const key = one.key.startsWith('camel.') ? one.key.replaceAll('-', '.') : one.key;
    return readSecrets(file, [{ ...one, key }], defined({ dialect, of, protocol }))
      .map((found) => (key === one.key ? found : { ...found, where: one.key }));
  });
}

/** RabbitMQ's own login, which works on the broker's machine only. */
function isGuest(protocol: Protocol | undefined, user: string | undefined, password: string): boolean {
  return protocol === 'rabbitmq' && user === 'guest' && password === 'guest';
}

function protocolOf(key: string): Protocol | undefined {
  if (/kafka|registry/i.test(key)) return 'kafka';
  if (/^(?:rabbitmq|amqp)-|rabbitmq/.test(key)) return 'rabbitmq';
  if (/^mqtt-|mqtt/.test(key)) return 'mqtt';
  return /nats/.test(key) ? 'nats' : undefined;
}

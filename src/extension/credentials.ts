import type { Protocol } from '../protocol/common';
import type { Connection, Secrets } from './connections';
import { ask, Cancelled, choose, steps } from './multiStep';

type Mechanism = NonNullable<Connection['saslMechanism']>;

/** Kafka's ways of signing in, the safest first. */
export const SASL = [
  { label: 'SCRAM-SHA-512', value: 'scram-sha-512' },
  { label: 'SCRAM-SHA-256', value: 'scram-sha-256' },
  { label: 'PLAIN', description: 'sends the password itself: only over TLS', value: 'plain' },
] as const;

/** What the user told: the open part and the secret part. */
export interface Credentials {
  readonly description: Pick<Connection, 'user' | 'saslMechanism'>;
  readonly secrets: Secrets;
}

/** What a broker that refused us is to be told. */
export async function askCredentials(
  where: string,
  protocol: Protocol,
  reason: string,
): Promise<Credentials | undefined> {
  const draft = { kind: 'password' as 'password' | 'token', user: '', secret: '', mechanism: SASL[0].value as Mechanism };
  try {
    await steps(`Sign in to ${where}`, () => [
      ...(protocol === 'nats'
        ? [
            choose(
              'How do you sign in?',
              [
                { label: 'User and password', value: 'password' },
                { label: 'Token', value: 'token' },
              ],
              () => draft.kind,
              (value) => {
                draft.kind = value;
              },
            ),
          ]
        : []),
      ...(protocol === 'kafka'
        ? [
            choose(
              'Which SASL mechanism?',
              SASL,
              () => draft.mechanism,
              (value) => {
                draft.mechanism = value;
              },
            ),
          ]
        : []),
      ...(draft.kind === 'password'
        ? [
            ask({
              prompt: `The broker said: ${reason} User`,
              value: () => draft.user,
              take: (text: string) => {
                draft.user = text;
              },
              fault: (text: string) => (text ? undefined : 'Write the user’s name.'),
            }),
          ]
        : []),
      ask({
        prompt: `${draft.kind === 'token' ? 'Token' : `Password of ${draft.user}`}; kept in secret storage`,
        secret: true,
        value: () => draft.secret,
        take: (text) => {
          draft.secret = text;
        },
      }),
    ]);
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
  if (draft.kind === 'token') return { description: {}, secrets: { token: draft.secret } };
  return {
    description: { user: draft.user, ...(protocol === 'kafka' && { saslMechanism: draft.mechanism }) },
    secrets: { password: draft.secret },
  };
}

import type { Protocol } from '../protocol/common';
import type { Secrets } from './connections';
import { ask, Cancelled, choose, steps } from './multiStep';

/** What a broker that refused us is to be told. */
export async function askCredentials(
  where: string,
  protocol: Protocol,
  reason: string,
): Promise<{ readonly user?: string; readonly secrets: Secrets } | undefined> {
  const draft = { kind: 'password' as 'password' | 'token', user: '', secret: '' };
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
  return draft.kind === 'token'
    ? { secrets: { token: draft.secret } }
    : { user: draft.user, secrets: { password: draft.secret } };
}

import { readFile } from 'node:fs/promises';
import type { Authenticator } from '@nats-io/transport-node';
import { BrokerError, type ConnectOptions } from '../driver';
import { readNamedFile } from '../namedFile';

/**
 * How a connection signs in: with a credentials file, an nkey, a token, or user and password, the first that
 * is given. Nothing is asked of it before the server wants it.
 * @throws BrokerError `authentication` where the file or the seed is of no use
 */
export async function authenticatorOf(options: ConnectOptions): Promise<Authenticator | undefined> {
  const nats = await import('@nats-io/transport-node');
  if (options.credentialsFile !== undefined) {
    const authenticate = nats.credsAuthenticator(await readNamedFile(options.credentialsFile, 'credentials file', 'authentication'));
    return checked(authenticate, `The credentials file ${options.credentialsFile}`);
  }
  if (options.nkeySeed !== undefined) {
    const authenticate = nats.nkeyAuthenticator(Buffer.from(options.nkeySeed.trim()));
    return checked(authenticate, 'The nkey’s seed');
  }
  if (options.token !== undefined) return nats.tokenAuthenticator(options.token);
  if (options.user !== undefined) return nats.usernamePasswordAuthenticator(options.user, options.password);
  return undefined;
}

/** Tries it once, so that the sentence is ours and quotes nothing of a secret. */
function checked(authenticate: Authenticator, what: string): Authenticator {
  try {
    authenticate('nonce');
  } catch {
    throw new BrokerError(
      'authentication',
      `${what} cannot be used: it has to hold a user’s seed as nsc or nk make it (SU…)` +
        `${what.startsWith('The credentials') ? ', below the user’s JWT' : ''}.`,
    );
  }
  return authenticate;
}

/** When the JWT of a credentials file expires, milliseconds since 1970; undefined where it does not say, or cannot be read. */
export async function expiryOf(path: string): Promise<number | undefined> {
  try {
    const claims = /^[\w-]+\.([\w-]+)\.[\w-]+$/m.exec(await readFile(path, 'utf8'))?.[1] ?? '';
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectOptions, SaslMechanism } from '../brokers/driver';
import type { Protocol } from '../model/settings';
import { textFlag, UsageError, type Flag, type ParsedArguments } from './arguments';

/** Those that need no more than the flags and the environment say. */
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const satisfies readonly SaslMechanism[];

/** How to sign in to brokers, the same for every command that talks to one. No flag takes a secret, since others see them. */
export const signInFlags: Readonly<Record<string, Flag>> = {
  tls: { text: 'speak TLS, where neither a file nor the URL (amqps://, mqtts://, tls://) says so' },
  ca: { value: 'FILE', text: 'trust certificates of this authority (PEM)' },
  cert: { value: 'FILE', text: 'sign in with this client certificate (PEM)' },
  key: { value: 'FILE', text: 'the key of --cert, where it is in a file of its own' },
  sasl: { value: 'MECHANISM', text: 'how Kafka is signed in to; default plain where there is a user', choices: MECHANISMS },
  credentials: { value: 'FILE', text: 'sign in to NATS with this credentials file' },
};

/** The part of the help that says where secrets come from. */
export const signInHelp = 'User and password come from TAILRACE_USER and TAILRACE_PASSWORD, or from the URL; with --sasl oauthbearer the token\n'
  + 'comes from TAILRACE_TOKEN, a key’s passphrase from TAILRACE_PASSPHRASE.';

export type SignIn = Pick<ConnectOptions, 'user' | 'password' | 'token' | 'passphrase' | 'saslMechanism' | 'tlsFiles' | 'credentialsFile'> & {
  /** Asked for by flag; else a file or the URL decides. */
  readonly tls?: true;
};

/**
 * How to sign in, from flags and environment.
 * @param name of one broker of several: then those variables are meant that end in it (`TAILRACE_USER_EVENTS`), and flags
 * that say who signs in are refused, since what is for one broker is not to be told to the others.
 * @throws UsageError for flags that do not go together.
 */
export function signInOf(parsed: ParsedArguments, name?: string): SignIn {
  const flag = (of: string): string | undefined => textFlag(parsed, of);
  const file = (of: string): string | undefined => (flag(of) === undefined ? undefined : resolve(process.cwd(), flag(of)!));
  const meant = ['tls', 'cert', 'key', 'sasl', 'credentials'].find((one) => parsed.flags[one] !== undefined);
  if (name !== undefined && meant !== undefined) throw new UsageError(`--${meant} is for one broker, and several are meant here: name one with --broker.`);
  const [ca, cert, key, credentialsFile] = [file('ca'), file('cert'), file('key'), file('credentials')];
  if (key !== undefined && cert === undefined) throw new UsageError('--key is the key of a client certificate: name that with --cert.');
  const saslMechanism = MECHANISMS.find((one) => one === flag('sasl'));
  const end = name === undefined ? '' : `_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
  const variable = (of: string): string | undefined => process.env[`TAILRACE_${of}${end}`];
  return defined({
    user: variable('USER'), password: variable('PASSWORD'), passphrase: variable('PASSPHRASE'),
    // Only where it is asked for: the variable may hold what is for a schema registry.
    token: saslMechanism === 'oauthbearer' ? variable('TOKEN') : undefined,
    saslMechanism, credentialsFile,
    tlsFiles: ca === undefined && cert === undefined ? undefined : defined({ ca, cert, key }),
    tls: parsed.flags['tls'] === true ? true as const : undefined,
  });
}

/**
 * Refuses what would be left unused without a word, and what cannot be used, in the words of the command line: a driver
 * speaks of a connection, which nobody has here.
 * @throws UsageError that names the flag.
 */
export function unlessUseless(signIn: SignIn, protocol: Protocol, tls: boolean): void {
  const refuse = (flag: string, why: string): never => { throw new UsageError(`--${flag} ${why}`); };
  const { saslMechanism: sasl, credentialsFile, tlsFiles } = signIn;
  // Whom to trust may be said for several brokers, of which some speak TLS.
  if (tlsFiles?.cert !== undefined && !tls) refuse('cert', 'is of use with TLS only: add --tls, or give a URL that says so.');
  if (sasl !== undefined && protocol !== 'kafka') refuse('sasl', 'is for Kafka.');
  if (sasl === 'oauthbearer' && signIn.token === undefined) refuse('sasl', 'oauthbearer takes its token from TAILRACE_TOKEN, which is not set.');
  if (sasl !== undefined && sasl !== 'oauthbearer' && signIn.user === undefined) refuse('sasl', `${sasl} needs a user: set TAILRACE_USER and TAILRACE_PASSWORD.`);
  if (credentialsFile !== undefined && protocol !== 'nats') refuse('credentials', 'is for NATS.');
  for (const [flag, file] of Object.entries({ ...tlsFiles, credentials: credentialsFile })) {
    if (file !== undefined && !existsSync(file)) refuse(flag, `names a file that is not there: ${file}.`);
  }
}

/** Without what is undefined, so that it hides nothing where objects are laid over each other. */
function defined<T extends object>(of: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

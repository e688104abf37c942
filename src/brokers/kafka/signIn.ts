import type { Mechanism, SASLOptions } from 'kafkajs';
import { BrokerError, type ConnectOptions, type SaslMechanism } from '../driver';
import { expiryOf, oauthToken } from './oauthToken';
import { renewing, type Token } from './token';

/**
 * How to sign in, as kafkajs takes it; undefined where nothing says that one signs in.
 * @throws BrokerError `authentication` where the mechanism lacks what it needs.
 */
export function signIn(options: ConnectOptions): SASLOptions | Mechanism | undefined {
  const mechanism = mechanismOf(options);
  switch (mechanism) {
    case undefined:
      return undefined;
    case 'plain':
      return { mechanism, ...account(options, mechanism) };
    case 'scram-sha-256':
      return { mechanism, ...account(options, mechanism) };
    case 'scram-sha-512':
      return { mechanism, ...account(options, mechanism) };
    case 'oauthbearer':
      return bearer(oauth(options), options.oauth?.extensions);
    case 'aws-msk-iam':
      return bearer(renewing(() => mskToken(options)));
  }
}

function account(
  { user, password }: ConnectOptions,
  mechanism: SaslMechanism,
): { readonly username: string; readonly password: string } {
  if (user === undefined || user === '')
    throw new BrokerError(
      'authentication',
      `SASL ${mechanism.toUpperCase()} needs a user and a password: add them to the connection.`,
    );
  return { username: user, password: password ?? '' };
}

function mechanismOf(options: ConnectOptions): SaslMechanism | undefined {
  if (options.saslMechanism !== undefined) return options.saslMechanism;
  if (options.user !== undefined) return 'plain';
  if (options.oauth !== undefined || options.token !== undefined) return 'oauthbearer';
  return options.aws === undefined ? undefined : 'aws-msk-iam';
}

/** RFC 7628: kafkajs's own takes the refusal for a success, since it comes as an answer and not as an error. */
function bearer(token: () => Promise<Token>, extensions: Readonly<Record<string, string>> = {}): Mechanism {
  return {
    mechanism: 'OAUTHBEARER',
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: async () => {
        const { value } = await token();
        const pairs = [`auth=Bearer ${value}`, ...Object.entries(extensions).map(([name, v]) => `${name}=${v}`)];
        const said = Buffer.from(`n,,\x01${pairs.join('\x01')}\x01\x01`);
        const length = Buffer.alloc(4);
        length.writeInt32BE(said.length);
        await saslAuthenticate({
          request: { encode: () => Buffer.concat([length, said]) },
          response: { decode: (raw) => raw.subarray(4), parse: refuseToken },
        });
      },
    }),
  };
}

/** An empty answer is a success, else it says in JSON why not. */
function refuseToken(answer: Buffer): void {
  if (answer.length === 0) return;
  const status = /"status"\s*:\s*"([^"]{1,100})"/.exec(answer.toString('utf8'))?.[1] ?? 'invalid_token';
  throw Object.assign(new Error(`The broker did not accept the token (${status})`), { type: 'SASL_AUTHENTICATION_FAILED' });
}

function oauth(options: ConnectOptions): () => Promise<Token> {
  const { oauth: client, token } = options;
  if (client) return renewing(() => oauthToken(client, options.tlsFiles?.ca));
  if (token === undefined || token === '')
    throw new BrokerError(
      'authentication',
      'SASL OAUTHBEARER needs a token, or a token endpoint with a client id: add one to the connection.',
    );
  return async () => {
    const expires = expiryOf(token);
    if (expires !== undefined && expires <= Date.now())
      throw new BrokerError(
        'authentication',
        `The token expired at ${new Date(expires).toISOString()}: put a new one into the connection, ` +
          'or name a token endpoint, from which it is renewed.',
      );
    return { value: token, expires };
  };
}

async function mskToken(options: ConnectOptions): Promise<Token> {
  if (!options.aws?.region)
    throw new BrokerError('authentication', 'AWS MSK IAM needs the region: add it to the connection.');
  const { awsToken } = await import('./mskToken');
  return awsToken(options.aws);
}

import { createHash, randomBytes } from 'node:crypto';
import { nkeys } from '@nats-io/nats-core';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An operator with a system account and one account for users, as nsc would make them. */
export interface NatsOperator {
  /** Lines for nats.conf: operator mode with the accounts in the memory of the server. */
  readonly conf: readonly string[];
  /** The text of a credentials file for a new user. @param expires seconds since 1970 */
  credentials(user: UserClaims): string;
}

export interface UserClaims {
  readonly name: string;
  readonly expires?: number;
  /** Subjects that may not be subscribed to. */
  readonly denied?: readonly string[];
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

/** NATS JWTs, version 2: the id is a hash of the claims, the signature ed25519 over header and claims. */
function token(issuer: KeyPair, subject: KeyPair, name: string, nats: object, expires?: number): string {
  const claims = {
    jti: '',
    iat: Math.floor(Date.now() / 1000),
    ...(expires === undefined ? {} : { exp: expires }),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { ...nats, version: 2 },
  };
  claims.jti = createHash('sha256').update(JSON.stringify(claims)).update(randomBytes(8)).digest('hex');
  const body = `${base64(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }))}.${base64(JSON.stringify(claims))}`;
  return `${body}.${base64(issuer.sign(Buffer.from(body)))}`;
}

const UNLIMITED = { subs: -1, data: -1, payload: -1 };
const ACCOUNT_LIMITS = {
  ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1,
  mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1,
};

export function makeOperator(): NatsOperator {
  const operator = nkeys.createOperator();
  const system = nkeys.createAccount();
  const account = nkeys.createAccount();
  const accountToken = (of: KeyPair, name: string, limits: object): string =>
    token(operator, of, name, { limits, type: 'account', default_permissions: { pub: {}, sub: {} } });
  const systemName = system.getPublicKey();
  const { mem_storage: _, disk_storage: __, streams: ___, consumer: ____, ...plain } = ACCOUNT_LIMITS;
  const operatorToken = token(operator, operator, 'tests', { type: 'operator', system_account: systemName });
  return {
    conf: [
      `operator: ${operatorToken}`,
      `system_account: ${systemName}`,
      'resolver: MEMORY',
      `resolver_preload: { ${systemName}: ${accountToken(system, 'SYS', plain)}`,
      `  ${account.getPublicKey()}: ${accountToken(account, 'APP', ACCOUNT_LIMITS)} }`,
    ],
    credentials: ({ name, expires, denied = [] }) => {
      const user = nkeys.createUser();
      const sub = denied.length > 0 ? { deny: denied } : {};
      const jwt = token(account, user, name, { ...UNLIMITED, pub: {}, sub, type: 'user' }, expires);
      const seed = Buffer.from(user.getSeed()).toString();
      return [
        '-----BEGIN NATS USER JWT-----', jwt, '------END NATS USER JWT------', '',
        '-----BEGIN USER NKEY SEED-----', seed, '------END USER NKEY SEED------', '',
      ].join('\n');
    },
  };
}

import type { Protocol } from '../protocol/common';
import { saysTls, withVhost, vhostOf } from './brokerUrl';
import { brokerOf, type Connection, type Secrets } from './connections';

/** How a connection signs in, besides a client certificate. */
export type SignIn =
  | 'none' | 'password' | 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauth' | 'token' | 'aws-msk-iam' | 'nkey'
  | 'credentials-file';

/** What the dialogue has been told so far; what an answer leaves unused is ignored at the end. */
export interface Draft {
  /** Of the connection that is edited. */
  id?: string;
  protocol: Protocol;
  /** The declared broker that it is for; empty for none. */
  broker: string;
  environment: string;
  name: string;
  url: string;
  /** RabbitMQ; empty for `/`. */
  vhost: string;
  encryption: 'plain' | 'tls' | 'unverified';
  /** Whether the broker's certificate is checked by this file and not by what the machine trusts. */
  hasCa: boolean;
  ca: string;
  hasCertificate: boolean;
  cert: string;
  key: string;
  passphrase: string;
  signIn: SignIn;
  user: string;
  password: string;
  token: string;
  tokenEndpoint: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  region: string;
  profile: string;
  nkeySeed: string;
  credentialsFile: string;
  mqttVersion: 4 | 5;
  managementUrl: string;
}

export function newDraft(protocol: Protocol = 'kafka'): Draft {
  return {
    protocol, broker: '', environment: '', name: '', url: '', vhost: '', encryption: 'plain',
    hasCa: false, ca: '', hasCertificate: false, cert: '', key: '', passphrase: '',
    signIn: 'none', user: '', password: '', token: '', tokenEndpoint: '', clientId: '', clientSecret: '', scope: '',
    region: '', profile: '', nkeySeed: '', credentialsFile: '', mqttVersion: 5, managementUrl: '',
  };
}

/** A connection as the dialogue edits it. @param environment its own, or that of the broker's declaration. */
export function draftOf(connection: Connection, secrets: Secrets, environment = connection.environment ?? ''): Draft {
  const { protocol, ca = '', cert = '', key = '', oauth, aws } = connection;
  return {
    ...newDraft(protocol),
    id: connection.id,
    broker: brokerOf(connection),
    environment,
    name: connection.name,
    url: protocol === 'rabbitmq' ? withVhost(connection.url, '') : connection.url,
    vhost: protocol === 'rabbitmq' ? vhostOf(connection.url) : '',
    encryption: connection.unverified ? 'unverified' : connection.tls || saysTls(connection.url) ? 'tls' : 'plain',
    hasCa: ca !== '', ca, hasCertificate: cert !== '', cert, key,
    signIn: signInOf(connection, secrets),
    user: connection.user ?? '',
    password: secrets.password ?? '', token: secrets.token ?? '', passphrase: secrets.passphrase ?? '',
    clientSecret: secrets.clientSecret ?? '', nkeySeed: secrets.nkeySeed ?? '',
    tokenEndpoint: oauth?.tokenEndpoint ?? '', clientId: oauth?.clientId ?? '', scope: oauth?.scope ?? '',
    region: aws?.region ?? '', profile: aws?.profile ?? '',
    credentialsFile: connection.credentialsFile ?? '',
    mqttVersion: connection.mqttVersion ?? 5,
    managementUrl: connection.managementUrl ?? '',
  };
}

function signInOf({ saslMechanism, oauth, user, credentialsFile }: Connection, secrets: Secrets): SignIn {
  if (saslMechanism === 'oauthbearer') return oauth ? 'oauth' : 'token';
  if (saslMechanism !== undefined) return saslMechanism;
  if (credentialsFile !== undefined) return 'credentials-file';
  if (secrets.nkeySeed !== undefined) return 'nkey';
  if (secrets.token !== undefined) return 'token';
  return user === undefined ? 'none' : 'password';
}

/** What a finished dialogue comes to: what may be kept openly, and what belongs into secret storage. */
export function connectionOf(draft: Draft): { readonly description: Omit<Connection, 'id'>; readonly secrets: Secrets } {
  const { protocol, encryption } = draft;
  const name = draft.name.trim();
  const isTls = encryption !== 'plain' || saysTls(draft.url);
  const open = openPart(draft);
  const secret = secretPart(draft);
  const hasCertificate = isTls && draft.hasCertificate;
  return {
    description: {
      name, protocol,
      url: protocol === 'rabbitmq' ? withVhost(draft.url.trim(), draft.vhost) : draft.url.trim(),
      ...(draft.broker && draft.broker !== name && { broker: draft.broker }),
      ...(draft.environment && { environment: draft.environment.trim() }),
      tls: isTls,
      ...(encryption === 'unverified' && { unverified: true }),
      ...(isTls && encryption === 'tls' && draft.hasCa && { ca: draft.ca.trim() }),
      ...(hasCertificate && { cert: draft.cert.trim(), key: draft.key.trim() }),
      ...(protocol === 'mqtt' && { mqttVersion: draft.mqttVersion }),
      ...(protocol === 'rabbitmq' && draft.managementUrl && { managementUrl: draft.managementUrl.trim() }),
      ...open,
    },
    secrets: { ...secret, ...(hasCertificate && draft.passphrase && { passphrase: draft.passphrase }) },
  };
}

function openPart({ signIn, user, tokenEndpoint, clientId, scope, region, profile, credentialsFile, protocol }: Draft): Partial<Connection> {
  switch (signIn) {
    case 'none': return {};
    case 'nkey': return {};
    case 'password': return { user };
    case 'plain': case 'scram-sha-256': case 'scram-sha-512': return { user, saslMechanism: signIn };
    case 'oauth': return {
      saslMechanism: 'oauthbearer',
      oauth: { tokenEndpoint: tokenEndpoint.trim(), clientId, ...(scope && { scope }) },
    };
    case 'token': return protocol === 'kafka' ? { saslMechanism: 'oauthbearer' } : {};
    case 'aws-msk-iam': return { saslMechanism: signIn, aws: { region: region.trim(), ...(profile && { profile: profile.trim() }) } };
    case 'credentials-file': return { credentialsFile: credentialsFile.trim() };
  }
}

function secretPart({ signIn, password, token, clientSecret, nkeySeed }: Draft): Secrets {
  switch (signIn) {
    case 'password': case 'plain': case 'scram-sha-256': case 'scram-sha-512': return { password };
    case 'oauth': return clientSecret ? { clientSecret } : {};
    case 'token': return { token };
    case 'nkey': return { nkeySeed: nkeySeed.trim() };
    case 'none': case 'aws-msk-iam': case 'credentials-file': return {};
  }
}

/** A name that no connection has yet: the broker’s, with its environment where that is taken. */
export function freeName(draft: Draft, fallback: string, taken: ReadonlySet<string>): string {
  const base = draft.broker || fallback;
  const full = draft.environment ? `${base} ${draft.environment}` : base;
  if (!taken.has(base)) return base;
  for (let n = 1; ; n++) {
    const name = n === 1 ? full : `${full} ${n}`;
    if (!taken.has(name)) return name;
  }
}

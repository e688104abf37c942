import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectionSource } from '../protocol/connections';
import { vhostOf, withVhost } from './brokerUrl';
import { newDraft } from './connectionDraft';
import type { Draft, SignIn } from './connectionDraft';

/** What a file says, as the dialogue begins with it. Its secrets are not among it. */
export function draftFrom(source: ConnectionSource): Draft {
  const { protocol, url, ca, cert, key } = source;
  const folder = source.at.uri.startsWith('file:') ? dirname(fileURLToPath(source.at.uri)) : '';
  const whole = (path: string): string => (isAbsolute(path) || path.startsWith('~') ? path : join(folder, path));
  return {
    ...newDraft(protocol),
    broker: source.broker,
    environment: source.environment ?? '',
    url: protocol === 'rabbitmq' ? withVhost(url, '') : url,
    vhost: protocol === 'rabbitmq' ? vhostOf(url) : '',
    encryption: source.tls ? 'tls' : 'plain',
    ...(ca && { hasCa: true, ca: whole(ca) }),
    ...(cert && { hasCertificate: true, cert: whole(cert), key: whole(key ?? cert) }),
    signIn: signInOf(source),
    user: source.user ?? '',
  };
}

function signInOf({ protocol, saslMechanism, user, hasSecret }: ConnectionSource): SignIn {
  if (saslMechanism === 'oauthbearer') return 'oauth';
  if (saslMechanism !== undefined) return saslMechanism;
  if (protocol === 'kafka') return 'none';
  // In a NATS URL a name without a password is a token, which the server gives as the secret.
  if (protocol === 'nats' && user === undefined && hasSecret) return 'token';
  return user === undefined && !hasSecret ? 'none' : 'password';
}

import type { PermissionViolationError } from '@nats-io/transport-node';
import type { HostPort } from '../address';
import { BrokerError, type BrokerErrorKind, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { LISTENERS, whatListens } from '../listener';
import { refusedHandshake, tlsFault } from '../tlsFailure';
import { expiryOf } from './signIn';

/** A failure while talking to a server. */
export function natsError(error: unknown, where: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'UserAuthenticationExpiredError' || /authentication expired/i.test(wordsOf(error))) {
    return told('authentication', `The credentials for ${where} have expired: renew them.`, error);
  }
  if (name === 'AuthorizationError') return brokerError(error, where, 'authentication');
  if (isViolation(error)) return violation(error, where);
  const inner = error instanceof Error ? error.cause : undefined;
  if (isViolation(inner)) return violation(inner, where);
  if (
    name === 'NoRespondersError' ||
    name === 'JetStreamNotEnabled' ||
    /jetstream (is )?not enabled|no responders/i.test(wordsOf(error))
  ) {
    return told('protocol', `${where} has no JetStream for this account.`, error);
  }
  if (name === 'StreamNotFoundError') return brokerError(error, where, 'missing');
  if (name === 'TimeoutError') return brokerError(error, where, 'port');
  if (/slow consumer/i.test(wordsOf(error))) {
    return told('other', `${where} cut the tap off, since it could not take messages as fast as they came.`, error);
  }
  if (/stale connection/i.test(wordsOf(error))) {
    return told('port', `${where} has not been heard for two pings: the network is cut or stalls.`, error);
  }
  return brokerError(error, where, name === 'ProtocolError' ? 'protocol' : 'other');
}

function isViolation(error: unknown): error is PermissionViolationError {
  return error instanceof Error && error.name === 'PermissionViolationError';
}

function violation(error: PermissionViolationError, where: string): BrokerError {
  const may = error.operation === 'publish' ? 'publish to' : 'subscribe to';
  return told(
    'authorization',
    `${where} does not let this user ${may} ${error.subject}: ask for the permission.`,
    error,
  );
}

function told(kind: BrokerErrorKind, text: string, cause: unknown): BrokerError {
  return new BrokerError(kind, text, { cause });
}

/** Why a connection did not come about, with what to change. */
export async function connectError(
  error: unknown,
  where: string,
  at: HostPort,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<BrokerError> {
  if (error instanceof BrokerError && error.kind !== 'port') return error;
  const words = wordsOf(error);
  const fault = tlsFault(error, where, options);
  if (fault !== undefined) return told('tls', fault, error);
  if (/does not support 'tls'/.test(words)) {
    return told('tls', `${where} has no TLS on this port: use nats:// without TLS, or ask for it there.`, error);
  }
  const name = error instanceof Error ? error.name : '';
  const expiry = options.credentialsFile === undefined ? undefined : await expiryOf(options.credentialsFile);
  if (expiry !== undefined && expiry <= Date.now() && /^(Authorization|UserAuthentication|Closed)/.test(name)) {
    return told(
      'authentication',
      `The credentials in ${options.credentialsFile} have expired at ${new Date(expiry).toISOString()}: get new ones.`,
      error,
    );
  }
  if (name === 'AuthorizationError') return told('authentication', refused(where, options, words), error);
  if (/ECONNRESET|EPIPE|wrong version number|packet length/.test(words) || name === 'TimeoutError' || isSilent(error)) {
    return await byListener(error, where, at, options, signal);
  }
  return natsError(error, where);
}

/** A connection that was closed before the server said who it is rejects with no reason. */
function isSilent(error: unknown): boolean {
  return error === undefined || /unexpected response|no answer within|undefined error|closed/i.test(wordsOf(error));
}

async function byListener(
  error: unknown,
  where: string,
  at: HostPort,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<BrokerError> {
  const listener = await whatListens(at, signal);
  if (listener === 'nobody') return natsError(error, where);
  if (listener === 'nats') {
    return /ECONNRESET|EPIPE/.test(wordsOf(error))
      ? told('tls', refusedHandshake(where, options), error)
      : natsError(error, where);
  }
  if (listener === 'tls') {
    return told('tls', `${where} is a port with TLS: use tls:// in the address.`, error);
  }
  const what = listener === 'other' ? 'something that is no NATS server' : LISTENERS[listener];
  return told(
    'protocol',
    `${where} is ${what}: use the port for NATS clients (usually 4222; 8222 is for monitoring).`,
    error,
  );
}

function refused(where: string, options: ConnectOptions, words: string): string {
  if (options.credentialsFile !== undefined) {
    return (
      `${where} refused the credentials file ${options.credentialsFile} (${words}): they may have expired or been ` +
      'revoked, or belong to another operator; get new ones.'
    );
  }
  if (options.nkeySeed !== undefined) {
    return `${where} does not know this nkey (${words}): its public key has to be among the server’s users.`;
  }
  if (options.token !== undefined) return `${where} refused the token (${words}): check it.`;
  if (options.user !== undefined) {
    return `${where} refused the sign-in of ${options.user} (${words}): check user and password.`;
  }
  return `${where} wants a sign-in (${words}): give user and password, a token, an nkey or a credentials file.`;
}

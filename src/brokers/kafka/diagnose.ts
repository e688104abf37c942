import { hostPorts, type HostPort } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { LISTENERS, whatListens } from '../listener';
import { tlsFault } from '../tlsFailure';
import { usesTls } from './client';
import { innermost, kafkaError } from './failure';
import { probeListener, unreachable } from './probe';
import type { Sockets } from './sockets';

/**
 * Why connecting failed, told apart by step, in one sentence with what to change. A listener of another kind
 * than is expected mostly just closes the connection, so where the failure alone does not tell, one server is
 * asked what it is.
 */
export async function diagnosed(
  failure: unknown,
  options: ConnectOptions,
  sockets: Sockets,
  where: string,
  signal: AbortSignal,
): Promise<BrokerError> {
  const error = kafkaError(failure, where);
  const socket = sockets.failure;
  const certificate = socket && tlsFault(socket, where, options);
  if (certificate !== undefined) return new BrokerError('tls', certificate, { cause: failure });
  const told = innermost(failure);
  // Only that there was no answer is not yet a reason.
  if (told instanceof BrokerError && told.kind !== 'port') return told;
  const [first] = hostPorts(options.url, 9092);
  if (!first) return error;
  switch (error.kind) {
    case 'name':
      return withAdvice(error, 'Check the host’s name, and whether a VPN or another network is needed.');
    case 'port':
      return (await unreachable(first)) === undefined
        ? ((await listenerFault(first, options, where, failure, signal)) ?? error)
        : withAdvice(error, 'Check host and port, that the broker runs, and that no firewall is between.');
    case 'authentication':
      return signInFault(error, first, options, where);
    default:
      return (await listenerFault(first, options, where, failure, signal)) ?? error;
  }
}

function withAdvice(error: BrokerError, advice: string): BrokerError {
  return new BrokerError(error.kind, `${error.message} ${advice}`, { cause: error });
}

/** Asks the server what it is, where it answers neither as expected nor with words. */
async function listenerFault(
  at: HostPort,
  options: ConnectOptions,
  where: string,
  cause: unknown,
  signal: AbortSignal,
): Promise<BrokerError | undefined> {
  const tls = usesTls(options);
  const fault = (kind: BrokerError['kind'], message: string): BrokerError =>
    new BrokerError(kind, message, { cause });
  if (tls) {
    const plain = await probeListener(at, false, options);
    if (plain.isKafka)
      return fault(
        'tls',
        `TLS with ${where} failed: this port speaks Kafka without TLS. Turn TLS off, or use the broker’s TLS port.`,
      );
  }
  const there = await whatListens(at, signal);
  if (!tls && there === 'tls')
    return fault('tls', `${where} speaks TLS at this port, and the connection does not. Turn TLS on.`);
  const listener = await probeListener(at, tls, options);
  if (!listener.isKafka)
    return fault(
      'protocol',
      `${where} does not answer as a Kafka broker does. ` +
        (there === 'other' || there === 'nobody' ? 'Check the port.' : `It is ${LISTENERS[there]}: check the port.`),
    );
  if (listener.mechanisms && !hasSignIn(options))
    return fault(
      'authentication',
      `${where} wants a sign-in by SASL ${listener.mechanisms.join(' or ')}. Add it to the connection.`,
    );
  return undefined;
}

async function signInFault(
  error: BrokerError,
  at: HostPort,
  options: ConnectOptions,
  where: string,
): Promise<BrokerError> {
  const tls = usesTls(options);
  const { isKafka, mechanisms } = await probeListener(at, tls, options);
  if (!isKafka) return error;
  if (mechanisms === undefined)
    return new BrokerError(
      'authentication',
      `${where} takes no sign-in at this port. Remove it from the connection, or use the port that has one.`,
      { cause: error },
    );
  const wanted = wantedMechanism(options);
  if (!mechanisms.includes(wanted))
    return new BrokerError(
      'authentication',
      `${where} does not sign in by SASL ${wanted}, but by ${mechanisms.join(' or ')}. Choose one of these.`,
      { cause: error },
    );
  return withAdvice(
    error,
    wanted === 'OAUTHBEARER'
      ? 'Check the token, its audience and its scope.'
      : 'Check user and password; a user of SCRAM may be made for one of SHA-256 and SHA-512 only.',
  );
}

function hasSignIn(options: ConnectOptions): boolean {
  const { saslMechanism, user, token, oauth, aws } = options;
  return [saslMechanism, user, token, oauth, aws].some((part) => part !== undefined);
}

function wantedMechanism({ saslMechanism, user }: ConnectOptions): string {
  if (saslMechanism === 'aws-msk-iam') return 'OAUTHBEARER';
  return (saslMechanism ?? (user === undefined ? 'oauthbearer' : 'plain')).toUpperCase();
}

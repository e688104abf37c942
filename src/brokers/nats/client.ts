import type { NatsConnection } from '@nats-io/transport-node';
import { hostPorts, schemeOf, shownUrl, tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { within } from '../wait';

const CONNECT_WITHIN = 10_000;

/** A connection that does not reconnect by itself: attempts are ours to make and to show. */
export async function connectNats(options: ConnectOptions, signal: AbortSignal): Promise<NatsConnection> {
  const { connect } = await import('@nats-io/transport-node');
  const where = `NATS at ${shownUrl(options.url)}`;
  const work = connect({
    servers: hostPorts(options.url, 4222).map(
      ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
    ),
    user: options.user,
    pass: options.password,
    token: options.token,
    tls: (options.tls ?? schemeOf(options.url) === 'tls') ? {} : undefined,
    name: tapName(options),
    reconnect: false,
    timeout: CONNECT_WITHIN,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
  try {
    const connection = await within(work, signal, CONNECT_WITHIN + 1000, where, (late) => void late.close());
    return connection;
  } catch (error) {
    throw natsError(error, where);
  }
}

export function natsError(error: unknown, where: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') {
    return brokerError(error, where, 'authentication');
  }
  if (name === 'PermissionViolationError') return brokerError(error, where, 'authorization');
  if (
    name === 'NoRespondersError' ||
    name === 'JetStreamNotEnabled' ||
    /jetstream (is )?not enabled/i.test(wordsOf(error))
  ) {
    return new BrokerError('protocol', `${where} has no JetStream for this account.`, { cause: error });
  }
  if (name === 'StreamNotFoundError') return brokerError(error, where, 'missing');
  if (name === 'TimeoutError') return brokerError(error, where, 'port');
  if (/tls|secure/i.test(wordsOf(error)) && name === 'ConnectionError')
    return brokerError(error, where, 'tls');
  return brokerError(error, where, name === 'ProtocolError' ? 'protocol' : 'other');
}

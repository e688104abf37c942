import type { Authenticator, NatsConnection, TlsOptions } from '@nats-io/transport-node';
import { hostPorts, schemeOf, shownUrl, tapName, type HostPort } from '../address';
import type { Loss } from '../attach';
import { BrokerError, type ConnectOptions } from '../driver';
import { isSilent, whatListens } from '../listener';
import { readTlsFiles } from '../tlsFiles';
import { within } from '../wait';
import { connectError, natsError } from './failure';
import { authenticatorOf } from './signIn';

const CONNECT_WITHIN = 10_000;
/** A server that says nothing waits for the handshake, or is none of NATS. */
const GREETING_WITHIN = 4000;
/** Pings while the connection is quiet; after two without an answer it is lost. */
const PING_EVERY = 10_000;

/** Servers that were seen to want the handshake before they say anything (`handshake_first`). */
const handshakeFirst = new Set<string>();

/** What is made over a connection of its own: where that fails, the connection is closed again. @throws BrokerError */
export async function overConnection<T>(
  options: ConnectOptions,
  signal: AbortSignal,
  where: string,
  make: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectNats(options, signal);
  try {
    return await make(connection);
  } catch (error) {
    await connection.close().catch(() => {});
    throw natsError(error, where);
  }
}

/** A connection that does not reconnect by itself: attempts are ours to make and to show. */
export async function connectNats(options: ConnectOptions, signal: AbortSignal): Promise<NatsConnection> {
  const where = `NATS at ${shownUrl(options.url)}`;
  const authenticator = await authenticatorOf(options);
  let failure: BrokerError | undefined;
  // One server at a time: a certificate is checked against the address of the server that gave it.
  for (const at of hostPorts(options.url, 4222)) {
    try {
      return await connectTo(at, options, authenticator, where, signal);
    } catch (error) {
      const found = await connectError(error, where, at, options, signal);
      // A server that answers says more than one that is not there.
      if (!failure || (failure.kind === 'port' || failure.kind === 'name')) failure = found;
      if (signal.aborted) break;
    }
  }
  throw failure ?? new BrokerError('other', `${where} has no address.`);
}

async function connectTo(
  at: HostPort,
  options: ConnectOptions,
  authenticator: Authenticator | undefined,
  where: string,
  signal: AbortSignal,
): Promise<NatsConnection> {
  const { connect } = await import('@nats-io/transport-node');
  const server = `${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`;
  const tls = await tlsOf(options, at.host);
  const open = (first: boolean, timeout: number): Promise<NatsConnection> =>
    within(
      connect({
        servers: server,
        authenticator,
        tls: tls && (first ? { ...tls, handshakeFirst: true } : tls),
        name: tapName(options),
        reconnect: false,
        timeout,
        pingInterval: PING_EVERY,
        maxPingOut: 2,
      }),
      signal,
      timeout + 1000,
      where,
      (late) => void late.close(),
    );
  if (tls && handshakeFirst.has(server)) return await open(true, CONNECT_WITHIN);
  // Looked at before the client is: it never closes its connection to one that says nothing.
  if (!(await isSilent(at, GREETING_WITHIN, signal))) return await open(false, CONNECT_WITHIN);
  if (!tls || (await whatListens(at, signal)) !== 'tls')
    throw new Error(`no answer within ${GREETING_WITHIN / 1000} s`);
  const connection = await open(true, CONNECT_WITHIN);
  handshakeFirst.add(server);
  return connection;
}

/** Undefined: TLS only where the server itself demands it, by the system's CAs. */
async function tlsOf(options: ConnectOptions, host: string): Promise<TlsOptions | undefined> {
  const wanted =
    options.tls ?? (schemeOf(options.url) === 'tls' || options.tlsFiles !== undefined || options.unverified);
  if (!wanted) return undefined;
  const { ca, cert, key, ...rest } = await readTlsFiles(options);
  // The transport hands all of it to Node, which else would check an IP address’s certificate for “localhost”.
  const settings = { ...rest, ca: ca?.toString(), cert: cert?.toString(), key: key?.toString(), host };
  return settings;
}

/** Resolves when the connection is over, with why. */
export async function whenClosed(connection: NatsConnection, where: string): Promise<Loss> {
  const error = await connection.closed().catch((e: unknown) => e);
  return { reason: error ? natsError(error, where).message : `${where} closed the connection.` };
}

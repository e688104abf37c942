import type { Channel, ChannelModel } from 'amqplib';
import { hostPorts, schemeOf, shownUrl, tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { within } from '../wait';

const CONNECT_WITHIN = 15_000;

export interface AmqpAddress {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly tls: boolean;
}

/** Reads `amqp://host:port/vhost`; the vhost is percent-encoded and `/` when it is left out. */
export function amqpAddress(options: ConnectOptions): AmqpAddress {
  const tls = options.tls ?? schemeOf(options.url) === 'amqps';
  const { host, port } = hostPorts(options.url, tls ? 5671 : 5672)[0]!;
  const path = /^[a-z]+:\/\/[^/]*\/([^?#]*)/i.exec(options.url)?.[1] ?? '';
  let vhost = path;
  try {
    vhost = decodeURIComponent(path);
  } catch {
    // A stray % is taken as written.
  }
  return { host, port, tls, vhost: vhost || '/' };
}

/** A connection of its own: a fault in one channel can close the whole connection. */
export async function connectAmqp(options: ConnectOptions, signal: AbortSignal): Promise<ChannelModel> {
  const amqp = await import('amqplib');
  const connect = amqp.connect ?? (amqp as unknown as { default: typeof amqp }).default.connect;
  const { host, port, vhost, tls } = amqpAddress(options);
  const where = whereOf(options);
  try {
    const connection = await within(
      connect(
        {
          protocol: tls ? 'amqps' : 'amqp',
          hostname: host,
          port,
          vhost,
          heartbeat: 10,
          username: options.user ?? 'guest',
          password: options.password ?? (options.user === undefined ? 'guest' : ''),
        },
        {
          timeout: CONNECT_WITHIN,
          clientProperties: { connection_name: tapName(options) },
        },
      ),
      signal,
      CONNECT_WITHIN + 1000,
      where,
      (late) => void late.close().catch(() => {}),
    );
    // An error event without a listener would end the process; the close event that follows is the one to
    // act on.
    connection.on('error', () => {});
    return connection;
  } catch (error) {
    throw amqpError(error, where);
  }
}

export function whereOf(options: ConnectOptions): string {
  return `RabbitMQ at ${shownUrl(options.url)}`;
}

/** A channel whose errors are not fatal to the process. */
export async function channelOf(connection: ChannelModel): Promise<Channel> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  return channel;
}

/** Reply codes: AMQP 0-9-1, 1.2 Reply Codes, and RabbitMQ's use of 403 and 530 while signing in. */
export function amqpError(error: unknown, where: string): BrokerError {
  if (error instanceof BrokerError) return error;
  const words = wordsOf(error);
  const code = (error as { code?: unknown }).code;
  const reply = typeof code === 'number' ? code : Number(/\b(3\d\d|4\d\d|5\d\d) \(/.exec(words)?.[1] ?? NaN);
  // Some sign-in failures only close the socket.
  if (/ACCESS.REFUSED.*(login|handshake)|Handshake terminated by server: 403|auth.*mechanism/i.test(words)) {
    return brokerError(error, where, 'authentication');
  }
  // After a crash a stream or quorum queue is “not found” until its leader is back.
  if (/is down or inaccessible/.test(words)) return brokerError(error, where, 'other');
  if (reply === 403) return brokerError(error, where, 'authorization');
  if (reply === 404) return brokerError(error, where, 'missing');
  if (reply === 530)
    return brokerError(error, where, /vhost .* not found/.test(words) ? 'missing' : 'authorization');
  // amqplib keeps RabbitMQ's reason for not opening a vhost to itself.
  if (/ConnectionOpenOk; got <ConnectionClose/.test(words)) {
    return new BrokerError(
      'missing',
      `${where} does not open the vhost: it does not exist, or the user has no rights on it.`,
      { cause: error },
    );
  }
  if (/Socket closed abruptly during opening handshake|Expected .* got|Frame size \d+ exceeds/i.test(words)) {
    return new BrokerError(
      'protocol',
      `${where} did not take part in the handshake. Is it an AMQP 0-9-1 listener, and ` + 'does it want TLS?',
      { cause: error },
    );
  }
  return brokerError(error, where, Number.isNaN(reply) ? 'other' : 'protocol');
}

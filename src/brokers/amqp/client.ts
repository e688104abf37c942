import type { Channel, ChannelModel } from 'amqplib';
import { hostPorts, schemeOf, shownUrl, tapName } from '../address';
import type { ConnectOptions } from '../driver';
import { readTlsFiles } from '../tlsFiles';
import { within } from '../wait';
import { diagnosed } from './diagnose';
import { signInError } from './failure';

const CONNECT_WITHIN = 15_000;
/** Seconds; a connection that is silent for twice as long is given up. */
const HEARTBEAT = 10;

export interface AmqpAddress {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly tls: boolean;
  /** Seconds, as RabbitMQ's URI specification has it in the query. */
  readonly heartbeat: number;
}

/** Who signs in: by password, or by the client's certificate alone. */
export type SignIn = { readonly by: 'certificate' } | { readonly by: 'password'; user: string; password: string };

/** Reads `amqp://host:port/vhost?heartbeat=10`; the vhost is percent-encoded and `/` when it is left out. */
export function amqpAddress(options: ConnectOptions): AmqpAddress {
  const tls = options.tls ?? schemeOf(options.url) === 'amqps';
  const { host, port } = hostPorts(options.url, tls ? 5671 : 5672)[0]!;
  const path = /^[a-z]+:\/\/[^/?#]*\/([^?#]*)/i.exec(options.url)?.[1] ?? '';
  let vhost = path;
  try {
    vhost = decodeURIComponent(path);
  } catch {
    // A stray % is taken as written.
  }
  const heartbeat = Number(/[?&]heartbeat=(\d+)/.exec(options.url)?.[1] ?? HEARTBEAT);
  return { host, port, tls, vhost: vhost || '/', heartbeat };
}

export function signInOf(options: ConnectOptions): SignIn {
  if (options.user === undefined && options.tlsFiles?.cert !== undefined) return { by: 'certificate' };
  return {
    by: 'password',
    user: options.user ?? 'guest',
    password: options.password ?? (options.user === undefined ? 'guest' : ''),
  };
}

/** A connection of its own: a fault in one channel can close the whole connection. */
export async function connectAmqp(options: ConnectOptions, signal: AbortSignal): Promise<ChannelModel> {
  const { connect, credentials } = await library();
  const address = amqpAddress(options);
  const where = whereOf(options);
  const signIn = signInOf(options);
  const material = address.tls ? await readTlsFiles(options) : {};
  try {
    const connection = await within(
      connect(
        {
          protocol: address.tls ? 'amqps' : 'amqp',
          hostname: address.host,
          port: address.port,
          // amqplib decodes it.
          vhost: encodeURIComponent(address.vhost),
          heartbeat: address.heartbeat,
        },
        {
          ...material,
          credentials:
            signIn.by === 'certificate'
              ? credentials.external()
              : credentials.plain(signIn.user, signIn.password),
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
    throw signInError(error, where, options, await diagnosed(error, address, signIn, material, signal));
  }
}

type Library = typeof import('amqplib');

/** Loaded late. As a CommonJS module it may come as the default of one. */
async function library(): Promise<Library> {
  const loaded: Library & { readonly default?: Library } = await import('amqplib');
  return loaded.default ?? loaded;
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

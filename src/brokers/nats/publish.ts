import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { BrokerError, type ConnectOptions, type TapTarget } from '../driver';
import type { OutgoingMessage, Publisher, PublishPlan, PublishReceipt } from '../publish';
import { within } from '../wait';
import { overConnection } from './client';
import { natsError } from './failure';
import { isSubject } from './plan';
import { findStream, managerOf } from './streamInfo';

const CONFIRM_WITHIN = 10_000;

/** Where messages go: a subject, and the stream that stores it, if one does. */
interface Route {
  readonly subject: string;
  readonly stream?: string;
  /** The server does not let the user ask which streams there are. */
  readonly hidden?: boolean;
}

/** @throws BrokerError where no single subject is meant */
async function routeOf(connection: NatsConnection, target: TapTarget, where: string): Promise<Route> {
  const manager = connection.info?.jetstream ? await managerOf(connection) : undefined;
  if (target.kind === 'stream') {
    if (!manager) throw new BrokerError('protocol', `${where} has no JetStream for this account.`);
    const { info, filter } = await findStream(manager, target.address, where);
    const subjects = filter !== undefined ? [filter] : (info.config.subjects ?? []);
    const subject = subjects.length === 1 ? subjects[0]! : '';
    if (!isLiteral(subject)) {
      throw new BrokerError(
        'other',
        `Stream ${info.config.name} takes more than one subject (${subjects.join(', ') || 'none of its own'}): ` +
          'publish to one of them.',
      );
    }
    return { subject, stream: info.config.name };
  }
  if (!isLiteral(target.address)) {
    throw new BrokerError('other', `“${target.address}” is not one subject: name it in full, without * and >.`);
  }
  try {
    const stream = await manager?.streams.find(target.address);
    return { subject: target.address, stream };
  } catch (error) {
    return { subject: target.address, hidden: natsError(error, where).kind === 'authorization' };
  }
}

function isLiteral(subject: string): boolean {
  return isSubject(subject) && !/(^|\.)[*>](\.|$)/.test(subject);
}

export async function planNatsPublish(
  connection: NatsConnection,
  target: TapTarget,
  where: string,
): Promise<PublishPlan> {
  try {
    const { subject, stream, hidden } = await routeOf(connection, target, where);
    return {
      verdict: 'ok',
      effects: [
        hidden === true
          ? `Each message goes to all who are subscribed to ${subject} at that moment, and to a stream that takes it in, if ` +
            'there is one: this user may not ask ($JS.API.STREAM.NAMES). Nobody confirms it.'
          : stream === undefined
            ? `Each message goes to all who are subscribed to ${subject} at that moment; nothing is stored, and nobody confirms it.`
            : `Each message is stored in stream ${stream} under ${subject}, and its consumers get it, as does whoever is ` +
              `subscribed to ${subject}.`,
      ],
    };
  } catch (error) {
    if (error instanceof BrokerError && (error.kind === 'other' || error.kind === 'missing')) {
      return { verdict: 'refused', effects: [], reason: error.message };
    }
    throw error;
  }
}

/** A publisher on a connection of its own. */
export async function natsPublisher(
  options: ConnectOptions,
  target: TapTarget,
  where: string,
  signal: AbortSignal,
): Promise<Publisher> {
  return overConnection(options, signal, where, async (connection) => {
    const route = await routeOf(connection, target, where);
    const closing = new AbortController();
    return {
      publish: (message) => publishOver(connection, route, message, where, closing.signal),
      close: async () => {
        closing.abort();
        await connection.close().catch(() => {});
      },
    };
  });
}

/** To the subject alone, for messages on their way back. */
export async function publishTo(
  connection: NatsConnection,
  target: TapTarget,
  message: OutgoingMessage,
  where: string,
  signal: AbortSignal,
): Promise<PublishReceipt> {
  return await publishOver(connection, await routeOf(connection, target, where), message, where, signal);
}

async function publishOver(
  connection: NatsConnection,
  { subject, stream }: Route,
  message: OutgoingMessage,
  where: string,
  signal: AbortSignal,
): Promise<PublishReceipt> {
  const value = message.value ?? new Uint8Array();
  const refusals: Error[] = [];
  try {
    const headers = await headersFor(message);
    if (stream === undefined) {
      const watch = watchRefusals(connection, refusals);
      connection.publish(subject, value, { headers });
      // A refusal comes before the answer to the ping.
      await within(connection.flush(), signal, CONFIRM_WITHIN, where);
      // It is handed on one turn later than the answer.
      await new Promise((resolve) => setImmediate(resolve));
      watch.stop();
      if (refusals[0]) throw refusals[0];
      return { note: 'The server has it; nobody confirms that anybody was subscribed.' };
    }
    const { jetstream } = await import('@nats-io/jetstream');
    const ack = await within(
      jetstream(connection).publish(subject, value, {
        headers,
        expect: { streamName: stream },
        timeout: CONFIRM_WITHIN,
        retries: 0,
      }),
      signal,
      CONFIRM_WITHIN,
      where,
    );
    return {
      offset: String(ack.seq),
      ...(ack.duplicate
        ? { note: `Stream ${stream} had a message with this Nats-Msg-Id already (sequence ${ack.seq}): nothing was stored.` }
        : {}),
    };
  } catch (error) {
    throw natsError(error, where);
  }
}

/** Refused publishes come as states of the connection, not as answers. */
function watchRefusals(connection: NatsConnection, found: Error[]): { stop(): void } {
  const states = connection.status();
  const iterator = states[Symbol.asyncIterator]();
  let going = true;
  const look = async (): Promise<void> => {
    while (going) {
      const { done, value } = await iterator.next();
      if (done) return;
      if (value.type === 'error') found.push(value.error);
    }
  };
  void look().catch(() => {});
  return {
    stop: () => {
      going = false;
      void iterator.return?.();
    },
  };
}

async function headersFor(message: OutgoingMessage): Promise<MsgHdrs | undefined> {
  const { headers: make } = await import('@nats-io/transport-node');
  const headers = make();
  if (message.headers.length === 0 && message.contentType === undefined) return undefined;
  let typed = false;
  for (const [name, value] of message.headers) {
    typed ||= name.toLowerCase() === 'content-type';
    headers.append(name, typeof value === 'string' ? value : Buffer.from(value).toString('utf8'));
  }
  if (message.contentType !== undefined && !typed) headers.append('Content-Type', message.contentType);
  return headers;
}

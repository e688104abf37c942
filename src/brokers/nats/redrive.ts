import type { NatsConnection } from '@nats-io/transport-node';
import type { ConnectOptions, TapMessage, TapTarget } from '../driver';
import type { Redrive, RedriveMessage } from '../publish';
import { overConnection } from './client';
import { natsError } from './failure';
import { publishTo } from './publish';
import { storedFrom } from './stored';
import { findStream, managerOf, type StreamPart } from './streamInfo';

/** Headers by which programs keep where a dead letter came from. */
const ORIGIN = /^(x-)?(original|origin|source|death)[-_]subject$/i;
const REASON = /^(x-)?(error|exception|reason|death[-_]reason|failure)([-_](message|reason))?$/i;

/**
 * Reads a stream's messages by sequence, which no consumer notices. From a work queue a message is deleted
 * when its copy is stored; in any other stream it stays, as consumers may still be on their way to it.
 */
export async function natsRedrive(
  options: ConnectOptions,
  target: TapTarget,
  where: string,
  signal: AbortSignal,
): Promise<Redrive> {
  return overConnection(options, signal, where, async (connection) => {
    const manager = await managerOf(connection);
    const part = await findStream(manager, target.address, where);
    const { name, retention } = part.info.config;
    const isQueue = retention === 'workqueue';
    let next = part.info.state.first_seq;
    const closing = new AbortController();
    return {
      effects: [
        isQueue
          ? `A message that was published again is deleted from the work queue ${name} once that is confirmed; until ` +
            'then its workers may take it as well, and then it is worked on twice.'
          : `Messages are read from ${name} without a consumer and stay in it: moving them twice publishes them twice.`,
      ],
      read: async (count, under) => {
        const found: RedriveMessage[] = [];
        while (found.length < count && !under.aborted) {
          const m = await read(connection, part, next, where);
          if (!m) break;
          next = Number(m.offset) + 1;
          found.push(redriveMessage(m, part));
        }
        return found;
      },
      move: async (id, destination, message) => {
        const receipt = await publishTo(connection, destination.target, message, where, closing.signal);
        // Without an ack of a stream the copy may be lost: then the original stays.
        if (!isQueue || receipt.offset === undefined) return { ...receipt, removed: false };
        try {
          return { ...receipt, removed: await manager.streams.deleteMessage(name, Number(id), false) };
        } catch (error) {
          const why = natsError(error, where).message;
          return { ...receipt, removed: false, note: `It was published, but is still in ${name}: ${why}` };
        }
      },
      close: async () => {
        closing.abort();
        await connection.close().catch(() => {});
      },
    };
  });
}

async function read(
  connection: NatsConnection,
  { info, filter }: StreamPart,
  sequence: number,
  where: string,
): Promise<TapMessage | undefined> {
  const { name, allow_direct: direct } = info.config;
  try {
    return await storedFrom(connection, name, direct === true, Math.max(1, sequence), filter ?? '>');
  } catch (error) {
    throw natsError(error, where);
  }
}

function redriveMessage(message: TapMessage, { info }: StreamPart): RedriveMessage {
  const find = (name: RegExp): readonly [string, string] | undefined => {
    const header = message.headers.find(([key]) => name.test(key));
    return header && [header[0], typeof header[1] === 'string' ? header[1] : Buffer.from(header[1]).toString('utf8')];
  };
  const origin = find(ORIGIN);
  const reason = find(REASON)?.[1];
  const collects = (info.config.subjects ?? []).length === 0;
  const source = origin
    ? { subject: origin[1], why: `header ${origin[0]}` }
    : collects
      ? { subject: message.channel, why: 'the stream collects from others and keeps their subjects' }
      : undefined;
  return {
    id: message.offset ?? '',
    message,
    ...(source ? { source: { target: { address: source.subject, kind: 'subject' }, why: source.why } } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

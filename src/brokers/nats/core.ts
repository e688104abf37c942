import type { Attachment, Loss } from '../attach';
import { batch } from '../batch';
import type { ConnectOptions, TapSink } from '../driver';
import { deferred, within } from '../wait';
import { connectNats, whenClosed } from './client';
import { natsError } from './failure';
import { coreMessage } from './message';

const FLUSH_WITHIN = 10_000;

/**
 * Taps a subject by a plain subscription, without a queue group: every other subscriber gets all it got
 * before.
 */
export async function attachCore(
  options: ConnectOptions,
  subjects: readonly string[],
  sink: TapSink,
  signal: AbortSignal,
  where: string,
): Promise<Attachment> {
  const connection = await connectNats(options, signal);
  const over = deferred<Loss>();
  const gathered = batch(sink);
  let refused: Error | undefined;
  const close = async (): Promise<void> => {
    gathered.end();
    await connection.close().catch(() => {});
  };
  for (const subject of subjects) {
    connection.subscribe(subject, {
      callback: (error, message) => {
        if (error) {
          refused ??= error;
          over.resolve({ reason: natsError(error, where).message, final: 'refused' });
        } else {
          gathered.add(coreMessage(message));
        }
      },
    });
  }
  void whenClosed(connection, where).then(over.resolve);
  try {
    // The server answers a forbidden subscription before it answers the ping of the flush.
    await within(connection.flush(), signal, FLUSH_WITHIN, where);
    if (refused) throw refused;
  } catch (error) {
    await close();
    throw natsError(error, where);
  }
  return { over: over.promise, close };
}

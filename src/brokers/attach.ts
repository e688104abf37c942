import { BrokerError, type TapSink } from './driver';
import { backoff, deferred, delay } from './wait';

/** One connection of a tap to its broker, from open to lost. */
export interface Attachment {
  /** Settles when messages no longer come, with the reason; never rejects. */
  readonly over: Promise<Loss>;
  /** Ends it and removes what it made; never rejects. */
  close(): Promise<void>;
}

export interface Loss {
  readonly reason: string;
  /** Set where trying again is of no use: the channel was deleted, the right withdrawn. */
  readonly final?: 'ended' | 'refused';
}

export interface Attached {
  /** Ends the tap; resolves when what it made is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** The attempts after which a reason that will hardly go away by itself ends the tap. */
const STUBBORN_ATTEMPTS = 6;

/**
 * Keeps a tap attached to its broker: connecting → live, and after a loss lost → retrying → live,
 * for as long as it takes. Rejects if the first attachment fails; later failures are states.
 *
 * `open` is given the number of the attachment (0 for the first) and a signal that `stop` aborts.
 * It may report states of its own until it returns.
 */
export async function keepAttached(
  open: (nth: number, signal: AbortSignal) => Promise<Attachment>,
  sink: TapSink,
  signal: AbortSignal,
): Promise<Attached> {
  const end = new AbortController();
  const ended = deferred<void>();
  const stopped = AbortSignal.any([signal, end.signal]);

  sink.state({ is: 'connecting' });
  let current: Attachment | undefined = await open(0, stopped);

  const reopen = async (reason: string): Promise<Attachment | undefined> => {
    let patience = 0;
    for (let attempt = 1, stubborn = 0; !stopped.aborted; attempt++) {
      sink.state({ is: 'retrying', reason, attempt });
      await delay(Math.max(backoff(attempt), patience), stopped);
      if (stopped.aborted) return undefined;
      try {
        return await open(attempt, stopped);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        const kind = error instanceof BrokerError ? error.kind : 'other';
        // A restarting broker may not know its topics or users yet, so these too are tried again, but not
        // for ever.
        stubborn = kind === 'missing' || kind === 'authorization' ? stubborn + 1 : 0;
        // Expired credentials are valid again once somebody renews them, which may take a while; asking often
        // can lock an account.
        if (kind === 'authentication') patience = Math.min(60_000, Math.max(1000, patience * 2));
        if (stubborn >= STUBBORN_ATTEMPTS) {
          sink.state({ is: 'refused', reason });
          return undefined;
        }
      }
    }
    return undefined;
  };

  const run = async (): Promise<void> => {
    const aborted = new Promise<undefined>((resolve) => {
      if (stopped.aborted) resolve(undefined);
      else stopped.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    while (current && !stopped.aborted) {
      const loss: Loss | undefined = await Promise.race([current.over, aborted]);
      const gone: Attachment = current;
      current = undefined;
      if (stopped.aborted || !loss) {
        await gone.close();
        break;
      }
      if (loss.final) {
        await gone.close();
        sink.state({ is: loss.final, reason: loss.reason });
        break;
      }
      sink.state({ is: 'lost', reason: loss.reason });
      await gone.close();
      current = await reopen(loss.reason);
      if (current && stopped.aborted) await current.close();
      else if (current) sink.state({ is: 'live' });
    }
  };

  sink.state({ is: 'live' });
  run()
    .catch((error: unknown) => {
      sink.state({
        is: 'ended',
        reason: `the tap failed: ${error instanceof Error ? error.message : String(error)}`,
      });
    })
    .finally(() => ended.resolve());
  return {
    stop: () => {
      end.abort();
      return ended.promise;
    },
  };
}

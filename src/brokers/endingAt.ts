import type { Attachment, Loss } from './attach';
import type { TapUntil } from './driver';
import { delay } from './wait';

/**
 * The attachment, over as well when the end of the tap is there, for protocols whose messages have no time of
 * their own.
 */
export function endingAt(attachment: Attachment, until: TapUntil | undefined): Attachment {
  if (until?.at !== 'time') return attachment;
  const closing = new AbortController();
  return {
    over: Promise.race([attachment.over, timeUp(until.time, closing.signal)]),
    close: async () => {
      closing.abort();
      await attachment.close();
    },
  };
}

/**
 * Resolves when a time is there, in milliseconds since 1970, or the signal is aborted. A timer takes at most
 * 24 days, and a laptop asleep stops it: so it looks at the clock again.
 */
export async function timeUp(time: number, signal: AbortSignal): Promise<Loss> {
  while (Date.now() < time && !signal.aborted) {
    await delay(Math.min(time - Date.now(), 60_000), signal);
  }
  return { reason: `${new Date(time).toISOString()} has been reached`, final: 'ended' };
}

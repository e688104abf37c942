import { effectiveConsume, isJetStream } from '../delivery/effective';
import type { Consume } from '../model/model';
import { parseDuration } from '../model/units';
import type { SourceRange } from '../text/range';
import { durationWords } from './durations';

/** For how long a message may be tried again, as far as files say it: a lower bound, since work takes time, too. */
export interface RetrySpan {
  /** Milliseconds from the first attempt to the last. */
  readonly time: number;
  readonly at: SourceRange;
  /** `5 retries after 1m, exponential`: what it is reckoned from. */
  readonly words: string;
}

/** More retries than this mean "until it works": their span is nobody's plan. */
const manyRetries = 100;

/** Undefined where the number of attempts or the time between them is not stated. */
export function retrySpanOf(consume: Consume): RetrySpan | undefined {
  if (isJetStream(consume)) return redeliveries(consume);
  // A RabbitMQ message that its consumer holds on to while it waits cannot expire; one that is put back can.
  if (consume.protocol === 'rabbitmq' && consume.settings.requeue?.value !== true) return undefined;
  return retries(consume);
}

function retries({ settings }: Consume): RetrySpan | undefined {
  const { retries: count, delay, backoff } = settings.onFailure ?? {};
  if (count === undefined || delay === undefined || !(count.value > 0) || count.value > manyRetries || !(delay.value > 0)) return undefined;
  const n = count.value;
  const factor = backoff?.value === 'exponential' ? 2 ** n - 1 : backoff?.value === 'linear' ? (n * (n + 1)) / 2 : n;
  const grows = backoff === undefined || backoff.value === 'fixed' ? '' : `, ${backoff.value}`;
  return { time: delay.value * factor, at: delay.at, words: `${n} retries after ${durationWords(delay.value)}${grows}` };
}

/** JetStream delivers again after ackWait, or after the times of a list, of which the last holds from then on. */
function redeliveries(consume: Consume): RetrySpan | undefined {
  const { maxDeliver, onFailure } = consume.settings;
  if (maxDeliver === undefined || !(maxDeliver.value > 1) || maxDeliver.value > manyRetries) return undefined;
  const again = maxDeliver.value - 1;
  const waits = onFailure?.backoff?.value.split(',').map((word) => parseDuration(word.trim()));
  if (waits !== undefined && onFailure?.backoff !== undefined) {
    if (!waits.every((wait) => wait !== undefined && wait > 0)) return undefined;
    let time = 0;
    for (let i = 0; i < again; i++) time += waits[Math.min(i, waits.length - 1)]!;
    return { time, at: onFailure.backoff.at, words: `maxDeliver ${maxDeliver.value} with backoff ${onFailure.backoff.value}` };
  }
  const { ackWait } = effectiveConsume(consume);
  if (ackWait === undefined || ackWait.from === 'unknown' || !(ackWait.value >= 1)) return undefined;
  return { time: again * ackWait.value, at: maxDeliver.at, words: `maxDeliver ${maxDeliver.value} with ackWait ${durationWords(ackWait.value)}` };
}

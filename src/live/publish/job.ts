import type { BrokerSession, TapMessage } from '../../brokers/driver';
import type { OutgoingMessage, Publisher } from '../../brokers/publish';
import { delay } from '../../brokers/wait';
import type { Encoder } from '../../codecs/encoder';
import type { PublishJob, PublishProgress, PublishSource } from '../../protocol/publish';
import { writeDraft } from './draft';
import { messagesOfFile } from './lines';

/** Where a job's tailed messages are. */
export interface HeldMessages {
  /** Sequences of all that the filter lets through, now. */
  shown(): readonly number[];
  message(seq: number): TapMessage | undefined;
}

/** What a job is run with. */
export interface JobNeeds {
  connect(signal: AbortSignal): Promise<BrokerSession>;
  /** Of the job's contract; rejects where that cannot be used. */
  encoder(): Promise<Encoder | undefined>;
  readonly held: HeldMessages | undefined;
}

const TELL_EVERY = 100;
const MAX_NOTES = 10;

/** Runs one job to its end. Never rejects: how it ends is told. One message at a time, so that order is kept. */
export async function runJob(
  job: PublishJob,
  needs: JobNeeds,
  tell: (progress: PublishProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  let progress: PublishProgress = { state: 'running', done: 0, of: countOf(job.source, needs.held), notes: [] };
  let told = 0;
  const update = (next: Partial<PublishProgress>): void => {
    progress = { ...progress, ...next };
    const now = Date.now();
    if (progress.state === 'running' && now - told < TELL_EVERY) return;
    told = now;
    tell(progress);
  };
  let session: BrokerSession | undefined;
  let publisher: Publisher | undefined;
  try {
    update({});
    const encoder = await needs.encoder();
    session = await needs.connect(signal);
    if (!session.publisher) throw new Error(`${session.about} cannot be written to.`);
    publisher = await session.publisher(job.target, signal);
    const began = performance.now();
    for await (const message of messagesOf(job.source, encoder, needs.held)) {
      const early = job.rate === undefined ? 0 : began + (progress.done * 1000) / job.rate - performance.now();
      // A timer of less than a millisecond takes a whole one, which a high rate does not have.
      if (early >= 1) await delay(early, signal);
      if (signal.aborted) break;
      const { note, ...last } = await publisher.publish(message);
      const isNew = note !== undefined && progress.notes.length < MAX_NOTES && !progress.notes.includes(note);
      update({ done: progress.done + 1, last, ...(isNew ? { notes: [...progress.notes, note] } : {}) });
    }
    update({ state: signal.aborted ? 'cancelled' : 'done' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    update(signal.aborted ? { state: 'cancelled' } : { state: 'failed', reason });
  } finally {
    await publisher?.close().catch(() => {});
    await session?.close().catch(() => {});
  }
}

function countOf(source: PublishSource, held: HeldMessages | undefined): number | undefined {
  switch (source.is) {
    case 'draft':
    case 'samples':
      return source.count;
    case 'tail':
      return (source.seqs ?? held?.shown())?.length;
    case 'file':
      return undefined;
  }
}

async function* messagesOf(
  source: PublishSource,
  encoder: Encoder | undefined,
  held: HeldMessages | undefined,
): AsyncIterable<OutgoingMessage> {
  switch (source.is) {
    case 'draft': {
      const message = written(source.draft, encoder);
      for (let n = 0; n < source.count; n++) yield message;
      return;
    }
    case 'samples':
      if (!encoder) throw new Error('The channel has no contract to make samples of.');
      for (let n = 0; n < source.count; n++) {
        const value = JSON.stringify(encoder.sample(source.seed + n));
        yield written({ ...source.draft, value, as: 'contract' }, encoder);
      }
      return;
    case 'tail':
      if (!held) throw new Error('The tail that holds these messages was closed.');
      for (const seq of source.seqs ?? held.shown()) {
        const message = held.message(seq);
        if (!message) throw new Error(`Message ${seq} fell out of the tail’s buffer before it was published.`);
        yield outgoing(message);
      }
      return;
    case 'file':
      yield* messagesOfFile(source.path, encoder);
  }
}

/** A message goes on byte for byte. Its partition is left to its key, which may be another topic's by now. */
export function outgoing({ key, value, headers, undecodable, offset }: TapMessage): OutgoingMessage {
  if (undecodable !== undefined)
    throw new Error(`The message${offset === undefined ? '' : ` at ${offset}`} could not be unpacked: ${undecodable}.`);
  const copy = (bytes: Uint8Array | string): Uint8Array | string =>
    typeof bytes === 'string' ? bytes : Uint8Array.from(bytes);
  return {
    ...(key !== undefined ? { key: copy(key) } : {}),
    // The buffer may need the room before the broker has confirmed.
    value: value && Uint8Array.from(value),
    headers: headers.map(([name, header]) => [name, copy(header)] as const),
  };
}

function written(draft: Parameters<typeof writeDraft>[0], encoder: Encoder | undefined): OutgoingMessage {
  const result = writeDraft(draft, encoder);
  if ('problems' in result) throw new Error(result.problems.join(' '));
  return result.message;
}

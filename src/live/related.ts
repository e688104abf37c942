import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Related, RelatedMessage } from '../protocol/tail';
import { correlationIds, type CorrelationId } from './correlation';
import type { Tail } from './tail';

const SLICE = 15;
const STRIDE = 256;
const MAX_MESSAGES = 1000;

/**
 * All messages of all tails that share an id with one message. The ids' bytes are looked for first, which
 * takes a million messages well within a second; what has them is decoded and asked for its ids.
 */
export async function relatedTo(tails: ReadonlyMap<string, Tail>, id: string, seq: number): Promise<Related> {
  const message = tails.get(id)?.message(seq);
  const ids = message ? correlationIds(message, tails.get(id)?.decoderOf(seq)) : [];
  if (ids.length === 0) return { ids: [], messages: [] };
  const messages: RelatedMessage[] = [];
  for (const [name, tail] of tails) {
    for await (const found of sharing(tail, ids)) {
      if (messages.length >= MAX_MESSAGES) break;
      messages.push({ tail: name, ...found });
    }
  }
  messages.sort((a, b) => a.row.time - b.row.time || a.tail.localeCompare(b.tail) || a.row.seq - b.row.seq);
  return { ids: ids.map(({ value, by }) => ({ value, by })), messages };
}

async function* sharing(tail: Tail, ids: readonly CorrelationId[]): AsyncGenerator<Omit<RelatedMessage, 'tail'>> {
  const wanted = new Set(ids.map(({ value }) => value));
  const { buffer } = tail;
  const end = buffer.received;
  let search = new ByteSearch(ids);
  let until = performance.now() + SLICE;
  for (let seq = buffer.first; seq < end; seq++) {
    if (seq % STRIDE === 0 && performance.now() > until) {
      await nextTurn();
      // Meanwhile messages came and went.
      seq = Math.max(seq, buffer.first);
      search = new ByteSearch(ids);
      until = performance.now() + SLICE;
    }
    const place = tail.sourceOf(seq) ? buffer.place(seq) : undefined;
    if (!place || !search.isIn(place.bytes, place.from, place.to)) continue;
    const message = buffer.get(seq);
    const shared = message && correlationIds(message, tail.decoderOf(seq)).find(({ value }) => wanted.has(value));
    const row = shared && tail.row(seq);
    if (!row) continue;
    const broker = tail.sourceOf(seq)?.broker;
    yield { row, ...(broker !== undefined ? { broker } : {}), by: shared.by };
  }
}

/**
 * Looks for any of some bytes in one record after the other. It searches on to the end of the piece of
 * memory that records lie in, and remembers what lies ahead: most records then cost a comparison.
 */
class ByteSearch {
  private bytes: Buffer | undefined;
  private readonly ahead: { readonly wanted: Buffer; next: number }[];

  constructor(ids: readonly CorrelationId[]) {
    this.ahead = ids.map(({ bytes }) => ({ wanted: bytes, next: -1 }));
  }

  isIn(bytes: Buffer, from: number, to: number): boolean {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      for (const one of this.ahead) one.next = -1;
    }
    let found = false;
    for (const one of this.ahead) {
      if (one.next < from) {
        const next = bytes.indexOf(one.wanted, from);
        one.next = next < 0 ? Infinity : next;
      }
      if (one.next + one.wanted.length <= to) found = true;
    }
    return found;
  }
}

import type { TailBuffer } from '../../brokers/buffer';
import type { Decoder } from '../../codecs/decoded';
import type { ExportRequest, TailSelection } from '../../protocol/tail';
import { untilReached, type TailList } from '../tailList';
import { linesOf, writeExport, type ExportedMessages } from './write';

export interface Exported {
  readonly buffer: TailBuffer;
  readonly list: TailList;
  decoderOf(source: number): Decoder | undefined;
  /** How far it is has changed. */
  changed(): void;
  /** Some could not be written. */
  missed(count: number, why: string): void;
  /** Aborted when the tail is stopped, which ends an export as well. */
  readonly stopped: AbortSignal;
}

/** The exports of one tail, of which one runs at a time. */
export class Exports {
  running: { readonly done: number; readonly of: number } | undefined;
  private abort: AbortController | undefined;

  constructor(private readonly tail: Exported) {}

  /** @throws Error with one sentence, also where it was cancelled; then no file is left */
  async run(request: ExportRequest): Promise<number> {
    if (this.abort) throw new Error('An export of this tail is running already; wait for it or cancel it.');
    const abort = (this.abort = new AbortController());
    const signal = AbortSignal.any([abort.signal, this.tail.stopped]);
    try {
      const isAsShown = request.filtered || (this.tail.list.order === 'time' && this.tail.list.isWhole);
      const messages = request.selected ? this.selected(request.selected) : isAsShown ? await this.filtered(signal) : this.all();
      const progress = (done: number): void => {
        this.running = { done, of: messages.count };
        this.tail.changed();
      };
      progress(0);
      const written = await writeExport(request, messages, signal, progress);
      const missed = messages.count - written;
      if (missed > 0) this.tail.missed(missed, 'they fell out of the buffer before the export got to them');
      return written;
    } finally {
      this.abort = undefined;
      this.running = undefined;
      this.tail.changed();
    }
  }

  cancel(): void {
    this.abort?.abort();
  }

  /** Messages as JSON Lines. @throws Error with one sentence where they are too much for a clipboard, or are gone */
  async lines(selection: TailSelection): Promise<string> {
    return linesOf(this.selected(selection), this.tail.stopped);
  }

  private selected(selection: TailSelection): ExportedMessages {
    const { list } = this.tail;
    const found = list.selected(selection);
    return this.messages(found.length, (n) => found[n]!);
  }

  private all(): ExportedMessages {
    const { buffer, list } = this.tail;
    const { first, received } = buffer;
    if (list.hidden === 0) return this.messages(received - first, (n) => first + n);
    const kept = Array.from({ length: received - first }, (_, n) => first + n).filter((seq) => !list.hides(seq));
    return this.messages(kept.length, (n) => kept[n]!);
  }

  /** What the filter lets through of all that is there now, also where it is still being looked for. */
  private async filtered(signal: AbortSignal): Promise<ExportedMessages> {
    const { buffer, list } = this.tail;
    const end = buffer.received;
    await untilReached(list, end, signal);
    const found = list.window(0, list.shown).filter((seq) => seq < end);
    return this.messages(found.length, (n) => found[n]!);
  }

  private messages(count: number, sequence: (n: number) => number): ExportedMessages {
    const { buffer } = this.tail;
    return {
      count,
      at: (n) => {
        const seq = sequence(n);
        const message = buffer.get(seq);
        return message && { message, decoder: this.tail.decoderOf(buffer.sourceOf(seq)) };
      },
    };
  }
}

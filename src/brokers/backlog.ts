import type { TapMessage, TapSink, TapStart } from './driver';

/**
 * What was there when a tap began, on its way to the sink. For a start at the last N, messages are
 * held back until all are there, since only then the last N are known; else they pass through. At
 * the end of the backlog the sink is told that the tap has caught up.
 */
export class Backlog {
  private held: TapMessage[] | undefined;
  private over: boolean;

  /** @param sortedByTime whether the last N are by time, over several partitions, or by arrival */
  constructor(
    private readonly start: TapStart,
    private readonly sink: TapSink,
    private readonly sortedByTime = false,
  ) {
    this.over = start.at === 'latest';
    this.held = start.at === 'last' ? [] : undefined;
  }

  /** True once all that was asked for has been given; from the beginning for a start at the latest. */
  get isOver(): boolean {
    return this.over;
  }

  /** True while messages are held back. */
  get isHeld(): boolean {
    return this.held !== undefined;
  }

  give(messages: readonly TapMessage[]): void {
    if (messages.length === 0) return;
    if (!this.held || this.start.at !== 'last') return this.sink.messages(messages);
    for (const m of messages) this.held.push(m);
    // Those that are not among the last N of what is here will not be among the last N of all.
    if (this.held.length > 4 * this.start.count + 1000) this.held = this.last(this.held, this.start.count);
  }

  /** Gives what is held and says `caught-up`. Later calls do nothing. */
  end(): void {
    if (this.over) return;
    this.over = true;
    if (this.held && this.start.at === 'last') {
      const last = this.last(this.held, this.start.count);
      this.held = undefined;
      if (last.length > 0) this.sink.messages(last);
    }
    // “Live” is said when the attachment is made, of which this may still be a part; it comes after that.
    queueMicrotask(() => setImmediate(() => this.sink.state({ is: 'caught-up' })));
  }

  private last(messages: TapMessage[], count: number): TapMessage[] {
    const ordered = this.sortedByTime ? messages.sort(byTime) : messages;
    return ordered.slice(Math.max(0, ordered.length - count));
  }
}

/** Records of one partition keep their order where times are equal. */
function byTime(a: TapMessage, b: TapMessage): number {
  return (
    a.time - b.time ||
    (a.partition ?? 0) - (b.partition ?? 0) ||
    Number(a.offset ?? 0) - Number(b.offset ?? 0)
  );
}

import type { TapState } from '../brokers/driver';
import { drivers } from '../brokers/index';
import type { DriverServices } from '../brokers/services';
import type { TailRequest, TailStatus } from '../protocol/tail';
import { Exports } from './export/exports';
import { Sessions, wayOf, type DriverTable } from './sessions';
import { Source, stateOfAll, textOf } from './source';
import { statusTeller, type StatusTeller } from './statusTeller';
import type { Tail, TailListeners } from './tail';
import { TailMessages } from './tailMessages';

const MAX_NOTICES = 10;

/**
 * Opens a tail in this process: connects, asks for the plan, taps. It returns at once; `status` tells how
 * it goes.
 */
export function openTail(
  request: TailRequest,
  listeners: TailListeners,
  services: DriverServices,
  table: DriverTable = drivers,
): Tail {
  const run = new TailRun(request, listeners, services, table);
  const { messages, exports: exporting } = run;
  return {
    ended: run.ended,
    status: () => run.status(),
    rows: (from, count) => messages.rows(from, count),
    detail: (seq) => messages.detail(seq),
    filter: (wanted) => messages.setFilter(wanted),
    columns: (paths) => messages.choose(paths),
    paths: () => messages.paths(),
    histogram: (buckets) => messages.histogram(buckets),
    faults: () => messages.faultCounts(run.sources.map(({ judged }) => judged)),
    find: (seq, direction, what) => messages.find(seq, direction, what),
    sort: (order) => messages.sort(order),
    position: (place) => messages.position(place),
    rowsAround: (place, before, count) => messages.rowsAround(place, before, count),
    filtered: () => messages.filtered(),
    settled: () => messages.settled(),
    export: (wanted) => exporting.run(wanted),
    cancelExport: () => exporting.cancel(),
    countSelected: (selection) => messages.countSelected(selection),
    selected: (selection) => messages.selected(selection),
    lines: (selection) => exporting.lines(selection),
    buffer: messages.buffer,
    row: (seq) => messages.row(seq),
    verdictOf: (seq) => messages.verdictOf(seq),
    sourceOf: (seq) => messages.sourceOf(seq),
    shown: () => messages.list.window(0, messages.list.shown),
    message: (seq) => messages.message(seq),
    decoderOf: (seq) => messages.decoderOf(seq),
    removeSource: (id) => run.removeSource(id),
    pause: () => run.pause(),
    resume: () => run.resume(),
    clear: () => run.clear(),
    stop: () => run.stop(),
  };
}

/** The sources of a tail and how they are; what they give goes to its messages. */
class TailRun {
  readonly messages: TailMessages;
  readonly exports: Exports;
  readonly sources: readonly Source[];
  readonly ended: Promise<TapState>;
  private readonly abort = new AbortController();
  private readonly sessions: Sessions;
  private readonly teller: StatusTeller;
  private readonly notices: { time: number; count: number; why: string }[] = [];
  private state: TapState = { is: 'connecting' };
  private paused = false;
  private stopping: Promise<void> | undefined;
  private settle!: (state: TapState) => void;

  constructor(
    private readonly request: TailRequest,
    private readonly listeners: TailListeners,
    private readonly services: DriverServices,
    table: DriverTable,
  ) {
    const stopped = this.abort.signal;
    const asked = [request, ...(request.more ?? [])];
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.teller = statusTeller(() => {
      const now = this.status();
      listeners.status(now);
      return now.rate > 0;
    });
    const changed = (): void => this.teller.changed();
    const decoderOf = (source: number): Source['decoder'] => this.sources[source]?.decoder;
    this.messages = new TailMessages(asked, request.limits, {
      decoderOf, changed, stopped, judged: (source, verdict) => this.sources[source]?.count(verdict),
      fell: (source) => this.sources[source]!.fallen++,
    });
    this.exports = new Exports({
      ...{ decoderOf, changed, stopped }, buffer: this.messages.buffer, list: this.messages.list,
      missed: (count, why) => this.notice(count, why),
    });
    this.sessions = new Sessions(table, services, stopped);
    this.sources = asked.map((one, at) => this.source(one, at));
    for (const source of this.sources) source.start();
    changed();
  }

  status(): TailStatus {
    const { messages, request } = this;
    const { buffer, list, filter, filterProblem } = messages;
    const sources = this.sources.filter(({ isOut }) => !isOut);
    const out = this.sources.filter(({ isOut }) => isOut);
    const all = sources.map((source) => source.status());
    const sum = (of: readonly Source[], count: (source: Source) => number): number => of.reduce((total, source) => total + count(source), 0);
    const { kept } = messages;
    return {
      state: this.state,
      about: [...new Set(sources.map(({ about }) => about).filter((about) => about !== ''))].join(', '),
      plan: sources[0]?.plan,
      paused: this.paused,
      filter,
      ...(list.order === 'time' ? { order: list.order } : {}),
      ...(filterProblem !== undefined ? { filterProblem } : {}),
      ...(list.failed > 0 ? { filterFailed: list.failed } : {}),
      ...(this.exports.running ? { exporting: this.exports.running } : {}),
      sources: all,
      counters: {
        received: buffer.received,
        shown: list.shown,
        dropped: sum(sources, ({ fallen, lost }) => fallen + lost),
        undecodable: sum(sources, ({ undecodable }) => undecodable),
        violating: sum(sources, ({ violating }) => violating),
      },
      ...(out.length > 0
        ? { removed: { received: sum(out, ({ received }) => received), messages: list.hidden, bytes: list.hiddenBytes } }
        : {}),
      buffer: {
        ...kept,
        maxMessages: request.limits.messages,
        maxBytes: request.limits.bytes,
      },
      rate: sum(sources, ({ rate }) => rate.perSecond()),
      notices: [...this.notices],
      contract: all[0]?.contract,
    };
  }

  pause(): void {
    this.paused = true;
    this.messages.freeze();
    for (const source of this.sources) source.pause();
    this.teller.changed();
  }

  resume(): void {
    this.paused = false;
    for (const source of this.sources) source.resume();
    this.messages.thaw();
    this.teller.changed();
  }

  clear(): void {
    this.messages.clear();
    // The counts of faults begin anew, and so does what they are of.
    for (const source of this.sources) source.judged = 0;
    this.teller.changed();
  }

  async removeSource(id: string): Promise<void> {
    const going = this.sources.filter(({ isOut }) => !isOut);
    const source = going.find(({ asked }) => asked.id === id);
    if (!source) throw new Error('This channel is not in the tail any more.');
    if (going.length === 1) throw new Error('The last channel cannot be taken out of a tail; close the tail instead.');
    const leaving = source.leave();
    this.messages.removeSource(this.sources.indexOf(source));
    this.stateChanged();
    try {
      await leaving;
    } catch (error) {
      // The ledger has it still: it is removed the next time that somebody connects.
      this.services.log('error', `What the tail of ${source.asked.target.address} made could not be removed yet: ${textOf(error)}`);
    }
    const way = ({ asked }: Source): string => wayOf(asked.protocol, asked.connect);
    if (this.sources.some((other) => !other.isOut && way(other) === way(source))) return;
    await this.sessions.release(source.asked.protocol, source.asked.connect).catch((error: unknown) => {
      this.services.log('warn', `The connection of ${source.asked.target.address} could not be closed: ${textOf(error)}`);
    });
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.end());
  }

  private source(asked: Source['asked'], at: number): Source {
    const { address } = asked.target;
    const source: Source = new Source(asked, this.request.accepted ?? false, this.sessions, {
      messages: (batch) => {
        this.messages.append(batch, at);
        this.listeners.messages?.(batch, source.decoder, at);
        this.teller.changed();
      },
      dropped: (count, why) => {
        this.notice(count, this.sources.length > 1 ? `${address}: ${why}` : why);
        const what = count > 0 ? `${count} messages were missed` : 'messages may be missed';
        this.services.log('warn', `${address}: ${what}: ${why}.`);
      },
      changed: () => this.stateChanged(),
    }, this.abort.signal);
    return source;
  }

  private stateChanged(): void {
    const going = this.sources.filter(({ isOut }) => !isOut);
    this.state = stateOfAll(going.map(({ state }) => state));
    this.teller.changed();
    if (going.every(({ isOver }) => isOver)) this.settle(this.state);
  }

  private notice(count: number, why: string): void {
    this.notices.push({ time: Date.now(), count, why });
    if (this.notices.length > MAX_NOTICES) this.notices.shift();
    this.teller.changed();
  }

  private async end(): Promise<void> {
    this.teller.end();
    this.abort.abort();
    await this.stopTaps();
    // A question that is still open ends with its session.
    await this.sessions.close();
    await Promise.all(this.sources.map((source) => source.settled()));
    await this.stopTaps();
    if (this.state.is !== 'refused' && this.state.is !== 'ended') this.state = { is: 'ended', reason: 'stopped' };
    this.listeners.status(this.status());
    this.settle(this.state);
  }

  private async stopTaps(): Promise<void> {
    for (const stopped of await Promise.allSettled(this.sources.map((source) => source.stop()))) {
      if (stopped.status === 'rejected') this.services.log('error', `Stopping the tail failed: ${textOf(stopped.reason)}`);
    }
  }
}

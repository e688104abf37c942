import type { Tap, TapMessage, TapPlan, TapSink, TapState, TapUntil } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import { decoderFor } from '../codecs/decoder';
import type { SourceStatus, TailSource, TailVerdict } from '../protocol/tail';
import { Rate } from './rate';
import type { Sessions } from './sessions';

export interface SourceHooks {
  messages(batch: readonly TapMessage[]): void;
  dropped(count: number, why: string): void;
  /** Its state changed. */
  changed(): void;
}

/** One channel of a tail: its own tap, decoder, state and counts. Nothing here throws; failures are states. */
export class Source {
  state: TapState = { is: 'connecting' };
  about = '';
  plan: TapPlan | undefined;
  decoder: Decoder | undefined;
  received = 0;
  undecodable = 0;
  violating = 0;
  /** Messages that fell out of the buffer, and those that client or broker dropped before it. */
  fallen = 0;
  lost = 0;
  readonly rate = new Rate();
  /** Messages that were valid or not. */
  judged = 0;
  /** It was taken out of its tail: what it was counts no more. */
  isOut = false;
  private tap: Tap | undefined;
  private paused = false;
  private running: Promise<void> | undefined;
  private readonly out = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    readonly asked: TailSource,
    private readonly accepted: boolean,
    private readonly sessions: Sessions,
    private readonly hooks: SourceHooks,
    stopped: AbortSignal,
  ) {
    this.signal = AbortSignal.any([stopped, this.out.signal]);
  }

  /** True once nothing more comes of it by itself. */
  get isOver(): boolean {
    return this.state.is === 'refused' || this.state.is === 'ended';
  }

  start(): void {
    this.running = this.run().catch((error: unknown) => {
      if (!this.signal.aborted) this.enter({ is: 'refused', reason: textOf(error) });
    });
  }

  pause(): void {
    this.paused = true;
    this.tap?.pause();
  }

  resume(): void {
    this.paused = false;
    this.tap?.resume();
  }

  count(verdict: TailVerdict): void {
    if (verdict !== 'none') this.judged++;
    if (verdict === 'undecodable') this.undecodable++;
    if (verdict === 'violates') this.violating++;
  }

  /** Settles when it starts nothing more; then what it has started is to be stopped. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** Removes what the tap made, if there is one. @throws Error where that failed; it is not tried again. */
  async stop(): Promise<void> {
    const { tap } = this;
    this.tap = undefined;
    await tap?.stop();
  }

  /** Takes nothing more, and removes what its tap made. @throws Error where that failed */
  async leave(): Promise<void> {
    this.isOut = true;
    this.decoder = undefined;
    this.out.abort();
    await this.stop();
    await this.settled();
    // It may have been on its way to a tap.
    await this.stop();
  }

  status(): SourceStatus {
    const { id, tag, protocol, target, contract, broker } = this.asked;
    return {
      ...(id !== undefined ? { id } : {}),
      ...(tag !== undefined ? { tag } : {}),
      channel: target.address,
      kind: target.kind,
      protocol,
      ...(broker !== undefined ? { broker } : {}),
      about: this.about,
      state: this.state,
      ...(this.plan ? { plan: this.plan } : {}),
      received: this.received,
      undecodable: this.undecodable,
      violating: this.violating,
      ...(contract
        ? { contract: { name: contract.name, version: contract.version, problem: this.decoder?.problem } }
        : {}),
    };
  }

  private async run(): Promise<void> {
    const { protocol, connect, target, start, contract } = this.asked;
    // Before the first message, so that none goes by unchecked.
    const decoder = await decoderFor(contract);
    if (this.isOut) return;
    this.decoder = decoder;
    const session = await this.sessions.get(protocol, connect);
    this.about = session.about;
    this.plan = await session.plan(target, start);
    const refusal = this.refusal(this.plan, start.until?.at);
    if (refusal !== undefined) return this.enter({ is: 'refused', reason: refusal });
    if (this.signal.aborted) return;
    this.tap = await session.tap(target, start, this.sink(), this.signal);
    if (this.paused) this.tap.pause();
  }

  private refusal(plan: TapPlan, until: TapUntil['at'] | undefined): string | undefined {
    if (plan.verdict === 'refused') return plan.reason ?? 'The tap would change what others see.';
    if (plan.verdict === 'ask' && !this.accepted)
      return `This tap would be noticed, so it needs your consent. ${plan.changes.join(' ')}`;
    if (until !== undefined && !plan.untils?.includes(until)) {
      return noSuchEnd(this.asked.target.address, until, plan.untils ?? []);
    }
    return undefined;
  }

  private sink(): TapSink {
    return {
      messages: (batch) => {
        if (this.signal.aborted) return;
        this.received += batch.length;
        this.rate.add(batch.length);
        this.hooks.messages(batch);
      },
      state: (next) => {
        if (!this.signal.aborted) this.enter(next);
      },
      dropped: (count, why) => {
        this.lost += count;
        this.hooks.dropped(count, why);
      },
    };
  }

  private enter(next: TapState): void {
    this.state = next;
    this.hooks.changed();
  }
}

/**
 * What a tail of several sources is as a whole: what the worst of those that go on is in. A source that was
 * refused is told by itself, as long as another goes on.
 */
export function stateOfAll(states: readonly TapState[]): TapState {
  const [only] = states;
  if (states.length === 1 && only) return only;
  const going = states.filter(({ is }) => is !== 'refused' && is !== 'ended');
  if (going.length === 0) {
    const ended = states.find(({ is }) => is === 'ended');
    return ended ?? only ?? { is: 'ended', reason: 'there is nothing to tail' };
  }
  for (const is of ['lost', 'retrying', 'connecting', 'joining', 'live'] as const) {
    const found = going.find((state) => state.is === is);
    if (found) return found;
  }
  return { is: 'caught-up' };
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const ENDS: Readonly<Record<TapUntil['at'], string>> = { now: 'behind what is there now', offset: 'at an offset', time: 'at a time' };

/** A tail of this channel cannot end where it was asked to. */
function noSuchEnd(channel: string, asked: TapUntil['at'], offered: readonly TapUntil['at'][]): string {
  const instead = ['without an end', ...offered.map((end) => `with one ${ENDS[end]}`)].join(' or ');
  return `A tail of ${channel} cannot stop ${ENDS[asked]}. Tail it ${instead}; where a stream keeps its messages, tail the stream.`;
}

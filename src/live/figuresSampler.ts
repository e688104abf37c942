import type { BrokerDriver, BrokerSession } from '../brokers/driver';
import type { BrokerFigures } from '../brokers/figures';
import { drivers } from '../brokers/index';
import type { DriverServices } from '../brokers/services';
import { delay, within } from '../brokers/wait';
import type { Protocol } from '../protocol/common';
import type { FigureKey, FigureSeries, FiguresReport, FiguresRequest } from '../protocol/figures';
import { FigureHistory } from './figuresHistory';

/** In milliseconds. */
export interface Pace {
  /** Brokers are asked no more often than this, whatever is wished. */
  readonly least: number;
  /** A broker that fails is asked again after this at the latest. */
  readonly longest: number;
}
const usualPace: Pace = { least: 2_000, longest: 60_000 };
const connectTime = 20_000;
const sampleTime = 15_000;

/**
 * Reads the figures of one broker again and again over one session, until it is stopped. Never two
 * samples at a time; after a failure it waits twice as long each time, and connects anew.
 */
export class FigureSampler {
  private readonly ending = new AbortController();
  private readonly history: FigureHistory;
  private session: BrokerSession | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private request: FiguresRequest,
    private readonly tell: (report: FiguresReport) => void,
    private readonly services: DriverServices,
    private readonly table: Readonly<Record<Protocol, (services: DriverServices) => BrokerDriver>> = drivers,
    private readonly pace = usualPace,
  ) {
    this.history = new FigureHistory(pauseOf(this.every));
  }

  /** Begins; only the first call does anything. */
  start(): void {
    this.running ??= this.run();
  }

  /** Takes other targets or another interval of the same broker, from the next sample on; false for another broker. */
  take(request: FiguresRequest): boolean {
    const { protocol, connect } = this.request;
    const same = request.protocol === protocol && JSON.stringify(request.connect) === JSON.stringify(connect);
    if (!same) return false;
    this.request = request;
    this.history.pause = pauseOf(this.every);
    return true;
  }

  series(key: FigureKey): readonly FigureSeries[] {
    return this.history.series(key);
  }

  /** Settles when nothing is asked any more and the session is closed. Safe to call twice. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!this.session) this.tell({ is: 'connecting' });
        const session = await this.connected();
        const sample = await this.sample(session);
        if (signal.aborted) break;
        failures = 0;
        this.tell({ is: 'live', about: session.about, reading: this.history.add(sample) });
        await delay(this.every, signal);
      } catch (error) {
        await this.disconnect();
        if (signal.aborted) break;
        failures++;
        const again = Math.min(this.pace.longest, this.every * 2 ** failures);
        this.tell({ is: 'failed', reason: error instanceof Error ? error.message : String(error), again });
        await delay(again, signal);
      }
    }
    await this.disconnect();
  }

  private get every(): number {
    const { every } = this.request;
    return Number.isFinite(every) ? Math.max(this.pace.least, every) : this.pace.least;
  }

  private async connected(): Promise<BrokerSession> {
    const { protocol, connect } = this.request;
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(connectTime)]);
    return (this.session ??= await within(
      this.table[protocol](this.services).connect(connect, signal),
      this.ending.signal, connectTime, 'the broker',
      (late) => void late.close().catch(() => {}),
    ));
  }

  private sample(session: BrokerSession): Promise<BrokerFigures> {
    if (!session.figures) throw new Error(`${session.about} gives no figures.`);
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(sampleTime)]);
    return within(session.figures({ targets: this.request.targets }, signal), this.ending.signal, sampleTime, 'the broker');
  }

  private async disconnect(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.close().catch((error: unknown) =>
      this.services.log('warn', `Closing the session for figures of ${session.about}: ${String(error)}`));
  }
}

/** A machine that slept has not seen what happened meanwhile: differences over more than this are no rates. */
function pauseOf(every: number): number {
  return Math.max(30_000, 3 * every);
}

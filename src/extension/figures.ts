import type {
  ElementFigures, FiguresAnswer, FiguresParams, FigureSeries, FiguresReport, FiguresRequest, FiguresView, FigureTargets,
  PlacedBreach,
} from '../protocol/figures';
import type { LiveFunctions } from '../protocol/tail';
import type { Remote } from '../protocol/rpc';
import { Breaches } from './breaches';
import { reasonOf } from './reason';
import type { Way } from './resolveConnection';
import { Signal } from './signal';

/** What live figures need of the window; all of it can be had without VS Code. */
export interface FigureSources {
  targets(): Promise<readonly FigureTargets[]>;
  figures(params: FiguresParams): Promise<FiguresAnswer>;
  /** @throws the reason, a sentence, where there is none. */
  way(target: FigureTargets): Promise<Way>;
  readonly worker: {
    readonly remote: Remote<LiveFunctions>;
    readonly remoteIfRunning: Remote<LiveFunctions> | undefined;
    onFigures(listener: (told: { readonly id: string; readonly report: FiguresReport }) => void): { dispose(): void };
    onDied(listener: (reason: string) => void): { dispose(): void };
  };
  /** Milliseconds between samples. */
  every(): number;
  prefix(): string;
  failed(doing: string, error: unknown): void;
}

/** After the worker died it is started anew after so many milliseconds. */
const afterDeath = 10_000;
/** Changes that come together are answered together. */
const together = 50;

interface Asked {
  readonly name: string;
  report: FiguresReport | { readonly is: 'no-way'; readonly reason: string };
}

/**
 * The live figures of the window: off until the user says otherwise, and then sampled only while
 * somebody can see them. What each broker tells becomes figures of the graph's elements.
 */
export class LiveFigures {
  private readonly changed = new Signal<void>();
  private readonly breached = new Signal<readonly PlacedBreach[]>();
  /** On, off, or newer figures. */
  readonly onChanged = this.changed.on;
  /** Thresholds that are exceeded from now on. */
  readonly onBreached = this.breached.on;
  private readonly breaches = new Breaches();
  private readonly viewers = new Set<string>();
  private readonly asked = new Map<string, Asked>();
  private readonly owned: { dispose(): void }[];
  private elements: ReadonlyMap<string, ElementFigures> = new Map();
  private isOn = false;
  /** Counts starts and judgements, so that a slow answer overwrites no newer one. */
  private starts = 0;
  private judgements = 0;
  private starting: NodeJS.Timeout | undefined;
  private judging: NodeJS.Timeout | undefined;

  constructor(private readonly sources: FigureSources) {
    const { worker } = sources;
    this.owned = [
      worker.onFigures(({ id, report }) => this.take(id, report)),
      worker.onDied((reason) => this.workerDied(reason)),
    ];
  }

  /** Disposes what makes it follow the window when it is disposed itself. */
  owns(...things: readonly { dispose(): void }[]): void {
    this.owned.push(...things);
  }

  get on(): boolean {
    return this.isOn;
  }

  /** Thresholds that are exceeded now, as far as anybody looked. */
  get exceeded(): readonly PlacedBreach[] {
    return this.breaches.active;
  }

  turn(on: boolean): void {
    if (on === this.isOn) return;
    this.isOn = on;
    if (!on) this.breaches.clear();
    this.renew(0);
    this.changed.fire();
  }

  /** True where some view that shows figures is on screen. */
  get isSeen(): boolean {
    return this.viewers.size > 0;
  }

  /** A view that shows figures came on screen, or left it. */
  seen(viewer: string, visible: boolean): void {
    const before = this.isSeen;
    if (visible) this.viewers.add(viewer);
    else this.viewers.delete(viewer);
    if (before !== this.isSeen) this.renew(0);
  }

  /** Files, connections or settings changed: asks for what is to be sampled now. */
  renew(after = 300): void {
    clearTimeout(this.starting);
    if (!this.isOn || !this.isSeen) return this.end();
    this.starting = setTimeout(() => void this.start(), after);
  }

  of(id: string): ElementFigures | undefined {
    return this.elements.get(id);
  }

  view(): FiguresView {
    return { on: this.isOn, elements: [...this.elements.values()], about: this.isOn ? this.about() : '' };
  }

  /** The last samples of an element; empty where nothing is known. */
  async series(id: string): Promise<readonly FigureSeries[]> {
    const { broker, key } = this.elements.get(id) ?? {};
    const remote = this.sources.worker.remoteIfRunning;
    return broker !== undefined && key && remote ? remote.figureSeries(broker, key) : [];
  }

  dispose(): void {
    this.turn(false);
    this.changed.clear();
    this.breached.clear();
    for (const one of this.owned.splice(0)) one.dispose();
  }

  private end(): void {
    this.starts++;
    this.judgements++;
    clearTimeout(this.judging);
    const remote = this.sources.worker.remoteIfRunning;
    for (const id of this.asked.keys()) {
      remote?.endFigures(id).catch((error: unknown) => this.sources.failed('Ending live figures', error));
    }
    this.asked.clear();
    // Nobody knows any more; thresholds that were exceeded stay until somebody has looked again.
    this.elements = this.withStates([]);
  }

  private async start(): Promise<void> {
    const mine = ++this.starts;
    try {
      const targets = await this.sources.targets();
      if (mine !== this.starts) return;
      const ids = new Set(targets.map(({ broker }) => broker.id));
      for (const id of [...this.asked.keys()].filter((one) => !ids.has(one))) {
        this.asked.delete(id);
        void this.sources.worker.remoteIfRunning?.endFigures(id);
      }
      await Promise.all(targets.map((target) => this.ask(target, mine)));
      if (mine === this.starts) this.judgeSoon();
    } catch (error) {
      this.sources.failed('Asking for live figures', error);
    }
  }

  /** One broker that cannot be asked does not disturb the others. */
  private async ask(target: FigureTargets, mine: number): Promise<void> {
    const { broker } = target;
    const asked: Asked = this.asked.get(broker.id) ?? { name: broker.name, report: { is: 'connecting' } };
    try {
      const way = await this.sources.way(target);
      if (mine !== this.starts) return;
      if (asked.report.is === 'no-way') asked.report = { is: 'connecting' };
      this.asked.set(broker.id, asked);
      const request: FiguresRequest = {
        protocol: way.protocol, connect: way.options, targets: target.targets, every: this.sources.every(),
      };
      await this.sources.worker.remote.watchFigures(broker.id, request);
    } catch (error) {
      if (mine !== this.starts) return;
      void this.sources.worker.remoteIfRunning?.endFigures(broker.id);
      this.asked.set(broker.id, { name: broker.name, report: { is: 'no-way', reason: reasonOf(error) } });
    }
  }

  private take(id: string, report: FiguresReport): void {
    const asked = this.asked.get(id);
    if (!asked) return;
    // Between two attempts the reason of the last failure says more.
    if (report.is === 'connecting' && asked.report.is === 'failed') return;
    asked.report = report;
    this.judgeSoon();
  }

  private workerDied(reason: string): void {
    if (this.asked.size === 0) return;
    for (const asked of this.asked.values()) asked.report = { is: 'failed', reason: `No figures: ${reason}.`, again: afterDeath };
    this.judgeSoon();
    this.renew(afterDeath);
  }

  private judgeSoon(): void {
    clearTimeout(this.judging);
    this.judging = setTimeout(() => void this.judge(), together);
  }

  private async judge(): Promise<void> {
    const mine = ++this.judgements;
    const readings = [...this.asked].flatMap(([broker, { report }]) =>
      report.is === 'live' ? [{ broker, reading: report.reading }] : []);
    try {
      const answer = await this.sources.figures({ readings, prefix: this.sources.prefix() });
      if (mine !== this.judgements) return;
      const raised = readings.flatMap(({ broker, reading }) => this.breaches.judge(
        broker, reading.at, answer.breaches.filter((breach) => breach.broker === broker),
      ));
      this.elements = this.withStates(answer.elements);
      this.changed.fire();
      if (raised.length > 0) this.breached.fire(raised);
    } catch (error) {
      this.sources.failed('Reading live figures', error);
    }
  }

  /** With how it stands with brokers that told nothing, and with the thresholds that are exceeded. */
  private withStates(elements: readonly ElementFigures[]): ReadonlyMap<string, ElementFigures> {
    const all = new Map(elements.map((one) => [one.id, one]));
    for (const [id, { report }] of this.asked) {
      if (report.is === 'live') continue;
      all.set(id, report.is === 'connecting'
        ? { id, broker: id, badges: [{ text: 'connecting…', tone: 'muted' }], facts: [] }
        : { id, broker: id, badges: [{ text: report.reason, tone: 'warning', sign: 'alert' }], facts: [], notes: [report.reason] });
    }
    for (const { element, broker, badge } of this.breaches.active) {
      const one = all.get(element) ?? { id: element, broker, badges: [], facts: [] };
      all.set(element, { ...one, badges: [badge, ...one.badges], health: 'error' });
    }
    return all;
  }

  private about(): string {
    const states = [...this.asked.values()].map(({ report }) => report.is);
    const live = states.filter((is) => is === 'live').length;
    const every = `sampled every ${Math.round(this.sources.every() / 1000)} s`;
    if (states.length === 0) return 'live figures: no broker is declared';
    if (live === states.length) return `live, ${every}`;
    return live === 0 && states.includes('connecting')
      ? 'connecting…'
      : `live, ${every}: ${live} of ${states.length} broker${states.length === 1 ? '' : 's'} answer${live === 1 ? 's' : ''}`;
  }
}


import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { TapPlan, TapStart, TapState } from '../brokers/driver';
import { RemoteError } from '../protocol/rpc';
import type { Remote } from '../protocol/rpc';
import type { LiveFunctions, TailFilter, TailOrder, TailStatus } from '../protocol/tail';
import { log, logFailure, reasonOf } from './log';
import type { LiveWorker } from './liveWorker';
import { NoWay } from './resolveConnection';
import type { Way } from './resolveConnection';
import { planOfAll, requestOf, sourceOf, startWithin, statusOfUnreached, withTags } from './tailSources';
import type { Reached, Unreached } from './tailSources';
import { idleStatus, tailLimits } from './tailStatus';
import type { TailSubject } from './tailSubject';

/** What a run needs of the window. */
export interface RunContext {
  readonly worker: LiveWorker;
  /** How to reach the subject's broker now. @throws NoWay */
  way(subject: TailSubject): Promise<Way>;
  /** Asks for credentials and keeps them; false when given up. */
  signIn(way: Way, reason: string): Promise<boolean>;
}

export interface RunListener {
  status(status: TailStatus): void;
  /** It is known by now how the brokers are reached, or which channels there are. */
  reached(): void;
  /** What an earlier run has found is gone. */
  begun(): void;
}

/** After so many deaths of the worker within a minute a tail is not started again by itself. */
const MAX_DEATHS = 3;

/** A tail's life: plans, asks, starts, signs in, and starts anew after the worker died. */
export class TailRun implements vscode.Disposable {
  private readonly subscriptions: { dispose(): void }[] = [];
  private all: readonly TailSubject[];
  private ways = new Map<TailSubject, Way>();
  private unreached: readonly Unreached[] = [];
  /** Their colours, by key. */
  private tags: ReadonlyMap<string, number>;
  /** What taps make and change, by channel. */
  private plans: ReadonlyMap<TailSubject, TapPlan> = new Map();
  private plan: TapPlan | undefined;
  private latest: TailStatus;
  private filter: TailFilter = {};
  private paths: readonly string[] = [];
  private order: TailOrder = 'arrival';
  private from: TapStart = { at: 'latest' };
  /** The worker's name for the present run; a new one each time, so that late news of an old run is known. */
  private runId = '';
  private running = false;
  private deaths: number[] = [];
  /** It was refused because the workspace is not trusted: trust starts it. */
  private waitsForTrust = false;
  private disposed = false;

  constructor(
    subjects: readonly TailSubject[],
    private readonly context: RunContext,
    private readonly listener: RunListener,
  ) {
    this.all = subjects;
    this.tags = withTags(new Map(), subjects.map(({ key }) => key));
    this.latest = idleStatus({ is: 'connecting' }, tailLimits());
    const { worker } = context;
    this.subscriptions.push(
      worker.onStatus(({ id, status }) => {
        if (id === this.runId) this.show(this.withAll(status));
      }),
      worker.onDied((reason) => this.workerDied(reason)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.waitsForTrust) void this.begin(false);
      }),
    );
  }

  get id(): string {
    return this.runId;
  }

  get subjects(): readonly TailSubject[] {
    return this.all;
  }

  get status(): TailStatus {
    return this.latest;
  }

  get start(): TapStart {
    return this.from;
  }

  /** How the subject's broker is reached, once that is known. */
  wayOf(subject: TailSubject): Way | undefined {
    return this.ways.get(subject);
  }

  /** Asks the worker about this run; `otherwise` where none is going on. */
  async ask<R>(call: (remote: Remote<LiveFunctions>, id: string) => Promise<R>, otherwise: R): Promise<R> {
    return this.running ? call(this.context.worker.remote, this.runId) : otherwise;
  }

  /** Holds for later runs, too. */
  setFilter(filter: TailFilter): Promise<void> {
    this.filter = filter;
    return this.ask((remote, id) => remote.filter(id, filter), undefined);
  }

  /** Holds for later runs, too. */
  setPaths(paths: readonly string[]): Promise<void> {
    this.paths = paths;
    return this.ask((remote, id) => remote.columns(id, paths), undefined);
  }

  /** Holds for later runs, too. */
  setOrder(order: TailOrder): Promise<void> {
    this.order = order;
    return this.ask((remote, id) => remote.order(id, order), undefined);
  }

  restart(start: TapStart): void {
    this.from = start;
    this.deaths = [];
    void this.begin(false);
  }

  /** Begins anew with a further channel in the same list. */
  add(subject: TailSubject): void {
    if (this.all.some(({ key }) => key === subject.key)) return;
    this.all = [...this.all, subject];
    this.tags = withTags(this.tags, this.all.map(({ key }) => key));
    void this.begin(false);
  }

  /**
   * Takes a channel out of the list, with its messages; the taps of the others go on. Of a tail that does not run nothing
   * can go on: it begins anew without the channel.
   * @returns the channel; undefined where it is not there, or the only one
   */
  remove(key: string): TailSubject | undefined {
    const gone = this.all.find((subject) => subject.key === key);
    if (!gone || this.all.length === 1) return undefined;
    this.all = this.all.filter((subject) => subject !== gone);
    if (!this.running) {
      void this.begin(false);
      return gone;
    }
    const wasTapped = this.plans.has(gone);
    this.ways.delete(gone);
    this.unreached = this.unreached.filter(({ subject }) => subject !== gone);
    this.plans = new Map([...this.plans].filter(([subject]) => subject !== gone));
    // Of those that were tapped none may be left.
    if (this.plans.size === 0) {
      void this.begin(false);
      return gone;
    }
    this.plan = planOfAll([...this.plans.values()]);
    this.show(this.withAll(this.latest));
    if (wasTapped) {
      this.ask((remote, id) => remote.removeSource(id, key), undefined).catch((error: unknown) => logFailure(`Taking ${gone.channel} out of a tail`, error));
    }
    return gone;
  }

  /** Begins anew: the plans first, a question where they change something, then the taps. */
  async begin(accepted: boolean): Promise<void> {
    await this.end();
    const id = (this.runId = randomUUID());
    this.waitsForTrust = false;
    this.plan = undefined;
    this.plans = new Map();
    this.unreached = [];
    const isCurrent = (): boolean => id === this.runId && !this.disposed;
    this.listener.begun();
    this.showState({ is: 'connecting' });
    try {
      const reached = await this.reach();
      if (!isCurrent()) return;
      this.listener.reached();
      const planned = await this.planEach(reached);
      if (!isCurrent()) return;
      const tapped = planned.filter(({ plan }) => plan.verdict !== 'refused');
      this.plan = planOfAll((tapped.length ? tapped : planned).map(({ plan }) => plan));
      if (!tapped.length) {
        this.showState({ is: 'refused', reason: planned[0]?.plan.reason ?? 'A tail would disturb real consumers.' });
        return;
      }
      if (this.plan.verdict === 'ask' && !accepted && !(await this.asks(this.plan, isCurrent))) return;
      const request = requestOf(
        planned.map(({ subject, way, plan }) => ({
          ...sourceOf(subject, way, this.all.length > 1 ? startWithin(this.from, plan) : this.from),
          tag: this.tags.get(subject.key),
        })),
        tailLimits(),
        true,
      );
      if (!request) return;
      this.plans = new Map(planned.map(({ subject, plan }) => [subject, plan]));
      await this.context.worker.remote.start(id, request);
      if (!isCurrent()) return void this.context.worker.remoteIfRunning?.stop(id).catch(() => undefined);
      this.running = true;
      if (Object.keys(this.filter).length > 0) await this.setFilter(this.filter);
      if (this.order !== 'arrival') await this.setOrder(this.order);
      if (this.paths.length > 0) await this.setPaths(this.paths);
    } catch (error) {
      if (isCurrent()) await this.failed(error);
    }
  }

  /** The ways to the brokers. One that cannot be reached does not keep the others from being tailed. */
  private async reach(): Promise<readonly Reached[]> {
    const found = await Promise.all(
      this.all.map(async (subject) => {
        try {
          const way = await this.context.way(subject);
          return { subject, way, source: sourceOf(subject, way, this.from) };
        } catch (error) {
          return { subject, error };
        }
      }),
    );
    const reached = found.filter((one): one is Reached => 'way' in one);
    this.unreached = found.filter((one): one is Unreached => 'error' in one);
    this.ways = new Map(reached.map(({ subject, way }) => [subject, way]));
    if (!reached.length) throw this.unreached[0]?.error ?? new Error('There is no channel to tail.');
    return reached;
  }

  private async planEach(reached: readonly Reached[]): Promise<readonly (Reached & { readonly plan: TapPlan })[]> {
    const limits = tailLimits();
    const planned = await Promise.all(
      reached.map(async (one) => {
        try {
          return { ...one, plan: await this.context.worker.remote.plan({ ...one.source, limits }) };
        } catch (error) {
          return { ...one, error };
        }
      }),
    );
    const done = planned.filter((one): one is Reached & { readonly plan: TapPlan } => 'plan' in one);
    const failed = planned.filter((one): one is Reached & Unreached => 'error' in one);
    const refused = failed.find(({ error }) => isSignIn(error));
    // Who is refused is asked for credentials, whatever the others say.
    if (refused) throw new Refused(refused.way, refused.error);
    if (!done.length) throw failed[0]?.error ?? new Error('There is no channel to tail.');
    this.unreached = [...this.unreached, ...failed.map(({ subject, error }) => ({ subject, error }))];
    return done;
  }

  /** True when the user accepts what the taps change; the panel keeps the question otherwise. */
  private async asks(plan: TapPlan, isCurrent: () => boolean): Promise<boolean> {
    this.showState({ is: 'connecting', detail: 'waiting for your answer' });
    const yes = 'Tail';
    const [first] = this.all;
    const where = (first && this.ways.get(first)?.label) ?? 'the broker';
    const answer = await vscode.window.showWarningMessage(
      `Tailing ${this.all.map(({ channel }) => channel).join(', ')} changes something on ${where}.`,
      { modal: true, detail: plan.changes.map((change) => `• ${change}`).join('\n') },
      yes,
    );
    if (answer === yes) return isCurrent();
    if (isCurrent()) this.showState({ is: 'ended', reason: 'Not started: you did not accept what it changes.' });
    return false;
  }

  private async failed(thrown: unknown): Promise<void> {
    const error = thrown instanceof Refused ? thrown.reason : thrown;
    const reason = this.context.worker.lastDeath ?? reasonOf(error);
    this.showState({ is: 'refused', reason });
    if (error instanceof NoWay && error.untrusted) {
      this.waitsForTrust = true;
      const manage = 'Manage Workspace Trust';
      if ((await vscode.window.showWarningMessage(reason, manage)) === manage) {
        await vscode.commands.executeCommand('workbench.trust.manage');
      }
    } else if (thrown instanceof Refused) {
      const id = this.runId;
      if ((await this.context.signIn(thrown.way, reason)) && id === this.runId) await this.begin(false);
    } else {
      log().warn(`tail of ${this.all[0]?.channel ?? 'nothing'}: ${reason}`);
    }
  }

  private workerDied(reason: string): void {
    if (!this.running) return;
    this.running = false;
    const now = Date.now();
    this.deaths = [...this.deaths.filter((time) => now - time < 60_000), now];
    const gone = `${reason}; the messages it held are gone`;
    if (this.deaths.length >= MAX_DEATHS) {
      this.showState({ is: 'ended', reason: `${gone}, and it failed ${MAX_DEATHS} times within a minute` });
      return;
    }
    this.showState({ is: 'retrying', reason: gone, attempt: this.deaths.length });
    void this.begin(false);
  }

  private showState(state: TapState): void {
    this.show(this.withAll({ ...idleStatus(state, tailLimits()), plan: this.plan, filter: this.filter }));
  }

  /** A status with the channels that were not reached, too, and with the plan of all. */
  private withAll(status: TailStatus): TailStatus {
    const plan = this.all.length > 1 ? (this.plan ?? status.plan) : (status.plan ?? this.plan);
    if (!status.sources && !this.unreached.length) return { ...status, plan };
    // The worker may not know yet that a channel was taken out.
    const tapped = (status.sources ?? []).filter(({ id }) => this.all.some(({ key }) => key === id && !this.unreached.some(({ subject }) => subject.key === key)));
    const unreached = this.unreached.map((one) => ({ ...statusOfUnreached(one), tag: this.tags.get(one.subject.key) }));
    return { ...status, plan, sources: [...tapped, ...unreached] };
  }

  private show(status: TailStatus): void {
    this.latest = status;
    this.listener.status(status);
  }

  private async end(): Promise<void> {
    const id = this.runId;
    this.runId = '';
    if (!this.running) return;
    this.running = false;
    await this.context.worker.remoteIfRunning
      ?.stop(id)
      .catch((error: unknown) => logFailure('Stopping a tail', error));
  }

  dispose(): void {
    this.disposed = true;
    void this.end();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** A broker refused to let us in. */
class Refused extends Error {
  constructor(
    readonly way: Way,
    readonly reason: unknown,
  ) {
    super(reasonOf(reason));
  }
}

function isSignIn(error: unknown): boolean {
  return error instanceof RemoteError && error.kind === 'authentication';
}

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { TapPlan, TapStart, TapState } from '../brokers/driver';
import { RemoteError } from '../protocol/rpc';
import type { RpcPeer } from '../protocol/rpc';
import type {
  TailHostFunctions,
  TailInit,
  TailRequest,
  TailStatus,
  TailViewFunctions,
} from '../protocol/tail';
import { log, logFailure, reasonOf } from './log';
import type { LiveWorker } from './liveWorker';
import { openPlace } from './places';
import { NoWay } from './resolveConnection';
import type { Way } from './resolveConnection';
import { idleStatus, tailLimits } from './tailStatus';
import type { TailSubject } from './tailSubject';
import { connectWebview } from './webviewHost';

/** What a panel needs of the manager. */
export interface TailContext {
  readonly extensionUri: vscode.Uri;
  readonly worker: LiveWorker;
  /** How to reach the subject's broker now. @throws NoWay */
  way(subject: TailSubject): Promise<Way>;
  /** Asks for credentials and keeps them; false when given up. */
  signIn(way: Way, reason: string): Promise<boolean>;
  /** Removes what taps of earlier processes left on this broker. */
  sweep(way: Way): void;
}

/** After so many deaths of the worker within a minute a tail is not started again by itself. */
const MAX_DEATHS = 3;

/** One tail on screen: plans, asks, starts, and passes rows and status between worker and webview. */
export class TailPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly peer: RpcPeer<TailViewFunctions>;
  private start: TapStart = { at: 'latest' };
  private way: Way | undefined;
  private status: TailStatus;
  private filter = '';
  private isReady = false;
  /** The worker's name for the present run; a new one each time, so that late news of an old run is known. */
  private runId = '';
  private running = false;
  private deaths: number[] = [];
  /** It was refused because the workspace is not trusted: trust starts it. */
  private waitsForTrust = false;
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly subject: TailSubject,
    private readonly context: TailContext,
  ) {
    this.status = idleStatus({ is: 'connecting' }, tailLimits());
    const { worker } = context;
    this.subscriptions.push(
      worker.onStatus(({ id, status }) => {
        if (id === this.runId) this.show(status);
      }),
      worker.onDied((reason) => this.workerDied(reason)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.isReady = false;
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.waitsForTrust) void this.run(false);
      }),
    );
    this.peer = connectWebview<TailViewFunctions>(
      panel.webview,
      context.extensionUri,
      'tail',
      `Tail ${subject.channel}`,
      this.hostFunctions(),
    );
    void this.run(false);
  }

  private hostFunctions(): TailHostFunctions {
    const { worker } = this.context;
    const alive = async <R>(call: () => Promise<R>, otherwise: R): Promise<R> =>
      this.running ? call() : otherwise;
    return {
      ready: () => {
        this.isReady = true;
        this.peer.notify('init', this.init());
        this.peer.notify('status', this.status);
      },
      rows: (from, count) => alive(() => worker.remote.rows(this.runId, from, count), []) as never,
      detail: (seq) => alive(() => worker.remote.detail(this.runId, seq), undefined) as never,
      filter: (text) => {
        this.filter = text;
        return alive(() => worker.remote.filter(this.runId, text), undefined) as never;
      },
      pause: () => alive(() => worker.remote.pause(this.runId), undefined) as never,
      resume: () => alive(() => worker.remote.resume(this.runId), undefined) as never,
      clear: () => alive(() => worker.remote.clear(this.runId), undefined) as never,
      restart: (start) => {
        this.start = start;
        this.deaths = [];
        void this.run(false);
      },
      accept: () => void this.run(true),
      copy: (text) => vscode.env.clipboard.writeText(text) as never,
      openSource: () =>
        (this.subject.at ? openPlace(this.subject.at, this.panel.viewColumn) : undefined) as never,
      log: (text) => log().info(`tail: ${text}`),
    };
  }

  private init(): TailInit {
    const { channel, contract, target } = this.subject;
    return {
      channel,
      broker: this.way?.label ?? this.subject.brokerLabel,
      protocol: this.way?.protocol ?? this.subject.protocol ?? 'kafka',
      environment: this.way?.environment,
      contract: contract && contract.name + (contract.version ? `@${contract.version}` : ''),
      kind: target.kind,
      start: this.start,
    };
  }

  /** Begins anew: the plan first, a question where it changes something, then the tap. */
  private async run(accepted: boolean): Promise<void> {
    await this.stopRun();
    const id = (this.runId = randomUUID());
    this.waitsForTrust = false;
    const isCurrent = (): boolean => id === this.runId && !this.disposed;
    this.showState({ is: 'connecting' });
    try {
      const way = (this.way = await this.context.way(this.subject));
      if (!isCurrent()) return;
      if (this.isReady) this.peer.notify('init', this.init());
      const request = this.request(way);
      const plan = await this.context.worker.remote.plan(request);
      if (!isCurrent()) return;
      if (plan.verdict === 'refused') {
        this.showState(
          { is: 'refused', reason: plan.reason ?? 'A tail would disturb real consumers.' },
          plan,
        );
        return;
      }
      if (plan.verdict === 'ask' && !accepted && !(await this.asks(plan, isCurrent))) return;
      await this.context.worker.remote.start(id, { ...request, accepted: true });
      if (!isCurrent()) return void this.context.worker.remoteIfRunning?.stop(id).catch(() => undefined);
      this.running = true;
      if (this.filter) await this.context.worker.remote.filter(id, this.filter);
      this.context.sweep(way);
    } catch (error) {
      if (isCurrent()) await this.failed(error);
    }
  }

  /** True when the user accepts what the tap changes; the panel keeps the question otherwise. */
  private async asks(plan: TapPlan, isCurrent: () => boolean): Promise<boolean> {
    this.showState({ is: 'connecting', detail: 'waiting for your answer' }, plan);
    const yes = 'Tail';
    const answer = await vscode.window.showWarningMessage(
      `Tailing ${this.subject.channel} changes something on ${this.way?.label ?? 'the broker'}.`,
      { modal: true, detail: plan.changes.map((change) => `• ${change}`).join('\n') },
      yes,
    );
    if (answer === yes) return isCurrent();
    if (isCurrent())
      this.showState({ is: 'ended', reason: 'Not started: you did not accept what it changes.' }, plan);
    return false;
  }

  private request(way: Way): TailRequest {
    const { contract, target } = this.subject;
    return {
      protocol: way.protocol,
      connect: way.options,
      target,
      start: this.start,
      limits: tailLimits(),
      contract,
    };
  }

  private async failed(error: unknown): Promise<void> {
    const reason = this.context.worker.lastDeath ?? reasonOf(error);
    const refused = error instanceof RemoteError && error.kind === 'authentication';
    this.showState({ is: 'refused', reason });
    if (error instanceof NoWay && error.untrusted) {
      this.waitsForTrust = true;
      const manage = 'Manage Workspace Trust';
      if ((await vscode.window.showWarningMessage(reason, manage)) === manage) {
        await vscode.commands.executeCommand('workbench.trust.manage');
      }
    } else if (refused && this.way) {
      const id = this.runId;
      if ((await this.context.signIn(this.way, reason)) && id === this.runId) await this.run(false);
    } else {
      log().warn(`tail of ${this.subject.channel}: ${reason}`);
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
    void this.run(false);
  }

  private showState(state: TapState, plan?: TapPlan): void {
    this.show({ ...idleStatus(state, tailLimits()), plan, filter: this.filter });
  }

  private show(status: TailStatus): void {
    this.status = status;
    if (this.isReady) this.peer.notify('status', status);
  }

  private async stopRun(): Promise<void> {
    const id = this.runId;
    this.runId = '';
    if (!this.running) return;
    this.running = false;
    await this.context.worker.remoteIfRunning
      ?.stop(id)
      .catch((error: unknown) => logFailure('Stopping a tail', error));
  }

  bringToFront(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.disposed = true;
    void this.stopRun();
    this.peer.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

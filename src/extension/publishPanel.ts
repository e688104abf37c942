import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Draft, PublishJob, PublishPlan, PublishSource } from '../protocol/publish';
import type { PublishHostFunctions, PublishOrder, PublishViewFunctions } from '../protocol/publishView';
import type { RpcPeer } from '../protocol/rpc';
import { log, logFailure, reasonOf } from './log';
import type { Way } from './resolveConnection';
import type { TailSubject } from './tailSubject';
import { connectWebview } from './webviewHost';
import { placeOf, writeTarget, type WriteContext } from './writeContext';

/** Messages of a running tail: one to be edited, or those to be replayed as they are. */
export interface FromTail {
  /** The worker's name for the tail. */
  readonly tail: string;
  readonly title: string;
  readonly seq?: number;
  /** Those to be replayed, in their order. */
  readonly seqs?: readonly number[];
}

/** The form for publishing to one channel. Nothing is sent before the user has said so to a question that names the broker. */
export class PublishPanel implements vscode.Disposable {
  private readonly peer: RpcPeer<PublishViewFunctions>;
  private readonly subscriptions: { dispose(): void }[];
  private readonly jobId = randomUUID();
  private file: vscode.Uri | undefined;
  private way: Way | undefined;
  private draft: Draft | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    private readonly subject: TailSubject,
    private readonly context: WriteContext,
    private readonly from: FromTail | undefined,
  ) {
    this.peer = connectWebview<PublishViewFunctions>(panel.webview, context.extensionUri, 'publish', panel.title, this.hostFunctions());
    this.subscriptions = [
      context.worker.onPublishing(({ id, progress }) => {
        if (id === this.jobId) this.peer.notify('progress', progress);
      }),
      context.onWritingChanged(() => void this.show()),
      context.worker.onDied((reason) =>
        this.peer.notify('progress', { state: 'failed', done: 0, notes: [], reason: `${reason}; how many messages were sent is not known.` }),
      ),
    ];
  }

  private hostFunctions(): PublishHostFunctions {
    const { worker } = this.context;
    const { contract } = this.subject;
    return {
      ready: () => void this.begin(),
      check: (draft) => worker.remote.checkDraft(draft, contract),
      sample: async (seed) => {
        if (!contract) throw new Error('The channel has no contract to make a sample of.');
        return worker.remote.sampleValue(contract, seed);
      },
      chooseFile: () => void this.chooseFile(),
      send: (order) => void this.send(order).catch((error: unknown) => this.failed(error)),
      cancel: () => void worker.remoteIfRunning?.cancelPublish(this.jobId),
      allowWriting: () => {
        if (this.way) void this.context.allowWriting(this.way);
      },
      log: (text) => log().info(`publish: ${text}`),
    };
  }

  private async begin(): Promise<void> {
    try {
      this.draft ??= await this.firstDraft();
      await this.show();
      const way = this.way!;
      this.peer.notify('plan', await this.planOf(way));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A message of the tail, else a sample of the contract, else nothing yet. */
  private async firstDraft(): Promise<Draft> {
    const { worker } = this.context;
    const { contract } = this.subject;
    if (this.from?.seq !== undefined) return worker.remote.draftOf(this.from.tail, this.from.seq);
    const empty: Draft = { value: '', as: 'text', headers: [] };
    if (!contract) return empty;
    return worker.remote.sampleValue(contract, 0).then(
      (value): Draft => ({ ...empty, value, as: 'contract' }),
      (error: unknown) => {
        log().info(`publish: no sample of ${contract.name}: ${reasonOf(error)}`);
        return { ...empty, as: 'contract' };
      },
    );
  }

  private async show(): Promise<void> {
    try {
      const way = (this.way = await this.context.way(this.subject));
      const { contract } = this.subject;
      const { from } = this;
      this.peer.notify('init', {
        to: writeTarget(this.subject, way, this.context),
        draft: this.draft ?? { value: '', as: 'text', headers: [] },
        ...(contract ? { contract: contract.name + (contract.version ? `@${contract.version}` : '') } : {}),
        ...(from?.seqs ? { held: { of: from.title, count: from.seqs.length } } : {}),
        ...(this.file ? { file: vscode.workspace.asRelativePath(this.file) } : {}),
      });
    } catch (error) {
      this.failed(error);
    }
  }

  private planOf(way: Way): Promise<PublishPlan> {
    return this.context.worker.remote.planPublish({ protocol: way.protocol, connect: way.options, target: this.subject.target });
  }

  private async chooseFile(): Promise<void> {
    const [file] =
      (await vscode.window.showOpenDialog({ title: 'Messages to Publish', filters: { 'JSON Lines': ['jsonl', 'ndjson', 'json'] } })) ?? [];
    if (!file) return;
    this.file = file;
    await this.show();
  }

  /** The law is asked at the last moment, by the connection as it is now. */
  private async send(order: PublishOrder): Promise<void> {
    const way = (this.way = await this.context.way(this.subject));
    if (!this.context.mayWrite(way)) throw new Error(`${placeOf(way)} is read-only. Allow writing first.`);
    const plan = await this.planOf(way);
    this.peer.notify('plan', plan);
    if (plan.verdict === 'refused') return;
    const yes = 'Publish';
    const what = this.words(order);
    const answer = await vscode.window.showWarningMessage(
      `Publish ${what} to ${this.subject.channel} on ${placeOf(way)}?`,
      { modal: true, detail: plan.effects.map((effect) => `• ${effect}`).join('\n') },
      yes,
    );
    if (answer !== yes || !this.context.mayWrite(way)) return;
    log().info(`Publishing ${what} to ${this.subject.channel} on ${placeOf(way)}.`);
    const job: PublishJob = {
      protocol: way.protocol,
      connect: way.options,
      target: this.subject.target,
      ...(this.subject.contract ? { contract: this.subject.contract } : {}),
      source: this.source(order),
      ...(order.rate !== undefined ? { rate: order.rate } : {}),
    };
    await this.context.worker.remote.publish(this.jobId, job);
  }

  private source({ source, draft, count }: PublishOrder): PublishSource {
    switch (source) {
      case 'draft':
        return { is: 'draft', draft, count };
      case 'samples':
        return { is: 'samples', draft, seed: 1, count };
      case 'tail':
        if (!this.from) throw new Error('There is no tail to replay.');
        return { is: 'tail', tail: this.from.tail, seqs: this.from.seqs };
      case 'file':
        if (!this.file) throw new Error('Choose a file of messages first.');
        return { is: 'file', path: this.file.fsPath };
    }
  }

  private words({ source, count, rate }: PublishOrder): string {
    const pace = rate === undefined ? '' : `, at most ${rate} a second`;
    switch (source) {
      case 'draft':
        return count === 1 ? 'one message' : `the same message ${count.toLocaleString('en')} times${pace}`;
      case 'samples':
        return `${count.toLocaleString('en')} sample${count === 1 ? '' : 's'}${pace}`;
      case 'tail':
        return `${counted(this.from?.seqs?.length ?? 0)} of ${this.from?.title ?? 'the tail'}${pace}`;
      case 'file':
        return `the messages of ${this.file ? vscode.workspace.asRelativePath(this.file) : 'the file'}${pace}`;
    }
  }

  private failed(error: unknown): void {
    logFailure(`Publishing to ${this.subject.channel}`, error);
    this.peer.notify('plan', { verdict: 'refused', effects: [], reason: reasonOf(error) });
  }

  dispose(): void {
    void this.context.worker.remoteIfRunning?.cancelPublish(this.jobId).catch((error: unknown) => logFailure('Ending a publication', error));
    this.peer.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function counted(count: number): string {
  return count === 1 ? 'one message' : `${count.toLocaleString('en')} messages`;
}

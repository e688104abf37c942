import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Place } from '../protocol/common';
import type { Remote, RpcPeer } from '../protocol/rpc';
import type { FaultCount, LiveFunctions, Related, TailFilter, TailHostFunctions, TailInit, TailSelection, TailViewFunctions } from '../protocol/tail';
import { log, reasonOf } from './log';
import type { FromTail } from './publishPanel';
import { openPlace } from './places';
import type { Way } from './resolveConnection';
import { exportTail } from './tailExport';
import type { TailKept } from './tailKept';
import type { TailProblems } from './tailProblems';
import { TailRun } from './tailRun';
import type { RunContext } from './tailRun';
import type { TailSubject } from './tailSubject';
import { connectWebview } from './webviewHost';

/** What a panel needs of the manager. */
export interface TailContext extends RunContext {
  readonly extensionUri: vscode.Uri;
  readonly kept: TailKept;
  readonly problems: TailProblems;
  /** As the law is now: the user may lift it while the panel is open. */
  mayWrite(way: Way): boolean;
  readonly onWritingChanged: (listener: () => void) => { dispose(): void };
  /** Lets the user pick a channel; undefined when given up. */
  pick(): Promise<TailSubject | undefined>;
  /** Brings the panel of the tail with this id to the front, and chooses a message there. */
  openTail(id: string, seq: number): void;
  /** Opens the form for publishing to the channel, filled with a message of a running tail where one is given. */
  publish(subject: TailSubject, from?: FromTail): void;
  /** The panel has other channels than before. */
  channelsChanged(): void;
  /** Filters were saved or removed: all panels offer the same. */
  filtersChanged(): void;
}

const EMPTY = { from: 0, step: 1, counts: [], errors: [] };

/** One tail on screen: passes rows, status and what the user does between webview, worker and workbench. */
export class TailPanel implements vscode.Disposable {
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly peer: RpcPeer<TailViewFunctions>;
  private readonly run: TailRun;
  /** Whose what it has told in the Problems list is: panels may have the same key in turn. */
  private readonly owner = randomUUID();
  private isReady = false;
  /** A message that is to be chosen as soon as the webview is there. */
  private toChoose: number | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly opened: readonly [TailSubject, ...TailSubject[]],
    private readonly context: TailContext,
  ) {
    this.run = new TailRun(opened, context, {
      status: (status) => {
        if (this.isReady) this.peer.notify('status', status);
      },
      reached: () => this.sendInit(),
      begun: () => context.problems.clear(this.owner),
    });
    this.subscriptions.push(
      this.run,
      context.onWritingChanged(() => this.sendInit()),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.isReady = false;
      }),
    );
    this.peer = connectWebview<TailViewFunctions>(
      panel.webview,
      context.extensionUri,
      'tail',
      `Tail ${this.subject.channel}`,
      this.hostFunctions(),
    );
    void this.run.begin(false);
  }

  /** The worker's name for what is tailed now. */
  get id(): string {
    return this.run.id;
  }

  get subjects(): readonly TailSubject[] {
    return this.run.subjects;
  }

  /** What it was opened for; once one of those channels was taken out, what it has. */
  get key(): string {
    const has = this.run.subjects;
    return keyOf(this.opened.every((one) => has.includes(one)) ? this.opened : has);
  }

  private get subject(): TailSubject {
    return this.run.subjects[0]!;
  }

  private hostFunctions(): TailHostFunctions {
    const { run } = this;
    const { kept } = this.context;
    return answered({
      ready: () => this.ready(),
      rows: (from, count) => run.ask((worker, id) => worker.rows(id, from, count), []),
      detail: (seq) => run.ask((worker, id) => worker.detail(id, seq), undefined),
      filter: (filter) => run.setFilter(filter),
      order: (order) => run.setOrder(order),
      position: (place) => run.ask((worker, id) => worker.position(id, place), { index: 0, isThere: false, isFinal: true }),
      rowsAround: (place, before, count) =>
        run.ask((worker, id) => worker.rowsAround(id, place, before, count), { index: 0, from: 0, rows: [], shown: 0 }),
      columns: (paths) => run.setPaths(paths),
      paths: () => run.ask((worker, id) => worker.paths(id), []),
      histogram: (buckets) => run.ask((worker, id) => worker.histogram(id, buckets), EMPTY),
      faults: () => run.ask((worker, id) => worker.faults(id), []),
      find: (seq, direction, what) => run.ask((worker, id) => worker.find(id, seq, direction, what), undefined),
      related: (seq) => run.ask((worker, id) => related(worker, id, seq), { ids: [], messages: [] }),
      openRelated: (tail, seq) => this.context.openTail(tail, seq),
      propose: () => this.propose(),
      report: (fault) => this.report(fault),
      export: (format, filtered, selected) => this.export(format, filtered, selected),
      countSelected: (selection) => run.ask((worker, id) => worker.countSelected(id, selection), 0),
      copyLines: (selection) => this.copyLines(selection),
      openContract: () => this.open(this.subject.contractAt, `No file of this workspace has a contract of ${this.subject.channel}.`),
      showConsumers: () => this.showConsumers(),
      publish: (seq) => this.publish(seq),
      publishSelected: (selection) => this.publishSelected(selection),
      saveFilter: (filter) => this.saveFilter(filter),
      removeFilter: async (name) => {
        await kept.removeFilter(name);
        this.context.filtersChanged();
      },
      keepView: (view) => kept.keepView(this.viewKey, view),
      pause: () => run.ask((worker, id) => worker.pause(id), undefined),
      resume: () => run.ask((worker, id) => worker.resume(id), undefined),
      clear: () => run.ask((worker, id) => worker.clear(id), undefined),
      restart: (start) => run.restart(start),
      addChannel: async () => {
        const further = await this.context.pick();
        if (further) this.add(further);
      },
      removeChannel: (key) => this.remove(key),
      accept: () => void run.begin(true),
      copy: (text) => vscode.env.clipboard.writeText(text),
      openSource: () => this.open(this.subject.at, `No file of this workspace declares ${this.subject.channel}.`),
      log: (text) => log().info(`tail: ${text}`),
    });
  }

  private ready(): void {
    this.isReady = true;
    this.sendInit();
    // Before the status, or else the view would first go back to where it was.
    if (this.toChoose !== undefined) this.peer.notify('choose', this.toChoose);
    this.toChoose = undefined;
    this.peer.notify('status', this.run.status);
  }

  private sendInit(): void {
    if (this.isReady) this.peer.notify('init', this.init());
  }

  private init(): TailInit {
    const [subject, ...more] = this.run.subjects as readonly [TailSubject, ...TailSubject[]];
    const { channel, contract, target } = subject;
    const way = this.run.wayOf(subject);
    const ways = this.run.subjects.map((one) => this.run.wayOf(one));
    return {
      channel,
      broker: way?.label ?? subject.brokerLabel,
      protocol: way?.protocol ?? subject.protocol ?? 'kafka',
      environment: mostSerious(ways.map((one) => one?.environment)),
      contract: contract && contract.name + (contract.version ? `@${contract.version}` : ''),
      kind: target.kind,
      start: this.run.start,
      more: more.map((one) => ({ channel: one.channel, broker: this.run.wayOf(one)?.label ?? one.brokerLabel })),
      readOnly: !(way && this.context.mayWrite(way)),
      unverified: ways.some((one) => one?.unverified),
      savedFilters: this.context.kept.filters(),
      view: this.context.kept.view(this.viewKey),
    };
  }

  /** Takes a further channel into this list. */
  private add(further: TailSubject): void {
    this.run.add(further);
    this.context.channelsChanged();
    this.panel.title = titleOf(this.run.subjects);
    this.sendInit();
  }

  /** Takes a channel out of this list, and what was told of it out of the Problems list. */
  private remove(key: string): void {
    const gone = this.run.remove(key);
    if (!gone) return;
    if (!this.run.subjects.some(({ channel }) => channel === gone.channel)) this.context.problems.clear(this.owner, gone.channel);
    this.context.channelsChanged();
    this.panel.title = titleOf(this.run.subjects);
    this.sendInit();
  }

  /** How the list is looked at stays, whatever is taken into it and out of it. */
  private get viewKey(): string {
    return keyOf(this.opened);
  }

  sendFilters(): void {
    if (this.isReady) this.peer.notify('savedFilters', this.context.kept.filters());
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  toggleOrder(): void {
    if (this.isReady) this.peer.notify('toggleOrder');
  }

  /** Brings the panel to the front and chooses a message of it. */
  choose(seq: number): void {
    const wasReady = this.isReady;
    this.panel.reveal();
    if (wasReady) this.peer.notify('choose', seq);
    else this.toChoose = seq;
  }

  private async open(at: Place | undefined, otherwise: string): Promise<void> {
    if (at) await openPlace(at, this.panel.viewColumn);
    else void vscode.window.showInformationMessage(otherwise);
  }

  private async showConsumers(): Promise<void> {
    const { elementId, channel } = this.subject;
    if (elementId === undefined) {
      void vscode.window.showInformationMessage(`No file of this workspace says who consumes ${channel}.`);
      return;
    }
    await vscode.commands.executeCommand('tailrace.showInGraph', elementId);
  }

  private async propose(): Promise<void> {
    const proposal = await this.run.ask((worker, id) => worker.propose(id), undefined);
    if (!proposal || proposal.problem !== undefined) {
      void vscode.window.showWarningMessage(proposal?.problem ?? 'There are no messages to make a contract from.');
      return;
    }
    const document = await vscode.workspace.openTextDocument({ language: 'json', content: proposal.text });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    const changes = proposal.changes?.length ? ` ${proposal.changes.join(' ')}` : '';
    void vscode.window.showInformationMessage(
      `Made from ${proposal.observed} ${proposal.observed === 1 ? 'message' : 'messages'}; nothing is saved yet.${changes}`,
    );
  }

  private report(fault: FaultCount): void {
    const subject = this.run.subjects.find(({ channel }) => channel === fault.channel) ?? this.subject;
    const at = subject.contractAt ?? subject.at;
    if (!at) {
      void vscode.window.showInformationMessage(
        `No file of this workspace declares ${fault.channel} or its contract, so there is no place in the Problems list for it.`,
      );
      return;
    }
    this.context.problems.report(this.owner, fault, at);
    void vscode.commands.executeCommand('workbench.actions.view.problems');
  }

  private async export(format: 'jsonl' | 'csv', filtered: boolean, selected?: TailSelection): Promise<void> {
    const columns = this.context.kept.view(this.viewKey)?.columns.filter((id) => !id.startsWith('$'));
    const { run } = this;
    await exportTail(
      {
        channel: titleOf(run.subjects),
        write: async (request) => {
          const written = await run.ask((worker, id) => worker.export(id, request), undefined);
          if (written === undefined) throw new Error('The tail does not run any more, and its messages are gone.');
          return written;
        },
        cancel: () => run.ask((worker, id) => worker.cancelExport(id), undefined),
        onProgress: (listener) => {
          const told = this.context.worker.onStatus(({ id, status: { exporting } }) => {
            if (id === run.id && exporting) listener(exporting.done, exporting.of);
          });
          return new vscode.Disposable(() => told.dispose());
        },
      },
      { format, filtered, ...(selected && { selected }), ...(format === 'csv' && columns?.length && { columns }) },
    );
  }

  private async publish(seq: number | undefined): Promise<void> {
    const title = titleOf(this.run.subjects);
    if (seq === undefined) {
      this.context.publish(this.subject);
      return;
    }
    const detail = await this.run.ask((worker, id) => worker.detail(id, seq), undefined);
    const subject = this.run.subjects.find(({ channel }) => channel === detail?.channel) ?? this.subject;
    this.context.publish(subject, { tail: this.run.id, title, seq });
  }

  private async publishSelected(selection: TailSelection): Promise<void> {
    const seqs = await this.run.ask((worker, id) => worker.selected(id, selection), []);
    const [first] = seqs;
    if (first === undefined) return;
    const detail = await this.run.ask((worker, id) => worker.detail(id, first), undefined);
    const subject = this.run.subjects.find(({ channel }) => channel === detail?.channel) ?? this.subject;
    this.context.publish(subject, { tail: this.run.id, title: titleOf(this.run.subjects), seqs });
  }

  private async copyLines(selection: TailSelection): Promise<boolean> {
    try {
      const text = await this.run.ask((worker, id) => worker.lines(id, selection), undefined);
      if (text === undefined) return false;
      // One line is pasted into a line.
      await vscode.env.clipboard.writeText(selection.first.seq === selection.last.seq ? text.trimEnd() : text);
      return true;
    } catch (error) {
      void vscode.window.showWarningMessage(`Not copied: ${reasonOf(error)}`);
      return false;
    }
  }

  private async saveFilter(filter: TailFilter): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: 'Save Filter',
      prompt: 'A name for this filter; a filter of that name is replaced',
      value: filter.text ?? filter.expression ?? filter.fault?.reason ?? '',
      ignoreFocusOut: true,
    });
    if (!name?.trim()) return;
    await this.context.kept.saveFilter({ name: name.trim(), filter });
    this.context.filtersChanged();
  }

  bringToFront(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.context.problems.clear(this.owner);
    this.peer.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** What one panel is for: it is opened once for each. */
export function keyOf(subjects: readonly TailSubject[]): string {
  return subjects.map(({ key }) => key).join(' + ');
}

/** `orders.placed`, or `orders.placed + 2`. */
export function titleOf(subjects: readonly TailSubject[]): string {
  const more = subjects.length > 1 ? ` + ${subjects.length - 1}` : '';
  return `${subjects[0]?.channel ?? ''}${more}`;
}

async function related(worker: Remote<LiveFunctions>, id: string, seq: number): Promise<Related> {
  const found = await worker.related(id, seq);
  return { ...found, messages: found.messages.map((message) => ({ ...message, isHere: message.tail === id })) };
}

/** Of several brokers’ environments production is the one to be told. */
function mostSerious(environments: readonly (string | undefined)[]): string | undefined {
  const known = environments.filter((one) => one !== undefined);
  return known.find((one) => /^prod/i.test(one)) ?? known[0];
}

type Answers<M> = { readonly [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => R | PromiseLike<R> : never };

/** The protocol's types say what the other side gets; each answer may as well be a promise of it. */
function answered(functions: Answers<TailHostFunctions>): TailHostFunctions {
  return functions as TailHostFunctions;
}

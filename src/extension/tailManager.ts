import * as vscode from 'vscode';
import type { TapTarget } from '../brokers/driver';
import type { BrokerInventory } from '../brokers/inventory';
import type { Connection, Connections } from './connections';
import { editSignIn, signInTo } from './connectionWizard';
import { log, logFailure } from './log';
import { LiveWorker } from './liveWorker';
import type { ConnectionCheck } from '../protocol/connectionCheck';
import { NoWay, wayDeclared, wayOver, wayToBroker } from './resolveConnection';
import type { AskCredentials, Way } from './resolveConnection';
import type { Protocol } from '../protocol/common';
import type { BrokerInfo } from '../protocol/lsp';
import { surroundings } from './surroundings';
import { TailKept } from './tailKept';
import type { KeptSubject } from './tailKept';
import { keyOf, TailPanel, titleOf } from './tailPanel';
import type { TailContext } from './tailPanel';
import { TailProblems } from './tailProblems';
import type { TailSubject } from './tailSubject';
import { webviewOptions } from './webviewHost';

/** The tails of this window: one panel for each, one worker for all. */
export class TailManager implements vscode.Disposable {
  readonly worker: LiveWorker;
  private readonly panels = new Set<TailPanel>();
  private readonly problems = new TailProblems();
  private readonly kept: TailKept;

  constructor(
    private readonly extensionUri: vscode.Uri,
    storage: vscode.Uri,
    private readonly connections: Connections,
    private readonly credentials: AskCredentials,
    workspace: vscode.Memento,
    /** What panels need of the rest of the window. */
    private readonly window: Pick<TailContext, 'pick' | 'publish'>,
  ) {
    this.kept = new TailKept(workspace);
    this.worker = new LiveWorker({
      script: vscode.Uri.joinPath(extensionUri, 'dist', 'live.js').fsPath,
      ledgerFolder: vscode.Uri.joinPath(storage, 'taps').fsPath,
      log: log(),
    });
  }

  /** Opens a tail, of several channels in one list where there are more, or brings the one that runs to the front. */
  open(...[first, ...more]: readonly [TailSubject, ...TailSubject[]]): void {
    const subjects = [this.pinned(first), ...more.map((one) => this.pinned(one))] as const;
    const key = keyOf(subjects);
    const old = [...this.panels].find((one) => one.key === key);
    if (old) {
      old.bringToFront();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      'tailrace.tail',
      titleOf(subjects),
      vscode.ViewColumn.Active,
      webviewOptions(this.extensionUri),
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'flow-file.svg');
    const tail = new TailPanel(panel, subjects, this.context());
    this.panels.add(tail);
    this.keepOpen();
    panel.onDidDispose(() => {
      tail.dispose();
      this.panels.delete(tail);
      this.keepOpen();
    });
  }

  private keepOpen(): void {
    const tails = [...this.panels].map(({ subjects }) => subjects);
    this.kept.keepOpen(tails).then(undefined, (error: unknown) => logFailure('Keeping which tails are open', error));
  }

  /** The tails that were open when the extension host before this one ended; asked once, before any is opened. */
  takeLeft(): readonly (readonly KeptSubject[])[] {
    const left = this.kept.open();
    if (left.length > 0) this.keepOpen();
    return left;
  }

  private context(): TailContext {
    return {
      extensionUri: this.extensionUri,
      worker: this.worker,
      kept: this.kept,
      problems: this.problems,
      way: (of) => this.way(of),
      signIn: (way, reason) => this.signIn(way, reason),
      mayWrite: (way) => this.connections.writing.mayWrite(way),
      onWritingChanged: this.connections.writing.onChanged,
      ...this.window,
      openTail: (id, seq) => [...this.panels].find((one) => one.id === id)?.choose(seq),
      channelsChanged: () => this.keepOpen(),
      filtersChanged: () => this.panels.forEach((one) => one.sendFilters()),
    };
  }

  /** Sorts the list of the tail that has the keyboard in the other way. */
  sortActive(): void {
    [...this.panels].find(({ isActive }) => isActive)?.toggleOrder();
  }

  /** Takes what tails have told out of the Problems list. */
  clearProblems(): void {
    this.problems.clearAll();
  }

  /** A tail stays on the connection that is active when it opens; once another one is, the channel gets a second tail. */
  private pinned(subject: TailSubject): TailSubject {
    const { broker, protocol } = subject;
    const spoken = broker?.protocol ?? protocol;
    if (subject.connectionId !== undefined || !broker || !spoken) return subject;
    const active = this.connections.active(broker, spoken);
    if (!active || active.signInOnly) return subject;
    return { ...subject, key: `${subject.key} ${active.id}`, connectionId: active.id, brokerLabel: active.name };
  }

  /** How to reach a subject's broker now. @throws NoWay */
  way(subject: TailSubject): Promise<Way> {
    const { connectionId, broker, protocol } = subject;
    if (connectionId !== undefined) {
      const connection = this.connections.byId(connectionId);
      if (!connection) throw new NoWay(`The connection ${subject.brokerLabel} was removed.`);
      return this.wayOver(connection, broker?.environment);
    }
    if (!broker)
      throw new NoWay(`No file says which broker has ${subject.channel}. Give the channel a broker.`);
    const spoken = broker.protocol ?? protocol;
    if (!spoken)
      throw new NoWay(`No file says which protocol ${broker.name} speaks. Give the broker a protocol.`);
    return this.wayToBroker(broker, spoken);
  }

  /** As the window's trust and settings are now. @throws NoWay */
  wayToBroker(broker: BrokerInfo, protocol: Protocol): Promise<Way> {
    return wayToBroker(broker, protocol, this.connections, surroundings(), this.credentials);
  }

  /** By what the file says of a broker, whatever connection is active for it. @throws NoWay */
  wayDeclared(broker: BrokerInfo, protocol: Protocol): Promise<Way> {
    return wayDeclared(broker, protocol, this.connections, surroundings(), this.credentials);
  }

  /** Over a connection that the user added. @param environment of its broker's declaration. @throws NoWay */
  wayOver(connection: Connection, environment?: string): Promise<Way> {
    const { isTrusted, tapPrefix } = surroundings();
    return wayOver(connection, this.connections, tapPrefix, isTrusted ? environment : undefined);
  }

  /** Asks who the user is where a broker refuses. False where the user gives up. */
  async signIn({ connection, declared, protocol }: Way, reason: string): Promise<boolean> {
    const kept = connection
      ? await editSignIn(this.connections, connection, reason)
      : declared && (await signInTo(this.connections, declared, protocol, reason));
    return kept !== undefined;
  }

  /** How far connecting goes, and what the broker is. */
  async test(way: Way): Promise<ConnectionCheck> {
    return this.worker.remote.test(way.protocol, way.options);
  }

  /** All that is on the broker; of the wanted channels also which may be there unseen. @throws its reason */
  inventory(way: Way, wanted: readonly TapTarget[]): Promise<BrokerInventory> {
    return this.worker.remote.inventory(way.protocol, way.options, wanted);
  }

  /** Ends all tails and lets them remove what they made. */
  async stop(): Promise<void> {
    for (const panel of this.panels) panel.dispose();
    await this.worker.stop();
  }

  dispose(): void {
    for (const panel of this.panels) panel.dispose();
    this.problems.dispose();
    this.worker.dispose();
  }
}

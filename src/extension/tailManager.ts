import * as vscode from 'vscode';
import type { Connections } from './connections';
import { askCredentials } from './credentials';
import { log, reasonOf } from './log';
import { LiveWorker } from './liveWorker';
import { NoWay, wayOver, wayToBroker } from './resolveConnection';
import type { AskCredentials, Way } from './resolveConnection';
import type { Protocol } from '../protocol/common';
import type { BrokerInfo } from '../protocol/lsp';
import { surroundings } from './surroundings';
import { TailPanel } from './tailPanel';
import type { TailContext } from './tailPanel';
import type { TailSubject } from './tailSubject';
import { webviewOptions } from './webviewHost';

/** The tails of this window: one panel for each, one worker for all. */
export class TailManager implements vscode.Disposable {
  readonly worker: LiveWorker;
  private readonly panels = new Map<string, TailPanel>();
  /** Brokers whose leftovers were looked for in this session. */
  private readonly swept = new Set<string>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    storage: vscode.Uri,
    private readonly connections: Connections,
    private readonly credentials: AskCredentials,
  ) {
    this.worker = new LiveWorker({
      script: vscode.Uri.joinPath(extensionUri, 'dist', 'live.js').fsPath,
      ledgerFolder: vscode.Uri.joinPath(storage, 'taps').fsPath,
      log: log(),
    });
  }

  /** Opens a tail, or brings the one that runs to the front. */
  open(subject: TailSubject): void {
    const old = this.panels.get(subject.key);
    if (old) {
      old.bringToFront();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      'tailrace.tail',
      subject.channel,
      vscode.ViewColumn.Active,
      webviewOptions(this.extensionUri),
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'flow-file.svg');
    const context: TailContext = {
      extensionUri: this.extensionUri,
      worker: this.worker,
      way: (of) => this.way(of),
      signIn: (way, reason) => this.signIn(way, reason),
      sweep: (way) => this.sweep(way),
    };
    const tail = new TailPanel(panel, subject, context);
    this.panels.set(subject.key, tail);
    panel.onDidDispose(() => {
      tail.dispose();
      this.panels.delete(subject.key);
    });
  }

  private way(subject: TailSubject): Promise<Way> {
    const { connectionId, broker, protocol } = subject;
    if (connectionId !== undefined) {
      const connection = this.connections.all().find((one) => one.id === connectionId);
      if (!connection) throw new NoWay(`The connection ${subject.brokerLabel} was removed.`);
      return wayOver(connection, this.connections, surroundings().tapPrefix);
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

  private async signIn(way: Way, reason: string): Promise<boolean> {
    const answer = await askCredentials(`${way.label} (${way.options.url})`, way.protocol, reason);
    if (!answer) return false;
    const { connection, declared } = way;
    const { url, tls } = way.options;
    if (connection) {
      const { id: _, ...description } = connection;
      await this.connections.put({ ...description, ...answer.description }, answer.secrets);
    } else if (declared) {
      await this.connections.put(
        {
          name: declared.name,
          protocol: way.protocol,
          url,
          tls,
          ...answer.description,
          signInOnly: true,
        },
        answer.secrets,
      );
    }
    return true;
  }

  private sweep(way: Way): void {
    const { url } = way.options;
    if (this.swept.has(url)) return;
    this.swept.add(url);
    this.worker.remote.sweep(way.protocol, way.options).then(
      (removed) => {
        for (const name of removed) log().info(`Removed ${name}, left on ${way.label} by an earlier tail.`);
      },
      (error: unknown) =>
        log().warn(`What earlier tails left on ${way.label} could not be looked for: ${reasonOf(error)}`),
    );
  }

  /** The broker in one line. @throws its reason */
  async test(way: Way): Promise<string> {
    return this.worker.remote.test(way.protocol, way.options);
  }

  /** Ends all tails and lets them remove what they made. */
  async stop(): Promise<void> {
    for (const panel of this.panels.values()) panel.dispose();
    await this.worker.stop();
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
    this.worker.dispose();
  }
}

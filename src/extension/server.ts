import * as vscode from 'vscode';
import {
  brokerCredentialsRequest,
  brokersRequest,
  changedNotification,
  elementAtRequest,
  exportRequest,
  graphRequest,
  tailInfoRequest,
  treeRequest,
} from '../protocol/lsp';
import type { BrokerCredentials, BrokerInfo, ElementAtParams, GraphAnswer, TailInfo, TreeBroker } from '../protocol/lsp';
import { newOpener } from '../protocol/sealed';
import type { Sealed } from '../protocol/sealed';
import type { ServerConnection } from './languageClient';
import { log, logFailure } from './log';

/** The language server as the commands and views use it: started late, restartable, typed. */
export class Server implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Model or problems changed, or the server came back: ask again. */
  readonly onChanged = this.changed.event;
  private running: Promise<ServerConnection> | undefined;
  private disposed = false;

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Starts the server if it does not run; later calls wait for the same start. */
  start(): Promise<ServerConnection> {
    if (this.disposed) return Promise.reject(new Error('Tailrace is being shut down.'));
    return (this.running ??= this.launch());
  }

  private async launch(): Promise<ServerConnection> {
    const started = Date.now();
    try {
      const { startServer } = await import('./languageClient');
      const connection = await startServer(this.context);
      connection.onNotification(changedNotification, () => this.changed.fire());
      log().info(`The language server answered after ${Date.now() - started} ms.`);
      this.changed.fire();
      return connection;
    } catch (error) {
      // The next request tries again.
      this.running = undefined;
      logFailure('Starting the language server', error);
      throw error;
    }
  }

  async restart(): Promise<void> {
    const old = this.running;
    this.running = undefined;
    await old
      ?.then((connection) => connection.stop())
      .catch((error: unknown) => logFailure('Stopping', error));
    await this.start();
  }

  private async request<R>(method: string, params?: unknown): Promise<R> {
    return (await this.start()).request<R>(method, params);
  }

  graph(): Promise<GraphAnswer> {
    return this.request(graphRequest);
  }

  tree(): Promise<readonly TreeBroker[]> {
    return this.request(treeRequest);
  }

  /** The id of the graph element under a cursor. */
  elementAt(params: ElementAtParams): Promise<string | null> {
    return this.request(elementAtRequest, params);
  }

  /** What a tail of the channel with this element id needs; null where no such channel is. */
  tailInfo(id: string): Promise<TailInfo | null> {
    return this.request(tailInfoRequest, { id });
  }

  brokers(): Promise<readonly BrokerInfo[]> {
    return this.request(brokersRequest);
  }

  /** User and password that the URL of the broker with this element id holds: for connecting only. */
  async brokerCredentials(id: string): Promise<BrokerCredentials | undefined> {
    const opener = newOpener();
    const answer = await this.request<Sealed | null>(brokerCredentialsRequest, { id, key: opener.publicKey });
    return answer ? (JSON.parse(opener.open(answer)) as BrokerCredentials) : undefined;
  }

  export(format: string): Promise<string> {
    return this.request(exportRequest, { format });
  }

  dispose(): void {
    this.disposed = true;
    this.changed.dispose();
    // The library ends the process with the host; `deactivate` waits for an orderly stop.
  }

  async stop(): Promise<void> {
    const connection = await this.running?.catch(() => undefined);
    await connection?.stop();
  }
}

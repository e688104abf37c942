import * as vscode from 'vscode';
import {
  brokerCredentialsRequest,
  brokersRequest,
  changedNotification,
  elementAtRequest,
  exportRequest,
  flowEditsRequest,
  flowRequest,
  graphRequest,
  guaranteesRequest,
  reportRequest,
  tailInfoRequest,
  treeRequest,
} from '../protocol/lsp';
import type { BrokerCredentials, BrokerInfo, ElementAtParams, GraphAnswer, ReportParams, TailInfo, TreeBroker } from '../protocol/lsp';
import { figuresRequest, figureTargetsRequest } from '../protocol/figures';
import type { ElementFigures, FiguresAnswer, FiguresParams, FigureTargets } from '../protocol/figures';
import { checkRegistryRequest, connectionSourcesRequest, sourceSecretsRequest } from '../protocol/connections';
import type { ConnectionSource, RegistryCheck, SourceSecrets } from '../protocol/connections';
import type { Change, FlowEdits, FlowSummary, FlowView } from '../protocol/guarantee';
import { askBrokerRegistryRequest, compareRegistryRequest, registryKeyRequest } from '../protocol/registry';
import type { AskBrokerRegistryParams, BrokerRegistryAnswer, CompareRegistryParams, RegistryAnswer, RegistrySignIn } from '../protocol/registry';
import { compareBrokerRequest, importBrokerRequest, wantedRequest } from '../protocol/drift';
import type { CompareBrokerAnswer, CompareBrokerParams, ImportAnswer, ImportBrokerParams, WantedAnswer } from '../protocol/drift';
import { newOpener, seal } from '../protocol/sealed';
import type { Sealed } from '../protocol/sealed';
import type { ServerConnection } from './languageClient';
import { log, logFailure } from './log';

/** As whom a registry is asked, and whose it is. */
interface RegistryOptions {
  readonly broker?: string;
  readonly signIn?: RegistrySignIn;
}

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

  private async request<R>(method: string, params?: unknown, token?: vscode.CancellationToken): Promise<R> {
    return (await this.start()).request<R>(method, params, token);
  }

  graph(): Promise<GraphAnswer> {
    return this.request(graphRequest);
  }

  /** What each flow gives, broken promises first. */
  guarantees(): Promise<readonly FlowSummary[]> {
    return this.request(guaranteesRequest);
  }

  /** One flow in full, reckoned with changes; null where it is gone. */
  flow(id: string, changes: readonly Change[] = []): Promise<FlowView | null> {
    return this.request(flowRequest, { id, changes });
  }

  /** What changes to a flow's settings come to in the files. */
  flowEdits(id: string, changes: readonly Change[]): Promise<FlowEdits | null> {
    return this.request(flowEditsRequest, { id, changes });
  }

  tree(): Promise<readonly TreeBroker[]> {
    return this.request(treeRequest);
  }

  /** The reliability checklist as Markdown. */
  report(params: ReportParams): Promise<string> {
    return this.request(reportRequest, params);
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

  /** What could be sampled of each broker. */
  figureTargets(): Promise<readonly FigureTargets[]> {
    return this.request(figureTargetsRequest);
  }

  /** What readings say of the graph's elements. */
  figures(params: FiguresParams): Promise<FiguresAnswer> {
    return this.request(figuresRequest, params);
  }

  /** User and password that the URL of the broker with this element id holds: for connecting only. */
  brokerCredentials(id: string): Promise<BrokerCredentials | undefined> {
    return this.sealedRequest(brokerCredentialsRequest, id);
  }

  /** Ways to brokers that files tell, without their secrets. */
  connectionSources(): Promise<readonly ConnectionSource[]> {
    return this.request(connectionSourcesRequest);
  }

  /** The secret of one of them: only once the user has agreed that it is taken. */
  sourceSecrets(id: string): Promise<SourceSecrets | undefined> {
    return this.sealedRequest(sourceSecretsRequest, id);
  }

  private async sealedRequest<T>(method: string, id: string): Promise<T | undefined> {
    const opener = newOpener();
    const answer = await this.request<Sealed | null>(method, { id, key: opener.publicKey });
    return answer ? (JSON.parse(opener.open(answer)) as T) : undefined;
  }

  /** Whether a registry answers, and lets this user in. */
  async checkRegistry(address: string, options: RegistryOptions): Promise<RegistryCheck> {
    return this.request(checkRegistryRequest, await this.registryParams(address, options));
  }

  /** What contracts break for those who use what a registry holds. */
  async compareRegistry(address: string, options: RegistryOptions, token: vscode.CancellationToken): Promise<RegistryAnswer> {
    return this.request(compareRegistryRequest, await this.registryParams(address, options), token);
  }

  /** Asks the registry of a broker what `compareBroker` with the same `asked` then tells of it. */
  async askBrokerRegistry(
    address: string, options: RegistryOptions & { readonly broker: string; readonly asked: number }, token: vscode.CancellationToken,
  ): Promise<BrokerRegistryAnswer> {
    const { broker, asked } = options;
    const params: AskBrokerRegistryParams = { ...(await this.registryParams(address, options)), broker, asked };
    return this.request(askBrokerRegistryRequest, params, token);
  }

  /** Credentials cross sealed: requests may be traced. */
  private async registryParams(address: string, { broker, signIn }: RegistryOptions): Promise<CompareRegistryParams> {
    const sealed = signIn && seal(JSON.stringify(signIn), await this.request<string>(registryKeyRequest));
    return { address, ...(broker !== undefined && { broker }), ...(sealed && { signIn: sealed }) };
  }

  /** @param figures live figures that belong on a picture; none where they are off. */
  /** The channels that must be on the broker with this element id by its files. */
  wantedOnBroker(broker: string): Promise<WantedAnswer> {
    return this.request(wantedRequest, { broker });
  }

  /** Files beside what was found on a broker. */
  compareBroker(params: CompareBrokerParams): Promise<CompareBrokerAnswer> {
    return this.request(compareBrokerRequest, params);
  }

  /** A flow file of what was found on a broker. */
  importBroker(params: ImportBrokerParams): Promise<ImportAnswer> {
    return this.request(importBrokerRequest, params);
  }

  export(format: string, figures: readonly ElementFigures[] = []): Promise<string> {
    return this.request(exportRequest, { format, figures });
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

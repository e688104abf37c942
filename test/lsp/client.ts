import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-languageserver/node';
import type { Diagnostic, InitializeResult, PublishDiagnosticsParams, Range } from 'vscode-languageserver';

const root = resolve(import.meta.dirname, '../..');

/** A document as this client holds it, edited independently of the server's own bookkeeping. */
export interface OpenDocument {
  readonly uri: string;
  version: number;
  text: string;
}

/** A scripted editor at the other end of the server's standard input and output. */
export class Client {
  readonly diagnostics = new Map<string, PublishDiagnosticsParams>();
  readonly logs: string[] = [];
  settings: Record<string, unknown> = {};
  changed = 0;
  /** How often the server asked to renew the lenses. */
  lensRenewals = 0;
  private readonly waiting = new Set<() => void>();
  private stderr = '';
  private versions = 0;

  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    readonly connection: MessageConnection,
  ) {}

  static async start(folders: readonly string[], initializationOptions?: Readonly<Record<string, unknown>>): Promise<Client> {
    const probe = pathToFileURL(resolve(root, 'test/lsp/heapProbe.ts')).href;
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', '--import', probe, resolve(root, 'src/server/main.ts'), '--stdio'],
      { cwd: root },
    );
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const client = new Client(child, connection);
    child.stderr.setEncoding('utf8').on('data', (text: string) => client.noteStderr(text));
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      client.diagnostics.set(params.uri, params);
      client.wake();
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      client.logs.push(message);
    });
    connection.onNotification('tailrace/changed', () => {
      client.changed++;
      client.wake();
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/codeLens/refresh', () => {
      client.lensRenewals++;
      client.wake();
      return null;
    });
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => client.settings),
    );
    connection.listen();
    await connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: null,
      ...(initializationOptions === undefined ? {} : { initializationOptions }),
      workspaceFolders: folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })),
      capabilities: {
        workspace: {
          workspaceFolders: true,
          configuration: true,
          codeLens: { refreshSupport: true },
          didChangeConfiguration: { dynamicRegistration: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
          workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
        },
      },
    });
    await connection.sendNotification('initialized', {});
    return client;
  }

  request<R>(method: string, params?: unknown): Promise<R> {
    return params === undefined
      ? this.connection.sendRequest(method)
      : this.connection.sendRequest(method, params);
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  async open(uri: string, text: string, languageId = 'tailrace-flow'): Promise<OpenDocument> {
    // Never a version that this document had before, so that old diagnostics are not taken for new ones.
    const version = (this.versions += 1000);
    await this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
    return { uri, version, text };
  }

  /** Replaces a stretch of the document, as an editor sends it. */
  async edit(document: OpenDocument, start: number, end: number, text: string): Promise<void> {
    const range: Range = { start: positionAt(document.text, start), end: positionAt(document.text, end) };
    document.text = document.text.slice(0, start) + text + document.text.slice(end);
    document.version++;
    await this.notify('textDocument/didChange', {
      textDocument: { uri: document.uri, version: document.version },
      contentChanges: [{ range, text }],
    });
  }

  async close(document: OpenDocument): Promise<void> {
    await this.notify('textDocument/didClose', { textDocument: { uri: document.uri } });
  }

  /** The diagnostics that belong to the document's version now. */
  async diagnosticsOf(document: OpenDocument): Promise<readonly Diagnostic[]> {
    await this.until(() => this.diagnostics.get(document.uri)?.version === document.version);
    return this.diagnostics.get(document.uri)?.diagnostics ?? [];
  }

  /** Waits for messages of the server until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** Bytes that the server holds after a collection of garbage. */
  async heap(): Promise<number> {
    this.stderr = '';
    this.process.kill('SIGUSR2');
    await this.until(() => /heap \d+\n/.test(this.stderr));
    return Number(/heap (\d+)/.exec(this.stderr)?.[1]);
  }

  /** Ends the session as the protocol asks, and tells how the server ended. */
  async stop(): Promise<number | null> {
    const exit = once(this.process, 'exit') as Promise<[number | null]>;
    await this.request('shutdown');
    await this.notify('exit', undefined);
    const [code] = await exit;
    this.connection.dispose();
    return code;
  }

  private noteStderr(text: string): void {
    this.stderr += text;
    this.wake();
  }

  private wake(): void {
    const all = [...this.waiting];
    this.waiting.clear();
    for (const resolve of all) resolve();
  }
}

function positionAt(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

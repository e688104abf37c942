import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection,
} from 'vscode-languageserver/node';

/** What the probe in the server tells; times in ms, sizes in bytes. */
export interface Pauses {
  readonly longest: readonly number[];
  readonly rss: number;
  readonly heap: number;
}

/** A document as the client holds it. */
export interface OpenText {
  readonly uri: string;
  version: number;
  text: string;
}

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly unknown[];
}

/** A scripted editor at the other end of the built server's standard input and output. */
export class ServerClient {
  /** Of each file what was said last, and when. */
  readonly published = new Map<string, { readonly at: number; readonly version: number | undefined; readonly count: number }>();
  private readonly firsts = new Map<string, number>();
  lastPublished = 0;
  changes = 0;
  started = 0;
  private readonly waiting = new Set<() => void>();
  private stderr = '';

  private constructor(private readonly process: ChildProcessWithoutNullStreams, private readonly connection: MessageConnection) {}

  static async start(server: string, probe: string, folder: string): Promise<ServerClient> {
    const child = spawn(process.execPath, ['--require', probe, server, '--stdio']);
    const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const client = new ServerClient(child, connection);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      client.stderr += text;
      client.wake();
    });
    connection.onNotification('textDocument/publishDiagnostics', (params: Published) => client.note(params));
    connection.onNotification('tailrace/changed', () => {
      client.changes++;
      client.wake();
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => ({})));
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid, rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
      capabilities: {
        workspace: { workspaceFolders: true, configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
      },
    });
    client.started = performance.now();
    await connection.sendNotification('initialized', {});
    return client;
  }

  request<R>(method: string, params?: unknown): Promise<R> {
    return params === undefined ? this.connection.sendRequest(method) : this.connection.sendRequest(method, params);
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  async open(path: string, text: string): Promise<OpenText> {
    const document = { uri: pathToFileURL(path).href, version: 1, text };
    await this.notify('textDocument/didOpen', { textDocument: { ...document, languageId: 'yaml' } });
    return document;
  }

  /** Types a text at an offset, and waits for the diagnostics of that version. @returns ms. */
  async type(document: OpenText, offset: number, inserted: string, removed = 0): Promise<number> {
    const lines = document.text.slice(0, offset).split('\n');
    const start = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const range = { start, end: { line: start.line, character: start.character + removed } };
    document.text = document.text.slice(0, offset) + inserted + document.text.slice(offset + removed);
    const version = ++document.version;
    const from = performance.now();
    await this.notify('textDocument/didChange', {
      textDocument: { uri: document.uri, version }, contentChanges: [{ range, text: inserted }],
    });
    await this.until(() => (this.published.get(document.uri)?.version ?? 0) >= version);
    return performance.now() - from;
  }

  /** When something was said of a file for the first time. */
  firstOf(uri: string): number | undefined {
    return this.firsts.get(uri);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** The longest pauses of the server since this was asked last. */
  async pauses(): Promise<Pauses> {
    this.stderr = '';
    this.process.kill('SIGUSR2');
    await this.until(() => /pauses .*\n/.test(this.stderr));
    return JSON.parse(/pauses (.*)\n/.exec(this.stderr)?.[1] ?? '') as Pauses;
  }

  async stop(): Promise<void> {
    const exit = once(this.process, 'exit');
    await this.request('shutdown');
    await this.notify('exit', undefined);
    await exit;
    this.connection.dispose();
  }

  private note({ uri, version, diagnostics }: Published): void {
    const at = performance.now();
    this.published.set(uri, { at, version, count: diagnostics.length });
    if (!this.firsts.has(uri)) this.firsts.set(uri, at);
    this.lastPublished = at;
    this.wake();
  }

  private wake(): void {
    const all = [...this.waiting];
    this.waiting.clear();
    for (const resolve of all) resolve();
  }
}

import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { candidateGlobs } from '../protocol/files';
import { commands, trustedNotification } from '../protocol/lsp';
import { log } from './log';

/**
 * The only importer of the language client library. It is bundled apart, as `client.js`, because
 * loading it takes longer than everything else that activation does.
 */

/** Languages whose files can say how messages flow; the server decides by name and content. */
const LANGUAGES = [
  'tailrace-flow',
  'yaml',
  'json',
  'jsonc',
  'properties',
  'java-properties',
  'proto',
  'proto3',
  'protobuf',
  'avro',
  'avro-idl',
  'dockercompose',
  'helm',
  'terraform',
  'hcl',
  'ini',
  'conf',
  'dotenv',
  'spring-boot-properties',
  'spring-boot-properties-yaml',
  'quarkus-properties',
];
const SCHEMES = ['file', 'untitled', 'vscode-vfs', 'vscode-remote'];

/** What the rest of the extension sees of a running server. */
export interface ServerConnection {
  request<R>(method: string, params?: unknown, token?: vscode.CancellationToken): Promise<R>;
  onNotification(method: string, listener: () => void): vscode.Disposable;
  stop(): Promise<void>;
}

/** Starts the language server of this folder's `server.js` over IPC and connects to it. */
export async function startServer(context: vscode.ExtensionContext): Promise<ServerConnection> {
  const module = context.asAbsolutePath('dist/server.js');
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
  const options: LanguageClientOptions = {
    documentSelector: [
      ...SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
      // Without an extension for them many of these are plain text.
      ...candidateGlobs.map((pattern) => ({ scheme: 'file', pattern })),
    ],
    outputChannel: log(),
    traceOutputChannel: log(),
    diagnosticCollectionName: 'tailrace',
    synchronize: { configurationSection: 'tailrace' },
    initializationOptions: { settings: vscode.workspace.getConfiguration('tailrace'), followsCommands: true, isTrusted: vscode.workspace.isTrusted },
    // Words of files are escaped in hovers; should a link get through, it can do no more than open the graph.
    markdown: { isTrusted: { enabledCommands: [commands.explainFlow] } },
  };
  const client = new LanguageClient('tailrace', 'Tailrace', server, options);
  await client.start();
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => void client.sendNotification(trustedNotification));
  return {
    request: (method, params, token) =>
      params === undefined ? client.sendRequest(method, token) : client.sendRequest(method, params, token),
    onNotification: (method, listener) => client.onNotification(method, listener),
    stop: () => {
      trust.dispose();
      return client.dispose(2000);
    },
  };
}

import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { Connections } from './connections';
import { FlowTree } from './flowTree';
import { GRAPH_VIEW_TYPE, GraphPanels } from './graphPanel';
import { disposeLog, log, logFailure } from './log';
import { Server } from './server';
import { TailManager } from './tailManager';

let ending: (() => Promise<void>) | undefined;

/**
 * Registers everything and starts the language server behind itself: nothing heavy is loaded and
 * nothing is waited for here. No broker is spoken to without the user's act.
 */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const { extensionUri } = context;
  const connections = new Connections(context.globalState, context.secrets);
  const server = new Server(context);
  const tails = new TailManager(extensionUri, context.globalStorageUri, connections, (id) =>
    server.brokerCredentials(id),
  );
  const graphs = new GraphPanels(
    extensionUri,
    server,
    (id) => void vscode.commands.executeCommand('tailrace.tailChannel', id),
  );
  const tree = new FlowTree(server);
  context.subscriptions.push(
    disposeLog,
    server,
    tails,
    graphs,
    tree,
    vscode.window.createTreeView('tailrace.flows', { treeDataProvider: tree, showCollapseAll: true }),
    vscode.window.registerWebviewPanelSerializer(GRAPH_VIEW_TYPE, graphs),
    registerCommands({ extensionUri, server, graphs, tails, connections, tree }),
  );
  ending = async () => {
    await Promise.all([tails.stop(), server.stop()]);
  };
  // Loading the client takes longer than all of the above: it has its own turn.
  setImmediate(() => {
    server.start().catch((error: unknown) => logFailure('Starting', error));
  });
  log().info(`Activated in ${(performance.now() - began).toFixed(1)} ms.`);
}

/** Waits for taps to remove what they made, and for the server to end. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

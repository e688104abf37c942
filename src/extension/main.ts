import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { ConnectionCommands } from './connectionCommands';
import { Connections } from './connections';
import { ConnectionStatus } from './connectionStatus';
import { ConnectionTree } from './connectionTree';
import { BrokerComparison } from './drift';
import { FigureAlerts } from './figureAlerts';
import type { LiveFigures } from './figures';
import { liveFigures } from './figureSources';
import { FlowTree } from './flowTree';
import { closeDeadPanels, endSession } from './formerHost';
import { GRAPH_VIEW_TYPE, GraphPanels } from './graphPanel';
import { disposeLog, log, logFailure } from './log';
import { chosenSubject } from './pickChannel';
import { Registries } from './registries';
import { RegistryComparison } from './registryCommand';
import { ReliabilityReport } from './report';
import { Server } from './server';
import { TailManager } from './tailManager';
import { Writers } from './writers';

let ending: (() => Promise<void>) | undefined;

/**
 * Registers everything and starts the language server behind itself: nothing heavy is loaded and
 * nothing is waited for here. No broker is spoken to without the user's act.
 */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const { extensionUri } = context;
  const connections = new Connections(context.globalState, context.secrets, context.workspaceState);
  const server = new Server(context);
  const tails: TailManager = new TailManager(
    extensionUri,
    context.globalStorageUri,
    connections,
    (id) => server.brokerCredentials(id),
    context.workspaceState,
    {
      pick: () => chosenSubject(undefined, 'Add a Channel', server, connections, tails),
      publish: (subject, from) => writers.publish(subject, from),
    },
  );
  const figures = liveFigures(server, tails, connections);
  const graphs = new GraphPanels(
    extensionUri,
    server,
    figures,
    (id) => void vscode.commands.executeCommand('tailrace.tailChannel', id),
  );
  const tree = new FlowTree(server, figures);
  const writers: Writers = new Writers(extensionUri, server, tails, connections);
  const report = new ReliabilityReport(server, context.storageUri ?? context.globalStorageUri);
  const registries = new Registries(context.globalState, context.secrets);
  const registry = new RegistryComparison(server, registries);
  const connecting = new ConnectionCommands(server, connections, registries, tails);
  const drift = new BrokerComparison(extensionUri, server, tails, registries);
  const connectionTree = new ConnectionTree(server, connections);
  context.subscriptions.push(
    disposeLog,
    server,
    tails,
    graphs,
    tree,
    writers,
    report,
    registry,
    drift,
    figures,
    new FigureAlerts(figures, (element) => graphs.show(element)),
    ...shownFlows(tree, figures),
    vscode.window.registerWebviewPanelSerializer(GRAPH_VIEW_TYPE, graphs),
    registerCommands({ extensionUri, server, graphs, tails, connections, connecting, registry, drift, tree, report, figures, writers }),
    connectionTree,
    new ConnectionStatus(server, connections),
    vscode.window.createTreeView('tailrace.connections', { treeDataProvider: connectionTree }),
  );
  ending = async () => {
    await Promise.all([tails.stop(), server.stop(), endSession(context.workspaceState)]);
  };
  // Loading the client takes longer than all of the above: it has its own turn.
  setImmediate(() => {
    server.start().catch((error: unknown) => logFailure('Starting', error));
    closeDeadPanels(context.workspaceState, { server, connections, graphs, tails }).catch((error: unknown) => logFailure('Closing dead panels', error));
  });
  log().info(`Activated in ${(performance.now() - began).toFixed(1)} ms.`);
}

/** The side view; while it is on screen, it is a reason to sample live figures. */
function shownFlows(tree: FlowTree, figures: LiveFigures): vscode.Disposable[] {
  const view = vscode.window.createTreeView('tailrace.flows', { treeDataProvider: tree, showCollapseAll: true });
  return [view, view.onDidChangeVisibility(({ visible }) => figures.seen('tree', visible))];
}

/** Waits for taps to remove what they made, and for the server to end. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

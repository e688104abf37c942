import * as vscode from 'vscode';
import type { BrokerInfo } from '../protocol/lsp';
import type { Connection, Connections } from './connections';
import { addConnection } from './connectionWizard';
import type { FlowEntry } from './flowTree';
import { logFailure, reasonOf } from './log';
import { wayOver } from './resolveConnection';
import type { Way } from './resolveConnection';
import type { Server } from './server';
import { surroundings } from './surroundings';
import type { TailManager } from './tailManager';

/** Adds a connection through the guided dialogue and offers to test it. */
export async function addConnectionCommand(
  server: Server,
  connections: Connections,
  tails: TailManager,
): Promise<void> {
  const connection = await addConnection(
    connections,
    (await brokersOf(server)).map((broker) => broker.name),
  );
  if (!connection) return;
  const test = 'Test Connection';
  const answer = await vscode.window.showInformationMessage(
    `The connection ${connection.name} was added.`,
    test,
  );
  if (answer === test) await testWay(tails, await wayOver(connection, connections, surroundings().tapPrefix));
}

export async function removeConnectionCommand(connections: Connections): Promise<void> {
  const all = connections.all();
  if (!all.length) {
    void vscode.window.showInformationMessage('There are no connections: none was added.');
    return;
  }
  const pick = await vscode.window.showQuickPick(
    all.map((connection) => item(connection)),
    {
      title: 'Remove Connection',
      placeHolder: 'Its credentials are removed with it',
      ignoreFocusOut: true,
    },
  );
  if (pick) await connections.remove(pick.connection.id);
}

export async function testConnectionCommand(
  entry: FlowEntry | undefined,
  server: Server,
  connections: Connections,
  tails: TailManager,
): Promise<void> {
  const brokers = await brokersOf(server);
  const wanted = entry?.is === 'broker' ? brokers.find((broker) => broker.id === entry.elementId) : undefined;
  if (wanted) return testBroker(wanted, tails);
  const own = connections.all().filter((connection) => !connection.signInOnly);
  const picks = [
    ...own.map((connection) => ({ ...item(connection), broker: undefined })),
    ...brokers.map((broker) => ({
      label: broker.name,
      description: broker.url ?? '',
      connection: undefined,
      broker,
    })),
  ];
  if (!picks.length) {
    void vscode.window.showInformationMessage(
      'There is nothing to test: no file declares a broker and no connection was added.',
    );
    return;
  }
  const pick = await vscode.window.showQuickPick(picks, {
    title: 'Test Connection',
    // Called from the palette, a panel that was focused takes the focus back and would close the list.
    ignoreFocusOut: true,
  });
  if (pick?.broker) await testBroker(pick.broker, tails);
  else if (pick?.connection)
    await testWay(tails, await wayOver(pick.connection, connections, surroundings().tapPrefix));
}

async function testBroker(broker: BrokerInfo, tails: TailManager): Promise<void> {
  try {
    if (!broker.protocol) throw new Error(`No file says which protocol ${broker.name} speaks.`);
    await testWay(tails, await tails.wayToBroker(broker, broker.protocol));
  } catch (error) {
    void vscode.window.showErrorMessage(reasonOf(error));
  }
}

async function testWay(tails: TailManager, way: Way): Promise<void> {
  try {
    const about = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Connecting to ${way.label}` },
      () => tails.test(way),
    );
    void vscode.window.showInformationMessage(`${way.label} answers: ${about}`);
  } catch (error) {
    void vscode.window.showErrorMessage(`${way.label} cannot be used: ${reasonOf(error)}`);
  }
}

async function brokersOf(server: Server): Promise<readonly BrokerInfo[]> {
  try {
    return await server.brokers();
  } catch (error) {
    logFailure('Reading the brokers', error);
    return [];
  }
}

function item(connection: Connection): vscode.QuickPickItem & { readonly connection: Connection } {
  const detail = connection.signInOnly ? 'credentials for a broker of a file' : undefined;
  return {
    label: connection.name,
    description: `${connection.protocol} · ${connection.url}`,
    detail,
    connection,
  };
}

import * as vscode from 'vscode';
import type { BrokerInfo } from '../protocol/lsp';
import type { Server } from './server';

/** The broker with this element id, or the one that the user picks; undefined when given up. */
export async function pickBroker(server: Server, id: string | undefined): Promise<BrokerInfo | undefined> {
  const brokers = (await server.brokers()).filter(({ protocol }) => protocol !== undefined);
  const given = brokers.find((broker) => broker.id === id);
  if (given !== undefined) return given;
  if (brokers.length === 0) {
    const open = 'Import from Broker…';
    const answer = await vscode.window.showInformationMessage('No file here declares a broker to compare with. A flow file can be made of one.', open);
    if (answer === open) await vscode.commands.executeCommand('tailrace.importBroker');
    return undefined;
  }
  const pick = await vscode.window.showQuickPick(
    brokers.map((broker) => ({
      label: broker.name,
      description: [broker.protocol, broker.environment, broker.url].filter(Boolean).join(' · '),
      broker,
    })),
    {
      title: 'Compare with Broker', placeHolder: 'Which broker? It is only read.', matchOnDescription: true,
      // Called from the palette, a panel that was focused takes the focus back and would close the list.
      ignoreFocusOut: true,
    },
  );
  return pick?.broker;
}

import * as vscode from 'vscode';
import { overview, stateOf } from './connectionOverview';
import type { BrokerWays, WayState } from './connectionOverview';
import { wayWords } from './connectionWords';
import { brokersOf } from './connectionWizard';
import type { Connections } from './connections';
import { logFailure } from './log';
import type { Server } from './server';
import { isDevelopment } from './writeLaw';

/** Shows the active connection, its environment and whether it may be written to, at all times; a click chooses. */
export class ConnectionStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('tailrace.connection', vscode.StatusBarAlignment.Left, 40);
  private readonly subscriptions: readonly { dispose(): void }[];
  private turn = 0;

  constructor(
    private readonly server: Server,
    private readonly connections: Connections,
  ) {
    this.item.name = 'Tailrace: Active Connection';
    this.item.command = 'tailrace.chooseConnection';
    const again = (): void => void this.update().catch((error: unknown) => logFailure('The active connection', error));
    this.subscriptions = [
      server.onChanged(again), connections.onChanged(again), connections.writing.onChanged(again),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
    ];
  }

  private async update(): Promise<void> {
    const turn = ++this.turn;
    const brokers = await brokersOf(this.server);
    // An answer that a later question has overtaken says what was.
    if (turn !== this.turn) return;
    const all = overview(brokers, this.connections).filter(
      ({ connections, declared }) => connections.length > 0 || declared?.url !== undefined,
    );
    const shown = all.find(({ name, protocol }) => this.connections.lastChosen === `${protocol} ${name}`)
      ?? all.find(({ connections }) => connections.length > 0) ?? all[0];
    if (!shown) {
      this.item.hide();
      return;
    }
    const state = this.state(shown);
    this.item.text = `$(plug) ${shown.name} · ${wayWords(state)}`;
    this.item.tooltip = [...all.map((ways) => this.line(ways)), 'Click to choose another connection.'].join('\n');
    this.item.backgroundColor = backgroundOf(state);
    this.item.accessibilityInformation = { label: `Active connection: ${shown.name}, ${wayWords(state)}`, role: 'button' };
    this.item.show();
  }

  private state(ways: BrokerWays): WayState {
    return stateOf(this.connections, ways, ways.active, vscode.workspace.isTrusted);
  }

  private line(ways: BrokerWays): string {
    return `${ways.name}: ${ways.active?.name ?? 'as the file says'} · ${wayWords(this.state(ways))}`;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }
}

/** Loud only where something can go wrong: writing outside of development, and certificates that nobody checks. */
function backgroundOf({ mayWrite, environment, unverified }: WayState): vscode.ThemeColor | undefined {
  if (mayWrite && !isDevelopment(environment)) return new vscode.ThemeColor('statusBarItem.errorBackground');
  return unverified ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

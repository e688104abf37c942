import * as vscode from 'vscode';
import { overview, stateOf } from './connectionOverview';
import type { BrokerWays, WayState } from './connectionOverview';
import { wayWords } from './connectionWords';
import { brokersOf } from './connectionWizard';
import type { Connection, Connections } from './connections';
import type { Server } from './server';

/** An entry of the view of connections. */
export type ConnectionEntry =
  | { readonly is: 'ways'; readonly ways: BrokerWays }
  | { readonly is: 'connection'; readonly ways: BrokerWays; readonly connection: Connection }
  /** What the file says, as a way among the others. */
  | { readonly is: 'declared'; readonly ways: BrokerWays };

const PROTOCOLS = { kafka: 'Kafka', rabbitmq: 'RabbitMQ', mqtt: 'MQTT', nats: 'NATS' } as const;

/** Brokers → ways to them, the one in use marked. */
export class ConnectionTree implements vscode.TreeDataProvider<ConnectionEntry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: readonly { dispose(): void }[];

  constructor(
    private readonly server: Server,
    private readonly connections: Connections,
  ) {
    const again = (): void => this.changed.fire();
    this.subscriptions = [server.onChanged(again), connections.onChanged(again), connections.writing.onChanged(again)];
  }

  async getChildren(entry?: ConnectionEntry): Promise<ConnectionEntry[]> {
    if (entry === undefined) {
      // Where nobody has added a connection, the view says how instead of repeating the files.
      if (this.connections.all().length === 0) return [];
      return overview(await brokersOf(this.server), this.connections).map((ways) => ({ is: 'ways', ways }));
    }
    if (entry.is !== 'ways') return [];
    const { ways } = entry;
    return [
      ...ways.connections.map((connection): ConnectionEntry => ({ is: 'connection', ways, connection })),
      ...(ways.declared?.url ? [{ is: 'declared', ways } as const] : []),
      ...ways.signIns.map((connection): ConnectionEntry => ({ is: 'connection', ways, connection })),
    ];
  }

  getTreeItem(entry: ConnectionEntry): vscode.TreeItem {
    if (entry.is === 'ways') return waysItem(entry.ways);
    return entry.is === 'declared' ? declaredItem(entry.ways, this.state(entry.ways, undefined)) : this.connectionItem(entry);
  }

  private connectionItem({ ways, connection }: Extract<ConnectionEntry, { is: 'connection' }>): vscode.TreeItem {
    const item = new vscode.TreeItem(connection.name);
    item.id = connection.id;
    if (connection.signInOnly) {
      item.description = `password for ${connection.url}`;
      item.iconPath = new vscode.ThemeIcon('key');
      item.contextValue = 'connection-signin';
      return item;
    }
    const isActive = ways.active?.id === connection.id;
    const state = this.state(ways, connection);
    item.description = wayWords(state);
    item.iconPath = mark(isActive);
    item.contextValue = contextOf('connection', isActive, state);
    item.tooltip = [connection.name, connection.url, connection.user && `user ${connection.user}`, item.description].filter(Boolean).join('\n');
    item.accessibilityInformation = { label: spoken(`connection ${connection.name}`, isActive, state) };
    return item;
  }

  private state(ways: BrokerWays, connection: Connection | undefined): WayState {
    return stateOf(this.connections, ways, connection, vscode.workspace.isTrusted);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function waysItem(ways: BrokerWays): vscode.TreeItem {
  const item = new vscode.TreeItem(ways.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `ways ${ways.protocol} ${ways.name}`;
  item.description = PROTOCOLS[ways.protocol];
  item.iconPath = new vscode.ThemeIcon('server');
  item.contextValue = 'ways';
  return item;
}

function declaredItem(ways: BrokerWays, state: WayState): vscode.TreeItem {
  const item = new vscode.TreeItem('As the file says');
  item.id = `declared ${ways.protocol} ${ways.name}`;
  const isActive = ways.active === undefined;
  item.description = wayWords(state);
  item.accessibilityInformation = { label: spoken(`${ways.name} as the file says`, isActive, state) };
  item.tooltip = ways.declared?.url;
  item.iconPath = mark(isActive);
  item.contextValue = contextOf('declared', isActive, state);
  return item;
}

/** The colour and shape of the mark say it to those who see it. */
function spoken(what: string, isActive: boolean, state: WayState): string {
  return [what, ...(isActive ? ['active'] : []), wayWords(state)].join(', ');
}

function mark(isActive: boolean): vscode.ThemeIcon {
  return isActive ? new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('charts.green')) : new vscode.ThemeIcon('circle-large-outline');
}

/** What the menus ask: whether it is in use, and whether writing could be allowed or was. */
function contextOf(kind: 'connection' | 'declared', isActive: boolean, { isLifted, mayWrite }: WayState): string {
  return `${kind}${isActive ? '-active' : '-idle'}${isLifted ? '-lifted' : mayWrite ? '' : '-readonly'}`;
}

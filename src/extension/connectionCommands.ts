import * as vscode from 'vscode';
import type { ConnectionCheck } from '../protocol/connectionCheck';
import type { RegistryCheck } from '../protocol/connections';
import type { BrokerInfo } from '../protocol/lsp';
import { askToAllowWriting } from './allowWriting';
import { overview, stateOf } from './connectionOverview';
import type { BrokerWays } from './connectionOverview';
import type { ConnectionEntry } from './connectionTree';
import { addConnection, brokersOf, editConnection } from './connectionWizard';
import type { Known } from './connectionWizard';
import { checkWords, stepWords, wayWords } from './connectionWords';
import { brokerOf } from './connections';
import type { Connection, Connections } from './connections';
import type { FlowEntry } from './flowTree';
import { log, reasonOf } from './log';
import type { Registries } from './registries';
import type { Way } from './resolveConnection';
import type { Server } from './server';
import type { TailManager } from './tailManager';

/** What a command may be called with: an entry of the flows’ or the connections’ view, or nothing. */
type Target = FlowEntry | ConnectionEntry | undefined;

interface Pick extends vscode.QuickPickItem {
  readonly ways: BrokerWays;
  /** Undefined for what the file says. */
  readonly connection?: Connection;
}

/** The commands about connections: add, edit, test, remove, choose, and who may write. */
export class ConnectionCommands {
  constructor(
    readonly server: Server,
    readonly connections: Connections,
    private readonly registries: Registries,
    private readonly tails: TailManager,
  ) {}

  /** Adds a connection through the guided dialogue, makes it the active one, and offers to test it. */
  async add(target: Target): Promise<void> {
    await this.addKnown(await this.known(target));
  }

  private async addKnown(known: Known): Promise<void> {
    const connection = await addConnection(this, known);
    if (!connection) return;
    const test = 'Test Connection';
    const answer = await vscode.window.showInformationMessage(`The connection ${connection.name} was added.`, test);
    if (answer === test) await this.testConnection(connection);
  }

  async edit(target: Target): Promise<void> {
    const connection = connectionIn(target) ?? (await this.pickOwn('Edit Connection'));
    if (connection) await this.editOne(connection);
  }

  private async editOne(connection: Connection): Promise<void> {
    const edited = await editConnection(this, connection);
    if (!edited) return;
    const test = 'Test Connection';
    const answer = await vscode.window.showInformationMessage(`The connection ${edited.name} was changed.`, test);
    if (answer === test) await this.testConnection(edited);
  }

  /** Also forgets who the user is at a schema registry. */
  async remove(target: Target): Promise<void> {
    const chosen = connectionIn(target);
    if (chosen) return this.removeOne(chosen);
    const picks = [
      ...this.connections.all().map((connection) => ({ ...ownItem(connection), remove: () => this.connections.remove(connection.id) })),
      ...this.registries.all().map(({ address, user }) => ({
        label: address,
        description: 'schema registry',
        detail: user === undefined ? 'a token' : `the password of ${user}`,
        remove: () => this.registries.remove(address),
      })),
    ];
    if (!picks.length) {
      void vscode.window.showInformationMessage('There are no connections: none was added.');
      return;
    }
    const pick = await vscode.window.showQuickPick(picks, {
      title: 'Remove Connection', placeHolder: 'Its credentials are removed with it', ignoreFocusOut: true,
    });
    await pick?.remove();
  }

  private async removeOne({ id, name }: Connection): Promise<void> {
    const yes = 'Remove';
    const answer = await vscode.window.showWarningMessage(
      `Remove the connection ${name}?`, { modal: true, detail: 'Its credentials are removed with it.' }, yes,
    );
    if (answer === yes) await this.connections.remove(id);
  }

  async test(target: Target): Promise<void> {
    if (target?.is === 'broker') {
      const declared = (await brokersOf(this.server)).find(({ id }) => id === target.elementId);
      return declared && this.testBroker(declared);
    }
    if (target?.is === 'connection') return this.testConnection(target.connection, target.ways.declared);
    const chosen = target && (target.is === 'declared' || target.is === 'ways') ? target : undefined;
    if (chosen) return this.testWays(chosen.ways, chosen.is === 'ways' ? chosen.ways.active : undefined);
    const none = 'There is nothing to test: no file declares a broker and no connection was added.';
    const pick = await this.pickWay('Test Connection', none);
    if (pick) await this.testWays(pick.ways, pick.connection);
  }

  private testWays({ declared }: BrokerWays, connection: Connection | undefined): Promise<void> {
    if (connection) return this.testConnection(connection, declared);
    return declared ? this.testBroker(declared) : Promise.resolve();
  }

  private async testBroker(broker: BrokerInfo): Promise<void> {
    const { protocol } = broker;
    await this.testWay(broker.name, async () => {
      if (!protocol) throw new Error(`No file says which protocol ${broker.name} speaks. Give the broker a protocol.`);
      return this.tails.wayDeclared(broker, protocol);
    }, broker);
  }

  private async testConnection(connection: Connection, known?: BrokerInfo): Promise<void> {
    const declared = known ?? (await brokersOf(this.server)).find(({ name, protocol }) =>
      name === brokerOf(connection) && protocol === connection.protocol);
    await this.testWay(connection.name, () => this.tails.wayOver(connection, declared?.environment), declared, connection);
  }

  private async testWay(
    label: string, way: () => Promise<Way>, declared: BrokerInfo | undefined, connection?: Connection,
  ): Promise<void> {
    const { words, works } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Testing ${label}` },
      () => this.outcome(label, way, declared),
    );
    const show = 'Show Log';
    if (works) {
      if ((await vscode.window.showInformationMessage(words, show)) === show) log().show(true);
      return;
    }
    // What a file says is not changed here; a way of one's own goes past it.
    const change = connection ? 'Edit Connection' : 'Add Connection';
    const answer = await vscode.window.showErrorMessage(words, change, show);
    if (answer === show) log().show(true);
    else if (answer === change) await (connection ? this.editOne(connection) : this.addKnown(knownOf(declared)));
  }

  private async outcome(
    label: string, way: () => Promise<Way>, declared: BrokerInfo | undefined,
  ): Promise<{ readonly words: string; readonly works: boolean }> {
    try {
      const check = await this.tails.test(await way());
      const works = check.about !== undefined && check.reason === undefined;
      const words = checkWords(label, check, works ? await this.registryCheck(declared) : undefined);
      logCheck(label, check);
      return { words, works };
    } catch (error) {
      log().warn(`Test of ${label}: ${reasonOf(error)}`);
      return { words: `${label} cannot be used: ${reasonOf(error)}`, works: false };
    }
  }

  /** Whether the registry beside the broker answers; in a workspace that is not trusted none is asked. */
  private async registryCheck(declared: BrokerInfo | undefined): Promise<RegistryCheck | undefined> {
    if (!declared?.registry || !vscode.workspace.isTrusted || !URL.canParse(declared.registry)) return undefined;
    const signIn = await this.registries.signIn(declared.registry);
    return this.server.checkRegistry(declared.registry, { broker: declared.id, ...(signIn && { signIn }) });
  }

  /** Chooses which connection is used for a broker in this workspace. */
  async choose(target: Target): Promise<void> {
    if (target?.is === 'connection') return this.connections.choose(target.connection);
    if (target?.is === 'declared') return this.connections.chooseDeclared(target.ways.name, target.ways.protocol);
    const add: vscode.QuickPickItem = { label: '$(add) Add Connection…' };
    const pick = await vscode.window.showQuickPick<Pick | vscode.QuickPickItem>([...(await this.wayPicks()), separator(''), add], {
      title: 'Choose the Active Connection', placeHolder: 'Tails, figures and comparisons use it in this workspace',
      matchOnDescription: true, ignoreFocusOut: true,
    });
    if (pick === add) return this.add(undefined);
    if (!pick || !('ways' in pick)) return;
    if (pick.connection) await this.connections.choose(pick.connection);
    else await this.connections.chooseDeclared(pick.ways.name, pick.ways.protocol);
  }

  /** Lifts the write law for one way, once the user has seen what it is about; ends with the window. */
  async allowWriting(target: Target): Promise<void> {
    const none = 'Every connection may be written to already, or there is none.';
    const pick = await this.wayFor(target, 'Allow Writing', none, (one) => !this.state(one).mayWrite);
    if (!pick) return;
    const over = pick.connection?.name ?? 'what the file says';
    await askToAllowWriting(this.connections.writing, this.state(pick), pick.ways.name, over);
  }

  async forbidWriting(target: Target): Promise<void> {
    const none = 'Writing was allowed nowhere in this session.';
    const pick = await this.wayFor(target, 'Forbid Writing', none, (one) => this.state(one).isLifted);
    if (pick) this.connections.writing.restore(this.state(pick));
  }

  private state({ ways, connection }: { readonly ways: BrokerWays; readonly connection?: Connection }) {
    return stateOf(this.connections, ways, connection, vscode.workspace.isTrusted);
  }

  private async wayFor(
    target: Target, title: string, none: string, fits: (pick: Pick) => boolean,
  ): Promise<{ readonly ways: BrokerWays; readonly connection?: Connection } | undefined> {
    if (target?.is === 'connection') return target;
    if (target?.is === 'declared') return { ways: target.ways };
    return this.pickWay(title, none, fits);
  }

  private async pickWay(title: string, none: string, fits: (pick: Pick) => boolean = () => true): Promise<Pick | undefined> {
    const picks = (await this.wayPicks()).filter((pick) => !('ways' in pick) || fits(pick));
    if (!picks.some((pick) => 'ways' in pick)) {
      void vscode.window.showInformationMessage(none);
      return undefined;
    }
    // Called from the palette, a panel that was focused takes the focus back and would close the list.
    const pick = await vscode.window.showQuickPick<Pick | vscode.QuickPickItem>(picks, {
      title, placeHolder: 'Which one?', matchOnDescription: true, ignoreFocusOut: true,
    });
    return pick && 'ways' in pick ? pick : undefined;
  }

  /** All ways by their brokers, the active ones marked. */
  private async wayPicks(): Promise<(Pick | vscode.QuickPickItem)[]> {
    const all = overview(await brokersOf(this.server), this.connections);
    return all.flatMap((ways) => {
      const mark = (isActive: boolean): string => (isActive ? '$(pass-filled) ' : '$(circle-large-outline) ');
      const item = (label: string, isActive: boolean, connection?: Connection): Pick => ({
        label: mark(isActive) + label,
        description: `${connection?.url ?? ways.declared?.url} · ${wayWords(stateOf(this.connections, ways, connection, vscode.workspace.isTrusted))}`,
        ways,
        ...(connection && { connection }),
      });
      const items = [
        ...ways.connections.map((one) => item(one.name, ways.active?.id === one.id, one)),
        ...(ways.declared?.url ? [item(`${ways.name}, as the file says`, ways.active === undefined)] : []),
      ];
      return items.length === 0 ? [] : [separator(ways.name), ...items];
    });
  }

  private async pickOwn(title: string): Promise<Connection | undefined> {
    const own = this.connections.all().filter((one) => !one.signInOnly);
    if (own.length === 0) {
      void vscode.window.showInformationMessage('There are no connections: none was added.');
      return undefined;
    }
    const options = { title, placeHolder: 'Which connection?', ignoreFocusOut: true };
    return (await vscode.window.showQuickPick(own.map(ownItem), options))?.connection;
  }

  private async known(target: Target): Promise<Known> {
    if (target === undefined) return {};
    if (target.is === 'ways' || target.is === 'connection' || target.is === 'declared') {
      return { broker: target.ways.name, protocol: target.ways.protocol };
    }
    const declared = target.is === 'broker' && (await brokersOf(this.server)).find(({ id }) => id === target.elementId);
    return knownOf(declared || undefined);
  }
}

function knownOf(declared: BrokerInfo | undefined): Known {
  return declared ? { broker: declared.name, protocol: declared.protocol } : {};
}

function connectionIn(target: Target): Connection | undefined {
  return target?.is === 'connection' ? target.connection : undefined;
}

function separator(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function ownItem(connection: Connection): vscode.QuickPickItem & { readonly connection: Connection } {
  return {
    label: connection.name,
    description: `${connection.protocol} · ${connection.url}`,
    detail: connection.signInOnly ? 'credentials for a broker of a file' : undefined,
    connection,
  };
}

function logCheck(label: string, check: ConnectionCheck): void {
  const text = `Test of ${label}: ${stepWords(check)}. ${check.reason ?? check.about ?? ''}`;
  if (check.reason === undefined) log().info(text);
  else log().warn(text);
}

import * as vscode from 'vscode';
import type { BrokerInventory } from '../brokers/inventory';
import type { DriftAnswer, DriftEntry } from '../protocol/drift';
import type { BrokerInfo } from '../protocol/lsp';
import { RemoteError } from '../protocol/rpc';
import { askAsUser } from './askRegistry';
import { DriftPanels } from './driftPanel';
import { pickBroker } from './driftPick';
import { logFailure, reasonOf } from './log';
import { rangeOf, severities } from './places';
import type { Registries } from './registries';
import { NoWay, type Way } from './resolveConnection';
import type { Server } from './server';
import { surroundings } from './surroundings';
import type { TailManager } from './tailManager';

/** A broker as it was when it was asked, beside the files as they are now. */
interface Asked {
  /** The broker's element id. */
  readonly id: string;
  readonly inventory: BrokerInventory;
  /** Without user info. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Files beside live brokers: asked by a command only, told in the Problems list and as a table. What was found stays, and
 * is compared anew whenever a file changes, until it is cleared. Brokers are only read.
 */
export class BrokerComparison implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly shown = vscode.languages.createDiagnosticCollection('tailrace-drift');
  private readonly asked = new Map<string, Asked>();
  private readonly answers = new Map<string, DriftAnswer>();
  private readonly panels: DriftPanels;
  private readonly subscriptions: vscode.Disposable[];
  private refreshing: Promise<void> | undefined;
  private isOld = false;
  /** What the Problems list was given last. */
  private told = '[]';

  constructor(
    extensionUri: vscode.Uri,
    private readonly server: Server,
    private readonly tails: TailManager,
    private readonly registries: Registries,
  ) {
    this.panels = new DriftPanels(extensionUri, (id) => this.compareAgain(id));
    this.subscriptions = [
      this.shown,
      this.panels,
      server.onChanged(() => void this.refresh()),
      vscode.languages.registerCodeActionsProvider([{ scheme: 'file' }, { scheme: 'untitled' }], this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
  }

  /** Asks a broker what is on it, and shows where the files differ. @param id the element id of a broker; absent: the user picks. */
  async compare(id: string | undefined): Promise<void> {
    if (!(await isTrusted('no broker is asked what is on it'))) return;
    const broker = await pickBroker(this.server, id);
    if (broker?.protocol === undefined) return;
    const { protocol } = broker;
    const found = await ask(this.tails, () => this.tails.wayToBroker(broker, protocol), () => this.server.wantedOnBroker(broker.id));
    if (found === undefined) return;
    const at = Date.now();
    await this.askRegistry(broker, at);
    this.asked.set(broker.id, { id: broker.id, inventory: found.inventory, url: found.way.options.url, at });
    await this.refresh();
    this.panels.open(broker.id, broker.name);
    this.tell(broker.id);
  }

  /** The server keeps what the registry answers, or why it does not: that spoils nothing of what the broker told. */
  private async askRegistry({ id, registry: address }: BrokerInfo, asked: number): Promise<void> {
    if (address === undefined) return;
    try {
      await askAsUser(this.registries, address, `Asking ${address} what is registered`,
        (signIn, token) => this.server.askBrokerRegistry(address, { broker: id, asked, signIn }, token));
    } catch (error) {
      logFailure('Asking a schema registry', error);
    }
  }

  clear(): void {
    this.asked.clear();
    this.answers.clear();
    this.showProblems();
    this.panels.closeAll();
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const uri = document.uri.toString();
    const here = [...this.answers.values()].flatMap(({ problems }) => problems)
      .filter(({ at }) => at.uri === uri && rangeOf(at).intersection(range) !== undefined);
    return here.flatMap((entry) => [...entry.fixes.map((fix) => actionOf(entry, fix)), docsAction(entry)]);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async compareAgain(id: string): Promise<void> {
    this.panels.busy(id, true);
    try {
      await this.compare(id);
    } finally {
      this.panels.busy(id, false);
    }
  }

  /** Compares all that was asked with the files as they are now; a change in the meantime makes one more turn. */
  private refresh(): Promise<void> {
    this.isOld = true;
    return (this.refreshing ??= this.refreshAll().finally(() => (this.refreshing = undefined)));
  }

  private async refreshAll(): Promise<void> {
    while (this.isOld) {
      this.isOld = false;
      for (const asked of this.asked.values()) {
        try {
          await this.refreshOne(asked);
        } catch (error) {
          logFailure('Comparing with a broker', error);
        }
      }
      this.showProblems();
    }
  }

  private async refreshOne(asked: Asked): Promise<void> {
    const { id, inventory, url, at } = asked;
    const params = { broker: id, asked: at, url };
    const first = await this.server.compareBroker(params);
    const answer = first.is === 'forgotten' ? await this.server.compareBroker({ ...params, inventory }) : first;
    // Cleared, or asked anew, while the server compared.
    if (this.asked.get(id) !== asked) return;
    if (answer.is === 'compared') {
      this.answers.set(id, answer);
      this.panels.show(id, answer, at);
    } else if (answer.is === 'gone') {
      this.asked.delete(id);
      this.answers.delete(id);
      this.panels.close(id);
    }
  }

  /** Problems that are the same stay untouched: a list of quick fixes that is open would close. */
  private showProblems(): void {
    const problems = JSON.stringify([...this.answers]);
    if (problems === this.told) return;
    this.told = problems;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const { problems } of this.answers.values()) {
      for (const entry of problems) byFile.set(entry.at.uri, [...(byFile.get(entry.at.uri) ?? []), diagnostic(entry)]);
    }
    this.shown.clear();
    this.shown.set([...byFile].map(([uri, of]) => [vscode.Uri.parse(uri, true), of]));
  }

  private tell(id: string): void {
    const answer = this.answers.get(id);
    if (answer === undefined) return;
    if (answer.problems.length === 0) {
      void vscode.window.showInformationMessage(`${answer.broker}: the files and the broker say the same.`);
      return;
    }
    const open = 'Show Problems';
    const count = answer.problems.length;
    // Nothing waits for the answer, which may never come.
    void vscode.window.showInformationMessage(`${answer.broker}: files and broker differ in ${count} ${count === 1 ? 'place' : 'places'}.`, open)
      .then((wanted) => {
        if (wanted === open) void vscode.commands.executeCommand('workbench.actions.view.problems');
      });
  }
}

/** Tells in an untrusted workspace that nothing is done, and offers to trust it. */
export async function isTrusted(consequence: string): Promise<boolean> {
  if (surroundings().isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const answer = await vscode.window.showWarningMessage(`This workspace is not trusted, so ${consequence}. Trust the workspace first.`, manage);
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

/** What is on a broker, by the live worker; who is refused is asked to sign in. Undefined when given up or told. */
export async function ask(
  tails: TailManager, wayTo: () => Promise<Way>, wanted: () => Promise<Parameters<TailManager['inventory']>[1]>,
): Promise<{ readonly inventory: BrokerInventory; readonly way: Way } | undefined> {
  for (;;) {
    let way: Way | undefined;
    try {
      way = await wayTo();
      const { label } = way;
      const reached = way;
      const inventory = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: `Asking ${label} what is on it` },
        async () => tails.inventory(reached, await wanted()),
      );
      return { inventory, way };
    } catch (error) {
      const isRefused = error instanceof RemoteError && error.kind === 'authentication';
      if (way !== undefined && isRefused && await tails.signIn(way, error.message)) continue;
      if (!(error instanceof RemoteError || error instanceof NoWay)) throw error;
      void vscode.window.showErrorMessage(way === undefined ? reasonOf(error) : `${way.label} cannot be asked: ${reasonOf(error)}`);
      return undefined;
    }
  }
}

function diagnostic({ at, severity, code, docs, message }: DriftEntry): vscode.Diagnostic {
  const made = new vscode.Diagnostic(rangeOf(at), message, severities[severity]);
  // By this name the rule's page is found.
  made.source = 'tailrace';
  made.code = { value: code, target: vscode.Uri.parse(docs, true) };
  return made;
}

function actionOf(entry: DriftEntry, fix: DriftEntry['fixes'][number]): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  const edit = new vscode.WorkspaceEdit();
  for (const { at, newText } of fix.edits) edit.replace(vscode.Uri.parse(at.uri, true), rangeOf(at), newText);
  action.edit = edit;
  action.isPreferred = fix.safe;
  action.diagnostics = [diagnosticOf(entry)];
  return action;
}

function docsAction(entry: DriftEntry): vscode.CodeAction {
  const action = new vscode.CodeAction(`Open documentation of ${entry.code}`, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'tailrace.openRuleDocs', title: action.title, arguments: [entry.code] };
  return action;
}

function diagnosticOf({ at, severity, message }: DriftEntry): vscode.Diagnostic {
  return new vscode.Diagnostic(rangeOf(at), message, severities[severity]);
}

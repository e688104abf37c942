import * as vscode from 'vscode';
import { commands as shared } from '../protocol/lsp';
import type { Place } from '../protocol/common';
import type { ConnectionCommands } from './connectionCommands';
import type { ConnectionEntry } from './connectionTree';
import type { Connections } from './connections';
import type { BrokerComparison } from './drift';
import type { LiveFigures } from './figures';
import type { FlowEntry, FlowTree } from './flowTree';
import type { GraphPanels } from './graphPanel';
import { importBroker } from './importBroker';
import { log, logFailure, reasonOf } from './log';
import { newFlowFile } from './newFlowFile';
import { flowToExplain } from './pickFlow';
import { chosenSubject } from './pickChannel';
import { subjectsToTail } from './pickChannels';
import { openPlace, showReferences } from './places';
import type { LspLocation, LspPosition } from './places';
import type { RegistryComparison } from './registryCommand';
import type { ReliabilityReport } from './report';
import { openRuleDocs } from './ruleDocs';
import type { Server } from './server';
import type { TailSubject } from './tailSubject';
import type { TailManager } from './tailManager';
import type { Writers } from './writers';

export interface CommandContext {
  readonly extensionUri: vscode.Uri;
  readonly server: Server;
  readonly graphs: GraphPanels;
  readonly tails: TailManager;
  readonly connections: Connections;
  readonly connecting: ConnectionCommands;
  readonly registry: RegistryComparison;
  readonly drift: BrokerComparison;
  readonly tree: FlowTree;
  readonly report: ReliabilityReport;
  readonly figures: LiveFigures;
  readonly writers: Writers;
}

/** What commands about connections may be called with, by the views' menus. */
type Target = FlowEntry | ConnectionEntry | undefined;

/** All commands of the manifest. Each failure is logged and told, none reaches the workbench. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const { server, graphs, tails, connections, connecting, registry, drift, tree, report, figures, writers, extensionUri } = context;
  const subjectOf = async (target: unknown, title: string): Promise<TailSubject | undefined> => {
    // From a menu of the editor the first argument is the file's address.
    const id = idOf(target) ?? (target instanceof vscode.Uri ? await elementAtCursor(server) : undefined);
    return chosenSubject(id?.startsWith('channel:') ? id : undefined, title, server, connections, tails);
  };
  const all: Record<string, (...args: never[]) => unknown> = {
    'tailrace.openGraph': () => graphs.show(),
    [shared.showInGraph]: async (target: unknown) =>
      graphs.show(idOf(target) ?? (await elementAtCursor(server))),
    [shared.explainFlow]: async (target: unknown) => {
      const flow = await flowToExplain(target, server);
      if (flow !== undefined) graphs.explain(flow);
    },
    [shared.tail]: async (target: unknown) => {
      const subject = await subjectOf(target, 'Tail Channel');
      if (subject) tails.open(subject);
    },
    'tailrace.publish': async (target: unknown) => {
      const subject = await subjectOf(target, 'Publish to Channel');
      if (subject) writers.publish(subject);
    },
    'tailrace.redrive': async (target: unknown) => {
      const subject = await subjectOf(target, 'Redrive Dead Letters');
      if (subject) writers.redrive(subject);
    },
    'tailrace.tailChannels': async () => {
      const subjects = await subjectsToTail(server, connections, tails);
      if (subjects) tails.open(...subjects);
    },
    'tailrace.clearTailProblems': () => tails.clearProblems(),
    'tailrace.sortTail': () => tails.sortActive(),
    [shared.showReferences]: (uri: string, at: LspPosition, places: readonly LspLocation[]) =>
      showReferences(uri, at, places),
    'tailrace.goToSource': async (target: Place | FlowEntry) => {
      const at = 'elementId' in target ? target.value.at : target;
      if (at) await openPlace(at);
    },
    'tailrace.showFigures': () => {
      figures.turn(true);
      // Figures that nobody can see are not sampled.
      if (!figures.isSeen) graphs.show();
    },
    'tailrace.hideFigures': () => figures.turn(false),
    'tailrace.openReport': () => report.open(),
    'tailrace.addConnection': (target: Target) => connecting.add(target),
    'tailrace.editConnection': (target: Target) => connecting.edit(target),
    'tailrace.removeConnection': (target: Target) => connecting.remove(target),
    'tailrace.testConnection': (target: Target) => connecting.test(target),
    'tailrace.chooseConnection': (target: Target) => connecting.choose(target),
    'tailrace.useConnection': (target: Target) => connecting.choose(target),
    'tailrace.allowWriting': (target: Target) => connecting.allowWriting(target),
    'tailrace.forbidWriting': (target: Target) => connecting.forbidWriting(target),
    'tailrace.compareRegistry': () => registry.compare(),
    'tailrace.clearRegistryProblems': () => registry.clear(),
    'tailrace.compareBroker': (target: unknown) => drift.compare(idOf(target)),
    'tailrace.clearDrift': () => drift.clear(),
    'tailrace.importBroker': () => importBroker(server, connections, tails),
    'tailrace.fixAll': () =>
      vscode.commands.executeCommand('editor.action.codeAction', {
        kind: 'source.fixAll.tailrace',
        apply: 'first',
      }),
    'tailrace.restartServer': () => server.restart(),
    'tailrace.showOutput': () => log().show(true),
    'tailrace.openRuleDocs': (rule: unknown) =>
      openRuleDocs(extensionUri, typeof rule === 'string' ? rule : undefined),
    'tailrace.newFlowFile': () => newFlowFile(),
    'tailrace.refreshTree': () => tree.refresh(),
  };
  return vscode.Disposable.from(
    ...Object.entries(all).map(([name, run]) =>
      vscode.commands.registerCommand(name, async (...args: unknown[]) => {
        try {
          return await (run as (...a: unknown[]) => unknown)(...args);
        } catch (error) {
          logFailure(name, error);
          const show = 'Show Output';
          void vscode.window.showErrorMessage(`Tailrace: ${reasonOf(error)}`, show).then((answer) => {
            if (answer === show) log().show(true);
          });
          return undefined;
        }
      }),
    ),
  );
}

/** The element id of a lens's argument or of an entry of the side view. */
function idOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  const id = (target as Partial<FlowEntry> | undefined)?.elementId;
  return typeof id === 'string' ? id : undefined;
}

async function elementAtCursor(server: Server): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { line, character } = editor.selection.active;
  return (await server.elementAt({ uri: editor.document.uri.toString(), line, character })) ?? undefined;
}

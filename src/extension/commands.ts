import * as vscode from 'vscode';
import { commands as shared } from '../protocol/lsp';
import type { Place } from '../protocol/common';
import { addConnectionCommand, removeConnectionCommand, testConnectionCommand } from './connectionCommands';
import type { Connections } from './connections';
import type { FlowEntry, FlowTree } from './flowTree';
import type { GraphPanels } from './graphPanel';
import { log, logFailure, reasonOf } from './log';
import { newFlowFile } from './newFlowFile';
import { subjectToTail } from './pickChannel';
import { openPlace, showReferences } from './places';
import type { LspLocation, LspPosition } from './places';
import { openRuleDocs } from './ruleDocs';
import type { Server } from './server';
import type { TailManager } from './tailManager';

export interface CommandContext {
  readonly extensionUri: vscode.Uri;
  readonly server: Server;
  readonly graphs: GraphPanels;
  readonly tails: TailManager;
  readonly connections: Connections;
  readonly tree: FlowTree;
}

/** All commands of the manifest. Each failure is logged and told, none reaches the workbench. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const { server, graphs, tails, connections, tree, extensionUri } = context;
  const all: Record<string, (...args: never[]) => unknown> = {
    'tailrace.openGraph': () => graphs.show(),
    [shared.showInGraph]: async (target: unknown) =>
      graphs.show(idOf(target) ?? (await elementAtCursor(server))),
    [shared.tail]: async (target: unknown) => {
      // From a menu of the editor the first argument is the file's address.
      const id = idOf(target) ?? (target instanceof vscode.Uri ? await elementAtCursor(server) : undefined);
      const channel = id?.startsWith('channel:') ? id : undefined;
      const subject = await subjectToTail(channel, server, connections, tails);
      if (subject) tails.open(subject);
    },
    [shared.showReferences]: (uri: string, at: LspPosition, places: readonly LspLocation[]) =>
      showReferences(uri, at, places),
    'tailrace.goToSource': async (target: Place | FlowEntry) => {
      const at = 'elementId' in target ? target.value.at : target;
      if (at) await openPlace(at);
    },
    'tailrace.addConnection': () => addConnectionCommand(server, connections, tails),
    'tailrace.removeConnection': () => removeConnectionCommand(connections),
    'tailrace.testConnection': (entry: FlowEntry | undefined) =>
      testConnectionCommand(entry, server, connections, tails),
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

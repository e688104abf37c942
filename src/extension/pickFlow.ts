import * as vscode from 'vscode';
import type { FlowSummary } from '../protocol/guarantee';
import type { FlowEntry } from './flowTree';
import type { Server } from './server';

/**
 * The flow that a command is about: its own id (of a lens or a link), the only one through an entry of the side view or
 * through what the cursor is on, else the one that the user picks.
 */
export async function flowToExplain(target: unknown, server: Server): Promise<string | undefined> {
  const flows = await server.guarantees();
  if (typeof target === 'string' && flows.some(({ id }) => id === target)) return target;
  if (flows.length === 0) {
    void vscode.window.showInformationMessage('No flow leads from a publisher to a consumer here yet.');
    return undefined;
  }
  const elements = await elementsOf(target, server);
  const through = flows.filter((flow) => elements.length > 0 && elements.every((id) => flow.elements.includes(id)));
  const [only] = through;
  return through.length === 1 && only !== undefined ? only.id : pick(through.length > 0 ? through : flows);
}

async function elementsOf(target: unknown, server: Server): Promise<readonly string[]> {
  const entry = target as Partial<FlowEntry> | undefined;
  if (typeof entry?.elementId === 'string') {
    // A service stands below each of its channels.
    const channel = entry.is === 'service' && 'channel' in entry ? entry.channel : undefined;
    return [entry.elementId, ...(typeof channel === 'string' ? [channel] : [])];
  }
  const editor = vscode.window.activeTextEditor;
  // From a menu of the editor the first argument is the file's address.
  if (editor === undefined || !(target instanceof vscode.Uri)) return [];
  const { line, character } = editor.selection.active;
  const id = await server.elementAt({ uri: editor.document.uri.toString(), line, character });
  return id === null ? [] : [id];
}

async function pick(flows: readonly FlowSummary[]): Promise<string | undefined> {
  const items = flows.map((flow) => ({
    label: `$(${flow.fallsShort ? 'error' : 'arrow-right'}) ${flow.title}`,
    description: flow.verdict,
    flow,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Explain a Flow', placeHolder: 'Which flow?', matchOnDescription: true,
    // A graph that had the focus gets it back when the command palette closes, which is just now.
    ignoreFocusOut: true,
  });
  return picked?.flow.id;
}

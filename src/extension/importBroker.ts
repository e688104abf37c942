import * as vscode from 'vscode';
import { addConnection } from './connectionWizard';
import { brokerOf, type Connection, type Connections } from './connections';
import { ask, isTrusted } from './drift';
import type { Server } from './server';
import type { TailManager } from './tailManager';

type Pick = vscode.QuickPickItem & { readonly connection?: Connection };

/** Asks which broker, and opens what is on it as an unsaved flow file. The broker is only read. */
export async function importBroker(server: Server, connections: Connections, tails: TailManager): Promise<void> {
  if (!(await isTrusted('no broker is asked what is on it'))) return;
  const connection = await pick(server, connections);
  if (connection === undefined) return;
  const found = await ask(tails, () => tails.wayOver(connection), async () => []);
  if (found === undefined) return;
  const { inventory, way: { options, protocol, environment } } = found;
  const { text, name } = await server.importBroker({ protocol, inventory, name: brokerOf(connection), url: options.url, tls: options.tls, environment });
  const document = await vscode.workspace.openTextDocument(await unsaved(`${fileWord(name)}.flow.yaml`));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, 'tailrace-flow'));
}

async function pick(server: Server, connections: Connections): Promise<Connection | undefined> {
  const own = connections.all().filter(({ signInOnly }) => !signInOnly);
  if (own.length === 0) return addConnection({ connections, server });
  const add: Pick = { label: '$(add) Add Connection…' };
  const chosen = await vscode.window.showQuickPick<Pick>(
    [...own.map((connection) => ({ label: connection.name, description: `${connection.protocol} · ${connection.url}`, connection })), add],
    { title: 'Import from Broker', placeHolder: 'Which broker? It is only read, and a flow file made of it.', matchOnDescription: true, ignoreFocusOut: true },
  );
  return chosen === add ? addConnection({ connections, server }) : chosen?.connection;
}

/** What can begin a file's name. */
function fileWord(name: string): string {
  return name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'broker';
}

/** An address in the first folder at which nothing is: saving needs no question then. */
async function unsaved(name: string): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) return vscode.Uri.from({ scheme: 'untitled', path: name });
  for (let nth = 1; ; nth++) {
    const uri = vscode.Uri.joinPath(folder, nth === 1 ? name : name.replace(/(?=\.flow\.yaml$)/, `-${nth}`));
    const isThere = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false);
    if (!isThere) return uri.with({ scheme: 'untitled' });
  }
}

import * as vscode from 'vscode';
import type { Change, FlowView } from '../protocol/guarantee';
import { logFailure } from './log';
import { openPlace, rangeOf } from './places';
import type { Server } from './server';

/** The flow that a graph panel explains: kept while its page comes and goes, and told anew when files change. */
export class FlowStory {
  private flow: string | undefined;
  private view: FlowView | undefined;
  private asked = 0;

  constructor(
    private readonly server: Server,
    private readonly tell: (view: FlowView) => void,
  ) {}

  begin(flow: string): Promise<void> {
    this.flow = flow;
    return this.renew();
  }

  end(): void {
    this.flow = this.view = undefined;
  }

  /** Asks for the flow as the files are now. What is gone stays on screen as it was. */
  async renew(): Promise<void> {
    if (this.flow === undefined) return;
    const mine = ++this.asked;
    try {
      const view = await this.server.flow(this.flow);
      if (mine !== this.asked || view === null || this.flow === undefined) return;
      this.view = view;
      this.tell(view);
    } catch (error) {
      logFailure('Reading a flow', error);
    }
  }

  /** Where a setting is declared, or where its default is documented. */
  async openSetting(id: string, panelColumn: vscode.ViewColumn | undefined): Promise<void> {
    const setting = this.view?.settings.find((one) => one.id === id);
    if (setting?.at !== undefined) await openPlace(setting.at, panelColumn);
    else if (setting?.source !== undefined) await vscode.env.openExternal(vscode.Uri.parse(setting.source, true));
  }
}

/**
 * Writes what was tried into the files, once the user has seen what and where. Files are not saved, and one undo takes
 * a file's changes back.
 */
export async function applyChanges(
  server: Server,
  flow: string,
  changes: readonly Change[],
  panelColumn?: vscode.ViewColumn,
): Promise<void> {
  const found = await server.flowEdits(flow, changes);
  if (found === null) {
    void vscode.window.showWarningMessage('This flow is in the files no longer; nothing was changed.');
    return;
  }
  const [first] = found.edits;
  if (first === undefined) {
    void vscode.window.showWarningMessage(`Nothing can be written. ${found.left.join(' ')}`);
    return;
  }
  const files = [...new Set(found.edits.map(({ at }) => vscode.workspace.asRelativePath(vscode.Uri.parse(at.uri, true))))];
  const apply = 'Apply';
  const answer = await vscode.window.showInformationMessage(
    `Write ${found.written.length === 1 ? 'this change' : 'these changes'} into ${files.join(', ')}?`,
    { modal: true, detail: [...found.written, ...found.left].join('\n') },
    apply,
  );
  if (answer !== apply) return;
  const edit = new vscode.WorkspaceEdit();
  for (const { at, newText } of found.edits) edit.replace(vscode.Uri.parse(at.uri, true), rangeOf(at), newText);
  if (await vscode.workspace.applyEdit(edit)) await openPlace({ ...first.at, end: first.at.start }, panelColumn);
  else
    void vscode.window.showWarningMessage(
      'The editor did not take the changes: a file may have been changed meanwhile. Try again.',
    );
}

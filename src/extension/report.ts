import * as vscode from 'vscode';
import { logFailure } from './log';
import type { Server } from './server';

const fileName = 'Reliability checklist.md';

/**
 * The reliability checklist in VS Code's own Markdown preview. It is written into the extension's storage, and not
 * given as a virtual document: of those the preview follows no links to files.
 */
export class ReliabilityReport implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private writing = false;
  private isOld = false;

  constructor(
    private readonly server: Server,
    private readonly storage: vscode.Uri,
  ) {
    this.subscription = server.onChanged(() => void this.refresh());
  }

  async open(): Promise<void> {
    await this.write();
    await vscode.commands.executeCommand('markdown.showPreview', this.uri);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private get uri(): vscode.Uri {
    return vscode.Uri.joinPath(this.storage, fileName);
  }

  /** The preview shows what the file holds; while nobody has it open, nothing is reckoned. */
  private async refresh(): Promise<void> {
    if (!isShown()) return;
    this.isOld = true;
    if (this.writing) return;
    this.writing = true;
    try {
      while (this.isOld) {
        this.isOld = false;
        await this.write();
      }
    } catch (error) {
      logFailure('Writing the reliability checklist', error);
    } finally {
      this.writing = false;
    }
  }

  private async write(): Promise<void> {
    const markdown = await this.server.report({ folder: this.storage.toString() });
    await vscode.workspace.fs.createDirectory(this.storage);
    await vscode.workspace.fs.writeFile(this.uri, new TextEncoder().encode(markdown));
  }
}

/** The preview's tab is named after the file, in the language of the workbench; the file's own may be open too. */
function isShown(): boolean {
  return vscode.window.tabGroups.all.some((group) => group.tabs.some((tab) => tab.label.includes(fileName)));
}

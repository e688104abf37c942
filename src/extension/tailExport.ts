import * as vscode from 'vscode';
import type { ExportRequest } from '../protocol/tail';
import { reasonOf } from './log';

const NAMES = {
  jsonl: { title: 'JSON Lines', extension: 'jsonl' },
  csv: { title: 'CSV', extension: 'csv' },
} as const;

/** What an export needs of its tail. */
export interface Exporter {
  readonly channel: string;
  write(request: ExportRequest): Promise<number>;
  cancel(): Promise<void>;
  /** Tells how far it is, in messages. */
  onProgress(listener: (done: number, of: number) => void): vscode.Disposable;
}

/** Asks where to write the messages of a tail, and writes them there; it can be cancelled, and then leaves no file. */
export async function exportTail(
  exporter: Exporter,
  what: Omit<ExportRequest, 'path'>,
): Promise<void> {
  const { title, extension } = NAMES[what.format];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${exporter.channel.replace(/[^\w.-]+/g, '_').slice(0, 80)}.${extension}`;
  const uri = await vscode.window.showSaveDialog({
    title: `Export ${exporter.channel}`,
    saveLabel: 'Export',
    filters: { [title]: [extension] },
    ...(folder?.scheme === 'file' && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!uri) return;
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage('An export is written to a folder of this machine. Choose a local folder.');
    return;
  }
  const written = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting ${exporter.channel}`, cancellable: true },
    (progress, token) => run(exporter, { ...what, path: uri.fsPath }, progress, token),
  );
  if (written === undefined) return;
  const open = 'Open';
  const count = new Intl.NumberFormat('en-US').format(written);
  const text = `${count} ${written === 1 ? 'message was' : 'messages were'} written to ${vscode.workspace.asRelativePath(uri)}.`;
  if ((await vscode.window.showInformationMessage(text, open)) === open) {
    await vscode.commands.executeCommand('vscode.open', uri);
  }
}

/** The number of messages; undefined where it was cancelled or failed, which is told. */
async function run(
  exporter: Exporter,
  request: ExportRequest,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<number | undefined> {
  let told = 0;
  const subscriptions = [
    token.onCancellationRequested(() => void exporter.cancel()),
    exporter.onProgress((done, of) => {
      const percent = of > 0 ? (done / of) * 100 : 0;
      progress.report({ message: `${done} of ${of}`, increment: Math.max(0, percent - told) });
      told = Math.max(told, percent);
    }),
  ];
  try {
    return await exporter.write(request);
  } catch (error) {
    // Who has cancelled it needs no word on that.
    if (!token.isCancellationRequested) void vscode.window.showErrorMessage(`Not exported: ${reasonOf(error)}`);
    return undefined;
  } finally {
    for (const one of subscriptions) one.dispose();
  }
}

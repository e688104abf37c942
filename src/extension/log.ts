import * as vscode from 'vscode';

export { reasonOf } from './reason';

let channel: vscode.LogOutputChannel | undefined;

/** The extension's one output channel, made on first use; it lands in `tailrace.tailrace/Tailrace.log`. */
export function log(): vscode.LogOutputChannel {
  return (channel ??= vscode.window.createOutputChannel('Tailrace', { log: true }));
}

/** For the extension's subscriptions. */
export const disposeLog: vscode.Disposable = {
  dispose: () => {
    channel?.dispose();
    channel = undefined;
  },
};

/** Logs a failure under what was being done; nothing is thrown on. */
export function logFailure(doing: string, error: unknown): void {
  log().error(`${doing}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

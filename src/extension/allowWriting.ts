import * as vscode from 'vscode';
import type { Writable, WriteLaw } from './writeLaw';

/** Lifts the write law for one way, once the user has seen what it is about; ends with the window. */
export async function askToAllowWriting(law: WriteLaw, way: Writable, broker: string, over: string): Promise<void> {
  const yes = 'Allow Writing';
  const answer = await vscode.window.showWarningMessage(
    `Allow writing to ${broker} (${way.environment ?? 'no environment'})?`,
    {
      modal: true,
      detail:
        `Messages may then be published and replayed over ${over}. ` +
        'Each time you are asked before anything is written. It ends when this window closes.',
    },
    yes,
  );
  if (answer === yes) law.lift(way);
}

import * as vscode from 'vscode';
import type { Surroundings } from './resolveConnection';

/** The window's trust and settings as they are now. */
export function surroundings(): Surroundings {
  return {
    isTrusted: vscode.workspace.isTrusted,
    tapPrefix: vscode.workspace.getConfiguration('tailrace').get<string>('tail.prefix') || 'tailrace-tap',
  };
}

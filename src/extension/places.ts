import * as vscode from 'vscode';
import type { Place } from '../protocol/common';

export function rangeOf(place: Place): vscode.Range {
  return new vscode.Range(place.start.line, place.start.character, place.end.line, place.end.character);
}

/**
 * Shows a place in the column where its file, or else another text, is already open; with
 * nothing but panels on screen, beside them.
 */
export async function openPlace(place: Place, panelColumn?: vscode.ViewColumn): Promise<void> {
  const uri = vscode.Uri.parse(place.uri, true);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: textColumn(uri, panelColumn),
    selection: rangeOf(place),
    preserveFocus: false,
  });
  editor.revealRange(rangeOf(place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function textColumn(uri: vscode.Uri, panelColumn: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const isText = (tab: vscode.Tab): tab is vscode.Tab & { input: vscode.TabInputText } =>
    tab.input instanceof vscode.TabInputText;
  const holding = groups.find((group) =>
    group.tabs.some((tab) => isText(tab) && tab.input.uri.toString() === uri.toString()),
  );
  const showingText = groups.find((group) => group.activeTab && isText(group.activeTab));
  const empty = groups.find((group) => group.tabs.length === 0);
  const chosen = holding ?? showingText ?? empty;
  if (chosen) return chosen.viewColumn;
  if (panelColumn === undefined) return vscode.ViewColumn.Active;
  return panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}

/** As they cross in a code lens: plain values of the language server protocol. */
export interface LspPosition {
  readonly line: number;
  readonly character: number;
}
export interface LspLocation {
  readonly uri: string;
  readonly range: { readonly start: LspPosition; readonly end: LspPosition };
}

/** Peeks at places from a position, as “Find All References” does. */
export async function showReferences(
  uri: string,
  at: LspPosition,
  places: readonly LspLocation[],
): Promise<void> {
  const locations = places.map(
    ({ uri: of, range }) => new vscode.Location(vscode.Uri.parse(of, true), rangeOf({ uri: of, ...range })),
  );
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri, true),
    new vscode.Position(at.line, at.character),
    locations,
  );
}

/** Our severities as VS Code has them. */
export const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

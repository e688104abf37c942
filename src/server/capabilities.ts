import { CodeActionKind, TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.tailrace`;

/** What this server offers. */
export const capabilities: ServerCapabilities = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  completionProvider: { triggerCharacters: [':', ' ', '"', '/', '@', '{', '$'] },
  hoverProvider: true,
  definitionProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  codeLensProvider: { resolveProvider: false },
  inlayHintProvider: { resolveProvider: false },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  foldingRangeProvider: true,
  documentLinkProvider: { resolveProvider: false },
};

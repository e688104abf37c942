import { TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver';

/** What this server offers. */
export const capabilities: ServerCapabilities = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Ide } from '../ide/context';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import type { FileAccess } from '../workspace/files';
import { idOfPath, idOfUri, isVirtual, pathOfUri } from '../workspace/uri';
import { Workspace } from '../workspace/workspace';
import type { Snapshot } from '../workspace/snapshot';
import { commands } from '../protocol/lsp';
import { Converter } from './convert';
import { guaranteesIn } from './guarantees';
import type { Shows } from './settings';
import { inSlices } from './slices';

/** Schemes of documents that are worth reading: not the old sides of diffs, not output panes. */
const schemes = /^(file|untitled|vscode-remote|vscode-vfs):/i;

/** What all handlers share: the workspace, the open documents, and the way between their coordinates. */
export class Session {
  readonly workspace: Workspace;
  readonly documents = new TextDocuments(TextDocument);
  readonly convert: Converter;
  /** Resolves once the folders have been looked through. */
  readonly ready: Promise<void>;
  setReady!: () => void;
  isReady = false;
  /** True if the client can create files as part of an edit. */
  canCreateFiles = false;
  /** True if links in hovers may name our commands. */
  followsCommands = false;
  shows: Shows = { lenses: true, inlays: true };
  /** The lenses that the client was given last, in words, of each open document that it asked for. */
  readonly lensesGiven = new Map<FileId, string>();
  private readonly open = new Map<FileId, TextDocument>();

  constructor(
    readonly connection: Connection,
    files: FileAccess,
  ) {
    this.workspace = new Workspace(files);
    this.workspace.onRuleError = (rule, error) =>
      this.log(`rule ${rule} failed: ${error instanceof Error ? error.stack : String(error)}`);
    this.ready = new Promise((resolve) => (this.setReady = resolve));
    this.convert = new Converter(
      (id) => this.workspace.text(pathOfUri(id)),
      (id) => this.open.get(id)?.uri ?? (isVirtual(pathOfUri(id)) ? stripEnding(id) : id),
    );
  }

  /** Takes over the text of a document that was opened or edited. */
  update(document: TextDocument): void {
    if (!schemes.test(document.uri)) return;
    const path = pathOfDocument(document);
    this.open.set(idOfPath(path), document);
    this.workspace.open(path, document.getText());
  }

  close(document: TextDocument): void {
    const path = pathOfDocument(document);
    this.lensesGiven.delete(idOfPath(path));
    if (this.open.delete(idOfPath(path))) this.workspace.close(path);
  }

  /** The version of an open document, or undefined for a file that is closed. */
  version(id: FileId): number | undefined {
    return this.open.get(id)?.version;
  }

  openIds(): Iterable<FileId> {
    return this.open.keys();
  }

  /** The id of a document that a request names. */
  id(uri: string): FileId {
    const document = this.documents.get(uri);
    return document ? idOfPath(pathOfDocument(document)) : idOfUri(uri);
  }

  /** An open document's text. */
  text(uri: string): SourceFile | undefined {
    const id = this.id(uri);
    return this.open.has(id) ? this.workspace.text(pathOfUri(id)) : undefined;
  }

  /** Does what `ide` would do at once, with pauses: in a large workspace an editor's other messages come between. */
  settle(): Promise<void> {
    return inSlices(this.workspace.prepare());
  }

  /** Everything about now, worked out with pauses. */
  snapshot(): Promise<Snapshot> {
    return inSlices(this.workspace.work());
  }

  /** What the features see. The model is up to date with the last change; the problems may lag behind. */
  ide(): Ide {
    const { model, file, problems } = this.workspace.view;
    return {
      model,
      file: (id) => {
        const stored = file(id);
        return stored && { file: stored.file, dialect: stored.read.dialect, result: stored.read.result };
      },
      source: (path) => this.workspace.text(path),
      problems: (id) => problems().get(id) ?? [],
      config: (path) => this.workspace.configOf(path),
      ...(this.workspace.compared && { baseline: this.workspace.compared }),
      guarantees: () => guaranteesIn(this.workspace, model),
      ...(this.followsCommands && { explainLink }),
    };
  }

  log(text: string): void {
    this.connection.console.error(text);
  }

  /** What is worth knowing and no fault. */
  tell(text: string): void {
    this.connection.console.info(text);
  }
}

/** Editors take the arguments of a command in a link as JSON. */
function explainLink(flow: string): string {
  // A bracket would end the link, and is a letter to `encodeURIComponent`.
  const json = encodeURIComponent(JSON.stringify([flow])).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `command:${commands.explainFlow}?${json}`;
}

const flowEnding = '.flow.yaml';

/** Readers go by a file's name; a new flow document that is not yet saved has none that says so. */
function pathOfDocument(document: TextDocument): string {
  const path = pathOfUri(document.uri);
  const needsEnding =
    document.languageId === 'tailrace-flow' && isVirtual(path) && !path.endsWith(flowEnding);
  return needsEnding ? path + flowEnding : path;
}

function stripEnding(id: string): string {
  return id.endsWith(flowEnding) ? id.slice(0, -flowEnding.length) : id;
}

import { LSPErrorCodes, ResponseError, type CompletionList, type Range } from 'vscode-languageserver';
import { completions } from '../ide/completion';
import { contractLenses } from '../ide/contracts/lenses';
import { isRefusal, type Ide, type IdeFile } from '../ide/context';
import { fixAll, quickFixes } from '../ide/fixes';
import { foldedDialects, folds } from '../ide/folding';
import { guaranteeInlays } from '../ide/guarantee/inlays';
import { guaranteeLenses } from '../ide/guarantee/lenses';
import { hover } from '../ide/hover';
import { lenses, type Lens } from '../ide/lenses';
import { links } from '../ide/links';
import { definition, references, typeDefinition } from '../ide/navigation';
import { prepareRename, rename } from '../ide/rename';
import { documentSymbols, workspaceSymbols } from '../ide/symbols';
import type { SourceFile } from '../text/sourceFile';
import { fixAllKind } from './capabilities';
import type { Converter } from './convert';
import {
  toCodeAction,
  toCodeLens,
  toCompletion,
  toFold,
  toHover,
  toInlayHint,
  toLink,
  toOutline,
  toWorkspaceSymbol,
} from './convertFeatures';
import { guard } from './guard';
import type { Session } from './session';

interface AtDocument {
  readonly textDocument: { readonly uri: string };
}
interface AtPosition extends AtDocument {
  readonly position: { readonly line: number; readonly character: number };
}

/** What a feature works on. Undefined for documents that are none of ours: the answer is nothing. */
interface Here extends IdeFile {
  readonly ide: Ide;
}

/** The requests of the protocol that every editor knows: convert in, one call, convert out. */
export function listenToFeatures(session: Session): void {
  const { connection, convert } = session;

  const inFile = (params: AtDocument): Here | undefined => {
    const ide = session.ide();
    const file = ide.file(session.id(params.textDocument.uri));
    return file && { ide, ...file };
  };
  /** Also of files that no reader takes, such as the configuration. */
  const textOf = (params: AtDocument): { ide: Ide; file: SourceFile; dialect?: string } | undefined => {
    const here = inFile(params);
    if (here !== undefined) return here;
    const file = session.text(params.textDocument.uri);
    return file && { ide: session.ide(), file };
  };
  const offsetIn = ({ file }: Here, { position }: AtPosition): number => convert.offset(file, position);

  connection.onDefinition(
    guard(session, 'definition', (params) => {
      const here = inFile(params);
      return here
        ? definition(here.ide, here.file.id, offsetIn(here, params)).map((at) => convert.location(at))
        : null;
    }),
  );

  connection.onTypeDefinition(
    guard(session, 'type definition', (params) => {
      const here = inFile(params);
      return here
        ? typeDefinition(here.ide, here.file.id, offsetIn(here, params)).map((at) => convert.location(at))
        : null;
    }),
  );

  connection.onReferences(
    guard(session, 'references', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      const declarations = params.context?.includeDeclaration ?? true;
      return references(here.ide, here.file.id, offsetIn(here, params), declarations).map((at) =>
        convert.location(at),
      );
    }),
  );

  connection.onDocumentHighlight(
    guard(session, 'document highlight', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      return references(here.ide, here.file.id, offsetIn(here, params), true)
        .filter((at) => at.file === here.file.id)
        .map((at) => ({ range: convert.range(at) }));
    }),
  );

  connection.onPrepareRename(
    guard(session, 'prepare rename', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      const target = prepareRename(here.ide, here.file.id, offsetIn(here, params));
      if (isRefusal(target)) throw refusal(target.refused);
      return { range: convert.range(target.at), placeholder: target.name };
    }),
  );

  connection.onRenameRequest(
    guard(session, 'rename', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      const result = rename(here.ide, here.file.id, offsetIn(here, params), params.newName);
      if (isRefusal(result)) throw refusal(result.refused);
      return { changes: convert.edits(result.edits) };
    }),
  );

  connection.onDocumentSymbol(
    guard(session, 'document symbols', (params) => {
      const here = inFile(params);
      const symbols = here ? documentSymbols(here.ide, here.file.id) : [];
      // An empty outline would stand beside that of the editor's own.
      return symbols.length > 0 ? symbols.map((s) => toOutline(convert, s)) : null;
    }),
  );

  connection.onWorkspaceSymbol(
    guard(session, 'workspace symbols', ({ query }) =>
      workspaceSymbols(session.ide().model, query).map((s) => toWorkspaceSymbol(convert, s)),
    ),
  );

  connection.onCodeAction(
    guard(session, 'code actions', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      const only = params.context?.only;
      const wants = (kind: string): boolean =>
        only === undefined || only.some((o) => kind === o || kind.startsWith(`${o}.`));
      const { start, end } = stretch(convert, here, params.range);
      const actions = [
        ...(wants('quickfix') ? quickFixes(here.ide, here.file, start, end) : []),
        ...(wants(fixAllKind) ? fixAll(here.ide, here.file) : []),
      ];
      return actions
        .filter((action) => action.creates === undefined || session.canCreateFiles)
        .map((action) => toCodeAction(convert, action));
    }),
  );

  connection.onCompletion(
    guard(session, 'completion', (params): CompletionList | null => {
      const here = textOf(params);
      if (here === undefined) return null;
      const { ide, file, dialect } = here;
      const offset = convert.offset(file, params.position);
      if (params.context?.triggerCharacter === ' ' && !asksByBlank(file.text, offset)) return null;
      const items = completions(ide, file, dialect, offset).map((c) =>
        toCompletion(convert, file, offset, c),
      );
      return { isIncomplete: false, items };
    }, 'briefly'),
  );

  connection.onHover(
    guard(session, 'hover', (params) => {
      const here = textOf(params);
      if (here === undefined) return null;
      const { ide, file, dialect } = here;
      const found = hover(ide, file, dialect, convert.offset(file, params.position));
      return found ? toHover(convert, found) : null;
    }, 'briefly'),
  );

  connection.onCodeLens(
    guard(session, 'code lenses', (params) => {
      const here = inFile(params);
      if (here === undefined) return null;
      const all = allLenses(session, here);
      session.lensesGiven.set(here.file.id, lensWords(all));
      return all.map((lens) => toCodeLens(convert, lens));
    }),
  );

  connection.languages.inlayHint.on(
    guard(session, 'inlay hints', (params) => {
      const here = inFile(params);
      if (here === undefined || !session.shows.inlays) return null;
      const { start, end } = stretch(convert, here, params.range);
      return guaranteeInlays(here.ide, here.file, start, end).map((hint) => toInlayHint(convert, here.file, hint));
    }, 'briefly'),
  );

  connection.onFoldingRanges(
    guard(session, 'folding ranges', (params) => {
      const here = inFile(params);
      return here && foldedDialects.has(here.dialect) ? folds(here.file.text).map(toFold) : null;
    }),
  );

  connection.onDocumentLinks(
    guard(session, 'document links', (params) => {
      const here = inFile(params);
      return here ? links(here.ide, here.file.id).map((link) => toLink(convert, link)) : null;
    }),
  );
}

/** Those of a file, as the settings want them. */
export function allLenses(session: Session, { ide, file }: { readonly ide: Ide; readonly file: SourceFile }): Lens[] {
  return [...lenses(ide, file.id), ...contractLenses(ide, file), ...(session.shows.lenses ? guaranteeLenses(ide, file.id) : [])];
}

/** What lenses say, to tell whether they say something else now. */
export function lensWords(all: readonly Lens[]): string {
  return all.map(({ title }) => title).join();
}

/** A blank asks for proposals where something is to follow it, not where somebody indents or writes prose. */
function asksByBlank(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 80), offset);
  return /(?:[:{[,]|(?:^|\n)\s*-|tailrace-ignore(?:-file)?) $/.test(before);
}

/** The range of a request in offsets, in order. */
function stretch(convert: Converter, { file }: IdeFile, range: Range): { start: number; end: number } {
  const a = convert.offset(file, range.start);
  const b = convert.offset(file, range.end);
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** A reason that editors show to the user. */
function refusal(reason: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, reason);
}

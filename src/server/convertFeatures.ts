import {
  CodeActionKind,
  CompletionItemKind,
  FoldingRangeKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  SymbolKind,
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover as LspHover,
  type InlayHint,
  type SymbolInformation,
} from 'vscode-languageserver';
import type { Completion, CompletionKind } from '../ide/completion';
import type { Action } from '../ide/fixes';
import type { Fold } from '../ide/folding';
import type { Inlay } from '../ide/guarantee/inlays';
import type { Hover } from '../ide/hover';
import type { Lens } from '../ide/lenses';
import type { Link } from '../ide/links';
import type { OutlineSymbol, SymbolKind as OurKind, WorkspaceSymbol } from '../ide/symbols';
import { commands } from '../protocol/lsp';
import type { SourceFile } from '../text/sourceFile';
import { fixAllKind } from './capabilities';
import { ruleDocs } from './docs';
import { idOfPath } from '../workspace/uri';
import type { Converter } from './convert';

/** How editors picture our kinds; LSP has no words for messaging. */
const kinds: Record<OurKind, SymbolKind> = {
  section: SymbolKind.Namespace,
  broker: SymbolKind.Module,
  schema: SymbolKind.Interface,
  contract: SymbolKind.Struct,
  channel: SymbolKind.Event,
  service: SymbolKind.Class,
  publish: SymbolKind.Method,
  consume: SymbolKind.Method,
};

export function toOutline(convert: Converter, symbol: OutlineSymbol): DocumentSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail,
    kind: kinds[symbol.kind],
    range: convert.range(symbol.extent),
    selectionRange: convert.range(symbol.at),
    children: symbol.children.map((child) => toOutline(convert, child)),
  };
}

export function toWorkspaceSymbol(convert: Converter, symbol: WorkspaceSymbol): SymbolInformation {
  return {
    name: symbol.name,
    kind: kinds[symbol.kind],
    containerName: symbol.container,
    location: convert.location(symbol.at),
  };
}

export function toCodeLens(convert: Converter, lens: Lens): CodeLens {
  const range = convert.range(lens.at);
  const element = `channel:${lens.channel}`;
  switch (lens.action) {
    case 'tail':
      return { range, command: { title: lens.title, command: commands.tail, arguments: [element] } };
    case 'explain':
      return { range, command: { title: lens.title, command: commands.explainFlow, arguments: [lens.flow] } };
    case 'show-in-graph':
      return { range, command: { title: lens.title, command: commands.showInGraph, arguments: [element] } };
    case 'references': {
      // Without a command an editor shows the words only.
      if (lens.places.length === 0) return { range, command: { title: lens.title, command: '' } };
      const places = lens.places.map((at) => convert.location(at));
      const references = [convert.uri(lens.at.file), range.start, places];
      return {
        range,
        command: { title: lens.title, command: commands.showReferences, arguments: references },
      };
    }
  }
}

export function toFold(fold: Fold): FoldingRange {
  return {
    startLine: fold.start,
    endLine: fold.end,
    ...(fold.kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
  };
}

export function toLink(convert: Converter, link: Link): DocumentLink {
  const uri = link.target ? convert.uri(link.target.file) : idOfPath(link.path);
  const start = link.target && convert.range(link.target).start;
  // Editors read a position from the fragment, counted from 1.
  const target =
    start && (start.line > 0 || start.character > 0)
      ? `${uri}#L${start.line + 1},${start.character + 1}`
      : uri;
  return { range: convert.range(link.at), target };
}

export function toCodeAction(convert: Converter, action: Action): CodeAction {
  if (action.explains !== undefined) {
    const command = { title: action.title, command: commands.explainFlow, arguments: [action.explains] };
    return { title: action.title, kind: CodeActionKind.QuickFix, command };
  }
  const changes = convert.edits(action.edits);
  return {
    title: action.title,
    kind: action.kind === 'fix-all' ? fixAllKind : CodeActionKind.QuickFix,
    isPreferred: action.preferred || undefined,
    ...(action.problem ? { diagnostics: [convert.diagnostic(action.problem, ruleDocs)] } : {}),
    edit:
      action.creates === undefined
        ? { changes }
        : {
            documentChanges: [
              {
                kind: 'create',
                uri: convert.uri(idOfPath(action.creates)),
                options: { ignoreIfExists: true },
              },
              ...Object.entries(changes).map(([uri, edits]) => ({
                textDocument: { uri, version: null },
                edits,
              })),
            ],
          },
  };
}

const completionKinds: Record<CompletionKind, CompletionItemKind> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  broker: CompletionItemKind.Module,
  channel: CompletionItemKind.Event,
  schema: CompletionItemKind.Interface,
  service: CompletionItemKind.Class,
  file: CompletionItemKind.File,
  client: CompletionItemKind.Reference,
  rule: CompletionItemKind.EnumMember,
  variable: CompletionItemKind.Variable,
};

export function toCompletion(
  convert: Converter,
  file: SourceFile,
  offset: number,
  c: Completion,
): CompletionItem {
  return {
    label: c.label,
    kind: completionKinds[c.kind],
    ...(c.detail === undefined ? {} : { detail: c.detail }),
    ...(c.docs ? { documentation: { kind: MarkupKind.Markdown, value: c.docs } } : {}),
    ...(c.sort === undefined ? {} : { sortText: c.sort }),
    // Editors compare the filter with the text that is replaced, quotes included.
    filterText: /^["']/.test(file.text.slice(c.start, offset)) ? file.text[c.start] + c.label : c.label,
    ...(c.snippet
      ? { insertTextFormat: InsertTextFormat.Snippet, insertTextMode: InsertTextMode.adjustIndentation }
      : {}),
    textEdit: { range: convert.rangeIn(file, c.start, c.end), newText: c.insert },
  };
}

export function toHover(convert: Converter, { at, markdown }: Hover): LspHover {
  return { contents: { kind: MarkupKind.Markdown, value: markdown }, range: convert.range(at) };
}

export function toInlayHint(convert: Converter, file: SourceFile, { offset, text, tooltip }: Inlay): InlayHint {
  return { position: convert.position(file, offset), label: text, tooltip, paddingLeft: true };
}

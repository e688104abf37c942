import {
  DiagnosticSeverity,
  type Diagnostic,
  type Location,
  type Position,
  type Range,
  type TextEdit as LspTextEdit,
} from 'vscode-languageserver';
import type { Place } from '../protocol/common';
import { LineIndex } from '../text/lineIndex';
import type { Problem, Severity, TextEdit } from '../text/problem';
import type { FileId, SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** The one place where offsets become LSP positions and back. Both count UTF-16 code units. */
export class Converter {
  private readonly indexes = new WeakMap<SourceFile, LineIndex>();

  /**
   * @param fileOf the text that a range counts in; a file that is gone gives an empty range at its start.
   * @param uriOf the URI by which the client knows a file: of open documents, its own spelling.
   */
  constructor(
    private readonly fileOf: (id: FileId) => SourceFile | undefined,
    private readonly uriOf: (id: FileId) => string,
  ) {}

  uri(id: FileId): string {
    return this.uriOf(id);
  }

  index(file: SourceFile): LineIndex {
    let index = this.indexes.get(file);
    if (index === undefined) this.indexes.set(file, (index = new LineIndex(file.text)));
    return index;
  }

  offset(file: SourceFile, position: Position): number {
    const { line, character } = position;
    if (!Number.isFinite(line) || !Number.isFinite(character)) return 0;
    return this.index(file).offset({ line: Math.trunc(line), column: Math.trunc(character) });
  }

  range(at: SourceRange): Range {
    const file = this.fileOf(at.file);
    return file === undefined ? emptyRange : this.rangeIn(file, at.start, at.end);
  }

  rangeIn(file: SourceFile, start: number, end: number): Range {
    return { start: this.position(file, start), end: this.position(file, end) };
  }

  position(file: SourceFile, offset: number): Position {
    const { line, column } = this.index(file).position(offset);
    return { line, character: column };
  }

  location(at: SourceRange): Location {
    return { uri: this.uri(at.file), range: this.range(at) };
  }

  place(at: SourceRange): Place {
    return { uri: this.uri(at.file), ...this.range(at) };
  }

  /** Edits by the client's URIs. */
  edits(edits: readonly TextEdit[]): Record<string, LspTextEdit[]> {
    const changes: Record<string, LspTextEdit[]> = {};
    for (const { at, newText } of edits)
      (changes[this.uri(at.file)] ??= []).push({ range: this.range(at), newText });
    return changes;
  }

  diagnostic(problem: Problem, docs: (code: string) => string | undefined): Diagnostic {
    const href = docs(problem.code);
    return {
      range: this.range(problem.at),
      severity: severityOf[problem.severity],
      code: problem.code,
      ...(href === undefined ? {} : { codeDescription: { href } }),
      source: 'tailrace',
      message: problem.message,
      ...(problem.related?.length
        ? {
            relatedInformation: problem.related.map((r) => ({
              location: this.location(r.at),
              message: r.message,
            })),
          }
        : {}),
    };
  }
}

const severityOf: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

const emptyRange: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

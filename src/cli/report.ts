import type { Problem, Severity } from '../text/problem';
import { LineIndex } from '../text/lineIndex';
import type { FileId, SourceRange } from '../text/range';

/** Lines and columns from 1, columns in UTF-16 code units. */
export interface ReportPosition {
  readonly line: number;
  readonly column: number;
}

export interface ReportRange {
  readonly start: ReportPosition;
  readonly end: ReportPosition;
}

/** A place as all machine-readable output gives it; `file` is relative to the current folder. */
export interface ReportPlace {
  readonly file: string;
  readonly range: ReportRange;
}

export interface ReportProblem extends ReportPlace {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The same as long as the rule, the line's text and what it points at are, see `fingerprint.ts`. */
  readonly fingerprint?: string;
  readonly related: readonly (ReportPlace & { readonly message: string })[];
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly (ReportPlace & { readonly newText: string })[];
  }[];
}

/** What `check --format json` prints, DESIGN §6; the other formats are made from it. */
export interface Report {
  readonly version: 1;
  readonly problems: readonly ReportProblem[];
  readonly summary: {
    readonly files: number;
    readonly errors: number;
    readonly warnings: number;
    readonly infos: number;
  };
}

/** Gives the places of ranges: needs each file's text and the name to show for it. */
export class Places {
  private readonly indexes = new Map<FileId, LineIndex>();
  private readonly names = new Map<string, FileId>();

  constructor(private readonly files: (id: FileId) => { readonly name: string; readonly text: string } | undefined) {}

  of(range: SourceRange): ReportPlace {
    const file = this.files(range.file);
    const index = this.index(range.file);
    const position = (offset: number): ReportPosition => {
      const { line, column } = index.position(offset);
      return { line: line + 1, column: column + 1 };
    };
    if (file !== undefined) this.names.set(file.name, range.file);
    return { file: file?.name ?? range.file, range: { start: position(range.start), end: position(range.end) } };
  }

  /** The text behind a name that `of` has given. */
  byName(name: string): { readonly id: FileId; readonly text: string; readonly index: LineIndex } | undefined {
    const id = this.names.get(name);
    return id === undefined ? undefined : { id, text: this.text(id), index: this.index(id) };
  }

  text(id: FileId): string {
    return this.files(id)?.text ?? '';
  }

  index(id: FileId): LineIndex {
    let index = this.indexes.get(id);
    if (index === undefined) this.indexes.set(id, (index = new LineIndex(this.text(id))));
    return index;
  }
}

/** Converts problems once, here, at the edge; sorted by file and position. */
export function toReport(problems: readonly Problem[], files: number, places: Places): Report {
  const converted = problems.map((p) => reportProblem(p, places)).sort(compareReported);
  return { version: 1, problems: converted, summary: { files, ...countSeverities(converted) } };
}

/** One problem, as all machine-readable output has it. */
export function reportProblem(p: Problem, places: Places): ReportProblem {
  return {
    rule: p.code,
    severity: p.severity,
    message: p.message,
    ...places.of(p.at),
    related: (p.related ?? []).map((r) => ({ ...places.of(r.at), message: r.message })),
    fixes: (p.fixes ?? []).map((f) => ({
      title: f.title,
      safe: f.safe,
      edits: f.edits.map((e) => ({ ...places.of(e.at), newText: e.newText })),
    })),
  };
}

export function countSeverities(problems: readonly ReportProblem[]): Omit<Report['summary'], 'files'> {
  const count = (severity: Severity): number => problems.filter((p) => p.severity === severity).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info') };
}

/** By file and position, then by rule and message. */
export function compareReported(a: ReportProblem, b: ReportProblem): number {
  return (
    compareText(a.file, b.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    a.range.end.line - b.range.end.line ||
    a.range.end.column - b.range.end.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

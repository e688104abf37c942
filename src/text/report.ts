import { renderCaret } from './caret';
import { LineIndex } from './lineIndex';
import type { Problem, Severity } from './problem';
import type { FileId, SourceRange } from './range';

export interface ReportOptions {
  /** The text of a file; undefined if it cannot be shown, which leaves the carets out. */
  readonly text: (file: FileId) => string | undefined;
  /** The path as the reader of the report should see it. */
  readonly path: (file: FileId) => string;
  /** Colours a part; the default leaves it as it is. */
  readonly paint?: (part: 'severity' | 'code' | 'place' | 'caret', text: string, severity: Severity) => string;
}

/**
 * Problems as text, each with a blank line after it:
 * ```
 * error producer/acks-not-all checkout publishes to topic orders with acks=1 …
 *   shop.flow.yaml:9:24
 *   9 |       orders: { acks: 1 }
 *     |                       ^
 *   shop.flow.yaml:3:5 billing declares at-least-once here
 * ```
 * Lines and columns count from 1. Used by the command line and by the rules' examples.
 */
export function renderReport(problems: readonly Problem[], options: ReportOptions): string {
  const indexes = new Map<FileId, LineIndex | undefined>();
  const indexOf = (file: FileId): LineIndex | undefined => {
    if (!indexes.has(file)) {
      const text = options.text(file);
      indexes.set(file, text === undefined ? undefined : new LineIndex(text));
    }
    return indexes.get(file);
  };
  const paint = options.paint ?? ((_part, text) => text);
  const place = (at: SourceRange): string => {
    const position = indexOf(at.file)?.position(at.start);
    return position === undefined ? options.path(at.file) : `${options.path(at.file)}:${position.line + 1}:${position.column + 1}`;
  };
  return problems.map((problem) => {
    const { severity, at } = problem;
    const lines = [
      `${paint('severity', severity, severity)} ${paint('code', problem.code, severity)} ${problem.message}`,
      `  ${paint('place', place(at), severity)}`,
    ];
    const text = options.text(at.file);
    if (text !== undefined) {
      const [source = '', carets = ''] = renderCaret(text, at.start, at.end, indexOf(at.file)).split('\n');
      lines.push(`  ${source}`.trimEnd(), `  ${paint('caret', carets, severity)}`);
    }
    for (const related of problem.related ?? []) {
      lines.push(`  ${paint('place', place(related.at), severity)} ${related.message}`);
    }
    return lines.join('\n') + '\n';
  }).join('\n');
}

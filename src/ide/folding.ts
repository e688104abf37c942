import { LineIndex } from '../text/lineIndex';

/** Lines from 0, both included; the first stays visible. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind: 'region' | 'comment';
}

/** Dialects that are ours to fold: with an answer for other files, editors would leave out their own folds. */
export const foldedDialects: ReadonlySet<string> = new Set(['flow', 'asyncapi', 'proto']);

const comment = /^\s*(#|\/\/)/;

/** Folds by indentation, which all our formats are written with, and runs of comment lines. */
export function folds(text: string): readonly Fold[] {
  const index = new LineIndex(text);
  const result: Fold[] = [];
  const open: { indent: number; line: number }[] = [];
  let lastText = -1;
  let commentStart = -1;
  const close = (indent: number): void => {
    for (let top = open.at(-1); top && top.indent >= indent; top = open.at(-1)) {
      open.pop();
      if (lastText > top.line) result.push({ start: top.line, end: lastText, kind: 'region' });
    }
  };
  for (let line = 0; line <= index.lineCount; line++) {
    const content = index.lineText(line);
    const isComment = line < index.lineCount && comment.test(content);
    if (isComment && commentStart < 0) commentStart = line;
    if (!isComment && commentStart >= 0) {
      if (line - 1 > commentStart) result.push({ start: commentStart, end: line - 1, kind: 'comment' });
      commentStart = -1;
    }
    if (isComment || (content.trim() === '' && line < index.lineCount)) continue;
    const indent = line < index.lineCount ? content.length - content.trimStart().length : -1;
    // A closing bracket belongs to its block's line, not to what follows.
    if (/^\s*[\]}]/.test(content)) {
      close(indent + 1);
      lastText = line - 1;
      close(indent);
      lastText = line;
      continue;
    }
    close(indent);
    open.push({ indent, line });
    lastText = line;
  }
  return result.sort((a, b) => a.start - b.start || b.end - a.end);
}

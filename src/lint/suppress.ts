import type { Comment } from '../syntax/tree';
import { LineIndex } from '../text/lineIndex';
import type { Problem } from '../text/problem';
import type { FileId, SourceRange } from '../text/range';
import { commentsOf } from './comments';
import { matchRank } from './config';
import { unknownRuleMessage } from './ruleNames';

/** A `tailrace-ignore` comment. */
export interface Suppression {
  /** The comment, without its sign. */
  readonly at: SourceRange;
  /** What it names, with the places; empty for all rules. */
  readonly rules: readonly { readonly name: string; readonly at: SourceRange }[];
  /** The line (from 0) whose problems it silences; undefined for the whole file. */
  readonly line: number | undefined;
  readonly reason?: string;
}

const sign = 'tailrace-ignore';
const pattern = /tailrace-ignore(-file)?(?![\w-])[ \t]*([^:\r\n]*)(?::[ \t]*([^\r\n]*))?/;

/**
 * The suppressions of one file. A comment on a line of its own speaks for the next line that is
 * neither blank nor a comment, one behind other text for its own line. JSON has no comments: there
 * the configuration's `overrides` serve.
 */
export function readSuppressions(file: { readonly id: FileId; readonly path: string }, text: string): Suppression[] {
  if (!text.includes(sign)) return [];
  const all = commentsOf(file.path, text);
  const comments = all.filter((c) => text.slice(c.start, c.end).includes(sign));
  if (comments.length === 0) return [];
  const lines = new LineIndex(text);
  const starts = new Set(all.map((c) => c.start));
  return comments.flatMap((comment) => {
    const match = pattern.exec(text.slice(comment.start, comment.end));
    // Only a comment that begins with the sign is one: prose may mention it.
    if (!match || !/^[#!/\s]*$/.test(text.slice(comment.start, comment.start + match.index))) return [];
    const start = comment.start + match.index;
    const listStart = start + match[0].indexOf(match[2] ?? '', sign.length + (match[1] ?? '').length);
    const at = { file: file.id, start, end: start + match[0].trimEnd().length };
    return [{
      at,
      rules: namesIn(match[2] ?? '', listStart, file.id),
      line: match[1] === undefined ? lineFor(comment, lines, starts) : undefined,
      reason: match[3]?.trim() || undefined,
    }];
  });
}

function namesIn(list: string, offset: number, file: FileId): Suppression['rules'] {
  return [...list.matchAll(/[^,\s]+/g)].map((m) => ({
    name: m[0], at: { file, start: offset + m.index, end: offset + m.index + m[0].length },
  }));
}

function lineFor(comment: Comment, lines: LineIndex, commentStarts: ReadonlySet<number>): number {
  const { line, column } = lines.position(comment.start);
  if (lines.lineText(line).slice(0, column).trim() !== '') return line;
  for (let next = line + 1; next < lines.lineCount; next++) {
    const content = lines.lineText(next);
    const indent = content.length - content.trimStart().length;
    if (content.trim() !== '' && !commentStarts.has(lines.lineStart(next) + indent)) return next;
  }
  return line;
}

interface Suppressed {
  readonly text: string;
  readonly path: string;
  readonly suppressions: readonly Suppression[];
  readonly lines: LineIndex;
}

/** Of files with suppressions what was read last: an edit of one file must not parse all others again. */
const known = new Map<FileId, Suppressed>();
const maxKnown = 2000;

function suppressed({ file, path, text }: SuppressionInput): Suppressed | undefined {
  if (!text.includes(sign)) return undefined;
  let found = known.get(file);
  if (found === undefined || found.text !== text || found.path !== path) {
    found = { text, path, suppressions: readSuppressions({ id: file, path }, text), lines: new LineIndex(text) };
    if (known.size >= maxKnown) known.clear();
    known.set(file, found);
  }
  return found.suppressions.length > 0 ? found : undefined;
}

export interface SuppressionInput {
  readonly file: FileId;
  readonly path: string;
  readonly text: string;
}

/**
 * Takes out the problems that comments silence, and adds those of the comments themselves.
 * @param ran tells which rules have run on a file: a comment for one that has not is not called unused.
 */
export function applySuppressions(
  problems: readonly Problem[],
  files: readonly SuppressionInput[],
  ruleNames: readonly string[],
  ran: (rule: string, path: string) => boolean,
): Problem[] {
  const byFile = new Map<FileId, Suppressed>();
  for (const input of files) {
    const found = suppressed(input);
    if (found !== undefined) byFile.set(input.file, found);
  }
  if (byFile.size === 0) return [...problems];
  const used = new Set<Suppression | Suppression['rules'][number]>();
  const kept = problems.filter((problem) => {
    const own = byFile.get(problem.at.file);
    if (own === undefined) return true;
    const line = own.lines.position(problem.at.start).line;
    let silenced = false;
    for (const suppression of own.suppressions) {
      if (suppression.line !== undefined && suppression.line !== line) continue;
      const named = suppression.rules.filter((rule) => matchRank(rule.name, problem.code) > 0);
      if (suppression.rules.length > 0 && named.length === 0) continue;
      used.add(suppression);
      named.forEach((rule) => used.add(rule));
      silenced = true;
    }
    return !silenced;
  });
  for (const { suppressions, path } of byFile.values()) {
    for (const suppression of suppressions) kept.push(...problemsOf(suppression, path, ruleNames, ran, used));
  }
  return kept;
}

function problemsOf(
  suppression: Suppression,
  path: string,
  ruleNames: readonly string[],
  ran: (rule: string, path: string) => boolean,
  used: ReadonlySet<unknown>,
): Problem[] {
  const unused = (at: SourceRange, what: string): Problem => ({
    code: 'lint/unused-suppression', severity: 'info', at,
    message: `This comment silences nothing: ${what} here. Remove it, so that it does not hide a later fault.`,
  });
  if (suppression.rules.length === 0) {
    return used.has(suppression) ? [] : [unused(suppression.at, 'no rule reports anything')];
  }
  return suppression.rules.flatMap((rule) => {
    const message = unknownRuleMessage(rule.name, ruleNames);
    if (message !== undefined) return [{ code: 'lint/unknown-rule', severity: 'warning', message, at: rule.at } satisfies Problem];
    const meant = ruleNames.filter((name) => matchRank(rule.name, name) > 0);
    const checked = meant.length > 0 && meant.every((name) => ran(name, path));
    return used.has(rule) || !checked ? [] : [unused(rule.at, `${rule.name} reports nothing`)];
  });
}

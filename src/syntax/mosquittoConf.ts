import type { Comment, SyntaxProblem } from './tree';

/** A word with its place. */
export interface ConfWord {
  readonly text: string;
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** A line that is no comment and not blank. */
export interface ConfLine {
  readonly key: ConfWord;
  /** All behind the key, without the blanks around it: what a value that may hold blanks is. */
  readonly rest: ConfWord | undefined;
  /** The rest in words. A `#` begins a comment only for some keys, so that it stands here as a word. */
  readonly words: readonly ConfWord[];
}

export interface MosquittoTree {
  readonly lines: readonly ConfLine[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

/** A line needs no more words than this; what is longer is no configuration. */
const maxWords = 64;

/** What is no configuration at all would fill the list. */
const maxProblems = 100;

/**
 * Parses what mosquitto reads line by line (src/conf.c): a key, a space, and its value. A comment begins in
 * the first column. Also the syntax of its access lists. Never throws.
 */
export function parseMosquittoConf(text: string): MosquittoTree {
  const lines: ConfLine[] = [];
  const comments: Comment[] = [];
  const problems: SyntaxProblem[] = [];
  const problem = (start: number, end: number, message: string): void => {
    if (problems.length < maxProblems) problems.push({ code: 'syntax/mosquitto', start, end, message });
  };
  for (let at = 0; at < text.length;) {
    let end = at;
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
    const start = skip(text, at, end);
    if (start < end && text[start] === '#') {
      comments.push({ start, end, text: text.slice(start + 1, end).trim() });
      if (start > at) {
        problem(start, start + 1, 'Mosquitto takes a comment only in the first column, and does not start '
          + 'with this line. Remove the blanks before the #.');
      }
    } else if (start < end) {
      const line = readLine(text, start, end);
      lines.push(line);
      if (text.slice(at, line.key.end + 1).includes('\t')) {
        problem(line.key.start, line.key.end, 'Mosquitto divides a line at spaces only: with a tab beside it '
          + 'this key is unknown to it, and it does not start. Write a space.');
      }
    }
    at = end + 1;
  }
  return { lines, comments, problems };
}

function readLine(text: string, start: number, end: number): ConfLine {
  const key = word(text, start, end);
  const words: ConfWord[] = [];
  for (let at = skip(text, key.end, end); at < end && words.length < maxWords;) {
    const next = word(text, at, end);
    words.push(next);
    at = skip(text, next.end, end);
  }
  const from = skip(text, key.end, end);
  let to = end;
  while (to > from && isBlank(text[to - 1])) to--;
  return { key, words, rest: from < to ? { text: text.slice(from, to), start: from, end: to } : undefined };
}

/** A word; a placeholder of a template may hold blanks. */
function word(text: string, start: number, end: number): ConfWord {
  let at = start;
  while (at < end && !isBlank(text[at])) {
    const close = text.startsWith('{{', at) ? text.slice(at, Math.min(end, at + 200)).indexOf('}}') : -1;
    at += close > 0 ? close + 2 : 1;
  }
  return { text: text.slice(start, at), start, end: at };
}

function skip(text: string, at: number, end: number): number {
  while (at < end && isBlank(text[at])) at++;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

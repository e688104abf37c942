/** A word with its place in the text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export const slash = 47;
export const quote = 34;
export const apostrophe = 39;
export const open = 123;
export const close = 125;
export const semicolon = 59;
export const equals = 61;
export const dot = 46;
const star = 42;
const newline = 10;
const letterM = 109;
export const less = 60;
export const commaSign = 44;

/** One look-up a character instead of eight comparisons. */
const wordSigns = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_') {
  wordSigns[c.charCodeAt(0)] = 1;
}
/** What the rest of a statement must be looked at closely for; `lastIndex` is set before each use. */
const stop = /[;{}"'/\n]/g;

/** True for a character of a name; a dot is none. */
export function isWord(c: number): boolean {
  // Behind the end of the text `c` is NaN; looking that up would make the engine give up its fast path.
  return c < 128 && wordSigns[c] === 1;
}

/**
 * Passes over the rest of a statement: to its semicolon, a brace, a comment or a string, or to a line that
 * begins a message although the field above is not finished yet.
 */
export function statementEnd(text: string, from: number): number {
  stop.lastIndex = from;
  // A regular expression, since its compiled search does not slow down for strings of several inner shapes.
  while (stop.test(text)) {
    const at = stop.lastIndex - 1;
    if (text.charCodeAt(at) !== newline) return at;
    const begin = blanksEnd(text, at + 1);
    if (text.charCodeAt(begin) === letterM && text.startsWith('message', begin)
      && opensMessage(text, begin)) {
      return begin;
    }
    stop.lastIndex = begin;
  }
  return text.length;
}

function blanksEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at;
}

function opensMessage(text: string, at: number): boolean {
  const name = skipSpace(text, wordEnd(text, at));
  const end = wordEnd(text, name);
  return end > name && text.charCodeAt(skipSpace(text, end)) === open;
}

/** The name at an offset, with its dots; empty if there is none. */
export function wordAt(text: string, start: number): Word {
  const end = wordEnd(text, start);
  return { text: text.slice(start, end), start, end };
}

/** Behind the name at an offset. */
export function wordEnd(text: string, start: number): number {
  let end = start;
  for (let c = text.charCodeAt(end); isWord(c) || c === dot; c = text.charCodeAt(end)) end++;
  return end;
}

/** Behind blanks, line breaks and comments. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (c <= 32) at++;
    else if (c === slash && (text.charCodeAt(at + 1) === slash || text.charCodeAt(at + 1) === star)) {
      at = skipComment(text, at);
    }
    else break;
  }
  return at;
}

/** Behind the comment at an offset, or behind the slash if it begins none. */
export function skipComment(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === slash) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (next !== star) return at + 1;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + 2;
}

/** Behind the closing quote; a string that is not closed ends with its line. */
export function stringEnd(text: string, start: number): number {
  const mark = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === mark) return at + 1;
    if (c === newline) return at;
    if (c === 92) at++;
  }
  return text.length;
}

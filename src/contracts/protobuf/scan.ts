import type { ProtoProblem, Word } from './tree';

export const quote = 34;
export const apostrophe = 39;
export const openParen = 40;
export const closeParen = 41;
export const comma = 44;
export const minus = 45;
export const dot = 46;
const slash = 47;
export const semicolon = 59;
export const less = 60;
export const equals = 61;
export const greater = 62;
export const openBracket = 91;
export const closeBracket = 93;
export const open = 123;
export const close = 125;
const star = 42;
const newline = 10;

/** More than anybody reads; what follows the first ones is mostly their echo. */
const maxProblems = 20;

/** One look-up a character instead of eight comparisons. */
const wordSigns = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_') {
  wordSigns[c.charCodeAt(0)] = 1;
}

/** True for a character of a name; a dot is none. */
export function isWord(c: number): boolean {
  // Behind the end of the text `c` is NaN; looking that up would make the engine give up its fast path.
  return c < 128 && wordSigns[c] === 1;
}

/**
 * Goes through a text token by token without making tokens: `at` is always the start of the next one, `before` the end
 * of the last one, `c` the character at `at` (NaN at the end).
 */
export class Scanner {
  at = 0;
  before = 0;
  c = Number.NaN;
  readonly problems: ProtoProblem[] = [];

  constructor(readonly text: string) {
    this.moveTo(0);
  }

  /** Ends a token at `end` and goes to the next one, over blanks and comments. */
  moveTo(end: number): void {
    const { text } = this;
    this.before = end;
    let at = end;
    let c = text.charCodeAt(at);
    for (;;) {
      if (c <= 32) c = text.charCodeAt(++at);
      else if (c === slash) {
        const behind = this.commentEnd(at);
        if (behind === at) break;
        at = behind;
        c = text.charCodeAt(at);
      } else break;
    }
    this.at = at;
    this.c = c;
  }

  private commentEnd(at: number): number {
    const next = this.text.charCodeAt(at + 1);
    if (next !== slash && next !== star) return at;
    const end = next === slash ? this.text.indexOf('\n', at) : this.text.indexOf('*/', at + 2);
    if (end >= 0) return next === slash ? end : end + 2;
    if (next === star) this.report('This comment is not closed: */ is missing', at, at + 2);
    return this.text.length;
  }

  /** Goes over one sign if it is the next. */
  take(sign: number): boolean {
    if (this.c !== sign) return false;
    this.moveTo(this.at + 1);
    return true;
  }

  /** A name without dots; empty if there is none. */
  name(): string {
    const { text, at } = this;
    let end = at;
    while (isWord(text.charCodeAt(end))) end++;
    if (end === at) return '';
    this.moveTo(end);
    return text.slice(at, end);
  }

  /** A name with dots, as of a type; empty if there is none. */
  path(): string {
    const { text } = this;
    let found = '';
    do {
      let end = this.at;
      for (let c = text.charCodeAt(end); isWord(c) || c === dot; c = text.charCodeAt(end)) end++;
      if (end === this.at) break;
      found = found === '' ? text.slice(this.at, end) : found + text.slice(this.at, end);
      this.moveTo(end);
      // `shop . v1` is allowed, and rare.
    } while (this.c === dot || (isWord(this.c) && text.charCodeAt(this.before - 1) === dot));
    return found;
  }

  /** True if the word at `at` is this one. */
  is(word: string): boolean {
    return this.text.startsWith(word, this.at) && !isWord(this.text.charCodeAt(this.at + word.length));
  }

  /** Goes over a word if it is the next. */
  takeWord(word: string): boolean {
    if (!this.is(word)) return false;
    this.moveTo(this.at + word.length);
    return true;
  }

  /** A whole number, decimal, hexadecimal or octal; NaN, without moving, if there is none. */
  integer(): number {
    const { text } = this;
    let at = this.at;
    const negative = this.c === minus;
    if (negative) at++;
    let value = 0;
    const first = at;
    for (let c = text.charCodeAt(at); c >= 48 && c <= 57; c = text.charCodeAt(++at)) value = value * 10 + c - 48;
    if (at === first) return Number.NaN;
    if (isWord(text.charCodeAt(at)) || (text.charCodeAt(first) === 48 && at > first + 1)) {
      while (isWord(text.charCodeAt(at))) at++;
      const written = text.slice(first, at);
      value = /^0[0-7]+$/.test(written) ? Number.parseInt(written, 8) : Number(written);
    }
    this.moveTo(at);
    return negative ? -value : value;
  }

  /** A string, or several behind one another, which are one; undefined if there is none. */
  string(): Word | undefined {
    if (this.c !== quote && this.c !== apostrophe) return undefined;
    const start = this.at + 1;
    let [text, end] = ['', start];
    while (this.c === quote || this.c === apostrophe) {
      const [mark, first] = [this.c, this.at + 1];
      for (end = first; end < this.text.length; end++) {
        const c = this.text.charCodeAt(end);
        if (c === mark || c === newline) break;
        if (c === 92) end++;
      }
      end = Math.min(end, this.text.length);
      text += this.text.slice(first, end);
      const closed = this.text.charCodeAt(end) === mark;
      if (!closed) this.report('This string is not closed', first - 1, end);
      this.moveTo(closed ? end + 1 : end);
      if (!closed) break;
    }
    return { text, start, end };
  }

  /** True if the next token stands on a later line than the last one. */
  isOnNewLine(): boolean {
    return this.hasNewLine(this.before, this.at);
  }

  hasNewLine(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (this.text.charCodeAt(at) === newline) return true;
    }
    return false;
  }

  /** Goes over whatever is the next token. */
  token(): void {
    if (this.path() !== '' || this.string() !== undefined) return;
    if (this.at < this.text.length) this.moveTo(this.at + 1);
  }

  /** Goes behind the bracket that closes the one at `at`, however deep others lie in it; false if there is none. */
  block(): boolean {
    let depth = 0;
    while (this.at < this.text.length) {
      if (this.c === open || this.c === openBracket) depth++;
      else if ((this.c === close || this.c === closeBracket) && --depth === 0) {
        this.moveTo(this.at + 1);
        return true;
      }
      this.token();
    }
    return false;
  }

  /** Leaves what cannot be read: up to a semicolon or block of its own, the end of what it stands in, or a new line's word. */
  leave(): void {
    while (this.at < this.text.length && this.c !== close) {
      if (this.c === open) {
        this.block();
        return;
      }
      if (this.take(semicolon)) return;
      this.token();
      if (this.isOnNewLine() && (isWord(this.c) || this.c === dot)) return;
    }
  }

  report(message: string, start: number, end: number): void {
    if (this.problems.length < maxProblems) this.problems.push({ message: `${message}.`, start, end: Math.min(end, this.text.length) });
  }

  /** Reports what is missing behind the last token, unless something was missing there already. */
  missing(message: string): void {
    if (this.problems.at(-1)?.end === this.before) return;
    this.report(message, Math.max(0, this.before - 1), this.before);
  }
}

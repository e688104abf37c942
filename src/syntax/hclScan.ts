import type { SyntaxProblem } from './tree';

const word = /[\p{L}_][\p{L}\p{N}\p{Mn}_-]*/uy;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Block headers that stand only at the top of a Terraform file: at the start of a line they say that the
 * braces before were not closed, so that a half-typed block does not swallow the rest of the file.
 */
const topHeader = new RegExp([
  '(?:resource|data)[ \\t]+"[^"\\n]*"[ \\t]+"[^"\\n]*"[ \\t]*\\{',
  '(?:module|provider|variable|output)[ \\t]+"[^"\\n]*"[ \\t]*\\{',
  '(?:locals|terraform)[ \\t]*\\{',
].join('|'), 'y');

/** Where the parser is in the text, and what every part of the grammar needs to move on. */
export class HclCursor {
  at = 0;
  /** How deep the brackets, braces and templates around this place are. */
  depth = 0;
  readonly problems: SyntaxProblem[] = [];

  constructor(readonly text: string, start = 0, readonly end = text.length) {
    this.at = start;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(ahead = 0): string {
    return this.at + ahead < this.end ? (this.text[this.at + ahead] ?? '') : '';
  }

  startsWith(what: string): boolean {
    return this.at + what.length <= this.end && this.text.startsWith(what, this.at);
  }

  /** Goes over the text if it stands here. */
  take(what: string): boolean {
    if (!this.startsWith(what)) return false;
    this.at += what.length;
    return true;
  }

  /** Goes over blanks and comments, and over line breaks where these do not end what is read. */
  skip(lines: boolean): void {
    while (!this.done) {
      const c = this.peek();
      if (c === ' ' || c === '\t' || c === '\r' || c === '\uFEFF' || (lines && c === '\n')) this.at++;
      else if (c === '#' || this.startsWith('//')) this.toLineEnd();
      else if (this.startsWith('/*')) this.comment();
      else return;
    }
  }

  private comment(): void {
    const close = this.text.indexOf('*/', this.at + 2);
    if (close < 0 || close + 2 > this.end) {
      this.problem('This comment is not closed by */.', this.at, this.at + 2);
      this.at = this.end;
    } else this.at = close + 2;
  }

  /** To the line break, which stays. */
  toLineEnd(): void {
    const next = this.text.indexOf('\n', this.at);
    this.at = next < 0 || next > this.end ? this.end : next;
  }

  word(): string | undefined {
    word.lastIndex = this.at;
    return this.matched(word);
  }

  number(): string | undefined {
    number.lastIndex = this.at;
    return this.matched(number);
  }

  private matched(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || this.at + found.length > this.end) return undefined;
    this.at += found.length;
    return found;
  }

  /** True at the start of a line that begins a block of the file's top. */
  atTopHeader(): boolean {
    if (this.at > 0 && this.text[this.at - 1] !== '\n') return false;
    topHeader.lastIndex = this.at;
    return topHeader.test(this.text);
  }

  /** The line break before the next line that begins a block of the file's top; the end if there is none. */
  nextTopHeader(from: number): number {
    let line = this.text.indexOf('\n', from);
    while (line >= 0 && line < this.end) {
      topHeader.lastIndex = line + 1;
      if (topHeader.test(this.text)) return line;
      line = this.text.indexOf('\n', line + 1);
    }
    return this.end;
  }

  private lastStart = -1;
  private lastLineEnd = -1;

  /** One problem a line: what follows the first fault of a line is mostly its consequence. */
  problem(message: string, start: number, end: number): void {
    if (start >= this.lastStart && start <= this.lastLineEnd) return;
    const from = Math.min(start, this.text.length);
    const to = Math.max(from, Math.min(end, this.text.length));
    const lineEnd = this.text.indexOf('\n', from);
    this.lastStart = from;
    this.lastLineEnd = lineEnd < 0 ? this.text.length : lineEnd;
    this.problems.push({ code: 'syntax/hcl', message, start: from, end: to });
  }
}

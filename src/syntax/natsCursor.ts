import type { Comment, ScalarNode, SyntaxProblem } from './tree';
import { isComment, lineEnd, type Span } from './natsScan';

/** What is no configuration at all would fill the list. */
const maxProblems = 100;

/** Where a parser of the NATS configuration stands in the text, and what it noticed on the way. */
export class NatsCursor {
  protected at = 0;
  protected readonly problems: SyntaxProblem[] = [];
  protected readonly comments: Comment[] = [];

  constructor(protected readonly text: string) {}

  /** Blanks, line breaks, comments, and the characters given. */
  protected skipSpace(also: string): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) return;
      if (isComment(this.text, this.at)) {
        const end = lineEnd(this.text, this.at);
        const sign = char === '#' ? 1 : 2;
        this.comments.push({ start: this.at, end, text: this.text.slice(this.at + sign, end).trim() });
        this.at = end;
      } else if (also.includes(char) || /\s/.test(char)) this.at++;
      else return;
    }
  }

  protected problem(at: Span, message: string): void {
    if (this.problems.length >= maxProblems) return;
    this.problems.push({ code: 'syntax/nats-conf', start: at.start, end: at.end, message });
  }

  protected duplicate(key: ScalarNode): void {
    if (this.problems.length >= maxProblems) return;
    this.problems.push({
      code: 'syntax/duplicate-key', start: key.start, end: key.end,
      message: `The key "${key.text}" stands twice in this map; only the last one counts. `
        + 'Remove one of them.',
    });
  }

  /** Goes behind the bracket that belongs to the one here, without looking at what is between. */
  protected passOver(): number {
    let open = 0;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === '{' || char === '[') open++;
      else if ((char === '}' || char === ']') && --open === 0) return ++this.at;
    }
    return this.at;
  }
}

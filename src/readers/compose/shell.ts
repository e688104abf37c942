import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { ScalarNode } from '../../syntax/tree';
import { nodeRange } from '../shared/places';
import { maxText } from './commandText';

/** A word of a command line. */
export interface Word {
  /** Without quotes; variables stay as they are written. */
  readonly text: string;
  readonly at: SourceRange;
}

/** One simple command: its program and arguments. */
export type Command = readonly Word[];

/**
 * The simple commands of a shell script or of a list of arguments, as far as they can be told without running
 * it: pipes, lists, `sh -c`, continued lines. A variable of a loop over plain words is put in.
 */
export function commandsIn(file: SourceFile, scalars: readonly ScalarNode[]): Command[] {
  const words: (Word | undefined)[] = [];
  for (const node of scalars) {
    if (scalars.length > 1 && !/[\s;|&]/.test(node.text.trim())) {
      words.push({ text: node.text.trim(), at: placeOf(file, node, node.text.trim(), node.start).at });
      continue;
    }
    // A script is a word to the shell that is given it, and a list of commands to us.
    words.push(undefined, ...wordsOf(file, node), undefined);
  }
  return withLoops(cut(words));
}

/** Splits at the ends of commands (undefined). */
function cut(words: readonly (Word | undefined)[]): Command[] {
  const found: Word[][] = [[]];
  for (const word of words) {
    if (word === undefined) found.push([]);
    else found.at(-1)!.push(word);
  }
  return found.filter((command) => command.length > 0);
}

const maxWords = 5_000;
const maxDepth = 4;

/** A continued line, an end of a command, a comment, a word with its quotes, a blank. */
const token =
  /\\\r?\n|[\r\n;]+|&&?|\|\|?|[()]|#[^\n]*|(?:"(?:[^"\\]|\\[^])*"?|'[^']*'?|\\[^]|[^\s;&|()"'\\])+|\s/g;

/** The words of a script with undefined where a command ends. */
function wordsOf(file: SourceFile, node: ScalarNode): (Word | undefined)[] {
  const found: (Word | undefined)[] = [];
  let cursor = node.start;
  const split = (text: string, depth: number): void => {
    let previous = '';
    for (const match of text.matchAll(token)) {
      if (found.length > maxWords) return;
      const [written] = match;
      if (/^\\\r?\n$/.test(written) || /^[ \t\f\v]$/.test(written)) continue;
      if (/^[\r\n;]+$|^&&?$|^\|\|?$|^[()]$|^#/.test(written)) {
        found.push(undefined);
        continue;
      }
      const bare = unquoted(written);
      // A whole script in quotes: behind `-c`, or alone where the entry point is `sh -c`.
      const isScript = /^-\w*c$/.test(previous) || (found.at(-1) === undefined && /^["']/.test(written));
      if (isScript && /\s/.test(bare) && depth < maxDepth) {
        found.push(undefined);
        split(bare, depth + 1);
        found.push(undefined);
      } else {
        const { at, next } = placeOf(file, node, bare, cursor);
        cursor = next;
        found.push({ text: bare, at });
      }
      previous = bare;
    }
  };
  split(node.text.slice(0, maxText), 0);
  return found;
}

/** A word without its quotes and backslashes. */
function unquoted(written: string): string {
  const quotes = /"((?:[^"\\]|\\[^])*)"?|'([^']*)'?|\\([^])/g;
  return written.replace(quotes, (_, double?: string, single?: string, one?: string) =>
    double !== undefined ? double.replace(/\\(["\\$`])/g, '$1') : single ?? one ?? '');
}

/**
 * Where a word stands, looked for from a place on, since folding and quotes of YAML move it. The whole scalar
 * for a word that does not stand there as it is.
 */
function placeOf(
  file: SourceFile, node: ScalarNode, text: string, from: number,
): { at: SourceRange; next: number } {
  const start = text === '' ? -1 : file.text.indexOf(text, from);
  if (start < 0 || start + text.length > node.end) return { at: nodeRange(file, node), next: from };
  return { at: rangeIn(file, start, start + text.length), next: start + text.length };
}

/** `for t in a b; do … $t …; done` gives the commands inside once for each word. */
function withLoops(commands: readonly Command[]): Command[] {
  const found: Command[] = [];
  const loops: { readonly name: string; readonly words: readonly Word[] }[] = [];
  for (const command of commands) {
    const [head, name, word, ...words] = command;
    if (head?.text === 'for' && name !== undefined && word?.text === 'in') {
      loops.push({ name: name.text, words });
      continue;
    }
    if (head?.text === 'done') loops.pop();
    const body = head?.text === 'do' || head?.text === 'then' ? command.slice(1) : command;
    const loop = loops.findLast((l) => body.some((w) => refersTo(w.text, l.name)));
    if (body.length === 0) continue;
    if (loop === undefined || found.length > maxWords) found.push(body);
    else found.push(...loop.words.map((w) => body.map((b) => (refersTo(b.text, loop.name) ? w : b))));
  }
  return found;
}

/** True for `$name`, as a compose file writes it too (`$$name`, `$${name}`). */
function refersTo(text: string, name: string): boolean {
  return text === `$${name}` || text === `$$${name}` || text === `\${${name}}` || text === `$\${${name}}`;
}

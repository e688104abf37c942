import { resolvePlaceholders } from './placeholder';
import type { Comment, Entry, MapNode, ScalarNode, SeqNode, SyntaxNode, SyntaxTree } from './tree';
import { NatsCursor } from './natsCursor';
import {
  isBreak, isComment, readBare, readBlock, readDouble, readKey, readSingle, skipBlanks, templateEnd,
  type Span,
} from './natsScan';

export interface NatsConfTree extends SyntaxTree {
  readonly comments: readonly Comment[];
  /** The files that `include` names. They are not opened; what they hold stands here unseen. */
  readonly includes: readonly ScalarNode[];
  /** Values that the file does not tell: variables of the environment, placeholders of templates. */
  readonly unknown: ReadonlySet<SyntaxNode>;
  /** The places of those values, and of template expressions around entries. */
  readonly skipped: readonly Span[];
}

/** Deeper nesting has no meaning to the server; it is passed over, so that it cannot exhaust the stack. */
const maxDepth = 40;

/**
 * Parses the NATS server's configuration: `key: value`, `key = value` or `key value`, maps, lists, comments,
 * sizes with units, `$NAME` for a key written before in the same or an outer map, `include`. A variable is
 * replaced by what it stands for, whose ranges are those of its definition. Never throws.
 */
export function parseNatsConf(text: string): NatsConfTree {
  return new Parser(text).parse();
}

type Scope = Map<string, SyntaxNode>;

/** `{{wildcard(1)}}` and the like are the server's own: they carry tokens of a mapped subject over. */
const functions = /\{\{\s*(?:wildcard|partition|split\w*|slice\w*|left|right|random)\s*\([^(){}]*\)\s*\}\}/gi;

function isOpen(text: string): boolean {
  return text.includes('{%') || resolvePlaceholders(text.replace(functions, '')).unresolved.length > 0;
}

class Parser extends NatsCursor {
  private readonly includes: ScalarNode[] = [];
  private readonly unknown = new Set<SyntaxNode>();
  private readonly skipped: Span[] = [];
  private readonly scopes: Scope[] = [];
  private blocksEnd = true;

  parse(): NatsConfTree {
    const entries = this.entries(false, 0);
    const start = entries[0]?.key.start ?? 0;
    const root: MapNode = { kind: 'map', start, end: entries.at(-1)?.end ?? start, entries, flow: false };
    // In a template parts stand side by side that never are in one file.
    const problems = /\{\{|\{%/.test(this.text.replace(functions, '')) ? [] : this.problems;
    const { comments, includes, unknown, skipped } = this;
    return { roots: [root], problems, comments, includes, unknown, skipped };
  }

  /** The entries of a map up to its closing brace, or of the whole file. */
  private entries(closing: boolean, depth: number): Entry[] {
    const entries: Entry[] = [];
    const scope: Scope = new Map();
    this.scopes.push(scope);
    for (;;) {
      this.skipSpace(',;');
      const char = this.text[this.at];
      if (char === undefined || (closing && (char === '}' || char === ']'))) break;
      const template = templateEnd(this.text, this.at);
      if (template !== undefined) {
        this.skipped.push({ start: this.at, end: template });
        this.at = template;
      // The file may stand in braces, as JSON does.
      } else if (!closing && (char === '{' || char === '}')) this.at++;
      else if ('{[]}:='.includes(char)) this.stray(depth);
      else this.entry(entries, scope, depth);
    }
    this.scopes.pop();
    return entries;
  }

  private entry(entries: Entry[], scope: Scope, depth: number): void {
    const key = readKey(this.text, this.at);
    this.at = key.end;
    const next = this.text[this.at] ?? '';
    if (key.style === 'plain' && key.text.toLowerCase() === 'include' && (next === ' ' || next === '\t')) {
      this.include();
      return;
    }
    this.at = skipBlanks(this.text, this.at);
    const separated = this.text[this.at] === ':' || this.text[this.at] === '=';
    if (separated) this.at = skipBlanks(this.text, this.at + 1);
    const colon = separated ? this.text.slice(0, this.at).trimEnd().length : undefined;
    const start = this.at;
    const value = this.value(depth);
    if (value === undefined) {
      this.at = start;
      this.problem(key, `The key "${key.text}" has no value. Write one, or remove the key.`);
    }
    const end = value === undefined ? (colon ?? key.end) : this.at;
    const before = scope.get(key.text);
    // People write `jetstream: enabled` and its block below, which mean the same.
    const isSwitch = before?.kind === 'scalar' && /^(true|enabled?|yes|on)$/i.test(before.text);
    if (before !== undefined && !(isSwitch && value?.kind === 'map')) this.duplicate(key);
    if (value !== undefined) scope.set(key.text, value);
    entries.push({ key, value, end, ...(colon === undefined ? {} : { colon }) });
    this.endOfValue('}');
  }

  private include(): void {
    this.at = skipBlanks(this.text, this.at);
    const char = this.text[this.at];
    const node = char === '"' ? readDouble(this.text, this.at).node
      : char === '\'' ? readSingle(this.text, this.at).node : readBare(this.text, this.at);
    this.at = node.end;
    if (node.text !== '') this.includes.push(node);
  }

  private value(depth: number): SyntaxNode | undefined {
    if (isBreak(this.text[this.at])) {
      // A brace or bracket may stand on a line of its own; anything else there is the next key.
      this.skipSpace('');
      const opens = /[{[]/.test(this.text[this.at] ?? '');
      if (!opens || templateEnd(this.text, this.at) !== undefined) return undefined;
    }
    const char = this.text[this.at];
    if (char === undefined || ',;]}'.includes(char) || isComment(this.text, this.at, true)) return undefined;
    if (char === '{' && templateEnd(this.text, this.at) === undefined) return this.braces(depth);
    if (char === '[') return this.brackets(depth);
    if (char === '"') return this.quoted(readDouble(this.text, this.at), 'a closing quote (")');
    if (char === '\'') return this.quoted(readSingle(this.text, this.at), 'a closing quote (\')');
    if (char === '(') return this.block();
    return this.bare();
  }

  private braces(depth: number): MapNode {
    const start = this.at;
    if (depth >= maxDepth) return { kind: 'map', start, end: this.passOver(), entries: [], flow: true };
    this.at++;
    const entries = this.entries(true, depth + 1);
    this.close('}', start);
    return { kind: 'map', start, end: this.at, entries, flow: true };
  }

  private brackets(depth: number): SeqNode {
    const start = this.at;
    if (depth >= maxDepth) return { kind: 'seq', start, end: this.passOver(), items: [], flow: true };
    this.at++;
    const items: (SyntaxNode | undefined)[] = [];
    for (;;) {
      this.skipSpace(',;');
      const char = this.text[this.at];
      if (char === undefined || char === ']' || char === '}') break;
      const item = this.value(depth + 1);
      if (item === undefined) this.at++;
      else items.push(item);
      this.endOfValue(']');
    }
    this.close(']', start);
    return { kind: 'seq', start, end: this.at, items, flow: true };
  }

  private close(bracket: '}' | ']', start: number): void {
    if (this.text[this.at] === bracket) this.at++;
    else {
      const end = Math.min(start + 1, this.text.length);
      this.problem(
        { start, end }, `This bracket is not closed; the server refuses the file. Add a "${bracket}".`,
      );
    }
  }

  private quoted(read: { node: ScalarNode; closed: boolean }, missing: string): ScalarNode {
    this.at = read.node.end;
    if (!read.closed) {
      this.problem(read.node, `This text is not closed; the server refuses the file. Add ${missing}.`);
    } else if (isOpen(read.node.text)) this.tellsNot(read.node);
    return read.node;
  }

  private block(): SyntaxNode {
    // One search to the end of a file is enough: where a block has no end, none behind it has one.
    const read = this.blocksEnd ? readBlock(this.text, this.at) : undefined;
    if (read?.closed !== true) this.blocksEnd = false;
    const node = read?.node ?? readBare(this.text, this.at);
    return this.quoted({ node, closed: this.blocksEnd }, 'a line with nothing but ")"');
  }

  private bare(): SyntaxNode {
    const node = readBare(this.text, this.at);
    this.at = node.end;
    // A bcrypt hash needs no quotes, though it begins as a variable does.
    if (node.text.startsWith('$') && !/^\$(2[abxy]\$|\{)/.test(node.text)) {
      const name = node.text.slice(1);
      const found = this.scopes.findLast((scope) => scope.has(name))?.get(name);
      if (found !== undefined) return found;
      this.tellsNot(node);
    } else if (isOpen(node.text)) this.tellsNot(node);
    return node;
  }

  private tellsNot(node: ScalarNode): void {
    this.unknown.add(node);
    this.skipped.push({ start: node.start, end: node.end });
  }

  /** The server wants a line break, a comma, a semicolon or a closing bracket behind each value. */
  private endOfValue(bracket: '}' | ']'): void {
    this.at = skipBlanks(this.text, this.at);
    const char = this.text[this.at];
    if (char === undefined || isBreak(char) || ',;]}'.includes(char) || isComment(this.text, this.at)) return;
    const opens = '{["\''.includes(char);
    const end = opens ? this.at + 1 : Math.max(this.at + 1, readBare(this.text, this.at).end);
    const what = bracket === ']' ? 'between two items' : 'behind a value';
    this.problem(
      { start: this.at, end },
      `The server expects a comma or a new line ${what}; text with blanks needs quotes.`,
    );
    if (bracket === '}' && !opens) {
      // The rest of a text whose quotes are missing; but not the end of a map on the same line.
      while (this.at < this.text.length && !/[}\],;\r\n]/.test(this.text[this.at] ?? '')) this.at++;
    }
  }

  private stray(depth: number): void {
    const char = this.text[this.at] ?? '';
    this.problem({ start: this.at, end: this.at + 1 }, `The server expects a key here, not "${char}".`);
    if (char === '{' || char === '[') this.value(depth);
    else this.at++;
  }
}

/**
 * JSON as a list of its values in the order of the text, each with its place there. Values are never
 * parsed: a number of 64 bits stays as it was written. One pass without recursion, so that neither size
 * nor depth of a hostile payload can do harm.
 */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'word';
  /** The name in an object, the number in an array; undefined for the whole document. */
  readonly key: string | number | undefined;
  /** Index of what holds it; -1 for the whole document. */
  readonly parent: number;
  readonly depth: number;
  /** Where the value is written: UTF-16 offsets, half-open. */
  readonly start: number;
  end: number;
  /** Values directly in it. */
  size: number;
  /** Index of the first node behind all that is in it. */
  next: number;
}

export interface JsonTree {
  readonly text: string;
  readonly nodes: readonly JsonNode[];
  /** The text ended, or there were more values than the limit. */
  readonly isCut: boolean;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /-?\d[\d.eE+-]*|true|false|null/y;

/** The values of a JSON text, at most `limit`; undefined where it is no JSON object or array. */
export function parseTree(text: string, limit = 400_000): JsonTree | undefined {
  const nodes: JsonNode[] = [];
  const open: number[] = [];
  let at = skip(text, 0);
  if (text[at] !== '{' && text[at] !== '[') return undefined;
  let isCut = false;
  let key: string | number | undefined;
  const close = (end: number): void => {
    const node = nodes[open.pop()!]!;
    node.end = end;
    node.next = nodes.length;
  };
  for (;;) {
    at = skip(text, at);
    const holder = open.at(-1);
    const c = text[at];
    if (c === undefined || nodes.length >= limit) {
      isCut = true;
      break;
    }
    if (holder !== undefined && (c === '}' || c === ']')) {
      close(++at);
      if (!open.length) break;
      continue;
    }
    if (c === ',') {
      at++;
      continue;
    }
    const node = holder === undefined ? undefined : nodes[holder]!;
    if (node?.kind === 'object' && key === undefined) {
      const written = match(STRING, text, at);
      if (written === undefined) {
        isCut = true;
        break;
      }
      const colon = skip(text, at + written.length);
      key = unquoted(written);
      at = colon + 1;
      continue;
    }
    const start = at;
    const own = node?.kind === 'array' ? node.size : key;
    key = undefined;
    const kind = c === '{' ? 'object' : c === '[' ? 'array' : c === '"' ? 'string' : /[tfn]/.test(c) ? 'word' : 'number';
    const written = kind === 'object' || kind === 'array' ? c : match(kind === 'string' ? STRING : SCALAR, text, at);
    if (written === undefined) {
      isCut = true;
      break;
    }
    at += written.length;
    nodes.push({ kind, key: own, parent: holder ?? -1, depth: open.length, start, end: at, size: 0, next: nodes.length + 1 });
    if (node) node.size++;
    if (kind === 'object' || kind === 'array') open.push(nodes.length - 1);
  }
  while (open.length) close(text.length);
  return { text, nodes, isCut };
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** What a JSON string says. */
export function unquoted(written: string): string {
  try {
    return JSON.parse(written) as string;
  } catch {
    return written.slice(1, -1);
  }
}

/** A node's value as it is written, without the layout of what it holds. */
export function written({ text }: JsonTree, node: JsonNode): string {
  return text.slice(node.start, node.end);
}

/** A value as expressions write it: JSON knows ways to write a string that CEL does not. */
export function literalOf(tree: JsonTree, node: JsonNode): string {
  const text = written(tree, node);
  return node.kind === 'string' ? JSON.stringify(unquoted(text)) : text;
}

/** The keys that lead to a node, outermost first. */
export function keysOf({ nodes }: JsonTree, index: number): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let node = nodes[index]; node; node = nodes[node.parent]) if (node.key !== undefined) keys.unshift(node.key);
  return keys;
}

/** `/lines/1/sku` (RFC 6901). */
export function pointerOf(tree: JsonTree, index: number): string {
  return keysOf(tree, index)
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** `lines[1].sku`, as columns are named. */
export function pathOf(tree: JsonTree, index: number): string {
  return joined('', keysOf(tree, index), /^[\p{L}_$][\p{L}\p{N}_$-]*$/u).replace(/^\./, '');
}

/** `value.lines[1].sku`, as expressions name it. */
export function expressionOf(tree: JsonTree, index: number): string {
  return expressionOfKeys(keysOf(tree, index));
}

/** The same by the keys that lead there. */
export function expressionOfKeys(keys: readonly (string | number)[]): string {
  return joined('value', keys, /^[A-Za-z_][A-Za-z0-9_]*$/);
}

function joined(begin: string, keys: readonly (string | number)[], plain: RegExp): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return plain.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  }, begin);
}

/** The node that a pointer leads to, or the innermost one on the way; `isWhole` tells which. */
export function nodeAt(tree: JsonTree, pointer: string): { readonly index: number; readonly isWhole: boolean } {
  let index = 0;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const found = childAt(tree, index, key);
    if (found === undefined) return { index, isWhole: false };
    index = found;
  }
  return { index, isWhole: true };
}

function childAt({ nodes }: JsonTree, index: number, key: string): number | undefined {
  const end = nodes[index]?.next ?? 0;
  for (let i = index + 1; i < end; i = nodes[i]!.next) if (String(nodes[i]!.key) === key) return i;
  return undefined;
}

/** Whether a node can be told apart by its value alone: only then can one filter by it. */
export function isScalar({ kind }: JsonNode): boolean {
  return kind !== 'object' && kind !== 'array';
}

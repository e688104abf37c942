/**
 * One tree for YAML and JSON, so that a reader is written once. Offsets are UTF-16 code units in
 * the file's text; a tree knows no file. Aliases are already replaced by what they stand for (the
 * node's range is that of the anchored text), and `<<` merges are expanded behind a map's own keys.
 */
export type SyntaxNode = MapNode | SeqNode | ScalarNode;

interface NodeBase {
  readonly start: number;
  /** Behind the last character of the node; for block collections without the line breaks after it. */
  readonly end: number;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  /** What YAML 1.2's core schema or JSON makes of it. */
  readonly value: string | number | boolean | null;
  /** The content as text, unescaped: `12`, `true`, the inside of quotes; empty for an empty value. */
  readonly text: string;
  /** `start` and `end` include the quotes of quoted styles. */
  readonly style: ScalarStyle;
}

export interface Entry {
  readonly key: ScalarNode;
  /** Undefined where nothing is written after the colon (`acks:`), or nothing that can be understood. */
  readonly value: SyntaxNode | undefined;
  /** Behind the colon (or `=`) that ends the key, where one is written. */
  readonly colon?: number;
  /** Behind the last character of the entry in its own place: of its value, its alias, its colon or its key. */
  readonly end: number;
  /** True for an entry that a `<<` merge or an alias brought in: its ranges lie elsewhere in the file. */
  readonly merged?: boolean;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  /** In order of the text; of a duplicate key all entries are here, and `get` returns the last. */
  readonly entries: readonly Entry[];
  readonly flow: boolean;
}

export interface SeqNode extends NodeBase {
  readonly kind: 'seq';
  readonly items: readonly (SyntaxNode | undefined)[];
  readonly flow: boolean;
}

export type SyntaxCode =
  | 'syntax/yaml' | 'syntax/json' | 'syntax/properties' | 'syntax/hcl' | 'syntax/nats-conf' | 'syntax/mosquitto'
  | 'syntax/duplicate-key';

/** Something that the text's grammar forbids. */
export interface SyntaxProblem {
  readonly code: SyntaxCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** Without the comment sign, trimmed. */
  readonly text: string;
}

/** A parsed text: several roots where YAML has several documents. Broken text keeps what was understood. */
export interface SyntaxTree {
  readonly roots: readonly (SyntaxNode | undefined)[];
  readonly problems: readonly SyntaxProblem[];
}

export function isMap(node: SyntaxNode | undefined): node is MapNode {
  return node?.kind === 'map';
}

export function isSeq(node: SyntaxNode | undefined): node is SeqNode {
  return node?.kind === 'seq';
}

export function isScalar(node: SyntaxNode | undefined): node is ScalarNode {
  return node?.kind === 'scalar';
}

/** The entry with this key; of duplicates the last one, as most parsers decide. */
export function entry(node: SyntaxNode | undefined, key: string): Entry | undefined {
  if (!isMap(node)) return undefined;
  return node.entries.findLast((e) => !e.merged && e.key.text === key) ?? node.entries.find((e) => e.key.text === key);
}

/** The value below a path of keys (numbers for list items), or undefined. */
export function get(node: SyntaxNode | undefined, ...path: readonly (string | number)[]): SyntaxNode | undefined {
  let current = node;
  for (const step of path) {
    if (typeof step === 'number') current = isSeq(current) ? current.items[step] : undefined;
    else current = entry(current, step)?.value;
  }
  return current;
}

/** The text of a scalar with content; undefined for anything else, also for an empty or null value. */
export function text(node: SyntaxNode | undefined): string | undefined {
  return isScalar(node) && node.value !== null && node.text !== '' ? node.text : undefined;
}

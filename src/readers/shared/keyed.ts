import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { contentRange, entryRange } from './places';

/** One setting with a flat key: a line of `.properties`, a leaf of a YAML file, an environment variable. */
export interface Keyed {
  /** With dots, list items as `[0]`: `spring.kafka.listener.ack-mode`, `topics[0]`. */
  readonly key: string;
  readonly keyAt: SourceRange;
  /** With the defaults of placeholders filled in, trimmed; empty for a key without a value. */
  readonly value: string;
  /** Before placeholders were filled in, for dialects that fill them in with other keys of the file. */
  readonly written?: string;
  readonly at: SourceRange;
  /** From the key to the end of the value. */
  readonly extent: SourceRange;
  /** True if the value is a placeholder, so that nobody can tell it from the file. */
  readonly isOpen: boolean;
}

/** What a key says: its value, `'open'` for a value that the file does not tell, undefined if it is not there. */
export type Lookup = (key: string) => Sourced<string> | 'open' | undefined;

/**
 * Settings by flat key, for the many dialects that are such a list. Of a key that stands twice the last
 * counts, as everybody who reads these formats decides.
 */
export class KeyedValues {
  private readonly byKey = new Map<string, Keyed>();

  /** @param canonical makes of a key what is compared: relaxed binding, upper case of variables. */
  constructor(
    readonly file: SourceFile,
    all: Iterable<Keyed>,
    private readonly canonical: (key: string) => string = (key) => key,
  ) {
    for (const one of all) this.byKey.set(canonical(one.key), one);
  }

  get all(): readonly Keyed[] {
    return [...this.byKey.values()];
  }

  get(key: string): Keyed | undefined {
    return this.byKey.get(this.canonical(key));
  }

  /** The lookup that the shared modules take, for keys below a prefix (`spring.kafka.consumer.`). */
  lookup(prefix = ''): Lookup {
    return (key) => {
      const found = this.get(prefix + key);
      if (found === undefined) return undefined;
      if (found.isOpen) return 'open';
      return found.value === '' ? undefined : { value: found.value, at: found.at };
    };
  }

  /** The first of these keys that has a known value. */
  text(...keys: readonly string[]): Sourced<string> | undefined {
    for (const key of keys) {
      const found = this.lookup()(key);
      if (found !== undefined && found !== 'open') return found;
    }
    return undefined;
  }

  /** The settings below a prefix (with its dot), their keys without it. */
  below(prefix: string): KeyedValues {
    const start = this.canonical(prefix);
    const inside: Keyed[] = [];
    for (const [key, one] of this.byKey) {
      if (key.startsWith(start) && key.length > start.length) {
        inside.push({ ...one, key: restOf(one.key, prefix, start, this.canonical) });
      }
    }
    return new KeyedValues(this.file, inside, this.canonical);
  }

  /** The names right below a prefix (with its dot), in order of the file: the channels of `mp.messaging.incoming.`. */
  names(prefix: string): readonly string[] {
    return [...new Set(this.below(prefix).all.map((one) => firstPart(one.key)))];
  }

  /** A list: `key[0]`, `key[1]`, or one value with commas. Parts that are placeholders are left out. */
  list(key: string): readonly Sourced<string>[] {
    const one = this.get(key);
    if (one !== undefined) {
      const parts = splitList(this.file, one);
      return one.isOpen ? parts.filter(({ value }) => !/[{}]|\$[A-Z][A-Z0-9_]/.test(value) && !isUnknown(value)) : parts;
    }
    const items: Sourced<string>[] = [];
    for (let i = 0; ; i++) {
      const item = this.get(`${key}[${i}]`);
      if (item === undefined) return items;
      if (!item.isOpen && item.value !== '') items.push({ value: item.value, at: item.at });
    }
  }

  /** The places of all values that are placeholders. */
  get open(): readonly SourceRange[] {
    return this.all.filter((one) => one.isOpen).map((one) => one.at);
  }
}

/** What is left of a key behind a prefix that fits by its canonical form only. */
function restOf(
  key: string, prefix: string, start: string, canonical: (key: string) => string,
): string {
  if (key.startsWith(prefix)) return key.slice(prefix.length);
  for (let i = 1; i <= key.length; i++) if (canonical(key.slice(0, i)) === start) return key.slice(i);
  return key;
}

/** `orders` of `orders.topic`, `my.channel` of `"my.channel".topic`. */
function firstPart(key: string): string {
  const quoted = /^"([^"]*)"/.exec(key);
  return quoted?.[1] ?? /^[^.[]*/.exec(key)?.[0] ?? key;
}

/** The parts of a value with commas, each with its own place where the file's text has the same commas. */
function splitList(file: SourceFile, one: Keyed): Sourced<string>[] {
  const values = one.value.split(',');
  const written = file.text.slice(one.at.start, one.at.end);
  const parts = written.split(',');
  // A placeholder's default may hold the commas, and a value may stand in another file.
  const isAlike = one.at.file === file.id && parts.length === values.length
    && (!written.includes('${') || written === one.value);
  let from = one.at.start;
  return values.flatMap((part, i) => {
    // As it is written, with the escapes of the format (`\\.`), but for the backslash of a continued line.
    const raw = parts[i] ?? '';
    const inner = raw.replace(/^(?:\s|\\\r?\n)+/, '');
    const start = from + raw.length - inner.length;
    from += raw.length + 1;
    const value = part.trim();
    if (value === '') return [];
    return [{ value, at: isAlike ? rangeIn(file, start, start + inner.trimEnd().length) : one.at }];
  });
}

/** A leaf with its key: placeholders are resolved, and what they leave open is marked. */
export function keyed(
  key: string, keyAt: SourceRange, written: string, at: SourceRange, extent: SourceRange,
): Keyed {
  const { text, unresolved } = resolvePlaceholders(written.trim());
  return {
    key, keyAt, value: text.trim(), at, extent, isOpen: unresolved.length > 0 || isUnknown(text),
    written: written.trim(),
  };
}

/**
 * The leaves of a tree by their flat keys: a `.properties` text, or one document of YAML or JSON.
 * An empty list or map is no leaf.
 */
export function leavesOf(file: SourceFile, root: SyntaxNode | undefined): Keyed[] {
  const found: Keyed[] = [];
  walk(file, root, '', { keyAt: undefined, extent: undefined }, found);
  return found;
}

/** A generated file's leaves beyond this many say nothing that a person wrote. */
const maxLeaves = 20_000;

interface Above {
  readonly keyAt: SourceRange | undefined;
  readonly extent: SourceRange | undefined;
}

// Recursion is safe: the depth of a tree is bounded where it is parsed.
function walk(file: SourceFile, node: SyntaxNode | undefined, key: string, above: Above, found: Keyed[]): void {
  if (found.length >= maxLeaves) return;
  if (isMap(node)) {
    for (const entry of node.entries) {
      const name = entry.key.text;
      const inner = key === '' ? name : name.startsWith('[') ? `${key}${name}` : `${key}.${name}`;
      walk(file, entry.value, inner, { keyAt: contentRange(file, entry.key), extent: entryRange(file, entry) }, found);
      if (entry.value === undefined && found.length < maxLeaves) {
        const end = rangeIn(file, entry.end, entry.end);
        found.push(keyed(inner, contentRange(file, entry.key), '', end, entryRange(file, entry)));
      }
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, i) => walk(file, item, `${key}[${i}]`, above, found));
  } else if (isScalar(node)) {
    const at = contentRange(file, node);
    found.push(keyed(key, above.keyAt ?? at, node.value === null ? '' : node.text, at, above.extent ?? at));
  }
}

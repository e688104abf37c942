import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import { isLoginKey } from '../shared/clientSecrets';
import { KeyedValues, type Keyed, type Lookup } from '../shared/keyed';

/** A setting by the parts of its key: `spring`, `kafka`, `topics[0]`; names in brackets are one part. */
export interface Leaf extends Keyed {
  readonly parts: readonly string[];
}

/**
 * What keys are compared by: Spring binds `bootstrap-servers`, `bootstrapServers`, `bootstrap_servers` and
 * `BOOTSTRAP_SERVERS` to one property (relaxed binding).
 */
export function canonicalKey(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}

/**
 * The parts of a key: at its dots, names of maps in brackets as they are (`properties[max.block.ms]`),
 * numbers in brackets with the part that they count.
 */
export function keyParts(key: string): string[] {
  const parts: string[] = [];
  const tokens = /\[([^\]]{0,400})\]|([^.[]+)|\[/g;
  for (const match of key.matchAll(tokens)) {
    const [whole, name, plain] = match;
    if (name !== undefined && /^\d*$/.test(name) && parts.length > 0) parts.push(`${parts.pop()}${whole}`);
    else if (name !== undefined || plain !== undefined) parts.push((name ?? plain ?? '').trim());
  }
  return parts;
}

/** A part of the settings with the name that stands above it. */
export interface Section {
  readonly name: string;
  readonly inside: Settings;
  /** The first setting of it, its key as that of the whole. */
  readonly first: Leaf;
}

/**
 * Settings by relaxed keys, of a whole application or below a prefix. The last of a key counts. Sections are
 * made when they are asked for, and once: bindings are asked for many times.
 */
export class Settings {
  private known: Map<string, Leaf> | undefined;
  private groups: Map<string, Section> | undefined;

  constructor(readonly file: SourceFile, private readonly leaves: readonly Leaf[]) {}

  /** Most sections of a file are never looked into. */
  private get byKey(): ReadonlyMap<string, Leaf> {
    if (this.known === undefined) {
      this.known = new Map();
      for (const leaf of this.leaves) this.known.set(canonicalKey(leaf.parts.join('.')), leaf);
    }
    return this.known;
  }

  /** In order of the file, their parts without the prefix of this section. */
  get all(): readonly Leaf[] {
    return [...this.byKey.values()];
  }

  get isEmpty(): boolean {
    return this.leaves.length === 0;
  }

  get(key: string): Leaf | undefined {
    return this.byKey.get(canonicalKey(key));
  }

  /** How the shared modules ask. */
  readonly lookup: Lookup = (key) => {
    const found = this.get(key);
    if (found === undefined) return undefined;
    if (found.isOpen) return 'open';
    return found.value === '' ? undefined : { value: found.value, at: found.at };
  };

  /** The first of these keys that has a known value. */
  text(...keys: readonly string[]): Sourced<string> | undefined {
    for (const key of keys) {
      const found = this.lookup(key);
      if (found !== undefined && found !== 'open') return found;
    }
    return undefined;
  }

  /** True where a switch is on. */
  isOn(key: string): Sourced<boolean> | undefined {
    const said = this.text(key);
    const value = said && booleanOf(said.value);
    return said === undefined || value === undefined ? undefined : { value, at: said.at };
  }

  /** The settings below a prefix, which is given without a dot at its end. */
  below(prefix: string): Settings {
    let found: Settings = this;
    for (const part of prefix.split('.')) found = found.section(part);
    return found;
  }

  /** The settings of a section by its name, which may hold dots where it was written in brackets. */
  section(name: string): Settings {
    return this.sectionsByName().get(canonicalKey(name))?.inside ?? new Settings(this.file, []);
  }

  /** The sections right below, by their names as written: `bindings.orders-in-0`. */
  sections(): readonly Section[] {
    return [...this.sectionsByName().values()];
  }

  private sectionsByName(): ReadonlyMap<string, Section> {
    if (this.groups !== undefined) return this.groups;
    const found = new Map<string, { name: string; leaves: Leaf[]; first: Leaf }>();
    for (const leaf of this.byKey.values()) {
      const [name = '', ...rest] = leaf.parts;
      const key = canonicalKey(name);
      let section = found.get(key);
      if (section === undefined) found.set(key, (section = { name, leaves: [], first: leaf }));
      if (rest.length > 0) section.leaves.push({ ...leaf, parts: rest });
    }
    const groups = new Map<string, Section>();
    for (const [key, { name, leaves, first }] of found) {
      groups.set(key, { name, first, inside: new Settings(this.file, leaves) });
    }
    return (this.groups = groups);
  }

  /** A list: `key[0]`, `key[1]`, or one value with commas. What is left to placeholders is left out. */
  list(key: string): readonly Sourced<string>[] {
    const whole = this.get(key);
    const items: Leaf[] = [];
    for (let i = 0; whole === undefined && items.length === i; i++) {
      const item = this.get(`${key}[${i}]`);
      if (item !== undefined) items.push(item);
    }
    const parts = whole === undefined
      ? items.map((item, i) => ({ ...item, key: `x[${i}]` })) : [{ ...whole, key: 'x' }];
    return new KeyedValues(this.file, parts).list('x');
  }

  /** A list as one text with commas, such as addresses; 'open' where a part of it is not known. */
  joined(key: string): Sourced<string> | 'open' | undefined {
    const said = this.lookup(key);
    if (said !== undefined || this.get(`${key}[0]`) === undefined) return said;
    const items = this.list(key);
    const [first, last] = [items[0], items.at(-1)];
    if (first === undefined || last === undefined) return 'open';
    const at = { ...first.at, end: Math.max(first.at.end, last.at.end) };
    return { value: items.map((item) => item.value).join(','), at };
  }

  /** The places of what is left to placeholders. */
  get open(): readonly SourceRange[] {
    return this.all.filter((leaf) => leaf.isOpen && !isLoginKey(leaf.parts.join('.'))).map((leaf) => leaf.at);
  }
}

/**
 * A name with the place of its own words: in `${TOPIC:orders}` those of the default, so that renaming keeps
 * the variable.
 */
export function narrowed(file: SourceFile, name: Sourced<string>): Sourced<string> {
  if (name.at.file !== file.id) return name;
  const written = file.text.slice(name.at.start, name.at.end);
  const match = /^\$\{[^{}:]{1,200}:([^{}]{1,300})\}$/.exec(written);
  if (match?.[1] !== name.value) return name;
  const end = name.at.end - 1;
  return { value: name.value, at: { ...name.at, start: end - name.value.length, end } };
}

/** A boolean as Spring converts it. */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (/^(true|on|yes|1)$/.test(word)) return true;
  return /^(false|off|no|0)$/.test(word) ? false : undefined;
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000,
};

const isoDuration = /^P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/i;

/** A duration as Spring converts it, in milliseconds: `500`, `30s`, `PT5M`. */
export function millisecondsOf(text: string): number | undefined {
  const simple = /^(\d{1,15})(ns|us|ms|s|m|h|d)?$/i.exec(text.trim());
  if (simple) return Number(simple[1]) * (units[(simple[2] ?? 'ms').toLowerCase()] ?? 1);
  const iso = isoDuration.exec(text.trim());
  if (!iso || iso[0].length < 3) return undefined;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = iso;
  return Number(days) * 86_400_000 + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
}

/** A whole number of at least one; undefined for what is not known. */
export function countOf(settings: Settings, key: string): Sourced<number> | undefined {
  const said = settings.text(key);
  return said !== undefined && /^[1-9]\d{0,8}$/.test(said.value) ? { value: Number(said.value), at: said.at } : undefined;
}

/** A duration in milliseconds: `5s`, `PT5S`, or a bare number. */
export function durationOf(settings: Settings, key: string): Sourced<number> | undefined {
  const said = settings.text(key);
  const value = said && millisecondsOf(said.value);
  return said === undefined || value === undefined ? undefined : { value, at: said.at };
}

import type { SyntaxNode } from '../../syntax/tree';
import { entry, isMap, isSeq, type MapNode, type SeqNode } from '../../syntax/tree';
import { isUnknown, scalar, textIn, type Value } from './value';

interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * The few functions of Terraform that stand around literal lists and maps of topics. Each gives undefined
 * where its result is not known; nodes keep the places of what they came from.
 */
type Fn = (args: readonly Value[], at: Place) => Value | undefined;

const same: Fn = ([value]) => value;

function seq(items: readonly SyntaxNode[], at: Place): SeqNode {
  return { kind: 'seq', flow: true, items, start: at.start, end: at.end };
}

function items(value: SyntaxNode | undefined): readonly SyntaxNode[] | undefined {
  return isSeq(value) && value.items.every((i) => i !== undefined) ? value.items : undefined;
}

/** Items without those whose text came before, as a set has them; an unknown item stays. */
function distinct(value: SyntaxNode | undefined, at: Place): Value | undefined {
  const all = items(value);
  if (all === undefined) return undefined;
  const seen = new Set<string>();
  return seq(all.filter((item) => {
    const text = textIn(item);
    if (text === undefined) return true;
    return seen.size < seen.add(text).size;
  }), at);
}

const functions: Readonly<Record<string, Fn>> = {
  toset: ([value], at) => distinct(value, at),
  distinct: ([value], at) => distinct(value, at),
  tolist: same,
  tomap: same,
  sort: same,
  nonsensitive: same,
  sensitive: same,
  tostring: same,
  tonumber: ([value], at) => {
    const text = textIn(value);
    const number = text === undefined || text.trim() === '' ? NaN : Number(text);
    if (!Number.isFinite(number)) return undefined;
    return scalar(number, value ?? at, value?.kind === 'scalar' ? value.style : 'plain');
  },
  concat: (args, at) => {
    const lists = args.map(items);
    return lists.some((l) => l === undefined) ? undefined : seq(lists.flatMap((l) => l ?? []), at);
  },
  flatten: ([value], at) => {
    const all = items(value);
    if (all === undefined || all.some(isUnknown)) return undefined;
    return seq(all.flatMap((item) => items(item) ?? [item]), at);
  },
  compact: ([value], at) => {
    const all = items(value);
    return all && seq(all.filter((i) => textIn(i) !== ''), at);
  },
  merge: (args, at) => {
    const maps = args.filter((a) => !(a.kind === 'scalar' && a.value === null));
    if (!maps.every(isMap)) return undefined;
    const entries = maps.flatMap((m) => m.entries);
    return { kind: 'map', flow: true, entries: lastOfEach(entries), start: at.start, end: at.end };
  },
  keys: ([value], at) => (isMap(value) ? seq(value.entries.map((e) => e.key), at) : undefined),
  values: ([value], at) => {
    if (!isMap(value)) return undefined;
    return seq(value.entries.flatMap((e) => e.value ?? []), at);
  },
  length: ([value], at) => {
    if (isMap(value)) return scalar(value.entries.length, at);
    const all = items(value);
    return all && scalar(all.length, at);
  },
  lookup: ([map, key, fallback]) => {
    const name = textIn(key);
    if (!isMap(map) || name === undefined) return undefined;
    return entry(map, name)?.value ?? fallback;
  },
  coalesce: (args) => args.find((a) => isUnknown(a) || (textIn(a) ?? '') !== ''),
  lower: (args, at) => mapped(args, at, (text) => text.toLowerCase()),
  upper: (args, at) => mapped(args, at, (text) => text.toUpperCase()),
  trimspace: (args, at) => mapped(args, at, (text) => text.trim()),
  replace: ([value, from, to], at) => {
    const [search, by] = [textIn(from), textIn(to)];
    // Between slashes it is a regular expression, which is not run.
    if (search === undefined || search === '' || search.startsWith('/')) return undefined;
    if (by === undefined || by.length > 200) return undefined;
    return mapped(value ? [value] : [], at, (text) => text.replaceAll(search, by));
  },
  join: ([separator, list], at) => {
    const between = textIn(separator);
    const texts = items(list)?.map(textIn);
    if (between === undefined || texts === undefined || texts.some((t) => t === undefined)) return undefined;
    return scalar(texts.join(between), at);
  },
  split: ([separator, value], at) => {
    const [by, text] = [textIn(separator), textIn(value)];
    if (by === undefined || by === '' || text === undefined) return undefined;
    return seq(text.split(by).map((part) => scalar(part, at)), at);
  },
  format: ([pattern, ...rest], at) => {
    const text = textIn(pattern);
    const values = rest.map(textIn);
    if (text === undefined || values.some((v) => v === undefined)) return undefined;
    const verbs = text.replaceAll('%%', '').match(/%[^%]/g) ?? [];
    if (verbs.length !== values.length || verbs.some((v) => !/%[sdv]/.test(v))) return undefined;
    let next = 0;
    return scalar(text.replace(/%%|%[sdv]/g, (v) => (v === '%%' ? '%' : (values[next++] ?? ''))), at);
  },
  // What is made into text here stays a tree: whoever reads it wants its places.
  jsonencode: same,
  yamlencode: same,
};

/** What a call comes to; undefined for functions that are not computed, and for arguments nobody knows. */
export function call(name: string, args: readonly Value[], at: Place): Value | undefined {
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return fn?.(args, at);
}

function mapped(args: readonly Value[], at: Place, change: (text: string) => string): Value | undefined {
  const text = textIn(args[0]);
  return text === undefined ? undefined : scalar(change(text), at);
}

function lastOfEach(entries: MapNode['entries']): MapNode['entries'] {
  const last = new Map(entries.map((e) => [e.key.text, e]));
  return entries.filter((e) => last.get(e.key.text) === e);
}

import type { HclBody } from '../../syntax/hclNodes';
import { isMap, isSeq, type Entry, type ScalarNode } from '../../syntax/tree';
import type { Evaluator, Scope } from './evaluate';
import { attribute, blocksOf } from './terraformFile';
import { isUnknown, scalar, textIn, type Value } from './value';

/** Keys with their values; the keys of a list are its places. Undefined for what is no collection. */
export function pairsOf(value: Value): [ScalarNode, Value][] | undefined {
  if (isMap(value)) return value.entries.flatMap((e) => (e.value === undefined ? [] : [[e.key, e.value]]));
  if (!isSeq(value)) return undefined;
  return value.items.flatMap((item, i) => (item === undefined ? [] : [[scalar(i, item), item]]));
}

/** One of what `for_each` or `count` makes of a block. */
export interface Instance {
  readonly key: string;
  readonly scope: Scope;
}

/** A file with more of them is generated; nobody looks at all. */
const maxInstances = 2_000;

/**
 * What `for_each` or `count` makes of a block: one without a key where there is neither. Undefined where
 * the file does not say how many there are.
 */
export function instances(
  evaluator: Evaluator, body: HclBody, scope: Scope = new Map(),
): readonly Instance[] | undefined {
  const forEach = attribute(body, 'for_each')?.value;
  if (forEach !== undefined) {
    const over = evaluator.value(forEach, scope);
    const pairs = isUnknown(over) ? undefined : pairsOf(over);
    return pairs?.slice(0, maxInstances).flatMap(([key, value]) => {
      // The key of a set is its value.
      const name = isSeq(over) ? (value.kind === 'scalar' && !isUnknown(value) ? value : undefined) : key;
      if (name === undefined) return [];
      const each: Value = {
        kind: 'map', flow: true, start: name.start, end: value.end,
        entries: [eachEntry('key', name), eachEntry('value', value)],
      };
      return [{ key: name.text, scope: new Map(scope).set('each', each) }];
    });
  }
  const count = attribute(body, 'count')?.value;
  if (count === undefined) return [{ key: '', scope }];
  const number = Number(textIn(evaluator.value(count, scope)) ?? NaN);
  // `count = var.enabled ? 1 : 0`: it may be there, and then it is one; its number is not known.
  if (!Number.isInteger(number) || number < 0) return [{ key: '', scope }];
  return Array.from({ length: Math.min(number, maxInstances) }, (_, i) => ({
    key: String(i),
    scope: new Map(scope).set('count', {
      kind: 'map', flow: true, start: count.start, end: count.end,
      entries: [eachEntry('index', scalar(i, count))],
    }),
  }));
}

function eachEntry(name: string, value: Value): Entry {
  return { key: scalar(name, value), value, end: value.end };
}

/** A body with what its loop variables stand for: a block, or one of what `for_each` makes of it. */
export interface Nested {
  readonly body: HclBody;
  readonly scope: Scope;
  readonly start: number;
  readonly end: number;
}

/** The blocks of a type in a body, with what their `dynamic` forms make. */
export function nestedBodies(evaluator: Evaluator, body: HclBody, type: string, scope: Scope): Nested[] {
  const plain = blocksOf(body, type).map((b) => ({ body: b.body, scope, start: b.start, end: b.end }));
  const dynamic = blocksOf(body, 'dynamic').filter((b) => b.labels[0]?.text === type).flatMap((b) => {
    const content = blocksOf(b.body, 'content')[0];
    const label = attribute(b.body, 'iterator')?.value;
    const name = label?.kind === 'reference' ? label.root : type;
    if (content === undefined) return [];
    return (instances(evaluator, b.body, scope) ?? []).map((one) => {
      const each = one.scope.get('each');
      const inner = each === undefined ? scope : new Map(scope).set(name, each);
      return { body: content.body, scope: inner, start: b.start, end: b.end };
    });
  });
  return [...plain, ...dynamic];
}

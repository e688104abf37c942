import { allBits, bareSchema, bits, numberBits, type JsonSchema, type Limit } from './schema';
import { canonical, holds, schemasFor, typeBit, type JsonValue } from './value';

/**
 * The documents that are valid for all of some schemas and for none of others. What is known of them is read off the
 * schemas one by one; leaving out what is not understood makes it more documents, never fewer.
 */
export interface Case {
  /** Equal for equal cases. */
  readonly key: string;
  /** With everything that `allOf`, `$ref` and dependencies on required properties add. */
  readonly positive: readonly JsonSchema[];
  readonly negative: readonly JsonSchema[];
  readonly types: number;
  /** Schemas whose alternatives were told apart already. */
  readonly split: ReadonlySet<JsonSchema>;
  /** Where it stands, when nothing is said of it. */
  readonly home: JsonSchema;
}

/** What was read off a case already: the same questions are asked for each keyword of a reader. */
interface Memory {
  readable?: readonly JsonSchema[];
  types?: number;
  required?: ReadonlySet<string>;
  values?: { readonly of: readonly JsonValue[] | undefined };
  readonly below: Map<string | number, Case>;
}
const memories = new WeakMap<Case, Memory>();

function memoryOf(one: Case): Memory {
  let found = memories.get(one);
  if (found === undefined) memories.set(one, (found = { below: new Map() }));
  return found;
}

/** What validators disagree about is not read: neighbours of a reference up to draft-07. */
export function readable(one: Case): readonly JsonSchema[] {
  return (memoryOf(one).readable ??= one.positive.filter(({ refAlone }) => refAlone !== true));
}

/** Schemas made up here; each but once, so that equal cases have equal keys. */
const made = new WeakMap<JsonSchema, JsonSchema | 'none'>();
let nextMade = -1;

export function caseOf(home: JsonSchema, positive: readonly JsonSchema[], more: Partial<Pick<Case, 'negative' | 'types' | 'split'>> = {}): Case {
  const all = new Set<JsonSchema>();
  const add = (schema: JsonSchema): void => {
    if (all.has(schema) || all.size > 200) return;
    all.add(schema);
    const target = schema.ref?.();
    if (target !== undefined) add(target);
    if (schema.refAlone === true) return;
    schema.allOf.forEach(add);
    const closed = schema.unevaluated === undefined ? undefined : closedBy(schema);
    if (closed !== undefined) add(closed);
  };
  positive.forEach(add);
  for (let size = 0; size !== all.size;) {
    size = all.size;
    const plain = [...all].filter(({ refAlone }) => refAlone !== true);
    const required = new Set(plain.flatMap((schema) => [...schema.required.keys()]));
    for (const one of plain.flatMap(({ dependencies }) => dependencies)) if (!one.isOld && required.has(one.key)) add(one.schema);
  }
  const { negative = [], types = allBits, split = new Set<JsonSchema>() } = more;
  const ids = (list: Iterable<JsonSchema>): string => [...new Set([...list].map(({ id }) => id))].sort((a, b) => a - b).join();
  return { home, positive: [...all], negative, types, split, key: `${ids(all)}!${ids(negative)}/${types}|${ids(split)}` };
}

export function and(one: Case, positive: readonly JsonSchema[], negative: readonly JsonSchema[] = [], split: readonly JsonSchema[] = []): Case {
  return caseOf(one.home, [...one.positive, ...positive], {
    negative: [...one.negative, ...negative], types: one.types, split: new Set([...one.split, ...split]),
  });
}

export function ofTypes(one: Case, types: number): Case {
  return caseOf(one.home, one.positive, { ...one, types: one.types & types });
}

/** The types that a case's documents can have. */
export function typesOf(one: Case): number {
  return (memoryOf(one).types ??= typesAnew(one));
}

function typesAnew(one: Case): number {
  let types = one.types;
  for (const schema of readable(one)) {
    if (schema.always === false) return 0;
    if (schema.types !== undefined) types &= schema.types;
    for (const list of schema.values) types &= list.reduce<number>((all, value) => all | typeBit(value), 0);
  }
  for (const schema of one.negative) {
    if (schema.always === true) return 0;
    const says = [...schema.keywords.keys()].filter((key) => !annotations.has(key));
    if (schema.types !== undefined && says.every((key) => key === 'type')) types &= ~schema.types;
  }
  return types;
}
export const annotations: ReadonlySet<string> = new Set([
  '$schema', '$id', 'id', '$comment', '$anchor', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$defs', 'definitions',
]);

/** All documents of a case where they can be counted. */
export function valuesOf(one: Case): readonly JsonValue[] | undefined {
  return (memoryOf(one).values ??= { of: valuesAnew(one) }).of;
}

function valuesAnew(one: Case): readonly JsonValue[] | undefined {
  const types = typesOf(one);
  const listed = readable(one).find(({ values }) => values.length > 0)?.values[0]
    ?? ((types & ~(bits.null | bits.boolean)) === 0 ? [null, true, false] : undefined);
  return listed?.filter((value) => (types & typeBit(value)) !== 0
    && one.positive.every((schema) => holds(value, schema) !== false) && one.negative.every((schema) => holds(value, schema) !== true));
}

export function requiredOf(one: Case): ReadonlySet<string> {
  return (memoryOf(one).required ??= new Set(readable(one).flatMap(({ required }) => [...required.keys()])));
}

/** The strictest limit that is said; undefined where none is. */
export function limitOf(one: Case, limit: Limit): number | undefined {
  const said = readable(one).flatMap(({ limits }) => limits.get(limit) ?? []);
  return said.length === 0 ? undefined : /^max|Max/.test(limit) ? Math.min(...said) : Math.max(...said);
}

export interface Bound { readonly value: number; readonly isIn: boolean }

/** The least (greatest) number, and whether it is one itself. */
export function boundOf(one: Case, side: 'low' | 'high'): Bound | undefined {
  const isInteger = (typesOf(one) & numberBits) === bits.integer;
  return side === 'low' ? bound(limitOf(one, 'minimum'), limitOf(one, 'exclusiveMinimum'), side, isInteger)
    : bound(limitOf(one, 'maximum'), limitOf(one, 'exclusiveMaximum'), side, isInteger);
}

/** The stricter of both limits; of integers the next one counts. */
export function bound(plain: number | undefined, open: number | undefined, side: 'low' | 'high', isInteger: boolean): Bound | undefined {
  if (plain === undefined && open === undefined) return undefined;
  const opens = open !== undefined && (plain === undefined || (side === 'low' ? open >= plain : open <= plain));
  const value = opens ? open : plain!;
  if (!isInteger) return { value, isIn: !opens };
  const whole = side === 'low' ? Math.ceil(value) : Math.floor(value);
  return { value: opens && whole === value ? (side === 'low' ? value + 1 : value - 1) : whole, isIn: true };
}

/** What is known of a property. A name that cannot be is a case of no documents. */
export function propertyOf(one: Case, name: string): Case {
  return below(one, name, () => propertyAnew(one, name));
}

function below(one: Case, step: string | number, make: () => Case): Case {
  const { below: known } = memoryOf(one);
  let found = known.get(step);
  if (found === undefined) known.set(step, (found = make()));
  return found;
}

function propertyAnew(one: Case, name: string): Case {
  const plain = readable(one);
  const found = plain.flatMap((schema) => schemasFor(schema, name)).filter((schema) => schema !== undefined);
  const isRefused = plain.some(({ names }) => names !== undefined && holds(name, names) === false)
    || one.negative.some((schema) => schema.required.size === 1 && schema.required.has(name) && [...schema.keywords.keys()].every((key) => key === 'required'));
  return caseOf(found[0] ?? one.home, isRefused ? [...found, nothing] : found);
}

export function itemOf(one: Case, index: number): Case {
  return below(one, index, () => {
    const found = readable(one).flatMap((schema) => schema.prefix[index] ?? schema.items ?? []);
    return caseOf(found[0] ?? one.home, found);
  });
}

const nothing: JsonSchema = bareSchema(0, { at: { start: 0, end: 0 }, pointer: '#' } as JsonSchema, { always: false });

/** The alternatives of the first schema that has some; undefined where none has. */
export function alternatives(one: Case): readonly Case[] | undefined {
  for (const schema of readable(one)) {
    if (one.split.has(schema)) continue;
    const { anyOf, oneOf, when, not } = schema;
    if (anyOf.length === 0 && oneOf.length === 0 && (when === undefined || (when.then ?? when.else) === undefined) && not === undefined) continue;
    let all = [and(one, [], not === undefined ? [] : [not], [schema])];
    if (anyOf.length > 0) all = all.flatMap((each) => anyOf.map((branch) => and(each, [branch])));
    if (oneOf.length > 0) all = all.flatMap((each) => oneOf.map((branch) => and(each, [branch], oneOf.filter((other) => other !== branch))));
    if (when !== undefined) {
      all = all.flatMap((each) => [and(each, when.then === undefined ? [when.test] : [when.test, when.then]), and(each, when.else === undefined ? [] : [when.else], [when.test])]);
    }
    return all;
  }
  return undefined;
}

/**
 * What `unevaluatedProperties` says of names that nothing beside or below could have looked at, as `additionalProperties`
 * of a schema that has all those names.
 */
function closedBy(schema: JsonSchema): JsonSchema | undefined {
  let found = made.get(schema);
  if (found === undefined) {
    const seen = seenBy(schema, true);
    found = seen.all ? 'none' : bareSchema(nextMade--, schema, { properties: new Map([...seen.names].map((name) => [name, anything])), patterns: new Map([...seen.patterns].map((pattern) => [pattern, anything])), additional: schema.unevaluated! });
    made.set(schema, found);
  }
  return found === 'none' ? undefined : found;
}
const anything: JsonSchema = { ...nothing, id: -0.5, always: true };

/** The properties that a schema and those in its place look at: all that might, or only those that surely do. */
export function seenBy(schema: JsonSchema, might: boolean): { names: Set<string>; patterns: Set<string>; all: boolean } {
  const result = { names: new Set<string>(), patterns: new Set<string>(), all: false };
  const visited = new Set<JsonSchema>();
  const visit = (one: JsonSchema, isRoot: boolean): void => {
    if (visited.has(one)) return;
    visited.add(one);
    if (one.additional !== undefined || (!isRoot && one.unevaluated !== undefined)) result.all = true;
    if (one.opaque !== undefined && might) result.all = true;
    for (const name of one.properties.keys()) result.names.add(name);
    for (const pattern of one.patterns.keys()) result.patterns.add(pattern);
    const target = one.ref?.();
    if (target === undefined && one.ref !== undefined && might) result.all = true;
    const { when } = one;
    const below = [target, ...one.allOf];
    if (might) below.push(...one.anyOf, ...one.oneOf, when?.test, when?.then, when?.else, ...one.dependencies.map((each) => each.schema));
    for (const each of below) if (each !== undefined) visit(each, false);
  };
  visit(schema, true);
  return result;
}

/** True if two schemas say the same, also through their references. What only describes does not count. */
export class Sameness {
  private readonly known = new Map<string, boolean>();

  isSame(a: JsonSchema, b: JsonSchema): boolean {
    const pair = `${a.id},${b.id}`;
    const known = this.known.get(pair);
    if (known !== undefined) return known;
    const result = this.compare(a, b, new Set());
    this.known.set(pair, result);
    return result;
  }

  /** Pairs that are met again are taken for the same: what differs is found where it differs. */
  private compare(a: JsonSchema, b: JsonSchema, assumed: Set<string>): boolean {
    if (a === b) return true;
    const pair = `${a.id},${b.id}`;
    const known = this.known.get(pair);
    if (known !== undefined) return known;
    if (assumed.has(pair)) return true;
    if (assumed.size > 2_000) return false;
    assumed.add(pair);
    const result = saysAlike(a, b) && this.partsAlike(a, b, assumed);
    if (!result) this.known.set(pair, false);
    return result;
  }

  private partsAlike(a: JsonSchema, b: JsonSchema, assumed: Set<string>): boolean {
    const same = (x: JsonSchema | undefined, y: JsonSchema | undefined): boolean => (x === undefined || y === undefined ? x === y : this.compare(x, y, assumed));
    const lists = (x: readonly JsonSchema[], y: readonly JsonSchema[]): boolean => x.length === y.length && x.every((one, i) => same(one, y[i]));
    const maps = (x: ReadonlyMap<string, JsonSchema>, y: ReadonlyMap<string, JsonSchema>): boolean => x.size === y.size && [...x].every(([key, one]) => y.has(key) && same(one, y.get(key)));
    const [toA, toB] = [a.ref?.(), b.ref?.()];
    return same(toA, toB)
      // A reference that leads nowhere is the same thing in both versions if it has the same text.
      && (toA !== undefined || a.keywords.get('$ref')?.text === b.keywords.get('$ref')?.text)
      && lists(a.prefix, b.prefix) && same(a.items, b.items) && same(a.unevaluatedItems, b.unevaluatedItems) && same(a.contains?.schema, b.contains?.schema)
      && maps(a.properties, b.properties) && maps(a.patterns, b.patterns) && same(a.additional, b.additional) && same(a.names, b.names)
      && same(a.unevaluated, b.unevaluated) && lists(a.allOf, b.allOf) && lists(a.anyOf, b.anyOf) && lists(a.oneOf, b.oneOf) && same(a.not, b.not)
      && same(a.when?.test, b.when?.test) && same(a.when?.then, b.when?.then) && same(a.when?.else, b.when?.else)
      && a.dependencies.every((one, i) => same(one.schema, b.dependencies[i]!.schema));
  }
}

/** What can be compared without looking into other schemas. */
function saysAlike(a: JsonSchema, b: JsonSchema): boolean {
  const keys = (one: JsonSchema): string => [...one.required.keys()].sort().join('\n');
  return a.always === b.always && a.opaque === b.opaque && (a.refAlone ?? false) === (b.refAlone ?? false) && (a.ref === undefined) === (b.ref === undefined)
    && (a.types ?? allBits) === (b.types ?? allBits) && a.multipleOf === b.multipleOf && a.pattern === b.pattern && a.format === b.format
    && a.uniqueItems === b.uniqueItems && a.required.size === b.required.size && a.limits.size === b.limits.size && a.values.length === b.values.length
    && a.properties.size === b.properties.size && a.contains?.min === b.contains?.min && a.contains?.max === b.contains?.max
    && a.dependencies.length === b.dependencies.length
    && a.dependencies.every((one, i) => one.key === b.dependencies[i]!.key && one.isOld === b.dependencies[i]!.isOld && one.isArray === b.dependencies[i]!.isArray)
    && [...a.limits].every(([limit, value]) => b.limits.get(limit) === value) && keys(a) === keys(b)
    && (a.values.length === 0 || canonical(a.values as JsonValue) === canonical(b.values as JsonValue));
}

import { isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { bits, numberBits, type JsonSchema } from './schema';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The value that a tree stands for; what is missing in half-typed text is null. */
export function valueOf(node: SyntaxNode | undefined): JsonValue {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(valueOf);
  if (isMap(node)) return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, valueOf(value)]));
  return null;
}

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join()}}`;
  return JSON.stringify(Object.is(value, -0) ? 0 : value);
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeBit(value: JsonValue): number {
  if (value === null) return bits.null;
  if (typeof value === 'number') return Number.isInteger(value) ? bits.integer : bits.fraction;
  if (Array.isArray(value)) return bits.array;
  return bits[typeof value as 'boolean' | 'string' | 'object'];
}

/** A pattern whose running time may explode is not run. */
const risky = /[+*}]\)*[+*{]|\)[+*{]|\\[1-9]/;
const compiled = new Map<string, RegExp | undefined>();

/** True if a text has a match of a pattern; undefined where that is not known. */
export function matches(pattern: string, text: string): boolean | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size > 2_000) compiled.clear();
    compiled.set(pattern, pattern.length > 500 || risky.test(pattern) ? undefined : regularExpression(pattern));
  }
  return text.length > 2_000 ? undefined : compiled.get(pattern)?.test(text);
}

function regularExpression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

/** Three-valued "and": false wins, then not known. */
function every<T>(all: Iterable<T>, test: (one: T) => boolean | undefined): boolean | undefined {
  let result: boolean | undefined = true;
  for (const one of all) {
    const here = test(one);
    if (here === false) return false;
    if (here === undefined) result = undefined;
  }
  return result;
}

/** Whether a value is valid; undefined where that cannot be told (formats, what is not followed, too deep). */
export function holds(value: JsonValue, schema: JsonSchema, depth = 0): boolean | undefined {
  if (schema.always !== undefined) return schema.always;
  if (depth > 32) return undefined;
  if (schema.refAlone === true) {
    // Validators disagree about what stands beside a reference: only what both readings say is known.
    const alone = through(value, schema, depth);
    return alone === false ? false : alone === true && own(value, schema, depth) === true ? true : undefined;
  }
  return every([through(value, schema, depth), own(value, schema, depth)], (one) => one);
}

function through(value: JsonValue, schema: JsonSchema, depth: number): boolean | undefined {
  if (schema.opaque !== undefined) return undefined;
  if (schema.ref === undefined) return true;
  const target = schema.ref();
  return target === undefined ? undefined : holds(value, target, depth + 1);
}

function own(value: JsonValue, schema: JsonSchema, depth: number): boolean | undefined {
  const valid = (one: JsonSchema, of = value): boolean | undefined => holds(of, one, depth + 1);
  const bit = typeBit(value);
  if (schema.types !== undefined && (schema.types & bit) === 0) return false;
  const text = canonical(value);
  if (!schema.values.every((list) => list.some((one) => canonical(one) === text))) return false;
  const results: (boolean | undefined)[] = [every(schema.allOf, (one) => valid(one))];
  if (schema.anyOf.length > 0) results.push(some(schema.anyOf.map((one) => valid(one)), 1, Infinity));
  if (schema.oneOf.length > 0) results.push(some(schema.oneOf.map((one) => valid(one)), 1, 1));
  if (schema.not !== undefined) {
    const refused = valid(schema.not);
    results.push(refused === undefined ? undefined : !refused);
  }
  if (schema.when !== undefined) {
    const test = valid(schema.when.test);
    const then = schema.when.then === undefined ? true : valid(schema.when.then);
    const otherwise = schema.when.else === undefined ? true : valid(schema.when.else);
    results.push(test === undefined ? (then === otherwise ? then : undefined) : test ? then : otherwise);
  }
  if (typeof value === 'number' && (bit & numberBits) !== 0) results.push(numberHolds(value, schema));
  if (typeof value === 'string') {
    const length = [...value].length;
    results.push(length >= (schema.limits.get('minLength') ?? 0) && length <= (schema.limits.get('maxLength') ?? Infinity));
    if (schema.pattern !== undefined) results.push(matches(schema.pattern, value));
    if (schema.format !== undefined) results.push(undefined);
  }
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    results.push(items.length >= (schema.limits.get('minItems') ?? 0) && items.length <= (schema.limits.get('maxItems') ?? Infinity));
    results.push(!schema.uniqueItems || new Set(items.map(canonical)).size === items.length);
    results.push(every(items.entries(), ([i, item]) => {
      const its = schema.prefix[i] ?? schema.items;
      return its === undefined ? true : valid(its, item);
    }));
    if (schema.contains !== undefined) {
      const { min, max, schema: one } = schema.contains;
      results.push(some(items.map((item) => valid(one, item)), min, max));
    }
    if (schema.unevaluatedItems !== undefined) results.push(undefined);
  }
  if (isObject(value)) results.push(objectHolds(value, schema, valid));
  return every(results, (one) => one);
}

function numberHolds(value: number, { limits, multipleOf }: JsonSchema): boolean | undefined {
  return value >= (limits.get('minimum') ?? -Infinity) && value > (limits.get('exclusiveMinimum') ?? -Infinity)
    && value <= (limits.get('maximum') ?? Infinity) && value < (limits.get('exclusiveMaximum') ?? Infinity)
    && (multipleOf === undefined || Number.isInteger(value / multipleOf) || (Number.isInteger(value) && Number.isInteger(multipleOf) ? false : undefined));
}

function objectHolds(
  value: { readonly [key: string]: JsonValue }, schema: JsonSchema, valid: (one: JsonSchema, of: JsonValue) => boolean | undefined,
): boolean | undefined {
  const keys = Object.keys(value);
  if (keys.length < (schema.limits.get('minProperties') ?? 0) || keys.length > (schema.limits.get('maxProperties') ?? Infinity)) return false;
  if ([...schema.required.keys()].some((key) => !Object.hasOwn(value, key))) return false;
  return every([
    every(keys, (key) => every(schemasFor(schema, key), (one) => (one === undefined ? undefined : valid(one, value[key]!)))),
    schema.names === undefined ? true : every(keys, (key) => valid(schema.names!, key)),
    every(schema.dependencies, (one) => {
      const result = Object.hasOwn(value, one.key) ? valid(one.schema, value) : true;
      return one.isOld && result !== true ? undefined : result;
    }),
    schema.unevaluated === undefined ? true : undefined,
  ], (one) => one);
}

/** What a property of this name must be by one schema; undefined stands for a pattern that cannot be tried. */
export function schemasFor(schema: JsonSchema, name: string): (JsonSchema | undefined)[] {
  const found: (JsonSchema | undefined)[] = [];
  const named = schema.properties.get(name);
  if (named !== undefined) found.push(named);
  for (const [pattern, one] of schema.patterns) {
    const hit = matches(pattern, name);
    if (hit !== false) found.push(hit === undefined ? undefined : one);
  }
  return found.length === 0 && schema.additional !== undefined ? [schema.additional] : found;
}

function some(results: readonly (boolean | undefined)[], min: number, max: number): boolean | undefined {
  const sure = results.filter((one) => one === true).length;
  const possible = sure + results.filter((one) => one === undefined).length;
  if (sure >= min && possible <= max) return true;
  return possible < min || sure > max ? false : undefined;
}

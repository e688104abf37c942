import { percentDecode } from '../../text/percent';
import { escapeStep, unescapeStep } from '../../text/pointer';
import { emptyShape, observe, schemaOf, type PlainSchema } from './infer';
import { limitChanges, valueChanges } from './admitValues';

/** One thing that is changed, as a sentence, and how. */
export interface Change {
  readonly says: string;
  /** How far it goes, where one of several ways is chosen; 1 if nothing is said. */
  readonly weight?: number;
  apply(): void;
}

/** What a walk through a schema needs to know. */
export interface Admitting {
  readonly root: PlainSchema;
  /** Whether a text has a format, where the draft demands formats; undefined where nothing is known of it. */
  hasFormat(format: string, text: string): boolean | undefined;
  readonly depth: number;
}

const MAX_DEPTH = 64;

/**
 * Widens a schema by the least that admits a value, in place. Some keywords cannot be widened by little (`not`,
 * `contains`, references into other files): whether the value is valid then has to be asked of a validator.
 * @returns what was changed, a sentence each; nothing where it was admitted before
 */
export function admit(schema: PlainSchema, root: PlainSchema, value: unknown, hasFormat: Admitting['hasFormat']): string[] {
  const said: string[] = [];
  // A change may open what lies behind it: a property that is allowed now has a schema of its own.
  for (let round = 0; round < MAX_DEPTH; round++) {
    const [change] = changesFor(schema, value, '', { root, hasFormat, depth: 0 });
    if (!change) break;
    change.apply();
    said.push(change.says);
  }
  return said;
}

/** What would have to change for a value to be admitted. */
export function changesFor(schema: unknown, value: unknown, at: string, context: Admitting): Change[] {
  if (!isObject(schema) || context.depth > MAX_DEPTH) return [];
  const inner: Admitting = { ...context, depth: context.depth + 1 };
  const target = typeof schema['$ref'] === 'string' ? resolve(context.root, schema['$ref']) : undefined;
  return [
    ...(target === undefined ? [] : changesFor(target, value, at, inner)),
    ...valueChanges(schema, value, at, context),
    ...limitChanges(schema, value, at),
    ...(isObject(value) ? ofObject(schema, value, at, inner) : []),
    ...(Array.isArray(value) ? ofArray(schema, value, at, inner) : []),
    ...ofCombined(schema, value, at, inner),
  ];
}

function ofObject(schema: PlainSchema, value: PlainSchema, at: string, context: Admitting): Change[] {
  const changes: Change[] = [];
  const { required } = schema;
  if (Array.isArray(required)) {
    for (const name of required.filter((one): one is string => typeof one === 'string' && !Object.hasOwn(value, one))) {
      changes.push({
        says: `${at}/${escapeStep(name)} is no longer required.`,
        apply: () => {
          const left = required.filter((one) => one !== name);
          if (left.length > 0) schema['required'] = left;
          else delete schema['required'];
        },
      });
    }
  }
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const patterns = isObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
  for (const [name, inner] of Object.entries(value)) {
    const below = `${at}/${escapeStep(name)}`;
    const matching = patterns.filter(([pattern]) => matches(pattern, name)).map(([, sub]) => sub);
    const own = Object.hasOwn(properties, name) ? [properties[name]] : [];
    for (const sub of [...own, ...matching]) changes.push(...(sub === false ? [allowProperty(schema, name, inner, below)] : changesFor(sub, inner, below, context)));
    if (own.length > 0 || matching.length > 0) continue;
    const additional = schema['additionalProperties'];
    if (additional === false || schema['unevaluatedProperties'] === false) {
      if (additional === false || !isNamedBeside(schema, name, context)) changes.push(allowProperty(schema, name, inner, below));
    } else changes.push(...changesFor(additional, inner, below, context));
  }
  return [...changes, ...ofDependencies(schema, value, at, context)];
}

function allowProperty(schema: PlainSchema, name: string, value: unknown, at: string): Change {
  return {
    says: `${at} is allowed, as it was observed.`,
    apply: () => {
      const shape = emptyShape();
      observe(shape, value);
      const properties = isObject(schema['properties']) ? schema['properties'] : {};
      schema['properties'] = Object.fromEntries([...Object.entries(properties), [name, schemaOf(shape)]]);
    },
  };
}

/** Whether a schema in the same place names a property, so that it is no unevaluated one. */
function isNamedBeside(schema: PlainSchema, name: string, context: Admitting): boolean {
  const beside = [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : [])),
    ...['if', 'then', 'else'].map((keyword) => schema[keyword]),
    typeof schema['$ref'] === 'string' ? resolve(context.root, schema['$ref']) : undefined,
  ];
  return beside.some((one) => isObject(one) && isObject(one['properties']) && Object.hasOwn(one['properties'], name));
}

function ofDependencies(schema: PlainSchema, value: PlainSchema, at: string, context: Admitting): Change[] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap((keyword) => {
    const all = schema[keyword];
    if (!isObject(all)) return [];
    return Object.entries(all).flatMap(([name, needs]) => {
      if (!Object.hasOwn(value, name)) return [];
      if (!Array.isArray(needs)) return changesFor(needs, value, at, context);
      const missing = needs.filter((one): one is string => typeof one === 'string' && !Object.hasOwn(value, one));
      return missing.map((one): Change => ({
        says: `${at}/${escapeStep(name)} no longer needs ${one} beside it.`,
        apply: () => {
          all[name] = needs.filter((other) => other !== one);
        },
      }));
    });
  });
}

function ofArray(schema: PlainSchema, value: readonly unknown[], at: string, context: Admitting): Change[] {
  const { items } = schema;
  const prefix = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : Array.isArray(items) ? items : [];
  const rest = Array.isArray(items) ? schema['additionalItems'] : items;
  return value.flatMap((item, n) => {
    const sub: unknown = n < prefix.length ? prefix[n] : rest;
    if (sub !== false) return changesFor(sub, item, `${at}/*`, context);
    const keyword = Array.isArray(items) ? 'additionalItems' : 'items';
    return [{ says: `${at || 'The value'} may have more than ${prefix.length} items.`, apply: () => void delete schema[keyword] }];
  });
}

function ofCombined(schema: PlainSchema, value: unknown, at: string, context: Admitting): Change[] {
  const all = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  const changes = all.flatMap((one) => changesFor(one, value, at, context));
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const branches: unknown = schema[keyword];
    if (!Array.isArray(branches) || branches.length === 0) continue;
    // The branch that fits best is what was meant.
    const each = branches.map((one) => (one === false ? undefined : changesFor(one, value, at, context)));
    const nearest = each.filter((one) => one !== undefined).sort((a, b) => weightOf(a) - weightOf(b))[0];
    if (nearest) changes.push(...nearest);
  }
  const test = schema['if'];
  if (test !== undefined) {
    const isMet = test !== false && changesFor(test, value, at, context).length === 0;
    changes.push(...changesFor(schema[isMet ? 'then' : 'else'], value, at, context));
  }
  return changes;
}

function weightOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** What a reference within the same document leads to; undefined for others. */
export function resolve(root: PlainSchema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  const pointer = percentDecode(reference.slice(1));
  if (pointer === '') return root;
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((node, written) => {
      const name = unescapeStep(written);
      return typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? (node as PlainSchema)[name] : undefined;
    }, root);
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return false;
  }
}

export function isObject(value: unknown): value is PlainSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

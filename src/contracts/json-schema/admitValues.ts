import type { Admitting, Change } from './admit';
import type { PlainSchema } from './infer';
import { canonical, matches, type JsonValue } from './value';

/** What keywords about the value as a whole would have to become. */
export function valueChanges(schema: PlainSchema, value: unknown, at: string, { hasFormat }: Admitting): Change[] {
  const where = at || 'The value';
  const changes = typeChange(schema, value, where);
  const same = (one: unknown): boolean => canonical(one as JsonValue) === canonical(value as JsonValue);
  const { enum: values } = schema;
  if (Array.isArray(values) && !values.some(same)) {
    changes.push({ says: `${where} may also be ${shown(value)}.`, apply: () => void (schema['enum'] = [...values, value]) });
  }
  if (Object.hasOwn(schema, 'const') && !same(schema['const'])) {
    changes.push({
      says: `${where} may also be ${shown(value)}.`,
      apply: () => {
        const before = schema['const'];
        delete schema['const'];
        schema['enum'] = [before, value];
      },
    });
  }
  if (typeof value !== 'string') return changes;
  const { pattern, format } = schema;
  if (typeof pattern === 'string' && matches(pattern, value) === false) {
    changes.push({ says: `${where} need not match ${pattern} any more.`, apply: () => void delete schema['pattern'] });
  }
  if (typeof format === 'string' && hasFormat(format, value) === false) {
    changes.push({ says: `${where} need not be a ${format} any more.`, apply: () => void delete schema['format'] });
  }
  return changes;
}

function typeChange(schema: PlainSchema, value: unknown, where: string): Change[] {
  const written = schema['type'];
  const types = Array.isArray(written) ? written : written === undefined ? undefined : [written];
  const type = typeName(value);
  if (!types || types.includes(type) || (type === 'integer' && types.includes('number'))) return [];
  const set = (all: readonly unknown[]): void => {
    schema['type'] = all.length === 1 ? all[0] : all;
  };
  if (type === 'number' && types.includes('integer')) {
    return [{ says: `${where} may be any number, not only an integer.`, apply: () => set(types.map((one) => (one === 'integer' ? 'number' : one))) }];
  }
  return [{ says: `${where} may also be ${withArticle(type)}.`, weight: 10, apply: () => set([...types, type]) }];
}

/** A limit: what of the value it is of, and on which side of it the value has to be. */
interface Limit {
  readonly keyword: string;
  readonly of: (value: unknown) => number | undefined;
  readonly least: boolean;
  readonly words: string;
}

const size = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const length = (value: unknown): number | undefined => (typeof value === 'string' ? [...value].length : undefined);
const items = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined);
const entries = (value: unknown): number | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : undefined;

const limits: readonly Limit[] = [
  { keyword: 'minimum', of: size, least: true, words: 'may be as small as' },
  { keyword: 'maximum', of: size, least: false, words: 'may be as great as' },
  { keyword: 'minLength', of: length, least: true, words: 'may be as short as' },
  { keyword: 'maxLength', of: length, least: false, words: 'may be as long as' },
  { keyword: 'minItems', of: items, least: true, words: 'may have as few items as' },
  { keyword: 'maxItems', of: items, least: false, words: 'may have as many items as' },
  { keyword: 'minProperties', of: entries, least: true, words: 'may have as few properties as' },
  { keyword: 'maxProperties', of: entries, least: false, words: 'may have as many properties as' },
];

/** What limits would have to become: each as near as the value is. */
export function limitChanges(schema: PlainSchema, value: unknown, at: string): Change[] {
  const where = at || 'The value';
  const changes: Change[] = [];
  for (const { keyword, of, least, words } of limits) {
    const limit = schema[keyword];
    const own = of(value);
    if (typeof limit !== 'number' || own === undefined || (least ? own >= limit : own <= limit)) continue;
    changes.push({ says: `${where} ${words} ${own}.`, apply: () => void (schema[keyword] = own) });
  }
  if (typeof value === 'number') changes.push(...exclusive(schema, value, where), ...multiple(schema, value, where));
  if (Array.isArray(value) && schema['uniqueItems'] === true) {
    const texts = value.map((item) => canonical(item as JsonValue));
    if (new Set(texts).size < texts.length) {
      changes.push({ says: `${where} may have the same item twice.`, apply: () => void delete schema['uniqueItems'] });
    }
  }
  return changes;
}

/** Draft 4 has the keyword beside the limit, as a boolean. */
function exclusive(schema: PlainSchema, value: number, where: string): Change[] {
  return (['minimum', 'maximum'] as const).flatMap((limit) => {
    const keyword = limit === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
    const beyond = schema[keyword] === true ? schema[limit] : schema[keyword];
    if (typeof beyond !== 'number' || (limit === 'minimum' ? value > beyond : value < beyond)) return [];
    const words = limit === 'minimum' ? 'may be as small as' : 'may be as great as';
    const apply = (): void => {
      delete schema[keyword];
      schema[limit] = value;
    };
    return [{ says: `${where} ${words} ${value}.`, apply }];
  });
}

function multiple(schema: PlainSchema, value: number, where: string): Change[] {
  const { multipleOf } = schema;
  if (typeof multipleOf !== 'number' || Number.isInteger(value / multipleOf)) return [];
  return [{ says: `${where} need not be a multiple of ${multipleOf} any more.`, apply: () => void delete schema['multipleOf'] }];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function withArticle(type: string): string {
  return type === 'null' ? 'null' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/**
 * A JSON Schema (2020-12) that observed values keep. What is always there is required; a closed set of values
 * is never guessed, and a format only where enough texts all have it.
 */

/** A schema as plain data, ready to be written. */
export type PlainSchema = { [keyword: string]: unknown };

/** What was seen at one place of all values. */
export interface Shape {
  nulls: number;
  booleans: number;
  integers: number;
  fractions: number;
  strings: number;
  objects: number;
  arrays: number;
  /** Formats that every text so far has. */
  formats: readonly FormatName[];
  /** By name, and in how many objects it is. */
  readonly properties: Map<string, { shape: Shape; count: number }>;
  /** Of objects with so many names that they are keys of a map, not properties. */
  entries: Shape | undefined;
  items: Shape | undefined;
}

type FormatName = 'uuid' | 'date-time';

const MAX_DEPTH = 24;
/** Properties that one place may have; where there are more, their names are data. */
const MAX_PROPERTIES = 100;
const LEAST_FOR_FORMAT = 5;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** RFC 3339. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

export function emptyShape(): Shape {
  return {
    nulls: 0, booleans: 0, integers: 0, fractions: 0, strings: 0, objects: 0, arrays: 0,
    formats: ['uuid', 'date-time'], properties: new Map(), entries: undefined, items: undefined,
  };
}

/** Takes one more value into account. Values of JSON, and bigints for integers that a number would round. */
export function observe(shape: Shape, value: unknown, depth = 0): void {
  if (value === null) shape.nulls++;
  else if (typeof value === 'boolean') shape.booleans++;
  else if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) shape.integers++;
  else if (typeof value === 'number') shape.fractions++;
  else if (typeof value === 'string') {
    shape.strings++;
    if (shape.formats.length > 0) shape.formats = shape.formats.filter((name) => hasFormat(name, value));
  } else if (Array.isArray(value)) {
    shape.arrays++;
    for (const item of value) if (depth < MAX_DEPTH) observe((shape.items ??= emptyShape()), item, depth + 1);
  } else if (typeof value === 'object') {
    shape.objects++;
    observeObject(shape, value, depth);
  }
}

function observeObject(shape: Shape, value: object, depth: number): void {
  if (depth >= MAX_DEPTH) return;
  for (const [name, inner] of Object.entries(value)) {
    if (shape.entries) {
      observe(shape.entries, inner, depth + 1);
      continue;
    }
    const known = shape.properties.get(name) ?? { shape: emptyShape(), count: 0 };
    known.count++;
    shape.properties.set(name, known);
    observe(known.shape, inner, depth + 1);
    if (shape.properties.size > MAX_PROPERTIES) becomeMap(shape);
  }
}

/** From now on all that is in such an object is of one kind. */
function becomeMap(shape: Shape): void {
  const entries = emptyShape();
  for (const { shape: one } of shape.properties.values()) merge(entries, one);
  shape.entries = entries;
  shape.properties.clear();
}

function merge(into: Shape, from: Shape): void {
  for (const name of ['nulls', 'booleans', 'integers', 'fractions', 'strings', 'objects', 'arrays'] as const) into[name] += from[name];
  into.formats = into.formats.filter((name) => from.strings === 0 || from.formats.includes(name));
  if (from.items) merge((into.items ??= emptyShape()), from.items);
  if (into.entries || from.entries) {
    if (!into.entries) becomeMap(into);
    if (from.entries && into.entries) merge(into.entries, from.entries);
    for (const { shape } of from.properties.values()) if (into.entries) merge(into.entries, shape);
    return;
  }
  for (const [name, { shape, count }] of from.properties) {
    const known = into.properties.get(name) ?? { shape: emptyShape(), count: 0 };
    known.count += count;
    merge(known.shape, shape);
    into.properties.set(name, known);
  }
  if (into.properties.size > MAX_PROPERTIES) becomeMap(into);
}

/** The schema of what was seen; of a place at which nothing was, it allows everything. */
export function schemaOf(shape: Shape): PlainSchema {
  const types = typesOf(shape);
  if (types.length === 0) return {};
  const schema: PlainSchema = { type: types.length === 1 ? types[0] : types };
  const [format] = shape.formats;
  if (shape.strings >= LEAST_FOR_FORMAT && format !== undefined) schema['format'] = format;
  if (shape.arrays > 0 && shape.items) schema['items'] = schemaOf(shape.items);
  if (shape.entries) schema['additionalProperties'] = schemaOf(shape.entries);
  else if (shape.properties.size > 0) {
    const properties = [...shape.properties];
    const required = properties.filter(([, { count }]) => count === shape.objects).map(([name]) => name);
    // Made by entries, since `__proto__` is a name as any other.
    schema['properties'] = Object.fromEntries(properties.map(([name, { shape: inner }]) => [name, isInherited(name) ? {} : schemaOf(inner)]));
    if (required.length > 0) schema['required'] = required;
  }
  return schema;
}

/** Validators in JavaScript find these names in every object: what they must be would be asked of all. */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

function typesOf(shape: Shape): string[] {
  return [
    ...(shape.objects > 0 ? ['object'] : []),
    ...(shape.arrays > 0 ? ['array'] : []),
    ...(shape.strings > 0 ? ['string'] : []),
    ...(shape.fractions > 0 ? ['number'] : shape.integers > 0 ? ['integer'] : []),
    ...(shape.booleans > 0 ? ['boolean'] : []),
    ...(shape.nulls > 0 ? ['null'] : []),
  ];
}

function hasFormat(name: FormatName, text: string): boolean {
  if (name === 'uuid') return UUID.test(text);
  const [, year, month, day] = DATE_TIME.exec(text) ?? [];
  if (year === undefined) return false;
  // A day that its month does not have would become one of the next month.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(year) > 99;
}

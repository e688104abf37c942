import { isRecord, type Schema, type SchemaFiles } from './jsonSchemaFiles';
import { between, oneOf, sampleReal, sampleText, sampleTime, sampleUuid, type Random } from './random';

/** Below this, what may be left out is. */
const SHALLOW = 4;
const MAX_LEVELS = 40;
/** Lists that hold more than one of themselves grow faster than they end. */
const MAX_SAMPLE = 20_000;

/**
 * A value as a schema has it, by its keywords one at a time: whoever asks has to validate it, since
 * patterns, `not` and what depends on other things are left to chance. @throws Error where there is none.
 * @param wild take any type, count and name that the keywords leave open, not the likeliest.
 */
export function sampleJsonSchema(files: SchemaFiles, random: Random, wild = false): unknown {
  return new Sampler(files, random, wild).value({ $ref: files.reference }, files.first, '', 0);
}

class Sampler {
  private left = MAX_SAMPLE;

  constructor(
    private readonly files: SchemaFiles,
    private readonly random: Random,
    private readonly wild: boolean,
  ) {}

  /** @param doc the schema's whole document, in which its references without a file are. */
  value(schema: unknown, doc: Schema, name: string, depth: number): unknown {
    if (depth > MAX_LEVELS) throw new Error('it has no value that ends: a schema holds itself');
    if (--this.left < 0) throw new Error(`it has no value of less than ${MAX_SAMPLE} parts`);
    if (schema === false) throw new Error('a schema of it takes nothing');
    if (!isRecord(schema)) return this.wild ? this.value({}, doc, name, depth) : sampleText(name, this.random);
    if (typeof schema['$ref'] === 'string') {
      const found = this.files.resolve(schema['$ref'], doc);
      if (!found) throw new Error(`${schema['$ref']} is in no file of it`);
      return this.value(found.schema, found.doc, name, depth + 1);
    }
    if ('const' in schema) return schema['const'];
    if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return oneOf(this.random, schema['enum'] as unknown[]);
    if (Array.isArray(schema['examples']) && schema['examples'].length > 0) return oneOf(this.random, schema['examples'] as unknown[]);
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const parts = schema[key];
      if (!Array.isArray(parts) || parts.length === 0) continue;
      const { [key]: _, ...rest } = schema;
      const chosen = key === 'allOf' ? (parts as unknown[]) : [oneOf(this.random, parts as unknown[])];
      return this.value(chosen.map((part) => this.plain(part, doc)).reduce<Schema>(merged, rest), doc, name, depth + 1);
    }
    switch (this.wild ? anyTypeOf(schema, this.random) : typeOf(schema)) {
      case 'object':
        return this.object(schema, doc, depth);
      case 'array':
        return this.array(schema, doc, name, depth);
      case 'integer':
        return this.number(schema, true);
      case 'number':
        return this.number(schema, false);
      case 'boolean':
        return this.random() < 0.5;
      case 'null':
        return null;
      default:
        return this.text(schema, name);
    }
  }

  private plain(part: unknown, doc: Schema): Schema {
    const found = isRecord(part) && typeof part['$ref'] === 'string' ? this.files.resolve(part['$ref'], doc)?.schema : part;
    return isRecord(found) ? found : {};
  }

  private object(schema: Schema, doc: Schema, depth: number): Record<string, unknown> {
    const properties = isRecord(schema['properties']) ? schema['properties'] : {};
    const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]).map(String) : []);
    const names = Object.keys(properties).filter((name) => required.has(name) || (depth < SHALLOW && this.random() < (this.wild ? 0.4 : 0.8)));
    const others = [...required].filter((name) => !Object.hasOwn(properties, name));
    const patterns = isRecord(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
    return Object.fromEntries([...names, ...others].map((name) => {
      const byPattern = patterns.find(([pattern]) => matches(pattern, name))?.[1];
      const inner = Object.hasOwn(properties, name) ? properties[name] : (byPattern ?? schema['additionalProperties'] ?? true);
      return [name, this.value(inner, doc, name, depth + 1)];
    }));
  }

  private array(schema: Schema, doc: Schema, name: string, depth: number): unknown[] {
    const { items } = schema;
    const tuple = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as unknown[]) : Array.isArray(items) ? (items as unknown[]) : [];
    const least = Math.min(numberOf(schema['minItems']) ?? (depth < SHALLOW && !this.wild ? 1 : 0), 1000);
    const most = Math.min(numberOf(schema['maxItems']) ?? 3, least + 2);
    const each = Array.isArray(items) ? (schema['additionalItems'] ?? true) : (items ?? true);
    const length = Math.max(this.wild ? 0 : tuple.length, between(this.random, least, Math.max(least, most)));
    return Array.from({ length: each === false ? Math.min(tuple.length, this.wild ? length : Infinity) : length }, (_, n) => this.value(tuple[n] ?? (n === 0 ? (schema['contains'] ?? each) : each), doc, name.replace(/s$/, ''), depth + 1));
  }

  private number(schema: Schema, isWhole: boolean): number {
    const step = numberOf(schema['multipleOf']) ?? (isWhole ? 1 : 0.25);
    const above = numberOf(schema['exclusiveMinimum']);
    const below = numberOf(schema['exclusiveMaximum']);
    const low = Math.max(numberOf(schema['minimum']) ?? -Infinity, above === undefined ? -Infinity : above + step);
    const high = Math.min(numberOf(schema['maximum']) ?? Infinity, below === undefined ? Infinity : below - step);
    if (low === -Infinity && high === Infinity && step === 0.25) return sampleReal(this.random);
    const from = low > -Infinity ? low : Math.min(0, high);
    const first = Math.ceil(from / step);
    const last = Math.max(first, Math.min(Math.floor(high / step), first + 100));
    return between(this.random, first, last) * step;
  }

  private text(schema: Schema, name: string): string {
    const text = byFormat(String(schema['format'] ?? ''), this.random) ?? sampleText(name, this.random);
    const least = Math.min(numberOf(schema['minLength']) ?? 0, 10_000);
    return text.padEnd(least, 'x').slice(0, numberOf(schema['maxLength']) ?? undefined);
  }
}

function byFormat(format: string, random: Random): string | undefined {
  const time = (): string => new Date(sampleTime(random)).toISOString();
  switch (format) {
    case 'uuid':
      return sampleUuid(random);
    case 'date-time':
      return time();
    case 'date':
      return time().slice(0, 10);
    case 'time':
      return time().slice(11);
    case 'email':
      return sampleText('email', random);
    case 'uri':
    case 'uri-reference':
    case 'iri':
      return sampleText('url', random);
    case 'hostname':
      return 'example.com';
    case 'ipv4':
      return `192.0.2.${between(random, 1, 254)}`;
    case 'ipv6':
      return `2001:db8::${between(random, 1, 254).toString(16)}`;
    default:
      return undefined;
  }
}

function typeOf(schema: Schema): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return (type as unknown[]).find((one) => one !== 'null') ?? 'null';
  if (type !== undefined) return type;
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema) return 'array';
  return 'minimum' in schema || 'maximum' in schema || 'multipleOf' in schema ? 'number' : 'string';
}

const types = ['object', 'array', 'number', 'integer', 'boolean', 'null', 'string'];

function anyTypeOf(schema: Schema, random: Random): unknown {
  const { type } = schema;
  return Array.isArray(type) && type.length > 0 ? oneOf(random, type as unknown[]) : (type ?? oneOf(random, types));
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return false;
  }
}

function merged(a: Schema, b: Schema): Schema {
  const both = (key: string): Schema => ({ ...(isRecord(a[key]) ? a[key] : {}), ...(isRecord(b[key]) ? b[key] : {}) });
  const list = (key: string): unknown[] => [a[key], b[key]].flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
  return {
    ...a, ...b,
    ...('properties' in a || 'properties' in b ? { properties: both('properties') } : {}),
    ...('required' in a || 'required' in b ? { required: list('required') } : {}),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

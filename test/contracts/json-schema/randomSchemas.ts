/** Random JSON Schemas, edits of them, and documents that are likely to be valid for them. Seeded: the same each time. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = Json;
type Draft = 'draft-07' | '2019-09' | '2020-12';

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const names = ['a', 'b', 'c', 'ab'];
const patterns = ['^a', 'b$', '^c'];
const texts = ['', 'a', 'ab', 'b', 'abc', 'caab'];

export class Random {
  constructor(private readonly next: () => number, readonly draft: Draft) {}

  chance(p: number): boolean { return this.next() < p; }
  int(n: number): number { return Math.floor(this.next() * n); }
  pick<T>(list: readonly T[]): T { return list[this.int(list.length)]!; }
  some<T>(list: readonly T[]): T[] { return list.filter(() => this.chance(0.4)); }

  schema(depth: number): Schema {
    if (this.chance(0.05)) return this.chance(0.6);
    const result: { [key: string]: Json } = {};
    if (depth > 0 && this.chance(0.25)) this.combine(result, depth);
    if (depth > 0 && this.chance(0.05)) return { ...result, $ref: '#/definitions/node' };
    const type = this.pick(depth > 0 ? ['object', 'object', 'array', 'string', 'integer', 'number', 'boolean', 'null'] : ['string', 'integer', 'number', 'boolean', 'null', 'object', 'array']);
    if (this.chance(0.75)) result.type = this.chance(0.15) ? [...new Set([type, this.pick(['null', 'string', 'integer', 'object'])])] : type;
    if (this.chance(0.08)) {
      result.enum = [...new Set([0, 1, 2, 3].map(() => this.pick<Json>(['a', 'b', 1, 2, 0.5, null, true])))];
    } else if (this.chance(0.04)) result.const = this.pick<Json>(['a', 1, null, true]);
    for (let i = this.int(3); i > 0; i--) this.keyword(result, type, depth);
    return result;
  }

  private combine(result: { [key: string]: Json }, depth: number): void {
    const list = (): Json[] => Array.from({ length: 1 + this.int(3) }, () => this.schema(depth - 1));
    switch (this.int(5)) {
      case 0: result.allOf = list(); break;
      case 1: result.anyOf = list(); break;
      case 2: result.oneOf = list(); break;
      case 3: result.not = this.schema(depth - 1); break;
      default:
        result.if = this.schema(depth - 1);
        if (this.chance(0.8)) result.then = this.schema(depth - 1);
        if (this.chance(0.5)) result.else = this.schema(depth - 1);
    }
  }

  keyword(result: { [key: string]: Json }, type: string, depth: number): void {
    const sub = (): Json => this.schema(depth - 1);
    switch (type) {
      case 'string':
        if (this.chance(0.4)) result.minLength = this.int(3);
        else if (this.chance(0.6)) result.maxLength = this.int(4);
        else result.pattern = this.pick(patterns);
        return;
      case 'integer': case 'number':
        result[this.pick(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'])] = this.int(7) / 2 - 1;
        if (this.chance(0.2)) result.multipleOf = this.pick([0.5, 1, 2, 3, 4]);
        return;
      case 'array': this.arrayKeyword(result, sub); return;
      case 'object': this.objectKeyword(result, sub); return;
      default:
    }
  }

  private arrayKeyword(result: { [key: string]: Json }, sub: () => Json): void {
    const prefix = this.draft === '2020-12' ? 'prefixItems' : 'items';
    switch (this.int(8)) {
      case 0: result.minItems = this.int(3); return;
      case 1: result.maxItems = this.int(4); return;
      case 2: result.uniqueItems = this.chance(0.8); return;
      case 3: case 4:
        result[prefix] = Array.from({ length: 1 + this.int(2) }, sub);
        if (this.chance(0.5)) result[prefix === 'items' ? 'additionalItems' : 'items'] = sub();
        return;
      case 5:
        result.contains = sub();
        if (this.draft !== 'draft-07' && this.chance(0.5)) result[this.pick(['minContains', 'maxContains'])] = this.int(3);
        return;
      default: result[this.draft !== 'draft-07' && this.chance(0.3) ? 'unevaluatedItems' : 'items'] = sub();
    }
  }

  private objectKeyword(result: { [key: string]: Json }, sub: () => Json): void {
    switch (this.int(12)) {
      case 0: result.minProperties = this.int(3); return;
      case 1: result.maxProperties = this.int(4); return;
      case 2: case 3: result.required = this.some(names); return;
      case 4: result.additionalProperties = this.chance(0.5) ? false : sub(); return;
      case 5: result.patternProperties = Object.fromEntries(this.some(patterns).map((key) => [key, sub()])); return;
      case 6: result.propertyNames = this.pick<Json>([{ maxLength: 1 }, { pattern: '^a' }, { enum: ['a', 'b'] }, {}]); return;
      case 7:
        if (this.draft === 'draft-07') result.dependencies = Object.fromEntries(this.some(names).map((key) => [key, this.chance(0.5) ? this.some(names) : sub()]));
        else if (this.chance(0.5)) result.dependentRequired = Object.fromEntries(this.some(names).map((key) => [key, this.some(names)]));
        else result.dependentSchemas = Object.fromEntries(this.some(names).map((key) => [key, sub()]));
        return;
      default:
        if (this.draft !== 'draft-07' && this.chance(0.2)) result.unevaluatedProperties = this.chance(0.6) ? false : sub();
        else result.properties = Object.fromEntries(this.some(names).map((key) => [key, sub()]));
    }
  }

  /** A file: a schema with one that may refer to itself. */
  file(): { [key: string]: Json } {
    const root = this.schema(3);
    const node = grounded(this.schema(2));
    const $schema = this.draft === 'draft-07' ? 'http://json-schema.org/draft-07/schema#' : `https://json-schema.org/draft/${this.draft}/schema`;
    return { $schema, ...(typeof root === 'object' && !Array.isArray(root) ? root : { allOf: [root] }), definitions: { node } };
  }

  /** Changes something somewhere. */
  edited(schema: { [key: string]: Json }): { [key: string]: Json } {
    const copy = structuredClone(schema);
    const objects: { [key: string]: Json }[] = [];
    const visit = (one: Json): void => {
      if (Array.isArray(one)) one.forEach(visit);
      else if (typeof one === 'object' && one !== null) {
        objects.push(one);
        Object.entries(one).forEach(([key, value]) => { if (key !== 'enum' && key !== 'const' && key !== 'required' && key !== '$schema') visit(value); });
      }
    };
    visit(copy);
    const one = this.pick(objects);
    const keys = Object.keys(one).filter((key) => key !== '$schema' && key !== 'definitions');
    const key = this.pick(keys);
    const value = key === undefined ? undefined : one[key];
    const isMap = ['properties', 'patternProperties', 'dependencies', 'dependentSchemas', 'dependentRequired', 'definitions'].some((name) => objects.some((o) => o[name] === one));
    if (key === undefined || isMap) {
      if (isMap && key !== undefined && this.chance(0.5)) delete one[key];
      else if (objects.some((o) => o.properties === one)) one[this.pick(names)] = this.schema(1);
    } else if (typeof value === 'number') one[key] = Math.max(key === 'multipleOf' ? 0.5 : key.startsWith('m') && key !== 'minimum' && key !== 'maximum' ? 0 : -5, value + this.pick([-1, 1, 0.5].map((by) => (/Length|Items|Properties|Contains/.test(key) ? Math.ceil(by) : by))));
    else if (Array.isArray(value) && value.length > 1 && key !== 'type' && this.chance(0.5)) value.splice(this.int(value.length), 1);
    else if (key === 'enum' && this.chance(0.5)) one.enum = [...new Set([...(value as Json[]), this.pick<Json>(['a', 'b', 'x', 1, 3, false])])];
    else if (Array.isArray(value) && /Of$/.test(key) && this.chance(0.7)) value.push(this.schema(1));
    else if (this.chance(0.6)) delete one[key];
    else this.keyword(one, this.pick(['string', 'integer', 'array', 'object']), 1);
    if (Array.isArray(one.required) && one.required.length === 0) delete one.required;
    const definitions = copy.definitions as { [key: string]: Json };
    definitions.node = grounded(definitions.node ?? {});
    return copy;
  }

  anyDocument(depth: number): Json {
    switch (this.int(depth > 0 ? 9 : 6)) {
      case 0: return null;
      case 1: return this.chance(0.5);
      case 2: return this.pick(texts);
      case 3: return this.int(6) - 1;
      case 4: return this.int(12) / 2 - 1;
      case 5: return this.pick<Json>(['a', 'b', 1, 2, 0.5, true, {}, []]);
      case 6: return Array.from({ length: this.int(4) }, () => this.anyDocument(depth - 1));
      default: return Object.fromEntries(this.some([...names, 'x', 'cb']).map((key) => [key, this.anyDocument(depth - 1)]));
    }
  }

  /** A document after a schema: often valid, by no means always. */
  document(schema: Schema | undefined, root: { [key: string]: Json }, depth = 4): Json {
    if (depth <= 0 || typeof schema !== 'object' || schema === null || Array.isArray(schema) || this.chance(0.04)) return this.anyDocument(Math.min(2, Math.max(0, depth)));
    if (schema.$ref !== undefined && this.chance(0.7)) return this.document((root.definitions as { [key: string]: Json }).node, root, depth - 1);
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      if (Array.isArray(schema[key]) && this.chance(0.5)) return this.document({ ...without(schema, key), ...(this.pick(schema[key] as Json[]) as object) }, root, depth);
    }
    for (const key of ['then', 'else', 'if']) if (schema[key] !== undefined && this.chance(0.3)) return this.document({ ...without(schema, key), ...(schema[key] as object) }, root, depth);
    if (Array.isArray(schema.enum) && this.chance(0.8)) return this.pick(schema.enum);
    if (schema.const !== undefined && this.chance(0.8)) return schema.const;
    const keys = Object.keys(schema).join();
    const type = Array.isArray(schema.type) ? this.pick(schema.type) : schema.type ?? (/ropert|required|depend/.test(keys) ? 'object' : /tems|contains/.test(keys) ? 'array' : undefined);
    switch (type) {
      case 'null': return null;
      case 'boolean': return this.chance(0.5);
      case 'string': return this.pick(texts);
      case 'integer': return this.int(8) - 2;
      case 'number': return this.int(16) / 2 - 2;
      case 'array': {
        const prefix = (Array.isArray(schema.items) ? schema.items : schema.prefixItems ?? []) as Json[];
        const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
        const length = Math.min(5, Number(schema.minItems ?? 0) + this.int(3));
        return Array.from({ length }, (_, i) => this.document(prefix[i] ?? (this.chance(0.3) ? schema.contains ?? rest : rest), root, depth - 1));
      }
      case 'object': {
        const properties = (schema.properties ?? {}) as { [key: string]: Json };
        const required = (schema.required ?? []) as string[];
        const others = schema.additionalProperties === false ? [] : [...names, 'x'];
        const wanted = new Set([...required, ...this.some([...Object.keys(properties), ...others])]);
        return Object.fromEntries([...wanted].map((key) => {
          const byPattern = Object.entries((schema.patternProperties ?? {}) as { [key: string]: Json }).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
          return [key, this.document(properties[key] ?? byPattern ?? schema.additionalProperties, root, depth - 1)];
        }));
      }
      default: return this.anyDocument(2);
    }
  }
}

function without(schema: { [key: string]: Json }, key: string): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/** Takes out references that lead back to a schema without going down into the document. */
function grounded(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  delete schema.$ref;
  const { allOf, anyOf, oneOf, not, if: test, then, else: otherwise } = schema;
  const dependencies = [schema.dependencies, schema.dependentSchemas].flatMap((map) => Object.values((map ?? {}) as { [key: string]: Json }));
  for (const below of [allOf, anyOf, oneOf, not, test, then, otherwise, dependencies].flat()) if (below !== undefined) grounded(below);
  return schema;
}

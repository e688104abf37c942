import { get, isMap, isScalar, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { percentDecode } from '../../text/percent';
import { escapeStep, unescapeStep } from '../../text/pointer';
import type { SourceRange } from '../../text/range';
import { dirName, baseName, rangeIn, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { ReadReference } from '../compat';
import { asyncApiRoot, nodeAt, treeOf } from '../tree';
import { annotations } from './cases';
import { allBits, bareSchema, bits, numberBits, type Dependency, type JsonSchema, type Limit } from './schema';
import { valueOf, type JsonValue } from './value';

/** Deeper than anybody writes; what lies below is not followed. */
const maxDepth = 64;
/** References that lead to references and so on. */
const maxChain = 64;
const limits: readonly Limit[] = [
  'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties',
];

/** One file, with the identifiers that references may name. */
interface Document {
  readonly file: SourceFile;
  readonly root: SyntaxNode | undefined;
  readonly draft: number;
  /** Absolute identifiers (`$id`) and anchors (`…#name`) of this file. */
  readonly ids: Map<string, { readonly node: SyntaxNode; readonly pointer: string }>;
}

/**
 * Reads a JSON Schema with its references, also into other files of the same version. Half-typed text gives what is there.
 * @param fragment a JSON pointer into the file, or an anchor; empty, or the schema's own name, for its root.
 */
export function parseJsonSchema(file: SourceFile, fragment: string, read: ReadReference): JsonSchema | undefined {
  return new Reading(read).schemaOf(file, fragment);
}

class Reading {
  private readonly documents = new Map<string, Document | undefined>();
  private readonly schemas = new Map<SyntaxNode, JsonSchema>();
  private static next = 1;
  private following = 0;

  constructor(private readonly read: ReadReference) {}

  schemaOf(file: SourceFile, fragment: string): JsonSchema | undefined {
    const document = this.open(file, fragment);
    const base = baseOf(document);
    return this.at(document, base, fragment.replace(/^#/, '')) ?? (/^#?\//.test(fragment) ? undefined : this.at(document, base, ''));
  }

  private open(file: SourceFile, pointer = ''): Document {
    const whole = asyncApiRoot(file);
    if (whole !== undefined) {
      // Schemas of an AsyncAPI document are of draft-07 unless one says another, and its references start at the whole.
      const said = text(get(nodeAt(whole, pointer), '$schema'));
      const document: Document = { file, root: whole, draft: said === undefined ? 7 : draftOf(said), ids: new Map([[file.path, { node: whole, pointer: '#' }]]) };
      this.documents.set(file.path, document);
      return document;
    }
    const root = treeOf(file).roots[0];
    const document: Document = { file, root, draft: draftOf(text(get(root, '$schema'))), ids: new Map() };
    this.documents.set(file.path, document);
    if (root !== undefined) this.index(document, root, file.path, '#', 0);
    return document;
  }

  /** Notes identifiers wherever they stand: also below keys that are no keywords, as definitions often do. */
  private index(document: Document, node: SyntaxNode, base: string, pointer: string, depth: number): void {
    if (depth > maxDepth) return;
    if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) if (item !== undefined) this.index(document, item, base, `${pointer}/${i}`, depth + 1);
    }
    if (!isMap(node)) return;
    const id = text(get(node, document.draft <= 4 ? 'id' : '$id'));
    const anchor = text(get(node, '$anchor')) ?? (id?.startsWith('#') ? id.slice(1) : undefined);
    const own = id === undefined || id.startsWith('#') ? base : joinUri(base, id.replace(/#$/, ''));
    if (own !== base || pointer === '#') document.ids.set(own, { node, pointer });
    if (anchor !== undefined) document.ids.set(`${own}#${anchor}`, { node, pointer });
    for (const { key, value } of node.entries) {
      if (value !== undefined && key.text !== 'enum' && key.text !== 'const') this.index(document, value, own, `${pointer}/${escapeStep(key.text)}`, depth + 1);
    }
  }

  /** What a reference means: a file's identifier, or a path from this file. */
  private follow(document: Document, base: string, reference: string): JsonSchema | undefined {
    const [address = '', fragment = ''] = reference.split('#', 2);
    if (address === '') return this.at(document, base, percentDecode(fragment));
    const wanted = joinUri(base, address);
    for (const known of [document, ...this.documents.values()]) {
      if (known?.ids.has(wanted)) return this.at(known, wanted, percentDecode(fragment));
    }
    const path = /^[a-z][\w+.-]*:/i.test(address) ? `${dirName(document.file.path)}/${baseName(address)}` : resolvePath(document.file.path, address);
    let other = this.documents.get(path);
    if (!this.documents.has(path)) {
      this.documents.set(path, undefined);
      const file = this.read(path);
      if (file !== undefined) other = this.open(file);
    }
    return other === undefined ? undefined : this.at(other, baseOf(other), percentDecode(fragment));
  }

  /** The schema at the end of references that only lead to references; endless ones end in something unknown. */
  private last(document: Document, base: string, reference: string): JsonSchema | undefined {
    // Not the same as any other: what lies behind is not known.
    if (this.following >= maxChain) return bareSchema(Reading.next++, { at: rangeIn(document.file, 0, 0), pointer: '#' } as JsonSchema, { opaque: `… ${Reading.next}` });
    this.following++;
    const target = this.follow(document, base, reference);
    const isBare = target?.ref !== undefined && [...target.keywords.keys()].every((key) => key === '$ref' || annotations.has(key));
    const found = isBare ? target.ref?.() : target;
    this.following--;
    return found;
  }

  private at(document: Document, base: string, fragment: string): JsonSchema | undefined {
    const start = document.ids.get(base) ?? (document.root === undefined ? undefined : { node: document.root, pointer: '#' });
    if (fragment !== '' && !fragment.startsWith('/')) {
      const found = document.ids.get(`${base}#${fragment}`) ?? [...document.ids].find(([id]) => id.endsWith(`#${fragment}`))?.[1];
      return found && this.schema(document, found.node, base, found.pointer, rangeIn(document.file, found.node.start, found.node.end), 0);
    }
    let node = start?.node;
    let pointer = start?.pointer ?? '#';
    for (const step of fragment.split('/').slice(1)) {
      const key = unescapeStep(step);
      node = isSeq(node) ? node.items[Number(key)] : get(node, key);
      pointer += `/${step}`;
      const id = text(get(node, '$id'));
      if (id !== undefined && !id.startsWith('#')) base = joinUri(base, id.replace(/#$/, ''));
    }
    return node && this.schema(document, node, base, pointer, rangeIn(document.file, node.start, node.end), 0);
  }

  private schema(document: Document, node: SyntaxNode, base: string, pointer: string, at: SourceRange, depth: number): JsonSchema {
    const known = this.schemas.get(node);
    if (known !== undefined) return known;
    const start = bareSchema(Reading.next++, { at, pointer } as JsonSchema, { node });
    if (isScalar(node) && typeof node.value === 'boolean') return this.keep(node, { ...start, always: node.value });
    if (!isMap(node)) return this.keep(node, { ...start, opaque: 'nothing' });
    if (depth > maxDepth) return { ...start, opaque: '…' };
    return this.keep(node, this.parts(document, node, base, start, depth));
  }

  private keep(node: SyntaxNode, schema: JsonSchema): JsonSchema {
    this.schemas.set(node, schema);
    return schema;
  }

  private parts(document: Document, node: MapNode, outer: string, start: JsonSchema, depth: number): JsonSchema {
    const { file, draft } = document;
    const has = (key: string, from = 4, to = 2020): SyntaxNode | undefined => (draft >= from && draft <= to ? get(node, key) : undefined);
    const id = text(get(node, draft <= 4 ? 'id' : '$id'));
    const base = id === undefined || id.startsWith('#') ? outer : joinUri(outer, id.replace(/#$/, ''));
    const range = (one: SyntaxNode): SourceRange => rangeIn(file, one.start, one.end);
    const below = (inner: SyntaxNode, path: string, at = range(inner)): JsonSchema =>
      this.schema(document, inner, base, `${start.pointer}/${path}`, at, depth + 1);
    const one = (key: string, inner = get(node, key)): JsonSchema | undefined => (inner === undefined ? undefined : below(inner, key, keywords.get(key)?.at));
    const list = (key: string, inner = get(node, key)): JsonSchema[] =>
      (isSeq(inner) ? inner.items : []).flatMap((item, i) => (item === undefined ? [] : [below(item, `${key}/${i}`)]));
    const map = (key: string, inner = get(node, key)): Map<string, JsonSchema> => new Map((isMap(inner) ? inner.entries : []).flatMap(
      ({ key: name, value }) => (value === undefined ? [] : [[name.text, below(value, `${key}/${escapeStep(name.text)}`, inside(file, name))]])));
    const keywords = new Map(node.entries.flatMap(({ key, value }) => (value === undefined ? [] : [[key.text, {
      at: inside(file, key), text: file.text.slice(value.start, value.end).replace(/\s+/g, ' '),
    }]])));

    const numbers = new Map(limits.flatMap((key) => {
      const value = numberOf(get(node, key));
      return value === undefined ? [] : [[key, value] as const];
    }));
    if (draft <= 4) for (const end of ['minimum', 'maximum'] as const) exclusive(node, numbers, end);
    const dynamic = has('$dynamicRef', 2020) ?? has('$recursiveRef', 2019, 2019);
    const reference = text(get(node, '$ref'));
    const items = get(node, 'items');
    const prefixKey = draft >= 2020 && has('prefixItems') !== undefined ? 'prefixItems' : isSeq(items) ? 'items' : undefined;
    const rest = prefixKey === 'items' ? one('additionalItems') : isSeq(items) ? undefined : one('items');
    const contains = one('contains', has('contains', 6));
    const test = one('if', has('if', 7));
    const target = reference === undefined ? undefined : lazily(() => this.last(document, base, reference));
    const values: (readonly JsonValue[])[] = [];
    const options = get(node, 'enum');
    if (isSeq(options)) values.push(options.items.map(valueOf));
    if (has('const', 6) !== undefined) values.push([valueOf(get(node, 'const'))]);
    const optional = {
      types: typesOf(get(node, 'type')), multipleOf: numberOf(get(node, 'multipleOf')), pattern: text(get(node, 'pattern')), format: text(get(node, 'format')),
      items: rest, unevaluatedItems: one('unevaluatedItems', has('unevaluatedItems', 2019)), additional: one('additionalProperties'),
      names: one('propertyNames', has('propertyNames', 6)), unevaluated: one('unevaluatedProperties', has('unevaluatedProperties', 2019)), not: one('not'), ref: target,
      opaque: dynamic === undefined ? undefined : (text(dynamic) ?? '$dynamicRef'),
      contains: contains && { schema: contains, min: numberOf(has('minContains', 2019)) ?? 1, max: numberOf(has('maxContains', 2019)) ?? Infinity },
      when: test && defined({ test, then: one('then'), else: one('else') }),
    };
    return {
      ...start, keywords, ...defined(optional),
      ...(reference !== undefined && draft <= 7 ? { refAlone: true } : {}),
      values, limits: numbers, hasDefault: get(node, 'default') !== undefined,
      prefix: prefixKey === undefined ? [] : list(prefixKey), uniqueItems: get(node, 'uniqueItems') !== undefined && valueOf(get(node, 'uniqueItems')) === true,
      properties: map('properties'), patterns: map('patternProperties'), required: requiredOf(file, get(node, 'required')),
      dependencies: this.dependencies(document, node, base, start, depth), allOf: list('allOf'), anyOf: list('anyOf'), oneOf: list('oneOf'),
    };
  }

  private dependencies(document: Document, node: MapNode, base: string, start: JsonSchema, depth: number): Dependency[] {
    const { file, draft } = document;
    const found: Dependency[] = [];
    for (const key of ['dependencies', 'dependentRequired', 'dependentSchemas']) {
      const isOld = key === 'dependencies' && draft >= 2019;
      const map = get(node, key);
      if (!isMap(map) || (key !== 'dependencies' && draft < 2019)) continue;
      for (const { key: name, value } of map.entries) {
        if (value === undefined) continue;
        const pointer = `${start.pointer}/${key}/${escapeStep(name.text)}`;
        const at = inside(file, name);
        const schema = isSeq(value)
          ? bareSchema(Reading.next++, { ...start, at, pointer }, { required: requiredOf(file, value), types: allBits })
          : this.schema(document, value, base, pointer, at, depth + 1);
        found.push({ key: name.text, schema, isArray: isSeq(value), isOld });
      }
    }
    return found;
  }
}

/** 4, 6, 7, 2019 or 2020; the newest where nothing is said. */
function draftOf(uri: string | undefined): number {
  const draft = /draft-0(\d)/.exec(uri ?? '')?.[1];
  if (draft !== undefined) return Math.max(4, Number(draft));
  return uri?.includes('2019-09') ? 2019 : 2020;
}

function baseOf(document: Document): string {
  return [...document.ids].find(([, { pointer }]) => pointer === '#')?.[0] ?? document.file.path;
}

/** Joins a relative reference to an address; both may be plain paths. */
function joinUri(base: string, reference: string): string {
  if (/^[a-z][\w+.-]*:/i.test(reference)) return reference;
  const origin = /^[a-z][\w+.-]*:(\/\/[^/]*)?/i.exec(base)?.[0] ?? '';
  return origin + resolvePath(base.slice(origin.length), reference);
}

function inside(file: SourceFile, node: SyntaxNode): SourceRange {
  return isScalar(node) && node.style === 'double' && node.end - node.start >= 2 ? rangeIn(file, node.start + 1, node.end - 1) : rangeIn(file, node.start, node.end);
}

function numberOf(node: SyntaxNode | undefined): number | undefined {
  return isScalar(node) && typeof node.value === 'number' ? node.value : undefined;
}

/** In draft-04, a limit is made exclusive by a key of its own. */
function exclusive(node: MapNode, numbers: Map<Limit, number>, end: 'minimum' | 'maximum'): void {
  const key = end === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  numbers.delete(key);
  const limit = numbers.get(end);
  if (limit === undefined || valueOf(get(node, key)) !== true) return;
  numbers.delete(end);
  numbers.set(key, limit);
}

function typesOf(node: SyntaxNode | undefined): number | undefined {
  const names = isSeq(node) ? node.items.map(text) : isScalar(node) ? [text(node) ?? String(node.value)] : [];
  if (names.length === 0) return undefined;
  return names.reduce((all, name) => all | (name === 'number' ? numberBits : name !== undefined && name !== 'fraction' && Object.hasOwn(bits, name) ? bits[name as keyof typeof bits] : 0), 0);
}

function requiredOf(file: SourceFile, node: SyntaxNode | undefined): Map<string, SourceRange> {
  return new Map((isSeq(node) ? node.items : []).flatMap((item) =>
    (isScalar(item) && typeof item.value === 'string' ? [[item.value, inside(file, item)]] : [])));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Without the keys that have no value, as exact optional types ask for. */
function defined<T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

import { entry, get, isMap, isScalar, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { SourceRange } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { place } from '../jsonPlace';
import { nodeAt, rootOf } from '../tree';
import type { AvroTypes } from './parse';
import { fullNameOf, spaceOf, type AvroEnum, type AvroField, type AvroFixed, type AvroNamed, type AvroRecord, type AvroType } from './schema';

const kinds = new Set(['record', 'error', 'enum', 'fixed']);

/** Deeper than anybody writes; what lies below is unknown. */
const maxDepth = 64;
/** Each type of a list may name the next one, and reading goes down with them. */
const maxAhead = 300;

/** Reads the JSON form: a schema (`.avsc`), a list of them, or a protocol (`.avpr`). Use `parseAvro` (`parse.ts`). */
export function parseAvroJson(file: SourceFile, types: AvroTypes, pointer = ''): AvroType | undefined {
  return new Parser(file, types).read(pointer);
}

class Parser {
  /** Types of a list that stand behind what refers to them. */
  private readonly later = new Map<string, { readonly node: SyntaxNode; readonly space: string }>();
  private aheads = 0;
  private readonly parsed = new Map<SyntaxNode, AvroType>();

  constructor(private readonly file: SourceFile, private readonly types: AvroTypes) {}

  read(pointer: string): AvroType | undefined {
    const root = nodeAt(rootOf(this.file), pointer);
    const types = get(root, 'types');
    const space = isSeq(types) ? (text(get(root, 'namespace')) ?? '') : '';
    const list = isSeq(types) ? types.items : isSeq(root) ? root.items : [];
    for (const node of list) {
      if (isMap(node) && kinds.has(text(get(node, 'type')) ?? '')) this.later.set(this.names(node, space).fullName, { node, space });
    }
    if (!isSeq(types)) return root && this.type(root, '', 0);
    const all = types.items.flatMap((item) => (item === undefined ? [] : [this.type(item, space, 0)]));
    return all.findLast(({ kind }) => kind === 'record') ?? all.at(-1);
  }

  private type(node: SyntaxNode, space: string, depth: number): AvroType {
    const at = this.at(node);
    if (depth > maxDepth) return { kind: 'unknown', name: '…', at };
    if (isScalar(node)) return this.reference(node.text, space, place(this.file, node)?.at ?? at);
    if (isSeq(node)) {
      return { kind: 'union', at, branches: node.items.flatMap((item) => (item === undefined ? [] : [this.type(item, space, depth + 1)])) };
    }
    const known = this.parsed.get(node);
    if (known !== undefined) return known;
    const inner = get(node, 'type');
    switch (text(inner)) {
      case 'record': case 'error': return this.record(node, space, depth);
      case 'enum': return this.enum(node, space);
      case 'fixed': return this.fixed(node, space);
      case 'array': return { kind: 'array', at, items: this.below(node, 'items', space, depth) };
      case 'map': return { kind: 'map', at, values: this.below(node, 'values', space, depth) };
      default: {
        if (inner === undefined) return { kind: 'unknown', name: 'nothing', at };
        const type = this.type(inner, space, depth + 1);
        const logicalType = text(get(node, 'logicalType'));
        return type.kind === 'primitive' && logicalType !== undefined ? { ...type, logicalType, ...scaleOf(node) } : type;
      }
    }
  }

  private below(node: MapNode, key: string, space: string, depth: number): AvroType {
    const inner = get(node, key);
    return inner === undefined ? { kind: 'unknown', name: 'nothing', at: this.at(node) } : this.type(inner, space, depth + 1);
  }

  private reference(name: string, space: string, at: SourceRange): AvroType {
    return this.types.reference(this.file, name, space, at, (full) => {
      const later = this.later.get(full);
      if (later === undefined || this.aheads >= maxAhead) return undefined;
      this.later.delete(full);
      this.aheads++;
      const type = this.type(later.node, later.space, 1);
      this.aheads--;
      return type;
    });
  }

  private record(node: MapNode, space: string, depth: number): AvroRecord {
    const fields: AvroField[] = [];
    const record: AvroRecord = { kind: 'record', ...this.names(node, space), fields };
    this.keep(node, record);
    const inner = spaceOf(record.fullName);
    const list = get(node, 'fields');
    for (const item of isSeq(list) ? list.items : []) {
      const name = place(this.file, get(item, 'name'));
      if (!isMap(item) || name === undefined) continue;
      const written = entry(item, 'default');
      fields.push({
        name: name.value, at: name.at, aliases: textsOf(get(item, 'aliases')), type: this.below(item, 'type', inner, depth),
        ...(written?.value === undefined ? {} : { default: written.value }),
      });
    }
    return record;
  }

  private enum(node: MapNode, space: string): AvroEnum {
    const list = get(node, 'symbols');
    const fallback = text(get(node, 'default'));
    const found: AvroEnum = {
      kind: 'enum', ...this.names(node, space),
      symbols: (isSeq(list) ? list.items : []).flatMap((item) => {
        const symbol = place(this.file, item);
        return symbol === undefined ? [] : [{ name: symbol.value, at: symbol.at }];
      }),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    this.keep(node, found);
    return found;
  }

  private fixed(node: MapNode, space: string): AvroFixed {
    const logicalType = text(get(node, 'logicalType'));
    const found: AvroFixed = {
      kind: 'fixed', ...this.names(node, space), size: Number(text(get(node, 'size')) ?? Number.NaN),
      ...(logicalType === undefined ? {} : { logicalType, ...scaleOf(node) }),
    };
    this.keep(node, found);
    return found;
  }

  /** A type can be referred to from its own fields on. */
  private keep(node: MapNode, type: AvroNamed): void {
    this.later.delete(type.fullName);
    this.parsed.set(node, type);
    this.types.define(type);
  }

  private names(node: MapNode, space: string): { fullName: string; aliases: string[]; at: SourceRange } {
    const name = place(this.file, get(node, 'name'));
    const written = entry(node, 'namespace');
    const own = written === undefined ? space : (text(written.value) ?? '');
    const fullName = fullNameOf(name?.value ?? '', own);
    return {
      fullName, at: name?.at ?? this.at(node),
      aliases: textsOf(get(node, 'aliases')).map((alias) => fullNameOf(alias, spaceOf(fullName))),
    };
  }

  private at(node: SyntaxNode): SourceRange {
    return rangeIn(this.file, node.start, node.end);
  }
}

function scaleOf(node: MapNode): { scale?: number } {
  const scale = Number(text(get(node, 'scale')) ?? Number.NaN);
  return Number.isInteger(scale) && scale >= 0 ? { scale } : {};
}

function textsOf(node: SyntaxNode | undefined): string[] {
  return isSeq(node) ? node.items.flatMap((item) => text(item) ?? []) : [];
}

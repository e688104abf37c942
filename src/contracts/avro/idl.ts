import { parseJson } from '../../syntax/json';
import { isScalar, isSeq, text, type SyntaxNode } from '../../syntax/tree';
import type { SourceRange } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { AvroTypes } from './parse';
import { scanIdl, type IdlToken } from './idlScan';
import { fullNameOf, spaceOf, type AvroEnum, type AvroField, type AvroFixed, type AvroRecord, type AvroType } from './schema';

/** Logical types that IDL has words for. */
const words: Readonly<Record<string, { readonly type: 'int' | 'long' | 'string'; readonly logicalType: string }>> = {
  date: { type: 'int', logicalType: 'date' }, time_ms: { type: 'int', logicalType: 'time-millis' },
  timestamp_ms: { type: 'long', logicalType: 'timestamp-millis' }, local_timestamp_ms: { type: 'long', logicalType: 'local-timestamp-millis' },
  uuid: { type: 'string', logicalType: 'uuid' },
};
const maxDepth = 64;
/** Each declaration may name the next one, and reading goes down with them. */
const maxAhead = 300;
type Annotations = ReadonlyMap<string, SyntaxNode | undefined>;

/** Reads Avro's interface language: a protocol, or a schema file (Avro 1.12). Gives the type that the file is about. */
export function parseAvroIdl(file: SourceFile, types: AvroTypes): AvroType | undefined {
  return new IdlParser(file, types).read();
}

class IdlParser {
  private readonly tokens: readonly IdlToken[];
  private next = 0;
  private space = '';
  private last: AvroType | undefined;
  private main: AvroType | undefined;
  /** Where declarations begin that were not reached yet: IDL may name a type before it declares it. */
  private readonly later = new Map<string, { readonly next: number; readonly space: string }>();
  private readonly done = new Map<number, number>();
  private aheads = 0;

  constructor(private readonly file: SourceFile, private readonly types: AvroTypes) {
    this.tokens = scanIdl(file.text);
  }

  read(): AvroType | undefined {
    this.index();
    while (this.next < this.tokens.length) {
      const before = this.next;
      this.declaration();
      if (this.next === before) this.next++;
    }
    return this.main ?? this.last;
  }

  private is(text_: string, ahead = 0): boolean {
    const token = this.tokens[this.next + ahead];
    return token !== undefined && token.text === text_ && token.kind !== 'text' && !token.isQuoted;
  }

  private take(text_: string): boolean {
    if (!this.is(text_)) return false;
    this.next++;
    return true;
  }

  private name(): IdlToken | undefined {
    return this.tokens[this.next]?.kind === 'name' ? this.tokens[this.next++] : undefined;
  }

  private at(token: IdlToken): SourceRange {
    return rangeIn(this.file, token.start, token.end);
  }

  /** Names of all declarations of the file, with where they begin. */
  private index(): void {
    let space = '';
    for (let i = 0; i < this.tokens.length; i++) {
      const [token, name] = [this.tokens[i]!, this.tokens[i + 1]];
      if (token.kind !== 'name' || token.isQuoted || name?.kind !== 'name' || !['protocol', 'record', 'error', 'enum', 'fixed', 'namespace'].includes(token.text)) continue;
      if (token.text === 'namespace') {
        if (this.tokens[i + 2]?.text === ';') space = name.text;
        continue;
      }
      if (!['{', '('].includes(this.tokens[i + 2]?.text ?? '')) continue;
      const start = this.annotationsBefore(i);
      this.next = start;
      const own = text(this.annotations().get('namespace'));
      if (token.text === 'protocol') space = own ?? space;
      else this.later.set(fullNameOf(name.text, own ?? space), { next: start, space });
    }
    this.next = 0;
  }

  private annotationsBefore(i: number): number {
    let start = i;
    while (this.tokens[start - 1]?.kind === 'annotation') start--;
    return start;
  }

  private declaration(): void {
    const end = this.done.get(this.next);
    if (end !== undefined) {
      this.next = end;
      return;
    }
    const start = this.next;
    const annotations = this.annotations();
    if (this.take('namespace')) this.space = this.name()?.text ?? '';
    else if (this.take('import')) {
      this.next++;
      const path = this.tokens[this.next];
      if (path?.kind === 'text') this.types.import(this.file, path.text);
    } else if (this.is('protocol') && this.tokens[this.next + 1]?.kind === 'name') {
      this.next += 2;
      this.space = text(annotations.get('namespace')) ?? this.space;
      this.take('{');
      return;
    } else if (this.take('schema')) this.main = this.type(this.space, 0);
    else if (this.isNamed()) {
      this.last = this.named(annotations, this.space, start);
      return;
    } else if (this.take('}')) return;
    this.skipTo(';');
  }

  private isNamed(): boolean {
    return ['record', 'error', 'enum', 'fixed'].some((kind) => this.is(kind)) && this.tokens[this.next + 1]?.kind === 'name'
      && ['{', '('].includes(this.tokens[this.next + 2]?.text ?? '');
  }

  private named(annotations: Annotations, outer: string, start: number): AvroType {
    const kind = this.tokens[this.next++]!.text;
    const token = this.name()!;
    const fullName = fullNameOf(token.text, text(annotations.get('namespace')) ?? outer);
    this.later.delete(fullName);
    const aliases = textsOf(annotations.get('aliases')).map((alias) => fullNameOf(alias, spaceOf(fullName)));
    const names = { fullName, aliases, at: this.at(token) };
    const type = kind === 'enum' ? this.enum(names) : kind === 'fixed' ? this.fixed(names) : this.record(names);
    this.done.set(start, this.next);
    return type;
  }

  private record(names: Omit<AvroFixed, 'kind' | 'size'>): AvroRecord {
    const fields: AvroField[] = [];
    const record: AvroRecord = { kind: 'record', ...names, fields };
    this.types.define(record);
    this.take('{');
    while (this.next < this.tokens.length && !this.take('}')) {
      const before = this.next;
      this.field(fields, spaceOf(names.fullName));
      if (this.next === before) this.next++;
    }
    return record;
  }

  /** One type may have several names: `string first, last;`. */
  private field(fields: AvroField[], space: string): void {
    const shared = this.annotations();
    const type = this.type(space, 0, shared);
    do {
      const own = this.annotations();
      const token = this.name();
      if (token === undefined) break;
      const written = this.take('=') ? this.json() : undefined;
      const aliases = textsOf(own.get('aliases') ?? shared.get('aliases'));
      fields.push({
        name: token.text, at: this.at(token), aliases, type: type.kind === 'union' && type.isNullable === true ? nullable(type.branches[1]!, written, type.at) : type,
        ...(written === undefined ? {} : { default: written }),
      });
    } while (this.take(','));
    if (!this.is('}')) this.skipTo(';');
  }

  private enum(names: Omit<AvroFixed, 'kind' | 'size'>): AvroEnum {
    const symbols: { name: string; at: SourceRange }[] = [];
    this.take('{');
    while (this.next < this.tokens.length && !this.take('}')) {
      const token = this.name();
      if (token === undefined) this.next++;
      else symbols.push({ name: token.text, at: this.at(token) });
    }
    const fallback = this.take('=') ? this.name()?.text : undefined;
    this.take(';');
    const found: AvroEnum = { kind: 'enum', ...names, symbols, ...(fallback === undefined ? {} : { default: fallback }) };
    this.types.define(found);
    return found;
  }

  private fixed(names: Omit<AvroFixed, 'kind' | 'size'>): AvroFixed {
    this.take('(');
    const size = this.tokens[this.next]?.kind === 'number' ? Number(this.tokens[this.next++]!.text) : Number.NaN;
    this.take(')');
    this.take(';');
    const found: AvroFixed = { kind: 'fixed', ...names, size };
    this.types.define(found);
    return found;
  }

  private type(space: string, depth: number, annotations = this.annotations()): AvroType {
    const start = this.tokens[this.next];
    const type = this.bare(space, depth);
    const logicalType = text(annotations.get('logicalType'));
    const marked: AvroType = type.kind === 'primitive' && logicalType !== undefined ? { ...type, logicalType } : type;
    if (!this.take('?')) return marked;
    const at = start === undefined ? marked.at : this.at(start);
    return { kind: 'union', branches: [{ kind: 'primitive', type: 'null', at }, marked], at, isNullable: true };
  }

  private bare(space: string, depth: number): AvroType {
    const token = this.name();
    const at = token === undefined ? rangeIn(this.file, this.tokens[this.next]?.start ?? 0, this.tokens[this.next]?.end ?? 0) : this.at(token);
    if (token === undefined || depth > maxDepth) return { kind: 'unknown', name: '…', at };
    if (!token.isQuoted && (token.text === 'array' || token.text === 'map') && this.take('<')) {
      const inner = this.type(space, depth + 1);
      this.take('>');
      return token.text === 'array' ? { kind: 'array', items: inner, at } : { kind: 'map', values: inner, at };
    }
    if (!token.isQuoted && token.text === 'union' && this.take('{')) {
      const branches: AvroType[] = [];
      while (this.next < this.tokens.length && !this.take('}')) {
        if (this.take(',')) continue;
        if (this.is(';')) break;
        const before = this.next;
        branches.push(this.type(space, depth + 1));
        if (this.next === before) this.next++;
      }
      return { kind: 'union', branches, at };
    }
    if (!token.isQuoted && token.text === 'decimal' && this.take('(')) {
      const from = this.next;
      this.skipTo(')');
      const [, scale] = this.tokens.slice(from, this.next).filter(({ kind }) => kind === 'number');
      return { kind: 'primitive', type: 'bytes', logicalType: 'decimal', at, ...(scale === undefined ? {} : { scale: Number(scale.text) }) };
    }
    const logical = token.isQuoted || !Object.hasOwn(words, token.text) ? undefined : words[token.text];
    if (logical !== undefined) return { kind: 'primitive', at, ...logical };
    return this.types.reference(this.file, token.text, space, at, (full) => this.ahead(full));
  }

  /** Reads a declaration that stands further down, and comes back. */
  private ahead(fullName: string): AvroType | undefined {
    const later = this.later.get(fullName);
    if (later === undefined || this.aheads >= maxAhead) return undefined;
    this.later.delete(fullName);
    const back = this.next;
    this.next = later.next;
    this.aheads++;
    const type = this.named(this.annotations(), later.space, later.next);
    this.aheads--;
    this.next = back;
    return type;
  }

  private annotations(): Annotations {
    const found = new Map<string, SyntaxNode | undefined>();
    for (let token = this.tokens[this.next]; token?.kind === 'annotation'; token = this.tokens[++this.next]) found.set(token.text, token.value && this.node(token.value));
    return found;
  }

  /** A default: everything up to the comma or semicolon behind it. */
  private json(): SyntaxNode | undefined {
    const start = this.tokens[this.next]?.start;
    let depth = 0;
    let end = start;
    for (let token = this.tokens[this.next]; token !== undefined; token = this.tokens[++this.next]) {
      if (depth === 0 && token.kind === 'sign' && [',', ';', '}'].includes(token.text)) break;
      if (token.kind === 'sign' && (token.text === '{' || token.text === '[')) depth++;
      if (token.kind === 'sign' && (token.text === '}' || token.text === ']')) depth--;
      end = token.end + (token.kind === 'text' ? 1 : 0);
    }
    return start === undefined || end === undefined ? undefined : this.node({ start: this.file.text[start - 1] === '"' ? start - 1 : start, end });
  }

  private node({ start, end }: { readonly start: number; readonly end: number }): SyntaxNode | undefined {
    // Blanks before it keep the places those of the file.
    return parseJson(' '.repeat(start) + this.file.text.slice(start, end)).roots[0];
  }

  private skipTo(sign: string): void {
    let depth = 0;
    for (; this.next < this.tokens.length; this.next++) {
      const token = this.tokens[this.next]!;
      if (token.kind !== 'sign') continue;
      if (depth === 0 && token.text === sign) {
        this.next++;
        return;
      }
      if (token.text === '{' || token.text === '(') depth++;
      if ((token.text === '}' || token.text === ')') && --depth < 0) return;
    }
  }
}

/** `T?` puts null first, unless its default is something else. */
function nullable(type: AvroType, written: SyntaxNode | undefined, at: SourceRange): AvroType {
  const none: AvroType = { kind: 'primitive', type: 'null', at };
  const isFirst = written === undefined || (isScalar(written) && written.value === null);
  return { kind: 'union', at, branches: isFirst ? [none, type] : [type, none] };
}

function textsOf(node: SyntaxNode | undefined): string[] {
  return isSeq(node) ? node.items.flatMap((item) => text(item) ?? []) : [];
}

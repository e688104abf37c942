import type { Severity } from '../../text/problem';
import type { SourceRange } from '../../text/range';
import type { CompatDirection, CompatFinding, ContractText, ReadReference } from '../compat';
import { parseAvro, type AvroFile } from './parse';
import { avroWords, simpleName, type AvroEnum, type AvroField, type AvroPrimitive, type AvroRecord, type AvroType } from './schema';

/**
 * What readers of one version cannot make of data that was written with the other, by the rules of schema resolution
 * (Avro specification, "Schema Resolution"), with the names of the reference implementation's SchemaCompatibility.
 */
export function compareAvro(
  previous: ContractText, current: ContractText, readPrevious: ReadReference, readCurrent: ReadReference,
): readonly CompatFinding[] {
  const [was, is] = [parse(previous, readPrevious), parse(current, readCurrent)];
  const after = rootOf(is, current.fragment);
  const root = rootOf(was, previous.fragment);
  // Who names two types means these; a schema in JSON is about one type, whatever its parts are called.
  const hasSeveral = [previous, current].every(({ file: { path } }) => /\.(avdl|avpr)$/i.test(path));
  const before = hasSeveral && previous.fragment === current.fragment ? earlierOf(was, root, is, after) : root;
  if (before === undefined || after === undefined) return [];
  return [
    ...new Resolution('backward').compare(after, before),
    ...new Resolution('forward').compare(before, after),
  ];
}

function parse({ file, fragment }: ContractText, read: ReadReference): AvroFile {
  return parseAvro(file, read, [], fragment.startsWith('/') ? fragment : '');
}

function rootOf(file: AvroFile, fragment: string): AvroType | undefined {
  if (fragment === '' || fragment.startsWith('/')) return file.root;
  return file.named.get(fragment) ?? [...file.named.values()].find(({ fullName }) => simpleName(fullName) === fragment);
}

/**
 * What a type was. A file of several types (a protocol, IDL) is not about the same one for ever: where one was added or
 * taken out behind the others, that one was and is another. A name that is new has taken the place of one that is gone.
 */
function earlierOf(was: AvroFile, root: AvroType | undefined, is: AvroFile, after: AvroType | undefined): AvroType | undefined {
  if (after === undefined || !('fullName' in after)) return root;
  const same = was.named.get(after.fullName);
  if (same !== undefined) return same;
  const before = root ?? was.root;
  return before !== undefined && 'fullName' in before && is.named.has(before.fullName) ? undefined : before;
}

/** What a writer's primitive may be read as. */
const promotions: Readonly<Partial<Record<AvroPrimitive, readonly AvroPrimitive[]>>> = {
  int: ['long', 'float', 'double'], long: ['float', 'double'], float: ['double'], bytes: ['string'], string: ['bytes'],
};

/** Resolves one version's reader against the other version's data. */
class Resolution {
  private readonly findings: CompatFinding[] = [];
  /**
   * Pairs that were looked at, or are being looked at: a recursive type is fine unless something else is wrong. What is
   * only tried notes nothing, and has memories of its own.
   */
  private readonly noted = new Map<AvroType, Map<AvroType, boolean>>();
  private readonly tried = new Map<AvroType, Map<AvroType, boolean>>();
  private readonly open = new Map<AvroType, Set<AvroType>>();
  private readonly assumed: [Map<AvroType, boolean>, AvroType][] = [];

  constructor(private readonly direction: CompatDirection) {}

  compare(reader: AvroType, writer: AvroType): readonly CompatFinding[] {
    this.resolve(reader, writer, nameOf(this.direction === 'backward' ? reader : writer));
    return this.findings;
  }

  /** True if whatever the writer wrote can be read; notes what cannot. */
  private resolve(reader: AvroType, writer: AvroType, path: string): boolean {
    // What is being looked at further up is told there.
    if (this.quiet > 0 && this.open.get(reader)?.has(writer) === true) return true;
    const seen = this.quiet > 0 ? this.tried : this.noted;
    let own = seen.get(reader);
    if (own === undefined) seen.set(reader, (own = new Map()));
    const known = own.get(writer);
    if (known !== undefined) return known;
    own.set(writer, true);
    const mark = this.assumed.length;
    const above = this.open.get(reader) ?? new Set();
    if (this.quiet === 0) this.open.set(reader, above.add(writer));
    const result = this.resolveAnew(reader, writer, path);
    if (this.quiet === 0) above.delete(writer);
    own.set(writer, result);
    // What took this pair for readable while it was looked at may be wrong, and is looked at again.
    if (!result) for (const [memory, type] of this.assumed.splice(mark)) memory.delete(type);
    else if (this.quiet > 0) this.assumed.push([own, writer]);
    return result;
  }

  private resolveAnew(reader: AvroType, writer: AvroType, path: string): boolean {
    // A name that no file defines is taken for the same thing in both versions.
    if (reader.kind === 'unknown' || writer.kind === 'unknown') {
      return reader.kind !== writer.kind || (reader.kind === 'unknown' && writer.kind === 'unknown' && reader.name === writer.name)
        ? true : this.mismatch(reader, writer, path);
    }
    if (writer.kind === 'union') return this.writerUnion(reader, writer, path);
    if (reader.kind === 'union') {
      if (this.branchFor(reader, writer, path)) return true;
      return this.report('MISSING_UNION_BRANCH', path, reader, writer, reader.at, writer.at,
        `${this.who()} reads ${avroWords(reader)}, and ${avroWords(writer)} is none of these`,
        `Add ${avroWords(writer)} to the union of ${path}`);
    }
    if (reader.kind === 'primitive' && writer.kind === 'primitive') {
      if (reader.type !== writer.type && promotions[writer.type]?.includes(reader.type) !== true) return this.mismatch(reader, writer, path);
      this.meaning(reader, writer, path);
      return true;
    }
    if (reader.kind === 'array' && writer.kind === 'array') return this.resolve(reader.items, writer.items, `${path}[]`);
    if (reader.kind === 'map' && writer.kind === 'map') return this.resolve(reader.values, writer.values, `${path}{}`);
    if (reader.kind === 'record' && writer.kind === 'record') return both(this.names(reader, writer, path), this.fields(reader, writer, path));
    if (reader.kind === 'enum' && writer.kind === 'enum') return both(this.names(reader, writer, path), this.symbols(reader, writer, path));
    if (reader.kind === 'fixed' && writer.kind === 'fixed') {
      this.meaning(reader, writer, path);
      return both(this.names(reader, writer, path), reader.size === writer.size || this.report('FIXED_SIZE_MISMATCH', path, reader, writer, reader.at, writer.at,
        `${path} has ${writer.size} bytes where it is written and ${reader.size} where it is read`,
        'Keep the size, and give a type of another size another name'));
    }
    return this.mismatch(reader, writer, path);
  }

  /** True if a branch takes the type; what is said of that one is noted. */
  private branchFor(reader: AvroType & { kind: 'union' }, writer: AvroType, path: string): boolean {
    const branch = reader.branches.find((own) => this.quietly(() => this.resolve(own, writer, path)));
    return branch !== undefined && (this.quiet > 0 || this.resolve(branch, writer, path));
  }

  /** The bytes can be read: schema resolution leaves logical types out of account, and those who read the values do not. */
  private meaning(reader: Logical, writer: Logical, path: string): void {
    const [written, read] = [writer.logicalType, reader.logicalType];
    if (this.quiet > 0 || written === undefined || read === undefined) return;
    const [was, is] = [unitOf(written), unitOf(read)];
    const isOtherUnit = was !== undefined && is !== undefined && was !== is;
    const isOtherScale = written === 'decimal' && read === 'decimal' && (writer.scale ?? 0) !== (reader.scale ?? 0);
    if (written === read && !isOtherScale) return;
    this.note('LOGICAL_TYPE_CHANGED', isOtherUnit || isOtherScale ? 'error' : 'warning', path, reader, writer, reader.at, writer.at,
      isOtherScale ? `${path} is written with ${writer.scale ?? 0} digits behind the point and read with ${reader.scale ?? 0}: every value is misread, or refused where the specification is followed to the letter`
        : `${path} is written as ${written} and read as ${read}: ${isOtherUnit ? 'every value is misread by powers of a thousand' : 'values mean something else'}, as schema resolution looks at ${wordOf(writer)} and ${wordOf(reader)} alone`,
      'Keep the logical type, or add a field of the new one with a default beside it');
  }

  /** Each branch that was written must be readable. */
  private writerUnion(reader: AvroType, writer: AvroType & { kind: 'union' }, path: string): boolean {
    let all = true;
    for (const branch of writer.branches) {
      if (reader.kind !== 'union') {
        all = this.resolve(reader, branch, path) && all;
        continue;
      }
      if (this.branchFor(reader, branch, path)) continue;
      // The branch of the same name tells better what is wrong in it than the union that lacks it.
      const alike = reader.branches.find((own) => own.kind === branch.kind && nameOf(own) === nameOf(branch));
      all = false;
      if (alike !== undefined && alike.kind !== 'primitive' && !this.resolve(alike, branch, path)) continue;
      this.report('MISSING_UNION_BRANCH', path, reader, branch, reader.at, branch.at,
        `${avroWords(branch)} is written, and ${this.who()} reads ${avroWords(reader)} only`,
        this.direction === 'backward' ? `Keep ${avroWords(branch)}${path === 'union' ? '' : ` in the union of ${path}`}` : `Let consumers read ${avroWords(branch)} before anybody writes it`);
    }
    return all;
  }

  private fields(reader: AvroRecord, writer: AvroRecord, path: string): boolean {
    let all = true;
    for (const field of reader.fields) {
      const written = writerOf(field, writer);
      const name = `${path}.${field.name}`;
      if (written !== undefined) {
        all = this.resolve(field.type, written.type, name) && all;
      } else if (field.default === undefined) {
        all = false;
        const isAdded = this.direction === 'backward';
        this.report('READER_FIELD_MISSING_DEFAULT_VALUE', name, field.type, undefined, isAdded ? field.at : writer.at, isAdded ? undefined : field.at,
          isAdded ? `${name} was added without a default: data that was written before lacks it, and cannot be read`
            : `${name} was removed, and readers of the earlier version have no default for it`,
          isAdded ? `Give ${field.name} a default` : `Keep ${field.name}, or give it a default in a version that all consumers read before it goes`, field);
      }
    }
    return all;
  }

  private symbols(reader: AvroEnum, writer: AvroEnum, path: string): boolean {
    const missing = writer.symbols.filter(({ name }) => !reader.symbols.some((own) => own.name === name));
    const hasDefault = reader.default !== undefined && reader.symbols.some(({ name }) => name === reader.default);
    if (missing.length === 0 || hasDefault) return true;
    const names = missing.map(({ name }) => name).join(', ');
    const isGone = this.direction === 'backward';
    return this.report('MISSING_ENUM_SYMBOLS', path, reader, writer, isGone ? reader.at : missing[0]!.at, isGone ? missing[0]!.at : reader.at,
      isGone ? `${names} of ${path} is gone, and data that has it cannot be read` : `${names} of ${path} is new, and readers of the earlier version do not know it`,
      isGone ? `Keep ${names}, or give the enum a default` : 'Give the enum a default in a version that all consumers read first');
  }

  private names(reader: AvroRecord | AvroEnum | (AvroType & { kind: 'fixed' }), writer: typeof reader, path: string): boolean {
    // The reference implementation compares names without their namespaces.
    if (simpleName(reader.fullName) === simpleName(writer.fullName) || reader.aliases.includes(writer.fullName)) return true;
    return this.report('NAME_MISMATCH', path, reader, writer, reader.at, writer.at,
      `${writer.fullName} is written, and ${reader.fullName} is read`, `Add "${writer.fullName}" to the aliases of ${reader.fullName}`);
  }

  private mismatch(reader: AvroType, writer: AvroType, path: string): boolean {
    return this.report('TYPE_MISMATCH', path, reader, writer, reader.at, writer.at,
      `${path} is written as ${avroWords(writer)} and read as ${avroWords(reader)}${this.direction === 'backward' ? '' : ' by the earlier version'}`,
      'Keep the type, or add a field of the new type with a default beside it');
  }

  /** Who reads, in words. */
  private who(): string {
    return this.direction === 'backward' ? 'the new version' : 'the earlier version';
  }

  /** Above 0 while something is only tried. */
  private quiet = 0;

  private quietly(act: () => boolean): boolean {
    this.quiet++;
    const result = act();
    this.quiet--;
    return result;
  }

  /** Notes a finding; `at` of the reader and the writer are told apart by the direction. */
  private report(
    check: string, element: string, reader: AvroType, writer: AvroType | undefined, readerAt: SourceRange, writerAt: SourceRange | undefined,
    message: string, advice: string, field?: AvroField,
  ): false {
    if (this.quiet === 0) this.note(check, 'error', element, reader, writer, readerAt, writerAt, message, advice, field);
    return false;
  }

  private note(
    check: string, severity: Severity, element: string, reader: AvroType, writer: AvroType | undefined, readerAt: SourceRange, writerAt: SourceRange | undefined,
    message: string, advice: string, field?: AvroField,
  ): void {
    const isBackward = this.direction === 'backward';
    const ownPlaces = check === 'READER_FIELD_MISSING_DEFAULT_VALUE' || check === 'MISSING_ENUM_SYMBOLS';
    const at = ownPlaces || isBackward ? readerAt : (writerAt ?? readerAt);
    const beforeAt = ownPlaces || isBackward ? writerAt : readerAt;
    const [before, after] = isBackward ? [writer, field === undefined ? reader : field.type] : [field === undefined ? reader : field.type, writer];
    this.findings.push({
      check, direction: this.direction, level: 'wire', severity, element, at,
      ...(beforeAt === undefined ? {} : { beforeAt }),
      ...(before === undefined ? {} : { before: avroWords(before) }), ...(after === undefined ? {} : { after: avroWords(after) }),
      message: `${message}.`, advice: `${advice}.`,
    });
  }
}

type Logical = AvroType & ({ readonly kind: 'primitive' } | { readonly kind: 'fixed' });

function wordOf(type: Logical): string {
  return type.kind === 'primitive' ? type.type : type.fullName;
}

/** What a time counts. */
function unitOf(logicalType: string): string | undefined {
  return /-(millis|micros|nanos)$/.exec(logicalType)?.[1];
}

/** Both are asked, so that both are told. */
function both(one: boolean, other: boolean): boolean {
  return one && other;
}

/** The writer's field that a reader's field takes: of its name, or of one of its aliases. */
function writerOf(field: AvroField, writer: AvroRecord): AvroField | undefined {
  return writer.fields.find(({ name }) => name === field.name) ?? writer.fields.find(({ name }) => field.aliases.includes(name));
}

function nameOf(type: AvroType): string {
  return 'fullName' in type ? type.fullName : type.kind === 'primitive' ? type.type : type.kind;
}

import type { AvroType } from '../../contracts/avro/schema';
import { MAX_DEPTH, pointerStep, type Fault } from '../decoded';
import { decimalBytes, uuidBytes } from './logical';
import { branchName } from './shape';
import { timeNumber, timeWords } from './times';

/** Writes what `readAvro` gives, in Avro's binary encoding, or says what does not fit and where. Never throws. */
export function writeAvro(type: AvroType, value: unknown): { readonly bytes: Uint8Array } | { readonly fault: Fault } {
  const writer = new Writer();
  try {
    writer.value(type, value, 0);
    return { bytes: Buffer.concat(writer.parts) };
  } catch (stop) {
    const reason = stop instanceof Stop ? stop.message : 'cannot be written';
    return { fault: { path: writer.path.map(pointerStep).join(''), reason } };
  }
}

class Stop extends Error {}

class Writer {
  readonly parts: Uint8Array[] = [];
  readonly path: (string | number)[] = [];

  value(type: AvroType, value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new Stop(`is nested deeper than ${MAX_DEPTH} levels`);
    switch (type.kind) {
      case 'primitive':
        return this.primitive(type, value);
      case 'record': {
        const record = objectOf(value);
        const stranger = Object.keys(record).find((key) => !type.fields.some(({ name }) => name === key));
        if (stranger !== undefined) throw new Stop(`has ${stranger}, which the record ${type.fullName} does not have`);
        for (const { name, type: inner } of type.fields) this.below(name, inner, Object.hasOwn(record, name) ? record[name] : undefined, depth);
        return;
      }
      case 'enum': {
        const index = type.symbols.findIndex(({ name }) => name === value);
        if (index < 0) throw new Stop(`must be a symbol of the enum ${type.fullName}`);
        return this.long(BigInt(index));
      }
      case 'fixed': {
        const uuid = type.logicalType === 'uuid' && type.size === 16 && typeof value === 'string' ? uuidBytes(value) : undefined;
        const raw = uuid ?? (type.logicalType === 'decimal' ? decimal(value, type.scale ?? 0, type.size) : latin1(value));
        if (raw.length !== type.size) throw new Stop(`must be ${type.size} bytes`);
        return void this.parts.push(raw);
      }
      case 'array': {
        if (!Array.isArray(value)) throw new Stop('must be an array');
        if (value.length > 0) this.long(BigInt(value.length));
        value.forEach((item, index) => this.below(index, type.items, item, depth));
        return this.long(0n);
      }
      case 'map': {
        const entries = Object.entries(objectOf(value));
        if (entries.length > 0) this.long(BigInt(entries.length));
        for (const [key, item] of entries) {
          this.bytes(Buffer.from(key));
          this.below(key, type.values, item, depth);
        }
        return this.long(0n);
      }
      case 'union':
        return this.union(type.branches, value, depth);
      case 'unknown':
        throw new Stop(`is of the type ${type.name}, which no file of the contract defines`);
    }
  }

  /** Null is itself; with it, one other type needs no name; of several, the value names its type. */
  private union(branches: readonly AvroType[], value: unknown, depth: number): void {
    const nothing = branches.findIndex((branch) => branch.kind === 'primitive' && branch.type === 'null');
    if ((value ?? null) === null && nothing >= 0) return this.long(BigInt(nothing));
    if (branches.length <= 2 && nothing >= 0) {
      const other = 1 - nothing;
      this.long(BigInt(other));
      return this.value(branches[other]!, value, depth + 1);
    }
    const [name, ...more] = Object.keys(objectOf(value));
    const index = branches.findIndex((branch) => branchName(branch) === name);
    if (index < 0 || more.length > 0) throw new Stop(`must name one of its types: ${branches.map(branchName).join(', ')}`);
    this.long(BigInt(index));
    this.value(branches[index]!, objectOf(value)[name!], depth + 1);
  }

  private below(step: string | number, type: AvroType, value: unknown, depth: number): void {
    this.path.push(step);
    this.value(type, value, depth + 1);
    this.path.pop();
  }

  private primitive(type: AvroType & { kind: 'primitive' }, value: unknown): void {
    switch (type.type) {
      case 'null':
        if (value !== null) throw new Stop('must be null');
        return;
      case 'boolean':
        if (typeof value !== 'boolean') throw new Stop('must be boolean');
        return void this.parts.push(Uint8Array.of(value ? 1 : 0));
      case 'int':
        return this.long(whole(type, value, 32));
      case 'long':
        return this.long(whole(type, value, 64));
      case 'float': {
        const raw = Buffer.alloc(4);
        raw.writeFloatLE(real(value));
        return void this.parts.push(raw);
      }
      case 'double': {
        const raw = Buffer.alloc(8);
        raw.writeDoubleLE(real(value));
        return void this.parts.push(raw);
      }
      case 'bytes':
        return this.bytes(type.logicalType === 'decimal' ? decimal(value, type.scale ?? 0) : latin1(value));
      case 'string':
        if (typeof value !== 'string') throw new Stop('must be string');
        return this.bytes(Buffer.from(value));
    }
  }

  private bytes(raw: Uint8Array): void {
    this.long(BigInt(raw.length));
    this.parts.push(raw);
  }

  private long(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const out: number[] = [];
    for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    out.push(Number(rest));
    this.parts.push(Uint8Array.from(out));
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Stop('must be an object');
  return value as Record<string, unknown>;
}

/** A number, the digits of one that JavaScript cannot hold, or the date or time that it stands for. */
function whole(type: AvroType & { kind: 'primitive' }, value: unknown, bits: 32 | 64): bigint {
  const time = typeof value === 'string' ? timeNumber(type, value) : undefined;
  if (time !== undefined && BigInt.asIntN(bits, time) === time) return time;
  const isWhole = typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  const number = isWhole ? BigInt(value as number | string) : undefined;
  if (number === undefined || BigInt.asIntN(bits, number) !== number) throw new Stop(`must be a whole number of ${bits} bits${timeWords(type)}`);
  return number;
}

function real(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new Stop('must be number');
}

function latin1(value: unknown): Uint8Array {
  if (typeof value !== 'string' || /[^\u0000-\u00ff]/.test(value)) throw new Stop('must be text of which each character is a byte, up to U+00FF');
  return Buffer.from(value, 'latin1');
}

function decimal(value: unknown, scale: number, size?: number): Uint8Array {
  const raw = typeof value === 'string' ? decimalBytes(value, scale, size) : undefined;
  if (!raw) throw new Stop(`must be a decimal as text, with ${scale} digits behind the point`);
  return raw;
}

import { isUtf8 } from 'node:buffer';
import type { AvroType } from '../../contracts/avro/schema';
import { bytesAre, MAX_DEPTH, MAX_VALUES, pointerStep, type Fault } from '../decoded';
import { emptyMap, real } from '../reading';
import { decimalText, uuidText } from './logical';
import { branchName, leastBytes } from './shape';
import { timeText } from './times';

export type AvroReading =
  | { readonly value: unknown; readonly end: number }
  | { readonly fault: Fault }
  /** Nothing wrong was found up to here, but there is more of it than can be held. */
  | { readonly tooMuch: string };

/**
 * Reads one value in Avro's binary encoding, as plain JSON values. Numbers that JavaScript cannot
 * hold become text, dates and times are written as people do; bytes become text of as many characters, and branches of unions of several types
 * are named, both as in Avro's own JSON encoding. Never throws; memory is bounded by the values that
 * are counted, not by what lengths in the data claim.
 */
export function readAvro(
  type: AvroType,
  bytes: Uint8Array,
  from = 0,
  budget: Budget = { left: MAX_VALUES },
  wide: Wide = 'text',
): AvroReading {
  const reader = new Reader(bytes, from, budget, wide);
  try {
    return { value: reader.value(type, 0), end: reader.at };
  } catch (stop) {
    if (stop instanceof TooMuch) return { tooMuch: stop.message };
    const reason = stop instanceof Stop ? stop.message : 'cannot be read';
    return { fault: { path: reader.path.map(pointerStep).join(''), reason } };
  }
}

/** What a long becomes that a number would round. */
export type Wide = 'text' | 'bigint';

/** How many values may still be made, of all that are read with it. */
export interface Budget {
  left: number;
}

/** Ends reading from within; never leaves this file. */
class Stop extends Error {}
class TooMuch extends Error {}

class Reader {
  /** Where it is now: stays as it was when reading stops. */
  readonly path: (string | number)[] = [];
  private readonly buffer: Buffer;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly budget: Budget,
    private readonly wide: Wide,
  ) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(type: AvroType, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Stop(`is nested deeper than ${MAX_DEPTH} levels`);
    if (--this.budget.left < 0) throw new TooMuch(`has more than ${MAX_VALUES} values`);
    switch (type.kind) {
      case 'primitive':
        return this.primitive(type);
      case 'record': {
        // A plain object is made faster, but would lose a field of this name.
        const record: Record<string, unknown> = type.fields.some(({ name }) => name === '__proto__') ? emptyMap() : {};
        for (const field of type.fields) record[field.name] = this.below(field.name, field.type, depth);
        return record;
      }
      case 'enum': {
        const index = this.int();
        const symbol = type.symbols[index];
        if (!symbol) throw new Stop(`has the symbol number ${index}, and the enum ${type.fullName} has ${type.symbols.length}`);
        return symbol.name;
      }
      case 'fixed': {
        const raw = this.take(type.size, `the fixed ${type.fullName}`);
        if (type.logicalType === 'uuid' && type.size === 16) return uuidText(raw);
        return type.logicalType === 'decimal' ? decimalText(raw, type.scale ?? 0) : latin1(raw);
      }
      case 'array': {
        const items: unknown[] = [];
        this.blocks(leastBytes(type.items), () => items.push(this.below(items.length, type.items, depth)));
        return items;
      }
      case 'map': {
        const map = emptyMap();
        this.blocks(1 + leastBytes(type.values), () => {
          const key = this.text('a key');
          map[key] = this.below(key, type.values, depth);
        });
        return map;
      }
      case 'union': {
        const index = this.int();
        const branch = type.branches[index];
        if (!branch) throw new Stop(`is of the branch ${index}, and the union has ${type.branches.length}`);
        const value = this.value(branch, depth + 1);
        // Nothing or something needs no name; of several types, the name tells which.
        if (value === null || (type.branches.length <= 2 && type.branches.some(isNull))) return value;
        return { [branchName(branch)]: value };
      }
      case 'unknown':
        throw new Stop(`is of the type ${type.name}, which no file of the contract defines`);
    }
  }

  private below(step: string | number, type: AvroType, depth: number): unknown {
    this.path.push(step);
    const value = this.value(type, depth + 1);
    this.path.pop();
    return value;
  }

  private primitive(type: AvroType & { kind: 'primitive' }): unknown {
    switch (type.type) {
      case 'null':
        return null;
      case 'boolean': {
        const b = this.take(1, 'a boolean')[0];
        if (b! > 1) throw new Stop(`has the byte ${b} where a boolean is 0 or 1`);
        return b === 1;
      }
      case 'int':
        return timed(type, this.int(), this.wide);
      case 'long':
        return timed(type, this.long('a long'), this.wide);
      case 'float':
        return real(this.view(4, 'a float').getFloat32(0, true));
      case 'double':
        return real(this.view(8, 'a double').getFloat64(0, true));
      case 'bytes': {
        const raw = this.take(this.length('bytes'), 'bytes');
        return type.logicalType === 'decimal' ? decimalText(raw, type.scale ?? 0) : latin1(raw);
      }
      case 'string':
        return this.text('a string');
    }
  }

  /** Arrays and maps come in blocks, each with its count; a negative one is followed by the block's size. */
  private blocks(least: number, item: () => void): void {
    for (;;) {
      let count = this.long('the count of a block');
      if (count === 0) return;
      if (count < 0) {
        count = -count;
        const size = this.long('the size of a block');
        if (size < 0 || size > this.rest) throw new Stop(`has a block of ${size} bytes, and ${bytesAre(this.rest)} left`);
      }
      // A count that is only a little too great is left to the item that misses its bytes.
      if (count > (least === 0 ? MAX_VALUES : this.rest)) {
        throw new Stop(`claims ${count} items, and ${bytesAre(this.rest)} left`);
      }
      for (let n = Number(count); n > 0; n--) item();
    }
  }

  private int(): number {
    const long = this.long('an int');
    if (long < -0x8000_0000 || long > 0x7fff_ffff) throw new Stop(`has the number ${long}, which is no int of 32 bits`);
    return Number(long);
  }

  /** Variable-length zigzag: seven bits a byte, the lowest first. A bigint where a number would round it. */
  private long(what: string): number | bigint {
    let low = 0;
    for (let n = 0; n < 4; n++) {
      const b = this.byte(what);
      low |= (b & 0x7f) << (7 * n);
      if (b < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    let raw = BigInt(low);
    for (let n = 4; n < 10; n++) {
      const b = this.byte(what);
      raw |= BigInt(b & 0x7f) << BigInt(7 * n);
      if (b < 0x80) {
        if (raw > 0xffff_ffff_ffff_ffffn) break;
        const long = (raw >> 1n) ^ -(raw & 1n);
        const number = Number(long);
        return Number.isSafeInteger(number) ? number : long;
      }
    }
    throw new Stop(`has ${what} of more than 64 bits`);
  }

  private length(what: string): number {
    const length = this.long(`the length of ${what}`);
    if (length < 0 || length > this.rest) throw new Stop(`claims ${length} bytes of ${what}, and ${bytesAre(this.rest)} left`);
    return Number(length);
  }

  private text(what: string): string {
    const raw = this.take(this.length(what), what);
    const text = this.buffer.toString('utf8', this.at - raw.length, this.at);
    // What is no UTF-8 is replaced by this character, which may also have been written.
    if (text.includes('\ufffd') && !isUtf8(raw)) throw new Stop(`has ${what} that is not UTF-8`);
    return text;
  }

  private byte(what: string): number {
    const b = this.bytes[this.at];
    if (b === undefined) throw new Stop(`ends within ${what}`);
    this.at++;
    return b;
  }

  private take(size: number, what: string): Uint8Array {
    if (!(size <= this.rest)) throw new Stop(`needs ${size} bytes for ${what}, and ${bytesAre(this.rest)} left`);
    return this.bytes.subarray(this.at, (this.at += size));
  }

  private view(size: number, what: string): DataView {
    const raw = this.take(size, what);
    return new DataView(raw.buffer, raw.byteOffset, size);
  }

  private get rest(): number {
    return this.bytes.length - this.at;
  }
}

function isNull(type: AvroType): boolean {
  return type.kind === 'primitive' && type.type === 'null';
}

/** As a date or time, as a number, or as its digits. */
function timed(type: AvroType & { kind: 'primitive' }, long: number | bigint, wide: Wide): number | bigint | string {
  const time = type.logicalType === undefined ? undefined : timeText(type, long);
  if (time !== undefined) return time;
  return typeof long === 'number' || wide === 'bigint' ? long : String(long);
}

/** A character a byte, as Avro writes bytes in JSON. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

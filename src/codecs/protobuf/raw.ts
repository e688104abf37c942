import { utf8 } from '../bytesText';
import { bytesAre } from '../decoded';
import { base64, ByteReader, emptyMap, exact, readWhole, real, Stop } from '../reading';

/**
 * Protobuf without its contract: fields by number. What has a length is text where it is printable,
 * else a message where it is one to the last byte, else bytes in base64. Numbers are shown as they
 * lie there: whether a varint is signed, and whether 4 or 8 bytes are a fraction, only a contract tells.
 */
export function readRawProtobuf(bytes: Uint8Array): { readonly value: unknown } | { readonly reason: string } {
  if (bytes.length === 0) return { reason: 'has no bytes' };
  return readWhole(bytes, (reader) => message(reader, bytes.length, 0, undefined));
}

function message(r: ByteReader, end: number, depth: number, group: number | undefined): Record<string, unknown> {
  const fields = emptyMap();
  for (;;) {
    if (r.at >= end) {
      if (group !== undefined) throw new Stop('is a group without an end');
      return fields;
    }
    r.count(depth);
    const tag = varint(r);
    const id = Number(tag >> 3n);
    if (id === 0 || id > 0x1fff_ffff) throw new Stop(`has the field number ${id}, which protobuf does not have`);
    const wire = Number(tag & 7n);
    if (wire === 4) {
      if (id !== group) throw new Stop(`has the end of a group ${id} that did not begin`);
      return fields;
    }
    add(fields, id, field(r, id, wire, end, depth));
    if (r.at > end) throw new Stop('has a field that goes beyond its message');
  }
}

function field(r: ByteReader, id: number, wire: number, end: number, depth: number): unknown {
  switch (wire) {
    case 0:
      return exact(varint(r));
    case 1: {
      const value = real(new ByteReader(r.bytes, r.at).float(8, true));
      return { fixed64: exact(Buffer.from(r.take(8)).readBigUInt64LE()), double: value };
    }
    case 2:
      return delimited(r, Number(varint(r)), end, depth);
    case 3:
      return message(r, end, depth + 1, id);
    case 5: {
      const value = real(new ByteReader(r.bytes, r.at).float(4, true));
      return { fixed32: Buffer.from(r.take(4)).readUInt32LE(), float: value };
    }
    default:
      throw new Stop(`has the wire type ${wire}, which protobuf does not have`);
  }
}

function delimited(r: ByteReader, size: number, end: number, depth: number): unknown {
  if (size > end - r.at) throw new Stop(`claims ${size} bytes, and ${bytesAre(end - r.at)} left`);
  const from = r.at;
  const raw = r.take(size);
  const text = utf8(raw);
  if (text !== undefined && !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)) return text;
  try {
    r.at = from;
    // The values that a vain trial counted stay counted, so that trials within trials are bounded.
    return message(r, from + size, depth + 1, undefined);
  } catch {
    r.at = from + size;
    return base64(raw);
  }
}

function add(fields: Record<string, unknown>, id: number, value: unknown): void {
  const before = fields[id];
  if (before === undefined) fields[id] = value;
  else if (Array.isArray(before)) before.push(value);
  else fields[id] = [before, value];
}

function varint(r: ByteReader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const b = r.byte();
    value |= BigInt(b & 0x7f) << shift;
    if (b < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Stop('has a number of more than ten bytes');
}

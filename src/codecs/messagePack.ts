import { utf8 } from './bytesText';
import { base64, emptyMap, exact, readWhole, real, setKey, Stop, type ByteReader } from './reading';

/**
 * One MessagePack object as plain JSON values: bytes as base64, big numbers as digits, extensions as
 * their type and bytes. https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function readMessagePack(bytes: Uint8Array): { readonly value: unknown } | { readonly reason: string } {
  return readWhole(bytes, (reader) => item(reader, 0));
}

function item(r: ByteReader, depth: number): unknown {
  r.count(depth);
  const head = r.byte();
  if (head < 0x80) return head;
  if (head >= 0xe0) return head - 0x100;
  if (head < 0x90) return map(r, head & 15, depth);
  if (head < 0xa0) return array(r, head & 15, depth);
  if (head < 0xc0) return text(r, head & 31);
  switch (head) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return base64(r.take(Number(r.uint(sizeOf(head, 0xc4)))));
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return extension(r, Number(r.uint(sizeOf(head, 0xc7))));
    case 0xca:
      return real(r.float(4));
    case 0xcb:
      return real(r.float(8));
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return exact(r.uint(sizeOf(head, 0xcc)));
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return exact(r.int(sizeOf(head, 0xd0)));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(r, 1 << (head - 0xd4));
    case 0xd9:
    case 0xda:
    case 0xdb:
      return text(r, Number(r.uint(sizeOf(head, 0xd9))));
    case 0xdc:
    case 0xdd:
      return array(r, Number(r.uint(head === 0xdc ? 2 : 4)), depth);
    case 0xde:
    case 0xdf:
      return map(r, Number(r.uint(head === 0xde ? 2 : 4)), depth);
    default:
      throw new Stop('has the byte c1, which is never used');
  }
}

function sizeOf(head: number, first: number): 1 | 2 | 4 | 8 {
  return (1 << (head - first)) as 1 | 2 | 4 | 8;
}

function text(r: ByteReader, size: number): string {
  const found = utf8(r.take(size));
  if (found === undefined) throw new Stop('has text that is not UTF-8');
  return found;
}

function array(r: ByteReader, count: number, depth: number): unknown[] {
  const items: unknown[] = [];
  for (let n = r.items(count); n > 0; n--) items.push(item(r, depth + 1));
  return items;
}

function map(r: ByteReader, count: number, depth: number): Record<string, unknown> {
  const entries = emptyMap();
  for (let n = r.items(count); n > 0; n--) setKey(entries, item(r, depth + 1), item(r, depth + 1));
  return entries;
}

function extension(r: ByteReader, size: number): unknown {
  const type = r.int(1);
  return { extension: type, bytes: base64(r.take(size)) };
}

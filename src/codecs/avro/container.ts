import { inflateRawSync } from 'node:zlib';
import { parseAvro } from '../../contracts/avro/parse';
import type { AvroType } from '../../contracts/avro/schema';
import type { SourceFile } from '../../text/sourceFile';
import { DECODE_LIMIT, MAX_VALUES, sentenceOf } from '../decoded';
import { readAvro, type Budget } from './read';

/** A value that is a whole object container file: it brings its schema. */
export interface AvroContainer {
  readonly type: AvroType;
  readonly values: readonly unknown[];
}

const at = { file: 'container' as SourceFile['id'], start: 0, end: 0 };
const long: AvroType = { kind: 'primitive', type: 'long', at };
const meta: AvroType = { kind: 'map', values: { kind: 'primitive', type: 'bytes', at }, at };
const SYNC = 16;

export function isContainer(bytes: Uint8Array): boolean {
  // "Obj" and the version, 1.
  return bytes[0] === 0x4f && bytes[1] === 0x62 && bytes[2] === 0x6a && bytes[3] === 1;
}

/** Reads a container of blocks that are not compressed or deflated. Never throws. */
export function readContainer(bytes: Uint8Array): AvroContainer | { readonly reason: string } {
  const head = readAvro(meta, bytes, 4);
  if (!('end' in head)) return { reason: 'has a damaged head' };
  const { 'avro.schema': schema, 'avro.codec': codec = 'null' } = head.value as Record<string, string>;
  if (schema === undefined) return { reason: 'has no schema in its head' };
  if (codec !== 'null' && codec !== 'deflate') return { reason: `is compressed with ${codec}, which is not read here` };
  const text = Buffer.from(schema, 'latin1').toString();
  const type = parseAvro({ id: at.file, path: '/container.avsc', text }).root;
  if (!type) return { reason: 'has a schema in its head that cannot be read' };

  const budget: Budget = { left: MAX_VALUES };
  const values: unknown[] = [];
  const sync = bytes.subarray(head.end, head.end + SYNC);
  for (let from = head.end + SYNC; from < bytes.length; ) {
    const count = readAvro(long, bytes, from);
    const size = 'end' in count ? readAvro(long, bytes, count.end) : count;
    if (!('end' in count) || !('end' in size)) return { reason: 'ends within the head of a block' };
    const end = size.end + Number(size.value);
    if (Number(size.value) < 0 || end + SYNC > bytes.length) return { reason: 'ends within a block' };
    if (Buffer.compare(bytes.subarray(end, end + SYNC), sync) !== 0) return { reason: 'has a block without its mark at the end' };
    const block = unpacked(bytes.subarray(size.end, end), codec);
    if (!block) return { reason: 'has a block that cannot be inflated, or to more than can be held' };
    let within = 0;
    for (let n = Number(count.value); n > 0; n--) {
      const reading = readAvro(type, block, within, budget);
      if ('tooMuch' in reading) return { reason: reading.tooMuch };
      if ('fault' in reading) return { reason: `has an object ${values.length} that cannot be read: ${sentenceOf(reading.fault).replace(/\.$/, '')}` };
      values.push(reading.value);
      within = reading.end;
    }
    if (within !== block.length) return { reason: 'has a block with bytes too many' };
    from = end + SYNC;
  }
  return { type, values };
}

function unpacked(block: Uint8Array, codec: string): Uint8Array | undefined {
  if (codec === 'null') return block;
  try {
    return inflateRawSync(block, { maxOutputLength: DECODE_LIMIT });
  } catch {
    return undefined;
  }
}

import type { TapMessage } from '../driver';
import type { loadCodecs } from './codecs';

export type Codecs = Awaited<ReturnType<typeof loadCodecs>>;

/** The header of one record batch (format 2, since Kafka 0.11). Offsets are numbers: 2^53 is out of reach. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Of the leader that took it in; -1 where that is not known. */
  readonly leaderEpoch: number;
  readonly magic: number;
  readonly codec: number;
  readonly appendTime: boolean;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly firstTime: number;
  readonly maxTime: number;
  readonly producerId: bigint;
  readonly count: number;
  /** Where the records lie in the buffer. */
  readonly from: number;
  readonly to: number;
}

const LENGTH_END = 12;
const EPOCH_AT = 12;
const MAGIC_AT = 16;
const RECORDS_AT = 61;

/**
 * The batches of a fetch answer. The last may be cut off where the answer was full; it comes with the next
 * fetch.
 */
export function batchesOf(records: Buffer): BatchHeader[] {
  const found: BatchHeader[] = [];
  for (let at = 0; at + MAGIC_AT < records.length;) {
    const end = at + LENGTH_END + records.readInt32BE(at + 8);
    if (end > records.length || end <= at + LENGTH_END) break;
    const magic = records.readInt8(at + MAGIC_AT);
    const baseOffset = Number(records.readBigInt64BE(at));
    if (magic !== 2 || end < at + RECORDS_AT) {
      found.push({
        baseOffset,
        lastOffset: baseOffset,
        leaderEpoch: -1,
        magic,
        codec: 0,
        appendTime: false,
        transactional: false,
        control: false,
        firstTime: 0,
        maxTime: 0,
        producerId: -1n,
        count: 1,
        from: at,
        to: end,
      });
    } else {
      const attributes = records.readInt16BE(at + 21);
      found.push({
        baseOffset,
        lastOffset: baseOffset + records.readInt32BE(at + 23),
        leaderEpoch: records.readInt32BE(at + EPOCH_AT),
        magic,
        codec: attributes & 7,
        appendTime: (attributes & 8) !== 0,
        transactional: (attributes & 16) !== 0,
        control: (attributes & 32) !== 0,
        firstTime: Number(records.readBigInt64BE(at + 27)),
        maxTime: Number(records.readBigInt64BE(at + 35)),
        producerId: records.readBigInt64BE(at + 43),
        count: records.readInt32BE(at + 57),
        from: at + RECORDS_AT,
        to: end,
      });
    }
    at = end;
  }
  return found;
}

/**
 * A batch says itself how many records it has; more rows than this for one that cannot be read help nobody.
 */
const MAX_UNREADABLE_ROWS = 10_000;

/**
 * The records of one batch from `fromOffset` on, added to `into`. What cannot be unpacked or read
 * becomes messages with `undecodable` set, one for each record that the batch says it has, so
 * that the partition goes on.
 */
export function readBatch(
  buffer: Buffer,
  batch: BatchHeader,
  codecs: Codecs,
  channel: string,
  partition: number,
  fromOffset: number,
  into: TapMessage[],
): void {
  if (batch.control) return;
  const before = into.length;
  let words = '';
  try {
    if (batch.magic !== 2) throw new Error(`message format ${batch.magic} is older than Kafka 0.11`);
    const codec = codecs.get(batch.codec);
    if (batch.codec !== 0 && !codec) throw new Error(`codec ${batch.codec} is unknown`);
    const packed = buffer.subarray(batch.from, batch.to);
    if (codec) words = `${codec.name}: `;
    readRecords(codec ? codec.unpack(packed) : packed, batch, channel, partition, fromOffset, into);
  } catch (error) {
    // Records read before the fault are whole: keep them and mark the rest.
    const read = into.length > before ? Number(into.at(-1)!.offset) : batch.baseOffset - 1;
    const why = `${words}${error instanceof Error ? error.message : String(error)}`;
    const raw = buffer.subarray(batch.from, batch.to);
    const first = Math.max(read + 1, fromOffset);
    const last = Math.min(Math.max(batch.lastOffset, first), first + MAX_UNREADABLE_ROWS - 1);
    for (let offset = first; offset <= last; offset++) {
      into.push({
        channel,
        time: batch.maxTime,
        partition,
        offset: String(offset),
        value: offset === first ? raw : raw.subarray(0, 0),
        headers: [],
        size: offset === first ? raw.length : 0,
        undecodable:
          `The batch of offsets ${batch.baseOffset} to ${batch.lastOffset} ` + `cannot be unpacked: ${why}.`,
      });
    }
  }
}

const NO_HEADERS: TapMessage['headers'] = [];

function readRecords(
  data: Buffer,
  batch: BatchHeader,
  channel: string,
  partition: number,
  fromOffset: number,
  into: TapMessage[],
): void {
  let at = 0;
  // Zigzag varints. Lengths and deltas of offsets fit 32 bits; time deltas need the slow path below.
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let n = 0; n < 10; n++) {
      if (at >= data.length) throw new Error('a record ends too early');
      const byte = data[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    throw new Error('a number has too many bytes');
  };
  const bytes = (): Buffer | null => {
    const length = varint();
    if (length < 0) return null;
    if (at + length > data.length) throw new Error('a field ends behind its batch');
    const field = data.subarray(at, at + length);
    at += length;
    return field;
  };

  for (let n = 0; n < batch.count; n++) {
    const length = varint();
    const end = at + length;
    if (length < 0 || end > data.length) throw new Error('a record ends behind its batch');
    at += 1; // attributes: none are in use
    const time = batch.firstTime + varint();
    const offset = batch.baseOffset + varint();
    if (offset < fromOffset) {
      at = end;
      continue;
    }
    const key = bytes();
    const value = bytes();
    const headerCount = varint();
    let headers = NO_HEADERS;
    if (headerCount > 0) {
      const list: [string, Uint8Array | string][] = [];
      for (let h = 0; h < headerCount; h++) {
        const name = bytes()?.toString('utf8') ?? '';
        list.push([name, bytes() ?? '']);
      }
      headers = list;
    }
    into.push({
      channel,
      time: batch.appendTime ? batch.maxTime : time,
      partition,
      offset: String(offset),
      key: key ?? undefined,
      value,
      headers,
      size: value?.length ?? 0,
    });
    at = end;
  }
}

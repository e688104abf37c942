import type { Nodes } from './nodes';
import { askNode, versionOf, WireReader, WireWriter } from './wire';

/** What one partition answered. */
export interface FetchedPartition {
  readonly partition: number;
  /** Kafka's error code; 0 is none. */
  readonly errorCode: number;
  readonly highWatermark: number;
  /** Where the first open transaction begins; the end for a `read_committed` reader. */
  readonly lastStableOffset: number;
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: number }[];
  readonly records: Buffer;
  /** Set in place of records where the leader's log is another than the one that was read before. */
  readonly diverging?: EpochEnd;
}

/** The last epoch up to the one asked for that a leader's log has records of, and the first offset behind them. */
export interface EpochEnd {
  readonly epoch: number;
  readonly endOffset: number;
}

export interface WantedPartition {
  readonly partition: number;
  readonly offset: number;
  /**
   * The leader epoch under which the record before `offset` was written: a leader whose log disagrees says so
   * (KIP-595), by the versions that name topics by their ids. Java's consumer asks that in a request of its own.
   */
  readonly lastEpoch?: number;
  /** Is refused (errors 74 and 75) where the leader's epoch is another. */
  readonly leaderEpoch?: number;
}

export interface FetchOptions {
  readonly topic: string;
  /** Fetches that very topic, and not another of the same name, where the broker can tell. */
  readonly topicId: string | undefined;
  readonly committedOnly: boolean;
  readonly maxWaitMs: number;
}

const FETCH_API = 1;
/** The first version that names topics by their ids (KIP-516, Kafka 3.1). */
const BY_ID = 13;
/** The tag of a field of a partition's answer. */
const DIVERGING_EPOCH = 0;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PARTITION_BYTES = 2 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Fetches from one node, as a consumer without a group: it joins nothing and commits nothing, so
 * neither groups nor rights for groups are needed. kafkajs sends the request; the answer is read
 * here, because its own decoder fails the whole answer for one batch that cannot be unpacked.
 */
export async function fetchFrom(
  nodes: Nodes,
  requests: unknown,
  nodeId: number,
  wanted: readonly WantedPartition[],
  options: FetchOptions,
): Promise<FetchedPartition[]> {
  const node = await nodes.byId(nodeId);
  // kafkajs would give up 100 ms after the broker's own wait, which a slow network exceeds.
  const requestTimeout = options.maxWaitMs + 30_000;
  if (options.topicId !== undefined && versionOf(node, FETCH_API, BY_ID, BY_ID) !== undefined) {
    const body = fetchById(options.topicId, wanted, options);
    return askNode(node, {
      apiKey: FETCH_API,
      apiName: 'Fetch',
      apiVersion: BY_ID,
      body,
      read: readAnswerById,
      requestTimeout,
    });
  }
  const wire = node.lookupRequest(
    FETCH_API,
    requests,
  )({
    isolationLevel: options.committedOnly ? 1 : 0,
    maxWaitTime: options.maxWaitMs,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    topics: [
      {
        topic: options.topic,
        partitions: wanted.map((w) => ({
          partition: w.partition,
          fetchOffset: String(w.offset),
          maxBytes: MAX_PARTITION_BYTES,
        })),
      },
    ],
    rackId: '',
  });
  const version = wire.request.apiVersion;
  return (await node.connectionPool.send({
    request: wire.request,
    response: { decode: async (raw) => readAnswer(raw, version), parse: async (data) => data },
    requestTimeout,
    logResponseError: false,
  })) as FetchedPartition[];
}

function fetchById(
  topicId: string,
  wanted: readonly WantedPartition[],
  options: FetchOptions,
): WireWriter {
  const body = new WireWriter()
    .int32(-1) // no replica
    .int32(options.maxWaitMs)
    .int32(1)
    .int32(MAX_BYTES)
    .int8(options.committedOnly ? 1 : 0)
    // No session: each fetch says all that it wants.
    .int32(0)
    .int32(-1);
  body.array([wanted], (partitions) => {
    body.uuid(topicId);
    body.array(partitions, ({ partition, offset, lastEpoch = -1, leaderEpoch = -1 }) => {
      body.int32(partition).int32(leaderEpoch).int64(offset).int32(lastEpoch);
      body.int64(-1).int32(MAX_PARTITION_BYTES).end();
    });
    body.end();
  });
  return body.array([], () => {}).string('').end();
}

function readAnswerById(answer: WireReader): FetchedPartition[] {
  answer.int32(); // throttle time
  const whole = answer.int16();
  if (whole !== 0) throw new Error(`the fetch was refused with error ${whole}`);
  answer.int32(); // session
  const topics = answer.array(() => {
    answer.uuid();
    const partitions = answer.array((): FetchedPartition => {
      const partition = answer.int32();
      const errorCode = answer.int16();
      const highWatermark = answer.offset();
      const lastStableOffset = answer.offset();
      answer.offset(); // log start
      const aborted = answer.array(() => {
        const one = { producerId: answer.int64(), firstOffset: answer.offset() };
        answer.end();
        return one;
      });
      answer.int32(); // preferred read replica
      const records = answer.bytes() ?? NO_BYTES;
      let diverging: EpochEnd | undefined;
      answer.end({
        [DIVERGING_EPOCH]: () => {
          diverging = { epoch: answer.int32(), endOffset: answer.offset() };
        },
      });
      const part = { partition, errorCode, highWatermark, lastStableOffset, aborted, records };
      return diverging ? { ...part, diverging } : part;
    });
    answer.end();
    return partitions;
  });
  return topics.flat();
}

/** Reads a fetch answer of versions 4 to 11. */
export function readAnswer(raw: Buffer, version: number): FetchedPartition[] {
  if (version < 4) throw new Error('The broker is older than Kafka 0.11.');
  let at = 4; // throttle time
  const int32 = (): number => {
    at += 4;
    return raw.readInt32BE(at - 4);
  };
  const int64 = (): bigint => {
    at += 8;
    return raw.readBigInt64BE(at - 8);
  };
  if (version >= 7) at += 6; // error code, session id: no session was asked for
  const found: FetchedPartition[] = [];
  for (let topics = int32(); topics > 0; topics--) {
    at += 2 + raw.readInt16BE(at);
    for (let partitions = int32(); partitions > 0; partitions--) {
      const partition = int32();
      const errorCode = raw.readInt16BE(at);
      at += 2;
      const highWatermark = Number(int64());
      const lastStableOffset = Number(int64());
      if (version >= 5) at += 8; // log start
      const aborted: { producerId: bigint; firstOffset: number }[] = [];
      for (let n = int32(); n > 0; n--) aborted.push({ producerId: int64(), firstOffset: Number(int64()) });
      if (version >= 11) at += 4; // preferred read replica
      const length = int32();
      const records = length > 0 ? raw.subarray(at, at + length) : NO_BYTES;
      at += Math.max(0, length);
      found.push({ partition, errorCode, highWatermark, lastStableOffset, aborted, records });
    }
  }
  return found;
}

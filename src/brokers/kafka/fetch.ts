import type Cluster from 'kafkajs/src/cluster/index.js';

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
}

export interface FetchOptions {
  readonly topic: string;
  readonly committedOnly: boolean;
  readonly maxWaitMs: number;
}

const FETCH_API = 1;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PARTITION_BYTES = 2 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Fetches from one node, as a consumer without a group: it joins nothing and commits nothing, so
 * neither groups nor rights for groups are needed. kafkajs sends the request; the answer is read
 * here, because its own decoder fails the whole answer for one batch that cannot be unpacked.
 */
export async function fetchFrom(
  cluster: Cluster,
  requests: unknown,
  nodeId: number,
  wanted: readonly { readonly partition: number; readonly offset: number }[],
  options: FetchOptions,
): Promise<FetchedPartition[]> {
  const node = await cluster.findBroker({ nodeId });
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
    // kafkajs would give up 100 ms after the broker's own wait, which a slow network exceeds.
    requestTimeout: options.maxWaitMs + 30_000,
    logResponseError: false,
  })) as FetchedPartition[];
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

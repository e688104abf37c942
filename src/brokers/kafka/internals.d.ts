/**
 * The layer of kafkajs beneath its consumer: connections, sign-in, metadata and the request
 * encoders, as far as the tap uses them. Typed here from kafkajs 2.2.4, whose package has no types
 * for it; the version is pinned by the lock file and the project makes no more releases.
 */
declare module 'kafkajs/src/cluster/index.js' {
  export interface PartitionMetadata { partitionErrorCode: number; partitionId: number; leader: number }
  export interface WireRequest {
    readonly request: {
      readonly apiKey: number;
      readonly apiName: string;
      readonly apiVersion: number;
      encode(): Promise<unknown>;
    };
    readonly response: { decode(raw: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> };
    readonly requestTimeout?: number;
    readonly logResponseError?: boolean;
  }
  export interface NodeConnection {
    readonly connectionPool: {
      readonly host: string;
      readonly port: number;
      send(request: WireRequest): Promise<unknown>;
    };
    lookupRequest(apiKey: number, definition: unknown): (args: Record<string, unknown>) => WireRequest;
  }
  export interface OffsetQuery {
    topic: string; fromBeginning?: boolean; partitions: { partition: number }[];
  }
  export interface OffsetAnswer {
    topic: string;
    partitions: { partition: number; offset: string }[];
  }
  export default class Cluster {
    constructor(options: Record<string, unknown>);
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): PartitionMetadata[];
    findBroker(options: { nodeId: string | number }): Promise<NodeConnection>;
    fetchTopicsOffset(queries: OffsetQuery[]): Promise<OffsetAnswer[]>;
  }
}
declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  const fetchRequest: unknown;
  export default fetchRequest;
}
declare module 'kafkajs/src/network/socketFactory.js' {
  export default function socketFactory(): unknown;
}
declare module 'kafkajs/src/loggers/index.js' {
  export function createLogger(options: { level: number; logCreator: unknown }): unknown;
}
declare module 'snappyjs' {
  export function uncompress(data: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(data: Uint8Array): Uint8Array;
}
declare module 'lz4js' {
  export function decompressBound(data: Uint8Array): number;
  export function decompress(data: Uint8Array, maxSize?: number): Uint8Array;
  export function compress(data: Uint8Array): Uint8Array;
}

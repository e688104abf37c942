/**
 * The layer of kafkajs beneath its consumer: connections, sign-in and the request encoders, as far as
 * they are used here. Typed from kafkajs 2.2.4, whose package has no types for it; the version is
 * pinned by the lock file and the project makes no more releases.
 */
declare module 'kafkajs/src/cluster/index.js' {
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
  interface ConnectionPool {
    readonly host: string;
    readonly port: number;
    send(request: WireRequest): Promise<unknown>;
  }
  /** A connection to one node; null versions before it has connected. */
  export interface NodeConnection {
    readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null;
    readonly connectionPool: ConnectionPool;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    isConnected(): boolean;
    lookupRequest(apiKey: number, definition: unknown): (args: Record<string, unknown>) => WireRequest;
    /** None: all topics. */
    metadata(topics: readonly string[]): Promise<{
      brokers: readonly { nodeId: number; host: string; port: number }[];
      topicMetadata: readonly {
        topic: string;
        isInternal?: boolean;
        partitionMetadata: readonly { partitionId: number; leader: number; replicas: number[]; isr: number[] }[];
      }[];
    }>;
    listOffsets(request: {
      isolationLevel: 0 | 1;
      topics: readonly { topic: string; partitions: readonly { partition: number; timestamp: number }[] }[];
    }): Promise<{ responses: readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[] }>;
    findGroupCoordinator(request: { groupId: string }): Promise<{ coordinator: { nodeId: number } }>;
    describeGroups(request: { groupIds: readonly string[] }): Promise<{
      groups: readonly { groupId: string; state: string }[];
    }>;
    deleteGroups(groupIds: readonly string[]): Promise<unknown>;
  }
  export default class Cluster {
    constructor(options: Record<string, unknown>);
    readonly rootLogger: unknown;
    readonly connectionPoolBuilder: { build(at: { host: string; port: number }): Promise<ConnectionPool> };
    readonly brokerPool: {
      readonly seedBroker: NodeConnection;
      createBroker(options: { logger: unknown; connectionPool: ConnectionPool; nodeId: number }): NodeConnection;
    };
    connect(): Promise<void>;
    disconnect(): Promise<void>;
  }
}
declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  const fetchRequest: unknown;
  export default fetchRequest;
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

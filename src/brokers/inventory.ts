import type { TapTarget } from './driver';

/** What is on a broker. Settings have the broker's own names and values: `retention.ms`, `x-queue-type`. */
export interface BrokerInventory {
  readonly about: string;
  readonly version?: string;
  /** Without those of the broker itself (`__consumer_offsets`, `amq.*`, `$SYS`), sorted. */
  readonly channels: readonly InventoryChannel[];
  readonly bindings: readonly InventoryBinding[];
  readonly policies: readonly InventoryPolicy[];
  readonly consumers: readonly InventoryConsumer[];
  /** What could not be read and why, a sentence each. */
  readonly notes: readonly string[];
  /** What was not read, or not whole, as `notes` tell: that something is not in these lists says nothing then. */
  readonly unread?: readonly InventoryPart[];
  /** Channels that were asked for and that the user's rights, or a failure, keep from being seen. */
  readonly hidden?: readonly TapTarget[];
}

export type InventoryPart = 'channels' | 'settings' | 'bindings' | 'policies' | 'consumers';

export interface InventoryChannel {
  readonly address: string;
  readonly kind: TapTarget['kind'];
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** The settings that were set on it; the others are the broker's defaults. */
  readonly explicit: readonly string[];
  readonly partitions?: number;
  readonly replicas?: number;
  /** NATS: the subjects of a stream. */
  readonly subjects?: readonly string[];
}

export type SettingValue = string | number | boolean | readonly string[];

export interface InventoryBinding {
  readonly exchange: string;
  readonly destination: string;
  readonly destinationKind: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, SettingValue>>;
}

export interface InventoryPolicy {
  readonly name: string;
  readonly pattern: string;
  readonly applyTo: string;
  readonly priority: number;
  /** An operator policy, which is in force beside a policy. */
  readonly operator?: true;
  readonly definition: Readonly<Record<string, SettingValue>>;
}

export interface InventoryConsumer {
  readonly channel: string;
  readonly kind: TapTarget['kind'];
  /** Group id, durable name; absent where the broker knows a number of readers only. */
  readonly name?: string;
  readonly members?: number;
  readonly settings: Readonly<Record<string, SettingValue>>;
}

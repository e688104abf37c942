import type { SourceRange, Sourced } from '../text/range';

export type Protocol = 'kafka' | 'rabbitmq' | 'mqtt' | 'nats';
export const protocols: readonly Protocol[] = ['kafka', 'rabbitmq', 'mqtt', 'nats'];

export type Guarantee = 'best-effort' | 'at-most-once' | 'at-least-once' | 'exactly-once';

/**
 * A value that decides delivery. `declared` with `inherited` was written at the named broker, for all of its
 * channels that do not say it themselves. `default` names the client or broker it is the default of, and
 * where that is documented; `unknown` means that nobody said it and the client is not known.
 * `assumed` marks the weakest known default, taken because the client or its version is unknown.
 */
export type Setting<T> =
  | { readonly from: 'declared'; readonly value: T; readonly at: SourceRange; readonly inherited?: string }
  | { readonly from: 'default'; readonly value: T; readonly of: string; readonly source: string; readonly assumed?: boolean }
  | { readonly from: 'unknown' };

/**
 * Settings that a file states, but with a value that nobody can tell from it: a placeholder without a
 * default, or something that is no value of the setting. No default holds for them.
 */
interface Stated {
  readonly open?: readonly string[];
}

/** Declared settings of one publish; absent means not written. Durations are milliseconds. */
export interface PublishSettings extends Stated {
  readonly guarantee?: Sourced<Guarantee>;
  readonly clientId?: Sourced<string>;
  // Kafka
  readonly acks?: Sourced<'0' | '1' | 'all'>;
  readonly idempotence?: Sourced<boolean>;
  readonly maxInFlight?: Sourced<number>;
  readonly retries?: Sourced<number>;
  readonly deliveryTimeout?: Sourced<number>;
  readonly requestTimeout?: Sourced<number>;
  readonly linger?: Sourced<number>;
  readonly transactionalId?: Sourced<string>;
  readonly partitioner?: Sourced<string>;
  /** The field or expression that orders records; `none` is absence. */
  readonly key?: Sourced<string>;
  // RabbitMQ
  readonly confirms?: Sourced<boolean>;
  readonly mandatory?: Sourced<boolean>;
  readonly persistent?: Sourced<boolean>;
  readonly routingKey?: Sourced<string>;
  // MQTT
  readonly qos?: Sourced<number>;
  readonly retain?: Sourced<boolean>;
  readonly cleanStart?: Sourced<boolean>;
  readonly sessionExpiry?: Sourced<number>;
  // NATS
  readonly waitForAck?: Sourced<boolean>;
}

/** Declared settings of one consume; absent means not written. Durations are milliseconds. */
export interface ConsumeSettings extends Stated {
  readonly guarantee?: Sourced<Guarantee>;
  readonly clientId?: Sourced<string>;
  readonly idempotentBy?: Sourced<string>;
  readonly onFailure?: {
    readonly retries?: Sourced<number>;
    readonly backoff?: Sourced<string>;
    readonly deadLetter?: Sourced<string>;
    /** True where a message that fails is passed over, and the next one taken. */
    readonly skip?: Sourced<boolean>;
  };
  /** `async`: the handler returns before the work is done. */
  readonly processing?: Sourced<'sync' | 'async'>;
  // Kafka
  readonly group?: Sourced<string>;
  readonly autoCommit?: Sourced<boolean>;
  readonly autoOffsetStore?: Sourced<boolean>;
  readonly commit?: Sourced<'after-processing' | 'before-processing' | 'transaction'>;
  readonly isolation?: Sourced<'read_committed' | 'read_uncommitted'>;
  readonly offsetReset?: Sourced<'earliest' | 'latest' | 'none'>;
  readonly maxPollRecords?: Sourced<number>;
  readonly maxPollInterval?: Sourced<number>;
  // RabbitMQ
  readonly ack?: Sourced<'manual' | 'auto'>;
  readonly prefetch?: Sourced<number>;
  readonly requeue?: Sourced<boolean>;
  // MQTT
  readonly qos?: Sourced<number>;
  readonly cleanStart?: Sourced<boolean>;
  readonly sessionExpiry?: Sourced<number>;
  // NATS
  readonly durable?: Sourced<string | boolean>;
  readonly ackPolicy?: Sourced<'none' | 'all' | 'explicit'>;
  readonly ackWait?: Sourced<number>;
  readonly maxDeliver?: Sourced<number>;
  readonly queueGroup?: Sourced<string>;
}

export type SettingName = Exclude<keyof PublishSettings | keyof ConsumeSettings | keyof ChannelSettings, keyof Stated>;

/** What a file declares of one channel. Durations are milliseconds, sizes bytes. */
export interface ChannelSettings extends Stated {
  /** True where somebody outside the files publishes or consumes, so that a missing end is no fault. */
  readonly external?: Sourced<boolean>;
  readonly ordering?: Sourced<'none' | 'per-key' | 'total'>;
  readonly retention?: Sourced<number>;
  // Kafka
  readonly partitions?: Sourced<number>;
  readonly replicas?: Sourced<number>;
  readonly minInsyncReplicas?: Sourced<number>;
  readonly cleanup?: Sourced<string>;
  readonly uncleanLeaderElection?: Sourced<boolean>;
  // RabbitMQ
  readonly exchange?: Sourced<'direct' | 'topic' | 'fanout' | 'headers' | string>;
  readonly queue?: Sourced<'classic' | 'quorum' | 'stream'>;
  readonly durable?: Sourced<boolean>;
  readonly autoDelete?: Sourced<boolean>;
  readonly exclusive?: Sourced<boolean>;
  readonly maxLength?: Sourced<number>;
  readonly maxLengthBytes?: Sourced<number>;
  readonly overflow?: Sourced<string>;
  readonly ttl?: Sourced<number>;
  readonly expires?: Sourced<number>;
  readonly deliveryLimit?: Sourced<number>;
  readonly deadLetterStrategy?: Sourced<string>;
  readonly singleActiveConsumer?: Sourced<boolean>;
  // MQTT
  readonly qos?: Sourced<number>;
  readonly retain?: Sourced<boolean>;
  // NATS
  readonly stream?: StreamSettings;
}

export interface StreamSettings extends Stated {
  /** The place of the key that says that there is a stream. */
  readonly at: SourceRange;
  readonly name?: Sourced<string>;
  readonly subjects?: readonly Sourced<string>[];
  readonly storage?: Sourced<'file' | 'memory'>;
  readonly replicas?: Sourced<number>;
  readonly retention?: Sourced<'limits' | 'interest' | 'workqueue'>;
  readonly discard?: Sourced<'old' | 'new'>;
  readonly duplicateWindow?: Sourced<number>;
  readonly maxAge?: Sourced<number>;
  readonly maxMessages?: Sourced<number>;
  readonly maxBytes?: Sourced<number>;
}

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

/** What somebody needs of a flow, whatever the broker. Rates are messages a second, durations milliseconds, sizes bytes. */
export interface Needs extends Stated {
  /** The place of the key. */
  readonly at: SourceRange;
  readonly throughput?: Sourced<number>;
  readonly latency?: Sourced<number>;
  /** True, or how far back messages that were read must be readable again. */
  readonly replay?: Sourced<boolean | number>;
  readonly ordering?: Sourced<'none' | 'per-key' | 'total'>;
  /** For how long a consumer may be away without missing a message. */
  readonly offline?: Sourced<number>;
  readonly durability?: Sourced<'none' | 'restart' | 'node-loss' | 'zone-loss'>;
  readonly messageSize?: Sourced<number>;
}

/** Thresholds above which somebody is told. `age` is in milliseconds. */
export interface Alert extends Stated {
  /** The place of the key. */
  readonly at: SourceRange;
  readonly lag?: Sourced<number>;
  readonly depth?: Sourced<number>;
  readonly unacked?: Sourced<number>;
  readonly age?: Sourced<number>;
}

/** What is set for a whole broker. Durations are milliseconds. */
export interface BrokerSettings extends Stated {
  readonly tls?: Sourced<boolean>;
  /** How many nodes the cluster has, where the file says it. */
  readonly nodes?: Sourced<number>;
  /** How many availability zones it spans. */
  readonly zones?: Sourced<number>;
  readonly plan?: Sourced<'shared' | 'dedicated'>;
  /** True where clients need not say who they are. */
  readonly anonymous?: Sourced<boolean>;
  /** True where the broker keeps sessions and messages over a restart (mosquitto's `persistence`). */
  readonly persistence?: Sourced<boolean>;
  /** For how long what it has acknowledged may be in memory only; 0 where each message is written first. */
  readonly syncInterval?: Sourced<number>;
  /** Messages that it keeps for one MQTT client that is away; 0 is no limit. */
  readonly maxQueuedMessages?: Sourced<number>;
  /** The largest message that it takes, in bytes; 0 is no limit of its own. */
  readonly maxMessageSize?: Sourced<number>;
  /** True where a topic comes into being by being used (`auto.create.topics.enable`). */
  readonly autoCreate?: Sourced<boolean>;
  /** Whether everybody may use what no access rule names (`allow.everyone.if.no.acl.found`). */
  readonly allowEveryone?: Sourced<boolean>;
  /** How long the offsets of a group that is away are kept. */
  readonly offsetsRetention?: Sourced<number>;
  readonly partitionHandling?: Sourced<'ignore' | 'pause_minority' | 'autoheal' | string>;
  /** How long a RabbitMQ delivery may stay unacknowledged. */
  readonly consumerTimeout?: Sourced<number>;
  /** What watches how far its consumers are behind: an exporter of lag or of queues' depth. */
  readonly monitoredBy?: Sourced<string>;
}

/** The names of what is set for a whole broker. */
export const brokerSettingNames: readonly Exclude<keyof BrokerSettings, 'open'>[] = [
  'tls', 'nodes', 'zones', 'plan', 'anonymous', 'persistence', 'syncInterval', 'maxQueuedMessages', 'maxMessageSize', 'autoCreate',
  'allowEveryone', 'offsetsRetention', 'partitionHandling', 'consumerTimeout', 'monitoredBy',
];

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
  // Any protocol
  /** Whether the program looks at the result of each send. */
  readonly awaitResult?: Sourced<boolean>;
  /** Whether messages are stored with the data that they tell of, and published from there. */
  readonly outbox?: Sourced<boolean>;
  /** The field by which the broker recognises a message that is sent twice (`Nats-Msg-Id`). */
  readonly messageId?: Sourced<string>;
  /** Messages a second, in busy hours. */
  readonly rate?: Sourced<number>;
  readonly messageSize?: Sourced<number>;
  /** Where the answer to a request is expected. */
  readonly replyTo?: Sourced<string>;
  readonly replyTimeout?: Sourced<number>;
  readonly needs?: Needs;
}

/** Declared settings of one consume; absent means not written. Durations are milliseconds. */
export interface ConsumeSettings extends Stated {
  readonly guarantee?: Sourced<Guarantee>;
  readonly clientId?: Sourced<string>;
  readonly idempotentBy?: Sourced<string>;
  readonly onFailure?: {
    readonly retries?: Sourced<number>;
    readonly backoff?: Sourced<string>;
    /** The first waiting time. */
    readonly delay?: Sourced<number>;
    readonly deadLetter?: Sourced<string>;
    /** True where a message that fails is passed over, and the next one taken. */
    readonly skip?: Sourced<boolean>;
  };
  /** `async`: the handler returns before the work is done. */
  readonly processing?: Sourced<'sync' | 'async'>;
  /** How long the work for one message may take. */
  readonly processingTime?: Sourced<number>;
  /** How many messages one instance works on at a time. */
  readonly concurrency?: Sourced<number>;
  readonly needs?: Needs;
  readonly alert?: Alert;
  // Kafka
  readonly group?: Sourced<string>;
  /** Whether the group is a share group (KIP-932), whose members acknowledge record by record. */
  readonly shareGroup?: Sourced<boolean>;
  readonly autoCommit?: Sourced<boolean>;
  readonly autoOffsetStore?: Sourced<boolean>;
  readonly commit?: Sourced<'after-processing' | 'before-processing' | 'transaction'>;
  readonly isolation?: Sourced<'read_committed' | 'read_uncommitted'>;
  readonly offsetReset?: Sourced<'earliest' | 'latest' | 'none'>;
  readonly maxPollRecords?: Sourced<number>;
  readonly maxPollInterval?: Sourced<number>;
  // RabbitMQ; `ack` of MQTT tells whether the program itself says when its work is done.
  readonly ack?: Sourced<'manual' | 'auto'>;
  readonly prefetch?: Sourced<number>;
  readonly requeue?: Sourced<boolean>;
  // MQTT
  readonly qos?: Sourced<number>;
  readonly cleanStart?: Sourced<boolean>;
  readonly sessionExpiry?: Sourced<number>;
  /** MQTT's Receive Maximum: messages taken before one is acknowledged. */
  readonly maxInFlight?: Sourced<number>;
  // NATS
  readonly durable?: Sourced<string | boolean>;
  readonly ackPolicy?: Sourced<'none' | 'all' | 'explicit'>;
  readonly ackWait?: Sourced<number>;
  readonly maxDeliver?: Sourced<number>;
  readonly maxAckPending?: Sourced<number>;
  /** Messages that the client holds before it drops some. */
  readonly pendingLimit?: Sourced<number>;
  readonly queueGroup?: Sourced<string>;
}

export type SettingName = Exclude<keyof PublishSettings | keyof ConsumeSettings | keyof ChannelSettings, keyof Stated>;

/** What a file declares of one channel. Durations are milliseconds, sizes bytes. */
export interface ChannelSettings extends Stated {
  /** True where somebody outside the files publishes or consumes, so that a missing end is no fault. */
  readonly external?: Sourced<boolean>;
  readonly ordering?: Sourced<'none' | 'per-key' | 'total'>;
  readonly retention?: Sourced<number>;
  readonly needs?: Needs;
  readonly alert?: Alert;
  // Kafka
  readonly partitions?: Sourced<number>;
  readonly replicas?: Sourced<number>;
  readonly minInsyncReplicas?: Sourced<number>;
  readonly cleanup?: Sourced<string>;
  readonly uncleanLeaderElection?: Sourced<boolean>;
  /** The largest batch of records that is taken, in bytes (`max.message.bytes`). */
  readonly maxMessageSize?: Sourced<number>;
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
  /** How long a delivery may stay unacknowledged before it is given back (`x-consumer-timeout`). */
  readonly consumerTimeout?: Sourced<number>;
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

import type { ChannelKind } from '../model/model';
import type { Protocol } from '../protocol/common';
import type { BrokerFigures, FigureQuery } from './figures';
import type { BrokerInventory } from './inventory';
import type { LedgerEntry } from './ledger';
import type { Publisher, PublishPlan, Redrive } from './publish';

/**
 * How tails and checks talk to a live broker. A driver is a plain object; its client library is
 * imported on the first `connect`. Every wait takes an AbortSignal.
 */
export interface BrokerDriver<O extends ConnectOptions = ConnectOptions> {
  readonly protocol: Protocol;
  /** @throws BrokerError with the broker's own reason if it cannot be reached or refuses. */
  connect(options: O, signal: AbortSignal): Promise<BrokerSession>;
}

export interface ConnectOptions {
  /**
   * `localhost:9092,other:9092`, `amqp://host/vhost`, `mqtt://host:1883`, `nats://host:4222`; no user info.
   */
  readonly url: string;
  readonly tls?: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** RabbitMQ's management API, where it is enabled. */
  readonly managementUrl?: string;
  /** What the names of all that a tap makes begin with; ACLs can allow the prefix. Default `tailrace-tap`. */
  readonly tapPrefix?: string;
  readonly mqttVersion?: 4 | 5;
  readonly saslMechanism?: SaslMechanism;
  /** Certificates and keys, as PEM files that are read at each connect and never copied. */
  readonly tlsFiles?: TlsFiles;
  /** The client key's passphrase. */
  readonly passphrase?: string;
  /** Takes any certificate. Only where the environment is development, and shown at all times. */
  readonly unverified?: boolean;
  /** Kafka with `oauthbearer`: where to get a token; without it `token` is sent as it is. */
  readonly oauth?: {
    readonly tokenEndpoint: string;
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly scope?: string;
    /** SASL extensions that are sent beside the token: Confluent Cloud wants `logicalCluster` and `identityPoolId`. */
    readonly extensions?: Readonly<Record<string, string>>;
  };
  /** Kafka with `aws-msk-iam`: credentials come from the profile or the process's environment. */
  readonly aws?: { readonly region: string; readonly profile?: string };
  /** NATS: an nkey's seed. */
  readonly nkeySeed?: string;
  /** NATS: a credentials file (JWT and seed), read at each connect and never copied. */
  readonly credentialsFile?: string;
  /** Kafka: `read_committed` hides aborted and still open transactions. Default `read_uncommitted`. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer' | 'aws-msk-iam';

/** Absolute paths of PEM files. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface TapTarget {
  readonly address: string;
  /** RabbitMQ: which name space; NATS: `stream` taps JetStream, `subject` core. */
  readonly kind: ChannelKind;
  /** RabbitMQ: exchanges and keys that feed the queue being watched. */
  readonly bindings?: readonly { readonly exchange: string; readonly routingKey: string }[];
}

/** Where a tap begins, and where it ends by itself. */
export type TapStart = TapFrom & {
  /** Kafka: only these; absent or empty: all. */
  readonly partitions?: readonly number[];
  /** Absent: it goes on until it is stopped. A tap that has reached its end says `ended`. */
  readonly until?: TapUntil;
};

export type TapFrom =
  | { readonly at: 'latest' }
  | { readonly at: 'earliest' }
  | { readonly at: 'last'; readonly count: number }
  /** The first message at or behind it: Kafka offset of every chosen partition, stream sequence or offset. */
  | { readonly at: 'offset'; readonly offset: string }
  /** The first message at or after it, in milliseconds since 1970. */
  | { readonly at: 'time'; readonly time: number };

/** The last message that a tap gives: what was there when it began, or the last one before a time or at an offset. */
export type TapUntil =
  | { readonly at: 'now' }
  | { readonly at: 'offset'; readonly offset: string }
  | { readonly at: 'time'; readonly time: number };

/** What a tap will make on the broker, and what it may change; shown before it starts. */
export interface TapPlan {
  readonly verdict: 'ok' | 'ask' | 'refused';
  /** `a consumer group tailrace-tap-… without commits`, `an exclusive queue …`. */
  readonly makes: readonly string[];
  /** What a real producer or consumer could notice; empty for `ok`. */
  readonly changes: readonly string[];
  /** Why it is refused, in one sentence with what to do instead. */
  readonly reason?: string;
  /** The starts that this channel can give. */
  readonly starts: readonly TapFrom['at'][];
  /** The ends that it can stop at by itself; absent: none. */
  readonly untils?: readonly TapUntil['at'][];
  /** Kafka: the topic's partitions, to choose from. */
  readonly partitions?: readonly number[];
}

export interface TapMessage {
  readonly channel: string;
  /** Milliseconds since 1970: the broker's or producer's time where there is one, else the arrival. */
  readonly time: number;
  readonly partition?: number;
  /** Kafka offset, stream sequence or stream offset; a decimal string. */
  readonly offset?: string;
  readonly key?: Uint8Array | string;
  /** Null is a Kafka tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: string | Uint8Array])[];
  /** Bytes of the value as the broker delivered it. */
  readonly size: number;
  /** Set where the value could not be unpacked (unknown codec, corrupt batch): why. */
  readonly undecodable?: string;
  /** MQTT retained replay, AMQP redelivered, …: short words shown beside the message. */
  readonly marks?: readonly string[];
}

export interface TapSink {
  /** Called with messages in order of arrival; never throws. */
  messages(batch: readonly TapMessage[]): void;
  state(state: TapState): void;
  /** Messages that the client or broker is known to have dropped. */
  dropped(count: number, why: string): void;
}

export type TapState =
  | { readonly is: 'connecting' | 'joining'; readonly detail?: string }
  | { readonly is: 'live' }
  /** All that was there at the start has been given (`earliest`, `last`). */
  | { readonly is: 'caught-up' }
  | { readonly is: 'lost'; readonly reason: string }
  | { readonly is: 'retrying'; readonly reason: string; readonly attempt: number }
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'ended'; readonly reason: string };

export interface BrokerSession {
  readonly protocol: Protocol;
  /** One line for the screen: `Kafka 4.1, 3 brokers`. */
  readonly about: string;
  plan(target: TapTarget, start: TapStart): Promise<TapPlan>;
  /** Starts a tap; what it makes is in `ledger` before it is made, and removed by `stop`. */
  tap(target: TapTarget, start: TapStart, sink: TapSink, signal: AbortSignal): Promise<Tap>;
  /** Channels that are there, sorted, without internal ones; undefined where the broker cannot tell. */
  list(signal: AbortSignal): Promise<readonly TapTarget[] | undefined>;
  /** Removes what an earlier tap left, by its ledger entry; true once it is not there any more. */
  remove(entry: LedgerEntry, signal: AbortSignal): Promise<boolean>;
  /** Figures of channels and of who reads them, read once; changes nothing. */
  figures?(query: FigureQuery, signal: AbortSignal): Promise<BrokerFigures>;
  /** All that is there, to be compared with the files or written as one; changes nothing. */
  inventory?(signal: AbortSignal): Promise<BrokerInventory>;
  /** What publishing to a channel would do, in words; publishes nothing. */
  planPublish?(target: TapTarget, signal: AbortSignal): Promise<PublishPlan>;
  /** Only after the user has been told and has agreed. */
  publisher?(target: TapTarget, signal: AbortSignal): Promise<Publisher>;
  /** Only after the user has been told and has agreed: what it holds is held from other readers. */
  redrive?(target: TapTarget, signal: AbortSignal): Promise<Redrive>;
  close(): Promise<void>;
}

export interface Tap {
  pause(): void;
  resume(): void;
  /** Ends the tap and removes what it made. Safe to call twice. */
  stop(): Promise<void>;
}

export type BrokerErrorKind =
  'name' | 'port' | 'tls' | 'authentication' | 'authorization' | 'protocol' | 'missing' | 'other';

/** A failure with the broker's own words in `message`, and which step of connecting failed. */
export class BrokerError extends Error {
  constructor(readonly kind: BrokerErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerError';
  }
}

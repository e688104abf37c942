import type { ChannelKind } from '../model/model';
import type { ChannelSettings, Protocol, StreamSettings } from '../model/settings';
import { streamKeys } from './nats';

/** A setting in a broker's own words. */
export interface Native {
  /** The broker's name of it; empty where it is no setting by name. */
  readonly key: string;
  /** What follows where both sides differ: a sentence. */
  readonly follows: string;
  /** It is never left out on the broker: that it is set says nothing by itself. */
  readonly isCounted?: true;
  /** What it mostly is, where nobody says it and no default is known: that is no difference. */
  readonly usual?: unknown;
  /** The broker never changes it of a channel that is there. */
  readonly isFixed?: true;
}

type Table<K extends string> = Readonly<Partial<Record<K, Native>>>;

const kafkaTopic: Table<keyof ChannelSettings> = {
  partitions: { key: '', isCounted: true, follows: 'How many consumers of a group work at a time, and which records stay in order, hangs on it.' },
  replicas: { key: '', isCounted: true, follows: 'How many brokers may fail before records are lost hangs on it.' },
  minInsyncReplicas: { key: 'min.insync.replicas', follows: 'What acks=all promises hangs on it.' },
  retention: { key: 'retention.ms', follows: 'A consumer that is away for longer than that misses records.' },
  cleanup: { key: 'cleanup.policy', follows: 'It decides which records are deleted.' },
  uncleanLeaderElection: { key: 'unclean.leader.election.enable', follows: 'It decides whether acknowledged records can be lost with a leader.' },
  maxMessageSize: { key: 'max.message.bytes', follows: 'Larger batches are refused.' },
};

const rabbitQueue: Table<keyof ChannelSettings> = {
  queue: { key: 'x-queue-type', isFixed: true, follows: 'Queue types differ in what survives a failure.' },
  durable: { key: 'durable', isFixed: true, isCounted: true, usual: true, follows: 'What is not durable is gone after a restart.' },
  autoDelete: { key: 'auto_delete', isFixed: true, isCounted: true, usual: false, follows: 'An auto-delete queue goes with its last consumer, and its messages with it.' },
  exclusive: { key: 'exclusive', isFixed: true, isCounted: true, usual: false, follows: 'An exclusive queue goes with its connection.' },
  maxLength: { key: 'x-max-length', follows: 'Behind the limit messages are dropped or refused.' },
  maxLengthBytes: { key: 'x-max-length-bytes', follows: 'Behind the limit messages are dropped or refused.' },
  overflow: { key: 'x-overflow', follows: 'It decides whether a full queue drops old messages or refuses new ones.' },
  ttl: { key: 'x-message-ttl', follows: 'Messages that wait for longer are dropped or dead-lettered.' },
  expires: { key: 'x-expires', follows: 'A queue that nobody uses for so long is deleted with its messages.' },
  deliveryLimit: { key: 'x-delivery-limit', follows: 'After so many deliveries a message is dropped or dead-lettered.' },
  consumerTimeout: { key: 'x-consumer-timeout', follows: 'A delivery that is not acknowledged for so long is given back.' },
  deadLetterStrategy: { key: 'x-dead-letter-strategy', usual: 'at-most-once', follows: 'It decides whether dead letters can be lost on their way.' },
  singleActiveConsumer: { key: 'x-single-active-consumer', isFixed: true, usual: false, follows: 'The order of messages hangs on it.' },
};

const rabbitStream: Table<keyof ChannelSettings> = {
  queue: rabbitQueue.queue!,
  maxLengthBytes: { key: 'x-max-length-bytes', follows: 'Behind the limit the oldest messages are deleted.' },
  retention: { key: 'x-max-age', follows: 'A consumer that is away for longer misses messages.' },
};

const rabbitExchange: Table<keyof ChannelSettings> = {
  exchange: { key: 'type', isFixed: true, isCounted: true, follows: 'The type decides which bindings take a message.' },
  durable: { key: 'durable', isFixed: true, isCounted: true, usual: true, follows: 'What is not durable is gone after a restart.' },
  autoDelete: { key: 'auto_delete', isFixed: true, isCounted: true, usual: false, follows: 'An auto-delete exchange goes with its last binding.' },
};

const natsStream: Table<keyof StreamSettings> = {
  storage: { key: streamKeys.storage, isFixed: true, follows: 'What is in memory is lost with the server.' },
  replicas: { key: streamKeys.replicas, follows: 'How many servers may fail before messages are lost hangs on it.' },
  retention: { key: streamKeys.retention, follows: 'It decides when a message is deleted.' },
  discard: { key: streamKeys.discard, follows: 'It decides whether a full stream drops old messages or refuses new ones.' },
  duplicateWindow: { key: streamKeys.duplicateWindow, follows: 'A message that is sent twice is recognised within it only.' },
  maxAge: { key: streamKeys.maxAge, follows: 'A consumer that is away for longer misses messages.' },
  maxMessages: { key: streamKeys.maxMessages, follows: 'Behind the limit messages are dropped or refused.' },
  maxBytes: { key: streamKeys.maxBytes, follows: 'Behind the limit messages are dropped or refused.' },
};

/** The settings that files and a broker both have, by the model's names. */
export function natives(protocol: Protocol, kind: ChannelKind): Readonly<Record<string, Native>> {
  switch (protocol) {
    case 'kafka': return kafkaTopic as Readonly<Record<string, Native>>;
    case 'nats': return natsStream as Readonly<Record<string, Native>>;
    case 'mqtt': return {};
    case 'rabbitmq':
      return (kind === 'exchange' ? rabbitExchange : kind === 'stream' ? rabbitStream : rabbitQueue) as Readonly<Record<string, Native>>;
  }
}

/** What is said by other keys than settings, or is no choice of anybody. */
const saidElsewhere = [
  'x-dead-letter-exchange', 'x-dead-letter-routing-key', 'alternate-exchange', 'x-quorum-initial-group-size', 'x-initial-cluster-size', 'internal',
  'durable', 'auto_delete', 'exclusive', 'type', 'name', 'subjects', 'mirror', 'sources',
];

/** The broker's names of all that a flow file can say of a channel. */
export function nativesSaid(protocol: Protocol, kind: ChannelKind): ReadonlySet<string> {
  return new Set([...Object.values(natives(protocol, kind)).map(({ key }) => key), ...saidElsewhere]);
}

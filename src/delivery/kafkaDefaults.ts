import type { ClientId } from './clients';
import type { Defaults, History, Weakness } from './history';

/** Kafka client settings that have a default; durations are milliseconds. */
export interface KafkaPublishDefaults {
  readonly acks: '0' | '1' | 'all';
  readonly idempotence: boolean;
  readonly maxInFlight: number;
  readonly retries: number;
  readonly deliveryTimeout: number;
  readonly requestTimeout: number;
  readonly linger: number;
}

export interface KafkaConsumeDefaults {
  readonly autoCommit: boolean;
  readonly autoOffsetStore: boolean;
  readonly isolation: 'read_committed' | 'read_uncommitted';
  readonly offsetReset: 'earliest' | 'latest' | 'none';
  readonly maxPollRecords: number;
  readonly maxPollInterval: number;
}

export const kafkaPublishWeakness: Weakness<KafkaPublishDefaults> = { acks: ['0', '1', 'all'], idempotence: [false, true] };
export const kafkaConsumeWeakness: Weakness<KafkaConsumeDefaults> = {
  autoCommit: [true, false], autoOffsetStore: [true, false], isolation: ['read_uncommitted', 'read_committed'],
  offsetReset: ['latest', 'earliest', 'none'],
};

const docs = 'https://kafka.apache.org/documentation/';
const upgrade = `${docs}#upgrade`;
const librdkafka = 'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md';
const librdkafkaLog = 'https://github.com/confluentinc/librdkafka/blob/master/CHANGELOG.md';
const kafkajsProducing = 'https://kafka.js.org/docs/producing';
const kafkajsConsuming = 'https://kafka.js.org/docs/consuming';
const sarama = 'https://github.com/IBM/sarama/blob/main/config.go';
const franz = 'https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo';
const franzLog = 'https://github.com/twmb/franz-go/blob/master/CHANGELOG.md';
const spring = 'https://docs.spring.io/spring-kafka/reference/kafka/receiving-messages/message-listener-container.html';
const springClients = 'https://docs.spring.io/spring-kafka/reference/appendix/change-history.html';
const smallrye = 'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/writing-kafka-records/';
const smallryeConsumer = 'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/receiving-kafka-records/';
const smallryeProducer =
  'https://github.com/smallrye/smallrye-reactive-messaging/blob/main/smallrye-reactive-messaging-kafka/src/main/java/io/smallrye/reactive/messaging/kafka/impl/ReactiveKafkaProducer.java';
const connectDocs = `${docs}#connectconfigs`;
const connectWorker =
  'https://github.com/apache/kafka/blob/trunk/connect/runtime/src/main/java/org/apache/kafka/connect/runtime/Worker.java';
const streamsDocs = 'https://kafka.apache.org/documentation/streams/developer-guide/config-streams.html';

const maxInt = 2_147_483_647;

const javaLinger: History<number> = [
  { value: 0, source: `${docs}#producerconfigs_linger.ms` },
  { value: 5, since: '4.0', source: 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-1030%3A+Change+constraints+and+default+values+for+various+configurations' },
];
const javaRequestTimeout: History<number> = [{ value: 30_000, source: `${docs}#producerconfigs_request.timeout.ms` }];
const javaRetries: History<number> = [
  { value: 0, source: upgrade }, { value: maxInt, since: '2.1', source: `${docs}#producerconfigs_retries` },
];
const javaDeliveryTimeout: History<number> = [{ value: 120_000, source: `${docs}#producerconfigs_delivery.timeout.ms` }];
/** KAFKA-13598: 3.0.0 and 3.1.0 documented true but left idempotence off; 3.0.1 and 3.1.1 turn it on. */
const javaIdempotence: History<boolean> = [
  { value: false, source: upgrade },
  { value: true, since: '3.0.1', source: `${docs}#producerconfigs_enable.idempotence` },
  { value: false, since: '3.1.0', source: 'https://github.com/apache/kafka/pull/11691' },
  { value: true, since: '3.1.1', source: `${docs}#producerconfigs_enable.idempotence` },
];

/** What a producer does where nobody says otherwise. */
export const kafkaPublishDefaults: Partial<Record<ClientId, Defaults<KafkaPublishDefaults>>> = {
  'kafka-java': {
    acks: [{ value: '1', source: upgrade }, { value: 'all', since: '3.0', source: `${docs}#producerconfigs_acks` }],
    idempotence: javaIdempotence,
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    retries: javaRetries,
    deliveryTimeout: javaDeliveryTimeout,
    requestTimeout: javaRequestTimeout,
    linger: javaLinger,
  },
  // Spring Kafka 2.8 is the first that requires kafka-clients 3.0, 3.0 the first on 3.3.
  'spring-kafka': {
    acks: [{ value: '1', source: springClients }, { value: 'all', since: '2.8', source: springClients }],
    idempotence: [{ value: false, source: springClients }, { value: true, since: '2.9', source: springClients }],
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    // 2.3 is the first on kafka-clients 2.1 or newer, 4.0 the first on 4.0 or newer.
    retries: [{ value: 0, source: springClients }, { value: maxInt, since: '2.3', source: springClients }],
    deliveryTimeout: javaDeliveryTimeout,
    requestTimeout: javaRequestTimeout,
    linger: [{ value: 0, source: springClients }, { value: 5, since: '4.0', source: springClients }],
  },
  // The connector passes acks to the client always, as 1 where nobody sets it, which switches off the idempotence
  // that newer clients would begin with. With acks=all it is on from kafka-clients 3.0.1; 4.0 has a newer one.
  'smallrye-kafka': {
    acks: [{ value: '1', source: smallrye }],
    idempotence: [{ value: false, source: smallryeProducer }, { value: true, since: '4.0', source: smallryeProducer }],
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    retries: [{ value: maxInt, source: smallrye }],
    deliveryTimeout: javaDeliveryTimeout,
    requestTimeout: javaRequestTimeout,
  },
  // The Java client's own, except for the time that it waits for a batch to fill.
  'kafka-streams': {
    acks: [{ value: '1', source: upgrade }, { value: 'all', since: '3.0', source: `${docs}#producerconfigs_acks` }],
    idempotence: javaIdempotence,
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    retries: [{ value: 10, source: upgrade }, { value: maxInt, since: '2.1', source: `${docs}#producerconfigs_retries` }],
    deliveryTimeout: javaDeliveryTimeout,
    requestTimeout: javaRequestTimeout,
    linger: [{ value: 100, source: streamsDocs }],
  },
  'kafka-connect': {
    acks: [{ value: 'all', source: connectDocs }],
    // KAFKA-13759: Connect's own producers stay non-idempotent so that they work against brokers with old ACLs.
    idempotence: [{ value: false, source: 'https://github.com/apache/kafka/pull/11933' }],
    maxInFlight: [{ value: 1, source: connectDocs }],
    // Its producers never give a record up (Worker.baseProducerConfigs).
    retries: javaRetries,
    deliveryTimeout: [{ value: maxInt, source: connectWorker }],
    requestTimeout: javaRequestTimeout,
    linger: javaLinger,
  },
  librdkafka: {
    acks: [{ value: '1', source: librdkafkaLog }, { value: 'all', since: '1.0', source: librdkafka }],
    idempotence: [{ value: false, source: librdkafka }],
    maxInFlight: [{ value: 1_000_000, source: librdkafka }],
    retries: [{ value: 2, source: librdkafkaLog }, { value: maxInt, since: '1.5.2', source: librdkafka }],
    deliveryTimeout: [{ value: 300_000, source: librdkafka }],
    requestTimeout: [{ value: 5000, source: librdkafkaLog }, { value: 30_000, since: '1.5.2', source: librdkafka }],
    linger: [
      { value: 0, source: librdkafka }, { value: 0.5, since: '1.2', source: librdkafka },
      { value: 5, since: '1.5', source: librdkafka },
    ],
  },
  kafkajs: {
    acks: [{ value: 'all', source: kafkajsProducing }],
    idempotence: [{ value: false, source: kafkajsProducing }],
    // maxInFlightRequests is null, which is no limit: how many are under way is up to the program.
    maxInFlight: [{ value: Infinity, source: kafkajsProducing }],
    retries: [{ value: 5, source: kafkajsProducing }],
    requestTimeout: [{ value: 30_000, source: kafkajsProducing }],
    linger: [{ value: 0, source: kafkajsProducing }],
  },
  'franz-go': {
    acks: [{ value: 'all', source: franz }],
    idempotence: [{ value: true, source: franz }],
    maxInFlight: [{ value: 1, source: franz }],
    retries: [{ value: Infinity, source: franz }],
    requestTimeout: [{ value: 10_000, source: franz }],
    linger: [{ value: 0, source: franzLog }, { value: 10, since: '1.20', source: franzLog }],
  },
  sarama: {
    acks: [{ value: '1', source: sarama }],
    idempotence: [{ value: false, source: sarama }],
    maxInFlight: [{ value: 5, source: sarama }],
    retries: [{ value: 3, source: sarama }],
    requestTimeout: [{ value: 10_000, source: sarama }],
  },
};

/** What a consumer does where nobody says otherwise. */
export const kafkaConsumeDefaults: Partial<Record<ClientId, Defaults<KafkaConsumeDefaults>>> = {
  'kafka-java': {
    autoCommit: [{ value: true, source: `${docs}#consumerconfigs_enable.auto.commit` }],
    isolation: [{ value: 'read_uncommitted', source: `${docs}#consumerconfigs_isolation.level` }],
    offsetReset: [{ value: 'latest', source: `${docs}#consumerconfigs_auto.offset.reset` }],
    maxPollRecords: [{ value: 500, source: `${docs}#consumerconfigs_max.poll.records` }],
    maxPollInterval: [{ value: 300_000, source: `${docs}#consumerconfigs_max.poll.interval.ms` }],
  },
  'spring-kafka': {
    autoCommit: [{ value: true, source: spring }, { value: false, since: '2.3', source: spring }],
    isolation: [{ value: 'read_uncommitted', source: `${docs}#consumerconfigs_isolation.level` }],
    offsetReset: [{ value: 'latest', source: `${docs}#consumerconfigs_auto.offset.reset` }],
    maxPollRecords: [{ value: 500, source: `${docs}#consumerconfigs_max.poll.records` }],
    maxPollInterval: [{ value: 300_000, source: `${docs}#consumerconfigs_max.poll.interval.ms` }],
  },
  // It commits what the program has acknowledged (commit-strategy throttled) unless auto-commit is asked for.
  'smallrye-kafka': {
    autoCommit: [{ value: false, source: smallryeConsumer }],
    isolation: [{ value: 'read_uncommitted', source: `${docs}#consumerconfigs_isolation.level` }],
    offsetReset: [{ value: 'latest', source: smallryeConsumer }],
    maxPollRecords: [{ value: 500, source: `${docs}#consumerconfigs_max.poll.records` }],
    maxPollInterval: [{ value: 300_000, source: `${docs}#consumerconfigs_max.poll.interval.ms` }],
  },
  // Streams and Connect commit by themselves, after processing, and refuse auto-commit.
  'kafka-streams': {
    autoCommit: [{ value: false, source: streamsDocs }],
    isolation: [{ value: 'read_uncommitted', source: `${docs}#consumerconfigs_isolation.level` }],
    offsetReset: [{ value: 'earliest', source: streamsDocs }],
    maxPollRecords: [{ value: 1000, source: streamsDocs }],
    // KIP-442: before 2.3 Streams waited without end for a task to come back.
    maxPollInterval: [{ value: maxInt, source: upgrade }, { value: 300_000, since: '2.3', source: streamsDocs }],
  },
  'kafka-connect': {
    autoCommit: [{ value: false, source: connectDocs }],
    isolation: [{ value: 'read_uncommitted', source: `${docs}#consumerconfigs_isolation.level` }],
    offsetReset: [{ value: 'earliest', source: connectDocs }],
    maxPollRecords: [{ value: 500, source: `${docs}#consumerconfigs_max.poll.records` }],
    maxPollInterval: [{ value: 300_000, source: `${docs}#consumerconfigs_max.poll.interval.ms` }],
  },
  librdkafka: {
    autoCommit: [{ value: true, source: librdkafka }],
    autoOffsetStore: [{ value: true, source: librdkafka }],
    isolation: [{ value: 'read_committed', source: librdkafka }],
    offsetReset: [{ value: 'latest', source: librdkafka }],
    maxPollInterval: [{ value: 300_000, source: librdkafka }],
  },
  kafkajs: {
    autoCommit: [{ value: true, source: kafkajsConsuming }],
    isolation: [{ value: 'read_committed', source: kafkajsConsuming }],
    offsetReset: [{ value: 'latest', source: kafkajsConsuming }],
  },
  'franz-go': {
    autoCommit: [{ value: true, source: franz }],
    isolation: [{ value: 'read_uncommitted', source: franz }],
    offsetReset: [{ value: 'earliest', source: franz }],
  },
  sarama: {
    autoCommit: [{ value: true, source: sarama }],
    isolation: [{ value: 'read_uncommitted', source: sarama }],
    offsetReset: [{ value: 'latest', source: sarama }],
  },
};

/** Topic settings that the cluster decides where the topic does not. */
export interface KafkaChannelDefaults {
  readonly partitions: number;
  readonly replicas: number;
  readonly minInsyncReplicas: number;
  readonly uncleanLeaderElection: boolean;
  readonly cleanup: string;
  readonly retention: number;
  readonly maxMessageSize: number;
}

export const kafkaBrokerDefaults: Defaults<KafkaChannelDefaults> = {
  partitions: [{ value: 1, source: `${docs}#brokerconfigs_num.partitions` }],
  replicas: [{ value: 1, source: `${docs}#brokerconfigs_default.replication.factor` }],
  minInsyncReplicas: [{ value: 1, source: `${docs}#topicconfigs_min.insync.replicas` }],
  uncleanLeaderElection: [
    { value: true, source: upgrade },
    { value: false, since: '0.11', source: `${docs}#topicconfigs_unclean.leader.election.enable` },
  ],
  cleanup: [{ value: 'delete', source: `${docs}#topicconfigs_cleanup.policy` }],
  retention: [{ value: 604_800_000, source: `${docs}#topicconfigs_retention.ms` }],
  maxMessageSize: [{ value: 1_048_588, source: `${docs}#topicconfigs_max.message.bytes` }],
};

const mskDocs = 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html';
const confluentTopics = 'https://docs.confluent.io/cloud/current/topics/manage.html';

export interface ManagedKafka {
  readonly label: string;
  readonly defaults: Defaults<KafkaChannelDefaults>;
  readonly broker: Defaults<KafkaServerDefaults>;
}

/**
 * What managed clusters set in place of Kafka's own defaults.
 * @param zones how many availability zones the cluster spans, where a file says it.
 */
export function managedKafka(name: string | undefined, zones: number | undefined): ManagedKafka | undefined {
  if (name === 'confluent-cloud') return confluentCloud;
  if (name === 'msk') return (zones ?? 2) >= 3 ? msk(3, 2, 'three') : msk(2, 1, 'two');
  return undefined;
}

const confluentCloud: ManagedKafka = {
  label: 'Confluent Cloud',
  defaults: {
    replicas: [{ value: 3, source: confluentTopics }],
    minInsyncReplicas: [{ value: 2, source: confluentTopics }],
    uncleanLeaderElection: [{ value: false, source: confluentTopics }],
  },
  broker: { autoCreate: [{ value: false, source: 'https://docs.confluent.io/cloud/current/clusters/broker-config.html' }] },
};

const mskClusters = new Map<number, ManagedKafka>();

/** Two zones give 2 replicas and 1 in sync, three zones 3 and 2; without the number of zones the weaker holds. */
function msk(replicas: number, minInsyncReplicas: number, zones: string): ManagedKafka {
  let found = mskClusters.get(replicas);
  if (found === undefined) {
    found = {
      label: `an Amazon MSK cluster in ${zones} zones`,
      defaults: {
        replicas: [{ value: replicas, source: mskDocs }],
        minInsyncReplicas: [{ value: minInsyncReplicas, source: mskDocs }],
        uncleanLeaderElection: [{ value: true, source: mskDocs }],
      },
      broker: { autoCreate: [{ value: false, source: mskDocs }], allowEveryone: [{ value: true, source: mskDocs }] },
    };
    mskClusters.set(replicas, found);
  }
  return found;
}

/** What holds for a cluster as a whole. */
export interface KafkaServerDefaults {
  readonly autoCreate: boolean;
  readonly allowEveryone: boolean;
  readonly offsetsRetention: number;
}

export const kafkaServerDefaults: Defaults<KafkaServerDefaults> = {
  autoCreate: [{ value: true, source: `${docs}#brokerconfigs_auto.create.topics.enable` }],
  allowEveryone: [{ value: false, source: `${docs}#security_authz` }],
  offsetsRetention: [
    { value: 86_400_000, source: upgrade },
    { value: 604_800_000, since: '2.0', source: `${docs}#brokerconfigs_offsets.retention.minutes` },
  ],
};

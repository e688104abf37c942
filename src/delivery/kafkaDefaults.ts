import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

/** Kafka client settings that have a default; durations are milliseconds. */
export interface KafkaPublishDefaults {
  readonly acks: '0' | '1' | 'all';
  readonly idempotence: boolean;
  readonly maxInFlight: number;
  readonly retries: number;
  readonly deliveryTimeout: number;
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
const spring = 'https://docs.spring.io/spring-kafka/reference/kafka/receiving-messages/message-listener-container.html';
const springClients = 'https://docs.spring.io/spring-kafka/reference/appendix/change-history.html';
const smallrye = 'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/writing-kafka-records/';
const smallryeConsumer = 'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/receiving-kafka-records/';
const smallryeProducer =
  'https://github.com/smallrye/smallrye-reactive-messaging/blob/main/smallrye-reactive-messaging-kafka/src/main/java/io/smallrye/reactive/messaging/kafka/impl/ReactiveKafkaProducer.java';
const connectDocs = `${docs}#connectconfigs`;
const streamsDocs = 'https://kafka.apache.org/documentation/streams/developer-guide/config-streams.html';

const maxInt = 2_147_483_647;

/** What a producer does where nobody says otherwise. */
export const kafkaPublishDefaults: Partial<Record<ClientId, Defaults<KafkaPublishDefaults>>> = {
  'kafka-java': {
    acks: [{ value: '1', source: upgrade }, { value: 'all', since: '3.0', source: `${docs}#producerconfigs_acks` }],
    // KAFKA-13598: 3.0.0 and 3.1.0 documented true but left idempotence off; 3.0.1 and 3.1.1 turn it on.
    idempotence: [
      { value: false, source: upgrade },
      { value: true, since: '3.0.1', source: `${docs}#producerconfigs_enable.idempotence` },
      { value: false, since: '3.1.0', source: 'https://github.com/apache/kafka/pull/11691' },
      { value: true, since: '3.1.1', source: `${docs}#producerconfigs_enable.idempotence` },
    ],
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    retries: [{ value: 0, source: upgrade }, { value: maxInt, since: '2.1', source: `${docs}#producerconfigs_retries` }],
    deliveryTimeout: [{ value: 120_000, source: `${docs}#producerconfigs_delivery.timeout.ms` }],
  },
  // Spring Kafka 2.8 is the first that requires kafka-clients 3.0, 3.0 the first on 3.3.
  'spring-kafka': {
    acks: [{ value: '1', source: springClients }, { value: 'all', since: '2.8', source: springClients }],
    idempotence: [{ value: false, source: springClients }, { value: true, since: '2.9', source: springClients }],
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
  },
  // The connector passes acks to the client always, as 1 where nobody sets it, which switches off the idempotence
  // that newer clients would begin with. With acks=all it is on from kafka-clients 3.0.1; 4.0 has a newer one.
  'smallrye-kafka': {
    acks: [{ value: '1', source: smallrye }],
    idempotence: [{ value: false, source: smallryeProducer }, { value: true, since: '4.0', source: smallryeProducer }],
    maxInFlight: [{ value: 5, source: `${docs}#producerconfigs_max.in.flight.requests.per.connection` }],
    retries: [{ value: maxInt, source: smallrye }],
    deliveryTimeout: [{ value: 120_000, source: `${docs}#producerconfigs_delivery.timeout.ms` }],
  },
  'kafka-streams': {
    acks: [{ value: '1', source: upgrade }, { value: 'all', since: '3.0', source: `${docs}#producerconfigs_acks` }],
  },
  'kafka-connect': {
    acks: [{ value: 'all', source: connectDocs }],
    // KAFKA-13759: Connect's own producers stay non-idempotent so that they work against brokers with old ACLs.
    idempotence: [{ value: false, source: 'https://github.com/apache/kafka/pull/11933' }],
    maxInFlight: [{ value: 1, source: connectDocs }],
  },
  librdkafka: {
    acks: [{ value: '1', source: librdkafkaLog }, { value: 'all', since: '1.0', source: librdkafka }],
    idempotence: [{ value: false, source: librdkafka }],
    maxInFlight: [{ value: 1_000_000, source: librdkafka }],
    retries: [{ value: 2, source: librdkafkaLog }, { value: maxInt, since: '1.5.2', source: librdkafka }],
    deliveryTimeout: [{ value: 300_000, source: librdkafka }],
  },
  kafkajs: {
    acks: [{ value: 'all', source: kafkajsProducing }],
    idempotence: [{ value: false, source: kafkajsProducing }],
    retries: [{ value: 5, source: kafkajsProducing }],
  },
  'franz-go': {
    acks: [{ value: 'all', source: franz }],
    idempotence: [{ value: true, source: franz }],
    maxInFlight: [{ value: 1, source: franz }],
  },
  sarama: {
    acks: [{ value: '1', source: sarama }],
    idempotence: [{ value: false, source: sarama }],
    retries: [{ value: 3, source: sarama }],
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
    offsetReset: [{ value: 'earliest', source: streamsDocs }],
  },
  'kafka-connect': {
    autoCommit: [{ value: false, source: connectDocs }],
    offsetReset: [{ value: 'earliest', source: connectDocs }],
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
};

/** What managed clusters set in place of Kafka's own defaults. */
export const managedKafkaDefaults: Readonly<Record<string, { readonly label: string; readonly defaults: Defaults<KafkaChannelDefaults> }>> = {
  'confluent-cloud': {
    label: 'Confluent Cloud',
    defaults: {
      replicas: [{ value: 3, source: 'https://docs.confluent.io/cloud/current/topics/manage.html' }],
      minInsyncReplicas: [{ value: 2, source: 'https://docs.confluent.io/cloud/current/topics/manage.html' }],
      uncleanLeaderElection: [{ value: false, source: 'https://docs.confluent.io/cloud/current/topics/manage.html' }],
    },
  },
  msk: {
    label: 'an Amazon MSK cluster in two zones',
    defaults: {
      // Two zones give 2 and 1, three zones 3 and 2; a file does not tell how many there are.
      replicas: [{ value: 2, source: 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html' }],
      minInsyncReplicas: [{ value: 1, source: 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html' }],
      uncleanLeaderElection: [{ value: true, source: 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html' }],
    },
  },
};

/** What a properties file configures. */
export type Role = 'producer' | 'consumer' | 'connect' | 'streams' | 'client';

/** Keys that only a producer has (ProducerConfig, librdkafka CONFIGURATION). */
export const producerKeys = new Set([
  'acks', 'request.required.acks', 'key.serializer', 'value.serializer', 'enable.idempotence', 'batch.size',
  'linger.ms', 'queue.buffering.max.ms', 'buffer.memory', 'compression.type', 'compression.codec',
  'delivery.timeout.ms', 'message.timeout.ms', 'max.in.flight.requests.per.connection', 'max.block.ms',
  'max.request.size', 'partitioner', 'partitioner.class', 'transactional.id', 'transaction.timeout.ms',
  'message.send.max.retries',
]);

/** Keys that only a consumer has (ConsumerConfig, librdkafka CONFIGURATION). */
export const consumerKeys = new Set([
  'group.id', 'group.instance.id', 'enable.auto.commit', 'auto.commit.interval.ms',
  'enable.auto.offset.store', 'auto.offset.reset', 'key.deserializer', 'value.deserializer',
  'isolation.level', 'max.poll.records', 'max.poll.interval.ms', 'fetch.min.bytes', 'fetch.max.bytes',
  'fetch.max.wait.ms', 'max.partition.fetch.bytes', 'heartbeat.interval.ms', 'session.timeout.ms',
  'partition.assignment.strategy', 'exclude.internal.topics', 'enable.partition.eof', 'group.protocol',
]);

/** Keys of the Connect worker; connectors have `connector.class` and are a dialect of their own. */
export const connectKeys = new Set([
  'key.converter', 'value.converter', 'offset.storage.topic', 'config.storage.topic',
  'status.storage.topic', 'offset.storage.file.filename', 'offset.flush.interval.ms',
  'exactly.once.source.support', 'plugin.path',
]);

export const streamsKeys = new Set([
  'application.id', 'default.key.serde', 'default.value.serde', 'processing.guarantee',
  'num.stream.threads', 'state.dir', 'num.standby.replicas', 'default.deserialization.exception.handler',
]);

/** Keys that every client has, and that no other kind of file is likely to have. */
export const clientKeys = new Set([
  'bootstrap.servers', 'metadata.broker.list', 'security.protocol', 'sasl.jaas.config', 'sasl.mechanism',
  'sasl.mechanisms',
]);

/** With one of these the file configures a broker, a controller or ZooKeeper, not a client. */
export const brokerKeys = new Set([
  'broker.id', 'node.id', 'log.dirs', 'log.dir', 'zookeeper.connect', 'process.roles',
  'controller.quorum.voters', 'controller.quorum.bootstrap.servers', 'advertised.listeners',
  'inter.broker.listener.name', 'offsets.topic.replication.factor', 'dataDir', 'clientPort',
]);

/** Connectors and MirrorMaker 2 have files of their own kind. */
export const otherKeys = new Set(['connector.class', 'clusters']);

/** Keys that librdkafka has and the Java client has not. */
export const librdkafkaKeys = new Set([
  'metadata.broker.list', 'enable.auto.offset.store', 'request.required.acks', 'message.timeout.ms',
  'queue.buffering.max.ms', 'queue.buffering.max.messages', 'queue.buffering.max.kbytes',
  'message.send.max.retries', 'sasl.mechanisms', 'sasl.username', 'sasl.password', 'ssl.ca.location',
  'ssl.key.location', 'ssl.certificate.location', 'enable.partition.eof', 'statistics.interval.ms',
  'socket.keepalive.enable', 'api.version.request', 'topic.metadata.refresh.interval.ms', 'max.in.flight',
  'compression.codec', 'queued.min.messages', 'broker.address.family', 'partitioner',
]);

/** Keys that the Java client has and librdkafka has not: they name classes, Java key stores or Java pools. */
export const javaKeys = new Set([
  'key.serializer', 'value.serializer', 'key.deserializer', 'value.deserializer', 'sasl.jaas.config',
  'ssl.truststore.location', 'buffer.memory', 'max.block.ms', 'max.poll.records', 'partitioner.class',
  'interceptor.classes', 'metric.reporters',
]);

/** `producer.acks` in a Connect worker or Streams file sets the inner producer's `acks`. */
export const prefixes: Readonly<Record<'producer' | 'consumer', readonly string[]>> = {
  producer: ['producer.'],
  consumer: ['consumer.', 'main.consumer.'],
};

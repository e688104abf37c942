import { rowsOn } from './row';

const row = rowsOn({
  broker: 'protocol: kafka, version: "4.0"',
  channel: 'partitions: 6, replicas: 3, minInsyncReplicas: 2',
  channels: 'out: { broker: main, partitions: 6, replicas: 3, minInsyncReplicas: 2 }, results: { broker: main }, dead: { broker: main, partitions: 6, replicas: 3, minInsyncReplicas: 2 }',
  publisher: 'client: kafka-java@3.9',
  publish: 'acks: all, idempotence: true, key: id',
  consumer: 'client: kafka-java@3.9',
  consume: 'group: billing, autoCommit: false, commit: after-processing, processing: sync, isolation: read_committed, onFailure: { retries: 5, deadLetter: dead }',
});

/** A service between `orders` and `out`, of which `billing` reads. */
function between(consume: string, publish: string, client = 'kafka-java@3.9'): string {
  return `stage: { client: ${client}, consumes: { orders: { group: stage, autoCommit: false, ${consume} onFailure: { retries: 5, deadLetter: dead } } }, `
    + `publishes: { out: { key: id, ${publish} } } }`;
}

/** `billing` as another such service, which writes its results to `dead`. */
const last = (isolation: string): string => `billing: { client: kafka-java@3.9, consumes: { out: { group: billing, autoCommit: false, commit: transaction, ${isolation}, onFailure: { retries: 5, deadLetter: dead } } }, `
  + 'publishes: { results: { key: id, acks: all, idempotence: true, transactionalId: billing-1 } } }';

const inTransaction = between('commit: transaction, isolation: read_committed,', 'acks: all, idempotence: true, transactionalId: stage-1');

export const kafkaHopRows = [
  row('a transaction from topic to topic, then a transaction again', {
    services: `${inTransaction}, ${last('isolation: read_committed')}`, flow: 'stage > out > billing',
  }, [3, null, null, 2], 'exactly-once', 'Offsets and output are committed together on both sides.'),
  row('a transaction from topic to topic, then a commit in a transaction that writes nothing', {
    from: 'out', consume: 'commit: transaction', services: `${inTransaction}`, flow: 'stage > out > billing',
  }, [3, 1, null, 2], 'at-least-once', 'The work itself is outside of Kafka, and is done again after a crash.'),
  row('a transaction from topic to topic, read uncommitted', {
    services: `${inTransaction}, ${last('isolation: read_uncommitted')}`, flow: 'stage > out > billing',
  }, [3, 1, null, 2], 'at-least-once', 'stage crashes in its transaction; the aborted output is read, and then that of the next transaction.'),
  row('a transaction from topic to topic, then a database', {
    from: 'out', services: `${inTransaction}`, flow: 'stage > out > billing',
  }, [3, 1, null, 2], 'at-least-once', 'billing crashes between its work and its commit: transactions end at Kafka.'),
  row('a transaction from topic to topic, then a database that knows what it has', {
    from: 'out', consume: 'idempotentBy: id', services: `${inTransaction}`, flow: 'stage > out > billing',
  }, [3, null, null, 2], 'exactly-once', 'What the end repeats has no effect.'),
  row('a transaction from topic to topic, then commits before the work', {
    from: 'out', consume: 'commit: before-processing', services: `${inTransaction}`, flow: 'stage > out > billing',
  }, [1, null, null, 2], 'at-most-once', 'Nothing comes twice to billing, and a crash between commit and work loses.'),
  row('the whole chain through a transaction', {
    from: 'out', services: `${inTransaction}`, flow: 'shop > orders > stage > out > billing',
  }, [3, 1, null, 2], 'at-least-once', 'Both ends repeat: the publisher after its crash, the consumer after its own.'),
  row('the whole chain through a transaction, with a database that knows what it has', {
    from: 'out', consume: 'idempotentBy: id', services: `${inTransaction}`, flow: 'shop > orders > stage > out > billing',
  }, [3, null, null, 2], 'exactly-once', 'The consumer at the end recognises repetitions of the whole chain.'),
  row('the whole chain, weak at its beginning', {
    from: 'out', publish: 'acks: 1, idempotence: false', consume: 'idempotentBy: id', services: `${inTransaction}`, flow: 'shop > orders > stage > out > billing',
  }, [1, null, 1, 2], 'at-most-once', 'What the first leader loses, no transaction brings back; writes to out stop after two faults.'),
  row('the whole chain, weak in its middle', {
    from: 'out', channels: 'out: { broker: main, partitions: 6, replicas: 1, minInsyncReplicas: 1 }', services: `${inTransaction}`, flow: 'shop > orders > stage > out > billing',
  }, [1, 1, null, 1], 'best-effort', 'out has one copy, which is lost with its node.'),
  row('the input of a transaction', {
    from: 'out', services: `${inTransaction}`, flow: 'shop > orders > stage',
  }, [3, 1, null, 2], 'at-least-once', 'The publisher sends again after its crash, and stage takes it for another order.'),
  row('Kafka Streams at least once', {
    from: 'out', services: `stage: { client: kafka-streams@3.9, consumes: { orders: { group: stage } }, publishes: { out: { key: id } } }`,
    flow: 'shop > orders > stage > out > billing',
  }, [3, 1, null, 0], 'at-least-once', 'It commits after its output; a poison record makes its handler fail for ever.'),
  row('a mirror to another cluster', {
    brokers: 'far: { protocol: kafka, version: "4.0" }', channel: 'routes: { main.orders: mirror }',
    channels: 'main.orders: { broker: far, partitions: 6, replicas: 3, minInsyncReplicas: 2 }', from: 'main.orders', flow: 'shop > orders > main.orders > billing',
  }, [3, 1, null, 2], 'at-least-once', 'MirrorMaker writes with acks=all, one request in flight, and commits afterwards.'),
  row('a mirror to a single copy', {
    brokers: 'far: { protocol: kafka, version: "4.0" }', channel: 'routes: { main.orders: mirror }',
    channels: 'main.orders: { broker: far, partitions: 6, replicas: 1, minInsyncReplicas: 1 }', from: 'main.orders', flow: 'shop > orders > main.orders > billing',
  }, [1, 1, null, 1], 'best-effort', 'The far topic is lost with its node.'),
  row('a mirror and a consumer that knows what it has done', {
    brokers: 'far: { protocol: kafka, version: "4.0" }', channel: 'routes: { main.orders: mirror }', consume: 'idempotentBy: id',
    channels: 'main.orders: { broker: far, partitions: 6, replicas: 3, minInsyncReplicas: 2 }', from: 'main.orders', flow: 'shop > orders > main.orders > billing',
  }, [3, null, null, 2], 'exactly-once', 'What the mirror repeats has no effect.'),
  row('dead letters of a topic', {
    channel: 'deadLetter: dead',
    services: 'support: { client: kafka-java@3.9, consumes: { dead: { group: support, autoCommit: false, commit: after-processing, processing: sync, onFailure: { skip: false, retries: 3, deadLetter: out } } } }',
    flow: 'shop > orders > dead > support',
  }, [3, 1, null, 2], 'at-least-once', 'billing writes the dead letter before it commits; a crash between both writes it twice.'),
];

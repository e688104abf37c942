import assert from 'node:assert/strict';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import {
  createTopic, javaClient, kafkajs, publish, readAll, withProducer, type KafkaBroker,
} from './setup';

const SENT = numbers(10);

/**
 * For what only the producer repeats, the consumer commits first: it then repeats nothing itself, and what it can lose
 * by that is not what those rows are about.
 */
const flow = (client: string, publish: string, commit: 'before' | 'after' = 'after'): string => flowFile({
  protocol: 'kafka',
  broker: 'version: "4.1"',
  channel: 'partitions: 1, replicas: 3, minInsyncReplicas: 2',
  publisher: `client: ${client}`,
  publish: `${publish}, key: order_id`,
  consumer: 'client: kafkajs@2.2',
  consume: `group: billing, autoCommit: false, commit: ${commit}-processing, isolation: read_committed, offsetReset: earliest`,
});

/** kafkajs publishes ten messages one at a time while the proxy loses one Produce request or answer. */
function publishing(acks: 0 | -1, idempotent: boolean, from: 'client' | 'broker'): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    const acknowledged = await withProducer(kafkajs(on.proxied), { idempotent, maxInFlightRequests: 1 }, async (producer) => {
      const lost = on.proxy.lose(from, 'Produce', 4);
      const first = await publish(producer, topic, SENT.slice(0, 4), acks);
      await lost;
      return [...first, ...await publish(producer, topic, SENT.slice(4), acks)];
    });
    return { sent: SENT, acknowledged, processed: await readAll(on, topic) };
  };
}

/** The Java producer sends ten messages one at a time while the proxy loses one answer. */
function javaRetry(producer: Readonly<Record<string, unknown>>): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    const client = await javaClient({ topic, producer: { 'bootstrap.servers': on.proxied, ...producer } });
    try {
      const lost = on.proxy.lose('broker', 'Produce', 4);
      for (const n of SENT) {
        client.tell(`send ${n}`);
        await client.heard('acked', n);
      }
      await lost;
    } finally {
      await client.kill();
    }
    return { sent: SENT, acknowledged: client.numbers('acked'), processed: await readAll(on, topic) };
  };
}

/** The connection is cut while two Produce requests of the Java producer are unanswered, none of which has arrived. */
function javaInFlight(producer: Readonly<Record<string, unknown>>): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    const client = await javaClient({
      topic,
      producer: { 'bootstrap.servers': on.proxied, 'linger.ms': 0, ...producer },
    });
    try {
      client.tell('send 1');
      await client.heard('acked', 1);
      const held = on.proxy.hold('client', 'Produce');
      client.tell('send 2');
      // Only when the first has gone out is the second sure to be a request of its own.
      await held.held;
      client.tell('send 3');
      // Both are on their way when the connection goes.
      await until(() => on.proxy.kept('Produce') === 2, { what: 'two requests in flight', every: 10 });
      on.proxy.cut();
      held.release();
      for (const n of [2, 3]) await client.heard('acked', n);
      for (const n of SENT.slice(3)) {
        client.tell(`send ${n}`);
        await client.heard('acked', n);
      }
    } finally {
      await client.kill();
    }
    return { sent: SENT, acknowledged: client.numbers('acked'), processed: await readAll(on, topic) };
  };
}

/** kafkajs sends the third message while the second, whose request was lost, waits to be tried again. */
async function retryOvertaken(on: KafkaBroker): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic);
  const acknowledged = await withProducer(kafkajs(on.proxied, 20, 1000), {}, async (producer) => {
    const first = await publish(producer, topic, [1]);
    const lost = on.proxy.lose('client', 'Produce');
    const second = publish(producer, topic, [2]);
    await lost;
    // kafkajs has no event for a connection that it lost; it tries again after 800 ms at the earliest.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const third = await publish(producer, topic, [3]);
    return [...first, ...third, ...await second, ...await publish(producer, topic, SENT.slice(3))];
  });
  return { sent: SENT, acknowledged, processed: await readAll(on, topic) };
}

/**
 * The producer's process is killed when the broker has its fourth message (or has committed it) and the answer is
 * still on its way; started again, it sends what it has no answer for.
 */
function producerRestart(transactional: boolean): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    const start = (): ReturnType<typeof javaClient> => javaClient({
      topic,
      producer: {
        'bootstrap.servers': on.proxied,
        ...transactional ? { 'transactional.id': `${topic}.shop` } : { 'enable.idempotence': true },
      },
    });
    const send = async (client: Awaited<ReturnType<typeof start>>, n: number): Promise<void> => {
      if (transactional) client.tell('begin');
      client.tell(`send ${n}`);
      if (transactional) client.tell('commit');
      await client.heard('acked', n);
    };
    const first = await start();
    const answer = on.proxy.hold('broker', transactional ? 'EndTxn' : 'Produce', 4);
    try {
      for (const n of [1, 2, 3]) await send(first, n);
      void send(first, 4).catch(() => {});
      await answer.held;
    } finally {
      await first.kill();
      answer.release();
    }
    const second = await start();
    try {
      for (const n of SENT.slice(3)) await send(second, n);
      if (transactional) await until(() => second.numbers('committed').length === 7, { what: 'the last commit', every: 10 });
    } finally {
      await second.kill();
    }
    const processed = await readAll(on, topic);
    assert.equal(new Set(processed).size, SENT.length, 'nothing is missing');
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

/** What the hop from the producer into the log promises. */
export const producingRows: readonly Experiment<KafkaBroker>[] = [
  {
    id: 'kafka/acks-0-request-lost',
    title: 'kafkajs with acks 0',
    flow: flow('kafkajs@2.2', 'acks: 0, idempotence: false, maxInFlight: 1'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce request is on its way',
    predicted: true,
    because: 'nothing is answered, so nobody knows that it is missing',
    run: publishing(0, false, 'client'),
  },
  {
    id: 'kafka/acks-all-request-lost',
    title: 'kafkajs with acks all',
    flow: flow('kafkajs@2.2', 'acks: all, idempotence: false, maxInFlight: 1'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce request is on its way',
    predicted: false,
    because: 'what is not answered is sent again',
    run: publishing(-1, false, 'client'),
  },
  {
    id: 'kafka/retry-without-idempotence',
    title: 'kafkajs with acks all, not idempotent (its default)',
    flow: flow('kafkajs@2.2', 'acks: all, idempotence: false, maxInFlight: 1', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce answer is on its way back',
    predicted: true,
    because: 'the log has the record, and the retry carries nothing to know it by',
    run: publishing(-1, false, 'broker'),
  },
  {
    id: 'kafka/retry-kafkajs-idempotent',
    title: 'kafkajs with acks all, idempotent',
    flow: flow('kafkajs@2.2', 'acks: all, idempotence: true, maxInFlight: 1', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce answer is on its way back',
    predicted: false,
    because: 'the retry carries the same producer id and sequence, which the broker knows',
    beyond: 'the model counts a crash of the publisher as well, which then sends again what it may have sent',
    run: publishing(-1, true, 'broker'),
  },
  {
    id: 'kafka/retry-java-defaults',
    title: 'the Java client with its defaults (acks all, idempotent)',
    flow: flow('kafka-java@4.1', 'deliveryTimeout: 2m', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce answer is on its way back',
    predicted: false,
    because: 'since 3.0 the default is enable.idempotence=true',
    beyond: 'the model counts a crash of the publisher as well, which then sends again what it may have sent',
    needs: 'jdk',
    runs: 1,
    run: javaRetry({}),
  },
  {
    id: 'kafka/retry-java-without-idempotence',
    title: 'the Java client with enable.idempotence=false',
    flow: flow('kafka-java@4.1', 'idempotence: false, maxInFlight: 1', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth Produce answer is on its way back',
    predicted: true,
    because: 'the log has the record, and the retry carries nothing to know it by',
    needs: 'jdk',
    run: javaRetry({ 'enable.idempotence': false, 'max.in.flight.requests.per.connection': 1 }),
  },
  {
    id: 'kafka/retry-overtaken',
    title: 'kafkajs, not idempotent, sends without waiting for the one before',
    flow: flow('kafkajs@2.2', 'acks: all, idempotence: false, maxInFlight: 5'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the connection is cut as the second Produce request is on its way',
    predicted: true,
    because: 'the third goes out while the second waits to be tried again',
    run: retryOvertaken,
  },
  {
    id: 'kafka/in-flight-java-without-idempotence',
    title: 'the Java client with enable.idempotence=false and five requests in flight',
    flow: flow('kafka-java@4.1', 'idempotence: false, maxInFlight: 5'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the connection is cut while two Produce requests are on their way',
    predicted: true,
    because: 'each failed batch is put back at the head of its queue, so that the last to fail goes first',
    needs: 'jdk',
    run: javaInFlight({ 'enable.idempotence': false }),
  },
  {
    id: 'kafka/in-flight-java-defaults',
    title: 'the Java client with its defaults (idempotent, five requests in flight)',
    flow: flow('kafka-java@4.1', 'deliveryTimeout: 2m'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the connection is cut while two Produce requests are on their way',
    predicted: false,
    because: 'an idempotent producer puts failed batches back in the order of their sequence numbers',
    needs: 'jdk',
    runs: 2,
    run: javaInFlight({}),
  },
  {
    id: 'kafka/idempotent-producer-restarts',
    title: 'the Java client, idempotent; the program sends again what it has no answer for',
    flow: flow('kafka-java@4.1', 'acks: all, idempotence: true', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the producer is killed when the record is stored and its answer still on the way',
    predicted: true,
    because: 'a new process has a new producer id, and the broker cannot know the record again',
    needs: 'jdk',
    run: producerRestart(false),
  },
  {
    id: 'kafka/transactional-producer-restarts',
    title: 'the Java client, a transaction a record; the program sends again what it has no answer for',
    flow: flow('kafka-java@4.1', 'acks: all, idempotence: true, transactionalId: shop', 'before'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the producer is killed when the transaction is committed and the answer still on the way',
    predicted: true,
    because: 'the transactional id aborts what is open; what is committed stays, and the program does not know it',
    needs: 'jdk',
    run: producerRestart(true),
  },
];

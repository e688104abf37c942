import assert from 'node:assert/strict';
import { until } from '../../../scripts/support/until.mjs';
import { startClient } from '../child';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import {
  committed, createTopic, fill, javaClient, kafkajs, readAll, END, type KafkaBroker,
} from './setup';

const SENT = numbers(10);

const flow = (client: string, consume: string, channel = 'partitions: 1, replicas: 3, minInsyncReplicas: 2'): string => flowFile({
  protocol: 'kafka',
  broker: 'version: "4.1"',
  channel,
  publisher: 'client: kafka-java@4.1',
  publish: 'acks: all, idempotence: true, key: order_id',
  consumer: `client: ${client}`,
  consume: `group: billing, isolation: read_committed, ${consume}`,
});

/** A kafkajs consumer is killed at the fifth of ten messages, and another takes its place. */
function crash(commit: 'before' | 'after' | 'auto'): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    await fill(on, topic, SENT);
    const first = await startClient('kafkajsConsumer.ts', {
      broker: on.broker.url, topic, group: topic, commit, hangAt: 5,
    });
    await first.heard('taken', 5).finally(() => first.kill());
    const processed = [...first.numbers('processed'), ...await readAll(on, topic, topic)];
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

/**
 * A Java consumer with automatic commits takes ten records in one poll. `async`: it hands them to somebody else, polls
 * again, and is killed before any is worked on; else it is killed when it has worked on four, before its next poll.
 */
function javaAutoCommit(async: boolean): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    await fill(on, topic, SENT);
    const start = (): ReturnType<typeof javaClient> => javaClient({
      topic,
      consumer: {
        'bootstrap.servers': on.broker.url, 'group.id': topic, 'auto.offset.reset': 'earliest',
        'auto.commit.interval.ms': 100, 'session.timeout.ms': 1500, 'heartbeat.interval.ms': 300,
      },
    });
    const client = await start();
    const processed: number[] = [];
    try {
      client.tell('poll 50');
      await client.heard('taken', 10);
      if (async) {
        // A poll commits what the polls before it returned, once the interval has passed.
        await until(async () => {
          client.tell('poll 1');
          return await committed(on, topic, topic) === SENT.length;
        }, { what: 'the automatic commit', every: 200 });
      } else {
        processed.push(...SENT.slice(0, 4));
        // -1 for nothing; 0 where an empty poll before has committed the beginning.
        assert(await committed(on, topic, topic) <= 0, 'nothing is committed before the next poll');
      }
    } finally {
      await client.kill();
    }
    await fill(on, topic, [END]);
    // Of the same kind as the first: members of one group must agree on how partitions are shared out.
    const second = await start();
    try {
      await until(() => {
        second.tell('poll 1');
        return second.numbers('taken').includes(END);
      }, { what: 'the end', every: 200 });
    } finally {
      await second.kill();
    }
    processed.push(...second.numbers('taken').filter((n) => n !== END));
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

/** The handler of kafkajs throws at the third message, each time. */
async function poison(on: KafkaBroker): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic);
  await fill(on, topic, SENT);
  const consumer = kafkajs(on.broker.url, 2, 20).consumer({
    groupId: topic, sessionTimeout: 6000, heartbeatInterval: 500, retry: { initialRetryTime: 20, retries: 2 },
  });
  let crashes = 0;
  let failures = 0;
  const processed: number[] = [];
  consumer.on('consumer.crash', () => { crashes++; });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const n = Number(message.value!.toString());
      if (n === 3) {
        failures++;
        throw new Error('this message cannot be processed');
      }
      processed.push(n);
    },
  });
  // Past its own retries the consumer starts anew, at the same message.
  await until(() => crashes >= 2 && failures >= 7, { what: 'the consumer to have started anew twice', every: 20 });
  await consumer.disconnect();
  return { sent: SENT, acknowledged: SENT, processed, blocked: SENT.filter((n) => !processed.includes(n)) };
}

/** The consumer is away while the broker deletes four messages for their age. */
async function retention(on: KafkaBroker): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic, [{ name: 'retention.ms', value: '500' }, { name: 'file.delete.delay.ms', value: '0' }]);
  await fill(on, topic, SENT.slice(0, 3));
  const processed = await readAll(on, topic, topic);
  await fill(on, topic, SENT.slice(3, 7));
  const admin = kafkajs(on.broker.url).admin();
  await admin.connect();
  await until(async () => Number((await admin.fetchTopicOffsets(topic))[0]!.low) >= 8, {
    what: 'the old segment to be deleted', every: 100,
  });
  // From here on records stay, so that what is lost is what the outage cost.
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '600000' }] }],
  });
  await admin.disconnect();
  await fill(on, topic, SENT.slice(7));
  return { sent: SENT, acknowledged: SENT, processed: [...processed, ...await readAll(on, topic, topic)] };
}

/** A new group begins while three messages are there already. */
function newGroup(fromBeginning: boolean): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic);
    await fill(on, topic, SENT.slice(0, 3));
    const processed: number[] = [];
    const consumer = kafkajs(on.broker.url).consumer({ groupId: topic, sessionTimeout: 6000, maxWaitTimeInMs: 200 });
    const fetched = new Promise<void>((resolve) => {
      consumer.on('consumer.fetch', () => resolve());
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning });
    await consumer.run({
      eachMessage: async ({ message }) => { processed.push(Number(message.value!.toString())); },
    });
    // Its first fetch shows that it has found where to begin.
    await fetched;
    await fill(on, topic, [...SENT.slice(3), END]);
    await until(() => processed.includes(END), { what: 'the last message', every: 10 });
    await consumer.disconnect();
    return { sent: SENT, acknowledged: SENT, processed: processed.filter((n) => n !== END) };
  };
}

/** What the hop from the log to the consumer promises, and what the topic keeps. */
export const consumingRows: readonly Experiment<KafkaBroker>[] = [
  {
    id: 'kafka/commit-before-processing',
    title: 'kafkajs commits before the work',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: before-processing, offsetReset: earliest'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed when it has committed the fifth message and not worked on it',
    predicted: true,
    because: 'the group goes on behind the committed offset',
    run: crash('before'),
  },
  {
    id: 'kafka/commit-after-processing-kept',
    title: 'kafkajs commits after the work',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: earliest'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed when it has worked on the fifth message and not committed it',
    predicted: false,
    because: 'the group goes on at the committed offset',
    runs: 2,
    run: crash('after'),
  },
  {
    id: 'kafka/commit-after-processing-twice',
    title: 'kafkajs commits after the work',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: earliest'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the consumer is killed when it has worked on the fifth message and not committed it',
    predicted: true,
    because: 'the group goes on at the committed offset',
    run: crash('after'),
  },
  {
    id: 'kafka/kafkajs-batch-window',
    title: 'kafkajs with its default automatic commits (after each batch of a partition)',
    flow: flow('kafkajs@2.2', 'offsetReset: earliest'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the consumer is killed at the fifth message of a batch of ten',
    predicted: true,
    because: 'nothing of the batch is committed yet, so all that was done of it comes again',
    run: crash('auto'),
  },
  {
    id: 'kafka/kafkajs-auto-commit-kept',
    title: 'kafkajs with its default automatic commits (after each batch of a partition)',
    flow: flow('kafkajs@2.2', 'offsetReset: earliest'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed at the fifth message of a batch of ten',
    predicted: false,
    because: 'an offset is marked only when its handler has returned',
    runs: 1,
    run: crash('auto'),
  },
  {
    id: 'kafka/java-auto-commit-async',
    title: 'the Java client with automatic commits, records handed to other threads',
    flow: flow('kafka-java@4.1', 'autoCommit: true, processing: async, offsetReset: earliest'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed when poll has committed what the other threads have not worked on',
    predicted: true,
    because: 'poll commits what the poll before it returned, done or not',
    needs: 'jdk',
    run: javaAutoCommit(true),
  },
  {
    id: 'kafka/java-auto-commit-sync-kept',
    title: 'the Java client with automatic commits, all work done before the next poll',
    flow: flow('kafka-java@4.1', 'autoCommit: true, processing: sync, offsetReset: earliest'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed when it has worked on four of the ten records that poll returned',
    predicted: false,
    because: 'the records of a poll are committed by the next poll only',
    needs: 'jdk',
    runs: 1,
    run: javaAutoCommit(false),
  },
  {
    id: 'kafka/java-auto-commit-sync-twice',
    title: 'the Java client with automatic commits, all work done before the next poll',
    flow: flow('kafka-java@4.1', 'autoCommit: true, processing: sync, offsetReset: earliest'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the consumer is killed when it has worked on four of the ten records that poll returned',
    predicted: true,
    because: 'the records of a poll are committed by the next poll only',
    needs: 'jdk',
    run: javaAutoCommit(false),
  },
  {
    id: 'kafka/kafkajs-poison',
    title: 'kafkajs with a handler that throws',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: earliest'),
    hazard: 'blocking',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: true,
    because: 'past its retries the consumer starts anew at the same offset, and never passes it',
    run: poison,
  },
  {
    id: 'kafka/retention-shorter-than-outage',
    title: 'a topic whose retention is shorter than the consumer is away',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: earliest, needs: { offline: 1h }',
      'partitions: 1, replicas: 3, minInsyncReplicas: 2, retention: 500ms'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the consumer is away for longer than the retention, as it may be',
    predicted: true,
    because: 'the segment is deleted, read or not, and the committed offset is out of range',
    run: retention,
  },
  {
    id: 'kafka/new-group-latest',
    title: 'a new group with the default offset reset (latest)',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: latest'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: three messages are there before the group is',
    predicted: true,
    because: 'a group without an offset begins at the end',
    differs: 'the model takes the groups that the files declare to be there from the start',
    run: newGroup(false),
  },
  {
    id: 'kafka/new-group-earliest',
    title: 'a new group with offset reset earliest',
    flow: flow('kafkajs@2.2', 'autoCommit: false, commit: after-processing, offsetReset: earliest'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: three messages are there before the group is',
    predicted: false,
    because: 'a group without an offset begins at the beginning',
    runs: 2,
    run: newGroup(true),
  },
];

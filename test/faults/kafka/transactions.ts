import { until } from '../../../scripts/support/until.mjs';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { createTopic, END, fill, javaClient, kafkajs, readToEnd, type KafkaBroker } from './setup';

const SENT = numbers(10);

/**
 * A Java program reads an order, writes an invoice and commits both in one transaction. It is killed when the fourth
 * invoice is in the log and the transaction not committed; another takes its place.
 */
function readProcessWrite(readUncommitted: boolean): (on: KafkaBroker) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    const output = `${topic}.invoices`;
    await createTopic(on, topic);
    await createTopic(on, output);
    await fill(on, topic, SENT);
    const start = (): ReturnType<typeof javaClient> => javaClient({
      topic,
      output,
      producer: { 'bootstrap.servers': on.broker.url, 'transactional.id': `${topic}.billing` },
      consumer: {
        'bootstrap.servers': on.broker.url, 'group.id': topic, 'auto.offset.reset': 'earliest', 'max.poll.records': 1,
        'enable.auto.commit': false, 'isolation.level': 'read_committed', 'session.timeout.ms': 2000,
        'heartbeat.interval.ms': 500,
      },
    });
    /** One order to one invoice; gives the order's number. */
    const step = async (client: Awaited<ReturnType<typeof start>>, commit: boolean): Promise<number> => {
      const before = client.numbers('taken').length;
      client.tell('poll 100');
      await until(() => client.numbers('taken').length > before, { what: 'an order', every: 5 });
      const n = client.numbers('taken')[before]!;
      client.tell('begin');
      client.tell(`send ${n}`);
      client.tell('offsets');
      await until(() => client.numbers('offsets').length > before, { what: `the offset of ${n}`, every: 5 });
      await client.heard('acked', n);
      if (!commit) return n;
      client.tell('commit');
      await until(() => client.numbers('committed').length > before, { what: `the commit of ${n}`, every: 5 });
      return n;
    };
    const first = await start();
    try {
      for (let i = 0; i < 3; i++) await step(first, true);
      await step(first, false);
    } finally {
      await first.kill();
    }
    const second = await start();
    try {
      while (await step(second, true) !== SENT.at(-1));
    } finally {
      await second.kill();
    }
    await fill(on, output, [END]);
    const processed = await readToEnd(kafkajs(on.broker.url), output, `${output}.reader`, readUncommitted);
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

const transactionFlow = (isolation: string): string => [
  'flow: 1',
  'brokers:',
  '  events: { protocol: kafka, version: "4.1" }',
  'channels:',
  '  orders: { broker: events, partitions: 1, replicas: 3, minInsyncReplicas: 2 }',
  '  invoices: { broker: events, partitions: 1, replicas: 3, minInsyncReplicas: 2 }',
  'services:',
  '  billing:',
  '    client: kafka-java@4.1',
  '    consumes: { orders: { group: billing, commit: transaction, autoCommit: false, isolation: read_committed } }',
  '    publishes: { invoices: { acks: all, idempotence: true, transactionalId: billing, key: order_id } }',
  '  ledger:',
  '    client: kafka-java@4.1',
  `    consumes: { invoices: { group: ledger, isolation: ${isolation}, commit: before-processing, autoCommit: false } }`,
  '',
].join('\n');

/** What a program promises that reads, processes and writes in one transaction. */
export const transactionRows: readonly Experiment<KafkaBroker>[] = [
  {
    id: 'kafka/exactly-once-read-committed',
    title: 'the Java client reads, processes and writes in transactions; its reader takes read_committed',
    flow: transactionFlow('read_committed'),
    reader: 'ledger',
    hazard: 'duplication',
    faults: 1,
    injected: 'the program is killed when the fourth output is in the log and its transaction not committed',
    predicted: false,
    because: 'the next instance aborts the open transaction, whose records are hidden, and its offset was not committed',
    needs: 'jdk',
    runs: 1,
    run: readProcessWrite(false),
  },
  {
    id: 'kafka/exactly-once-read-uncommitted',
    title: 'the Java client reads, processes and writes in transactions; its reader takes read_uncommitted',
    flow: transactionFlow('read_uncommitted'),
    reader: 'ledger',
    hazard: 'duplication',
    faults: 1,
    injected: 'the program is killed when the fourth output is in the log and its transaction not committed',
    predicted: true,
    because: 'the aborted record is in the log and is shown to who does not ask for committed ones',
    needs: 'jdk',
    run: readProcessWrite(true),
  },
];

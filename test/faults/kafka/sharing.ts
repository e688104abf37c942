import { until } from '../../../scripts/support/until.mjs';
import { startClient } from '../child';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { createTopic, fill, type KafkaBroker } from './setup';

const SENT = numbers(10);

const flow = (consume: string): string => flowFile({
  protocol: 'kafka',
  broker: 'version: "4.2"',
  channel: 'partitions: 1, replicas: 3, minInsyncReplicas: 2',
  publisher: 'client: kafka-java@4.2',
  publish: 'acks: all, idempotence: true, key: order_id',
  consumer: 'client: kafka-java@4.2',
  consume: `group: billing, shareGroup: true, isolation: read_committed${consume}`,
});

/** A member takes records and does not come back to the broker until their lock has run out; another takes its place. */
async function lockExpires(on: KafkaBroker): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic);
  await fill(on, topic, SENT);
  const options = { broker: on.broker.url, topic, group: topic };
  const slow = await startClient('ShareClient.java', options);
  const other = await startClient('ShareClient.java', options);
  try {
    await slow.heard('ready');
    await other.heard('ready');
    slow.tell('hold 50');
    await slow.heard('taken');
    const held = slow.numbers('taken');
    await until(() => {
      other.tell('poll 1');
      return new Set(other.numbers('processed')).size === SENT.length;
    }, { what: 'the records of the expired lock', every: 300 });
    // The slow one was at work all the while, and is done with what it took.
    return { sent: SENT, acknowledged: SENT, processed: [...other.numbers('processed'), ...held] };
  } finally {
    await slow.kill();
    await other.kill();
  }
}

/** The work on the third record always fails, and it is released each time. */
async function deliveryLimit(on: KafkaBroker): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic);
  await fill(on, topic, SENT);
  const client = await startClient('ShareClient.java', { broker: on.broker.url, topic, group: topic, poison: 3 });
  try {
    await client.heard('ready');
    const tries = (): number => client.numbers('taken').filter((n) => n === 3).length;
    await until(() => {
      client.tell('poll 1');
      return tries() >= 5 && client.numbers('processed').length === 9;
    }, { what: 'five deliveries of the third record', every: 100 });
    // A sixth would come with one of the next polls.
    client.tell('poll 10');
    const before = client.told.filter(({ event }) => event === 'polled').length;
    await until(() => client.told.filter(({ event }) => event === 'polled').length > before, { what: 'the last polls', every: 20 });
    return {
      sent: SENT, acknowledged: SENT, processed: client.numbers('processed'),
      blocked: tries() > 5 ? [3] : [],
    };
  } finally {
    await client.kill();
  }
}

/** Share groups (KIP-932), whose members acknowledge record by record. */
export const sharingRows: readonly Experiment<KafkaBroker>[] = [
  {
    id: 'kafka/share-group-lock-expires',
    title: 'a share group with a record lock of one second, explicit acknowledgement',
    flow: flow(''),
    hazard: 'duplication',
    faults: 1,
    injected: 'a member is slower than its record lock lasts',
    predicted: true,
    because: 'when the lock is over the record goes to another member, whether the first is still at work or not',
    needs: 'jdk',
    run: lockExpires,
  },
  {
    id: 'kafka/share-group-delivery-limit',
    title: 'a share group with its default delivery limit of 5',
    flow: flow(''),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the work on one record always fails, and it is released',
    predicted: true,
    because: 'past the limit the record is archived, and nobody gets it any more',
    needs: 'jdk',
    run: deliveryLimit,
  },
];

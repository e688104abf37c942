import { Kafka, logLevel } from 'kafkajs';
import { listen, never, options, say } from './child';

/**
 * Consumes a topic one message at a time. `commit`: `before` or `after` the work by hand, or `auto` as kafkajs does by
 * default. `hangAt` stops it for ever: before the work where the offset is committed first, else after it.
 */
const { broker, topic, group, commit, hangAt } = options<{
  broker: string; topic: string; group: string; commit: 'before' | 'after' | 'auto'; hangAt?: number;
}>();

async function main(): Promise<void> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 20 } });
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 1500, heartbeatInterval: 300 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: commit === 'auto',
    async eachMessage({ partition, message }) {
      const n = Number(message.value!.toString());
      const done = [{ topic, partition, offset: String(Number(message.offset) + 1) }];
      if (commit === 'before') await consumer.commitOffsets(done);
      if (commit !== 'before' || n !== hangAt) say('processed', n);
      say('taken', n);
      if (n === hangAt) await never();
      if (commit === 'after') await consumer.commitOffsets(done);
    },
  });
}

listen();
void main();

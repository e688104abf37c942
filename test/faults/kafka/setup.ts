import { Kafka, logLevel, type Producer, type ProducerConfig } from 'kafkajs';
import { freePorts } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';
import { makeTopics, startKafka, type RunningBroker } from '../../support/brokers';
import { startClient, type Client } from '../child';
import { kafkaFraming } from '../frames';
import { startProxy, type Proxy } from '../proxy';

/** One Kafka for all rows, with a proxy before its second listener; each run has topics and groups of its own. */
export interface KafkaBroker {
  readonly broker: RunningBroker;
  readonly proxy: Proxy;
  /** The listener behind the proxy. */
  readonly proxied: string;
  /** A name that no other run has. */
  name(): string;
}

/** The number of the message that ends a run: when it has come, nothing sent before it will. */
export const END = 0;

export async function openKafka(): Promise<{ context: KafkaBroker; close(): Promise<void> }> {
  const proxy = await startProxy(kafkaFraming);
  const [port] = await freePorts(1);
  const broker = await startKafka({
    proxied: { port: port!, advertised: proxy.port },
    properties: {
      // Consumers that are killed are given up soon, and old segments are looked for often.
      'group.min.session.timeout.ms': '1000',
      'log.retention.check.interval.ms': '300',
      'log.initial.task.delay.ms': '300',
      'group.share.min.record.lock.duration.ms': '1000',
      'group.share.record.lock.duration.ms': '1000',
    },
  });
  proxy.target = port!;
  let runs = 0;
  return {
    context: { broker, proxy, proxied: `127.0.0.1:${proxy.port}`, name: () => `orders-${++runs}` },
    async close() {
      await proxy.close();
      await broker.stop();
    },
  };
}

/** A kafkajs that tries again soon. */
export function kafkajs(broker: string, retries = 20, initialRetryTime = 50): Kafka {
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime, retries, maxRetryTime: 2000 } });
}

export async function createTopic(
  on: KafkaBroker, topic: string, configEntries: { name: string; value: string }[] = [],
): Promise<void> {
  const admin = kafkajs(on.broker.url).admin();
  await admin.connect();
  await makeTopics(admin, [{ topic, numPartitions: 1, configEntries }]);
  await admin.disconnect();
}

/** Does something with a connected producer. */
export async function withProducer<T>(kafka: Kafka, config: ProducerConfig, act: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, ...config });
  await producer.connect();
  try {
    return await act(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Publishes one at a time and gives what was acknowledged. */
export async function publish(
  producer: Producer, topic: string, list: readonly number[], acks = -1,
): Promise<number[]> {
  for (const n of list) await producer.send({ topic, acks, messages: [{ key: 'order', value: String(n) }] });
  return [...list];
}

/** Publishes past the proxy, safely: what a row needs and is not about. */
export function fill(on: KafkaBroker, topic: string, list: readonly number[]): Promise<number[]> {
  return withProducer(kafkajs(on.broker.url), {}, (producer) => publish(producer, topic, list));
}

/** Marks the end of the topic and reads it from its beginning, or from where a group stands. */
export async function readAll(on: KafkaBroker, topic: string, group?: string, readUncommitted = false): Promise<number[]> {
  await fill(on, topic, [END]);
  return readToEnd(kafkajs(on.broker.url), topic, group ?? `${topic}.reader-${Date.now()}`, readUncommitted);
}

export async function readToEnd(
  kafka: Kafka, topic: string, groupId: string, readUncommitted = false,
): Promise<number[]> {
  const consumer = kafka.consumer({ groupId, readUncommitted, sessionTimeout: 6000, heartbeatInterval: 500, maxWaitTimeInMs: 200 });
  const processed: number[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => { processed.push(Number(message.value!.toString())); },
  });
  await until(() => processed.includes(END), { what: `the end of ${topic}`, timeout: 60_000, every: 10 });
  await consumer.disconnect();
  return processed.filter((n) => n !== END);
}

/** What the group has committed for the only partition. */
export async function committed(on: KafkaBroker, group: string, topic: string): Promise<number> {
  const admin = kafkajs(on.broker.url).admin();
  await admin.connect();
  try {
    const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    return Number(offsets!.partitions[0]!.offset);
  } finally {
    await admin.disconnect();
  }
}

/** The Java client on a lead, ready. */
export async function javaClient(options: Readonly<Record<string, unknown>>): Promise<Client> {
  const client = await startClient('KafkaClient.java', options);
  try {
    await client.heard('ready');
  } catch (error) {
    await client.kill();
    throw error;
  }
  return client;
}

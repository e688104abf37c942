import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectAmqp } from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync as connectMqtt } from 'mqtt';
import { makeTopics, startKafka, startMosquitto, startNats, startRabbit } from '../../test/support/brokers/index';
import type { RunningBroker } from '../../test/support/brokers/index';
import { order, pastOrders, receiptWithFaults, score, stockWithFaults, weightWithFaults } from './messages';

const PARTITIONS = 12;

/** Four real brokers on which the shop is at work. */
export interface ShopAtWork {
  /** What the editor must know to find them. */
  readonly env: Readonly<Record<string, string>>;
  readonly rabbit: RunningBroker;
  stop(): Promise<void>;
}

/** Starts the brokers, fills them, and lets services publish and consume until `stop`. */
export async function startShop(): Promise<ShopAtWork> {
  const [kafka, rabbit, mosquitto, nats] = await Promise.all([startKafka(), startRabbit(), startMosquitto(), startNats()]);
  const stops: (() => Promise<unknown>)[] = [kafka, rabbit, mosquitto, nats].map((broker) => () => broker.stop());
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    for (const start of [() => orders(kafka.url), () => receipts(rabbit.url), () => weights(mosquitto.url), () => levels(nats.url)]) stops.push(await start());
  } catch (error) {
    await stop();
    throw error;
  }
  return { env: { KAFKA_BOOTSTRAP: kafka.url, RABBITMQ_URL: rabbit.url, SHOP_MQTT_URL: mosquitto.url, NATS_URL: nats.url }, rabbit, stop };
}

/** Publishes again and again, each time after the last has been taken; the returned function ends it. */
function every(ms: number, publish: (n: number) => unknown): () => Promise<void> {
  let n = 0;
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => (last = last.then(() => publish(n++))), ms);
  return async () => {
    clearInterval(timer);
    await last;
  };
}

/** Orders of the last twenty minutes and those that come; the warehouse falls behind, the others keep up. */
async function orders(url: string): Promise<() => Promise<void>> {
  const client = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  const topics = ['orders.placed', 'orders.placed.dlq', 'orders.scored', 'orders.scored.dlq'];
  await makeTopics(admin, topics.map((topic) => ({ topic, numPartitions: topic === 'orders.placed' ? PARTITIONS : 3 })));
  const producer = client.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const past = pastOrders(Date.now(), 20);
  const record = ({ key, value, headers, time }: ReturnType<typeof order>) => ({ key, value, headers, timestamp: String(time) });
  for (let i = 0; i < past.length; i += 2000) await producer.send({ topic: 'orders.placed', messages: past.slice(i, i + 2000).map(record) });
  const dead = past.filter((_, i) => i % 900 === 0).map(record);
  await producer.send({ topic: 'orders.placed.dlq', messages: dead });

  const ends = await admin.fetchTopicOffsets('orders.placed');
  const behind = (group: string, share: number): Promise<void> =>
    admin.setOffsets({ groupId: group, topic: 'orders.placed', partitions: ends.map(({ partition, offset }) => ({ partition, offset: String(Math.floor(Number(offset) * share)) })) });
  await behind('warehouse', 0.8);
  await behind('fraud-scorer', 1);
  const readers = ['fraud-scorer', 'billing', 'order-clinic'].map((groupId) => ({ groupId, consumer: client.consumer({ groupId, allowAutoTopicCreation: false }) }));
  const reads: Readonly<Record<string, readonly string[]>> = { 'fraud-scorer': ['orders.placed'], 'billing': ['orders.scored'], 'order-clinic': ['orders.scored.dlq'] };
  for (const { groupId, consumer } of readers) {
    await consumer.connect();
    await consumer.subscribe({ topics: [...reads[groupId]!] });
    await consumer.run({ eachBatch: async () => {} });
  }
  const rest = every(250, (n) => Promise.all([
    producer.send({ topic: 'orders.placed', messages: [0, 1, 2, 3].map((i) => record(order(past.length + n * 4 + i, Date.now() - i * 60, (n * 4 + i) % 97 === 60))) }),
    producer.send({ topic: 'orders.scored', messages: [score(n)] }),
  ]));
  return async () => {
    await rest();
    await Promise.all([producer, admin, ...readers.map(({ consumer }) => consumer)].map((one) => one.disconnect()));
  };
}

/** Receipts, four a second; the mailer works off most of them, and three could not be sent. */
async function receipts(url: string): Promise<() => Promise<void>> {
  const connection = await connectAmqp(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('mail', 'topic', { durable: true });
  await channel.assertQueue('mail.dead', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.assertQueue('mail.receipts', {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-overflow': 'reject-publish', 'x-dead-letter-strategy': 'at-least-once',
      'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'mail.dead',
    },
  });
  await channel.bindQueue('mail.receipts', 'mail', 'receipt.*');
  for (let i = 0; i < 3; i++) channel.sendToQueue('mail.dead', Buffer.from(receiptWithFaults(31 + 40 * i).payload), { persistent: true });
  await channel.prefetch(20);
  const work = new Set<ReturnType<typeof setTimeout>>();
  await channel.consume('mail.receipts', (message) => {
    if (!message) return;
    const one = setTimeout(() => {
      work.delete(one);
      channel.ack(message);
    }, 2_000);
    work.add(one);
  });
  const rest = every(90, (n) => {
    const { routingKey, payload } = receiptWithFaults(n);
    channel.publish('mail', routingKey, Buffer.from(payload), { contentType: 'application/json', messageId: `r-${n}`, persistent: true });
  });
  return async () => {
    await rest();
    for (const one of work) clearTimeout(one);
    await connection.close();
  };
}

async function weights(url: string): Promise<() => Promise<void>> {
  const client = await connectMqtt(url);
  const reader = await connectMqtt(url);
  await reader.subscribeAsync('shop/shelves/+/weight');
  const rest = every(60, (n) => {
    const { topic, payload } = weightWithFaults(n);
    return client.publishAsync(topic, payload);
  });
  return async () => {
    await rest();
    await Promise.all([client.endAsync(), reader.endAsync()]);
  };
}

/** Levels of stock, kept in a stream that the shop window reads. */
async function levels(url: string): Promise<() => Promise<void>> {
  const connection = await connectNats({ servers: url.replace('nats://', '') });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'STOCK', subjects: ['stock.level'], max_age: 86_400e9 });
  await manager.consumers.add('STOCK', { durable_name: 'shop-window', ack_policy: AckPolicy.Explicit });
  const stream = jetstream(connection);
  const consumer = await stream.consumers.get('STOCK', 'shop-window');
  const messages = await consumer.consume({ max_messages: 10 });
  const reading = (async () => {
    for await (const message of messages) message.ack();
  })();
  const rest = every(80, (n) => stream.publish('stock.level', stockWithFaults(n)));
  return async () => {
    await rest();
    await messages.close();
    await reading;
    await connection.close();
  };
}

import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import type { TapTarget } from '../../src/brokers/driver';
import { quietServices } from '../../src/brokers/services';
import { figuresOf } from '../../src/graph/figures/index';
import { drivers } from '../../src/brokers/index';
import { FigureSampler } from '../../src/live/figuresSampler';
import type { FiguresReport, FiguresRequest, Reading } from '../../src/protocol/figures';
import { makeTopics, requireBroker, startKafka, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { RunningBroker } from '../support/brokers';
import { fixtureModel } from '../support/fixture';
import { tapTarget } from '../../src/workspace/tailSource';

/** Faster than any user may sample, so that the tests need not wait. */
const pace = { least: 200, longest: 1_000 };

const { model } = fixtureModel(`
flow: 1
brokers:
  kafka: { protocol: kafka }
  rabbit: { protocol: rabbitmq }
  mqtt: { protocol: mqtt }
  nats: { protocol: nats }
channels:
  orders: { broker: kafka, deadLetter: orders.dlq }
  orders.dlq: { broker: kafka }
  mail: { broker: rabbit, exchange: topic }
  mail.in: { broker: rabbit, queue: quorum, deadLetter: mail.dead, bindings: [{ exchange: mail, routingKey: "#" }] }
  mail.dead: { broker: rabbit, queue: classic }
  shelves/+: { broker: mqtt }
  levels.>: { broker: nats, stream: { name: LEVELS } }
services:
  shop: { publishes: { orders: {}, mail: {} } }
  billing: { consumes: { orders: { group: billing } } }
  mailer: { consumes: { mail.in: {} } }
  window: { consumes: { levels.>: { durable: window }, shelves/+: {} } }
`);

/** Samples a broker for the channels that the model has on it, and tells what that comes to on the graph. */
function sampled(name: string, request: Omit<FiguresRequest, 'targets' | 'every'>) {
  const reports: FiguresReport[] = [];
  const targets: TapTarget[] = (model.broker(name)?.channels ?? []).map(tapTarget);
  const sampler = new FigureSampler({ ...request, targets, every: 200 }, (report) => reports.push(report), quietServices(), drivers, pace);
  sampler.start();
  const latest = (): Reading | undefined => {
    const last = reports.at(-1);
    if (last?.is === 'failed') return undefined;
    return reports.flatMap((report) => (report.is === 'live' ? [report.reading] : [])).at(-1);
  };
  const badges = (): Record<string, string[]> => {
    const reading = latest();
    const elements = reading ? figuresOf(model, name, reading, 'tailrace-tap').elements : [];
    return Object.fromEntries(elements.map(({ id, badges: all }) => [id, all.map(({ text }) => text)]));
  };
  /** Waits until an element has a badge with these words. */
  const badge = (id: string, words: RegExp): Promise<unknown> =>
    until(() => badges()[id]?.some((text) => words.test(text)), {
      what: `${words} at ${id}`, every: 50,
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(badges(), null, 1)}\n${JSON.stringify(reports.at(-1), null, 1)}`);
    });
  return { sampler, reports, badge, badges, latest };
}

describe('figures of real brokers on the graph', function () {
  this.timeout(180_000);
  const running: RunningBroker[] = [];
  const samplers: FigureSampler[] = [];

  afterEach(async () => {
    await Promise.all(samplers.splice(0).map((sampler) => sampler.stop()));
    await Promise.all(running.splice(0).map((broker) => broker.stop()));
  });

  async function started(test: Mocha.Context, kind: 'kafka' | 'rabbitmq' | 'mosquitto' | 'nats', start: () => Promise<RunningBroker>): Promise<RunningBroker> {
    await requireBroker(test, kind);
    const broker = await start();
    running.push(broker);
    return broker;
  }

  it('Kafka: rate, lag and its trend, dead letters, groups that no file knows; and none of it made anything', async function () {
    const { url } = await started(this, 'kafka', startKafka);
    const kafka = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    // What is sent once must lie there once, also on a busy machine.
    const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
    await Promise.all([admin.connect(), producer.connect()]);
    try {
      await makeTopics(admin, [{ topic: 'orders', numPartitions: 2 }, { topic: 'orders.dlq', numPartitions: 1 }]);
      const send = (topic: string, count: number) =>
        producer.send({ topic, messages: Array.from({ length: count }, (_, i) => ({ partition: topic === 'orders' ? i % 2 : 0, value: 'x' })) });
      await send('orders', 10);
      for (const groupId of ['billing', 'stray'])
        await admin.setOffsets({ groupId, topic: 'orders', partitions: [{ partition: 0, offset: '3' }, { partition: 1, offset: '5' }] });
      const groups = async () => (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort();
      const [before, topics] = [await groups(), (await admin.listTopics()).sort()];
      const { sampler, badge, latest } = sampled('kafka', { protocol: 'kafka', connect: { url } });
      samplers.push(sampler);
      await badge('consume:orders>billing', /^lag 2 · no members$/);
      await badge('channel:orders', /10 stored/);
      await badge('channel:orders', /\+1 group no file knows/);
      await badge('channel:orders.dlq', /^empty$/);
      await send('orders.dlq', 4);
      await badge('channel:orders.dlq', /^4 dead letters$/);
      for (let i = 0; i < 30 && latest()?.consumers.find(({ name }) => name === 'billing')?.trend !== 'rising'; i++) await send('orders', 20);
      await until(() => latest()?.channels.some(({ rateIn = 0 }) => rateIn > 0) || send('orders', 5).then(() => false), { what: 'a rate in' });
      await until(() => latest()?.consumers.some(({ trend }) => trend === 'rising'), { what: 'a rising lag' });
      assert.deepEqual([await groups(), (await admin.listTopics()).sort()], [before, topics]);
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }
  });

  it('RabbitMQ: ready, unacknowledged, dead letters and a queue that nobody reads', async function () {
    const { url, adminUrl } = await started(this, 'rabbitmq', startRabbit);
    const { origin, username, password } = new URL(adminUrl ?? '');
    const { host } = new URL(url);
    const connection = await amqp.connect(url);
    try {
      const channel = await connection.createConfirmChannel();
      await channel.assertExchange('mail', 'topic', { durable: true });
      await channel.assertQueue('mail.dead', { durable: true });
      await channel.assertQueue('mail.in', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await channel.bindQueue('mail.in', 'mail', '#');
      for (let i = 0; i < 7; i++) channel.publish('mail', 'a', Buffer.from('x'));
      for (let i = 0; i < 2; i++) channel.sendToQueue('mail.dead', Buffer.from('x'));
      await channel.waitForConfirms();
      const { sampler, badge } = sampled('rabbit', { protocol: 'rabbitmq', connect: { url: `amqp://${host}`, user: username, password, managementUrl: origin } });
      samplers.push(sampler);
      await badge('channel:mail.in', /^7 ready/);
      await badge('consume:mail.in>mailer', /nobody reads/);
      await badge('channel:mail.dead', /^2 dead letters$/);
      await channel.prefetch(3);
      await channel.consume('mail.in', () => {});
      await badge('channel:mail.in', /4 ready · 3 unacked/);
      await badge('consume:mail.in>mailer', /^3 unacked/);
    } finally {
      await connection.close();
    }
  });

  it('NATS: what is stored, pending and unacknowledged; and goes on after the server was killed', async function () {
    const nats = await started(this, 'nats', startNats);
    const { url } = nats;
    const connection = await connect({ servers: url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'LEVELS', subjects: ['levels.>'], storage: 'file' });
    await manager.consumers.add('LEVELS', { durable_name: 'window', ack_policy: 'explicit' });
    await manager.consumers.add('LEVELS', { durable_name: 'stray', ack_policy: 'explicit' });
    const js = jetstream(connection);
    for (let i = 0; i < 9; i++) await js.publish('levels.a', 'x');
    const consumer = await js.consumers.get('LEVELS', 'window');
    await consumer.next();
    const { sampler, badge, reports } = sampled('nats', { protocol: 'nats', connect: { url } });
    samplers.push(sampler);
    await badge('channel:levels.>', /9 stored/);
    await badge('consume:levels.>>window', /^lag \d+ · 1 ack pending/);
    await badge('channel:levels.>', /\+1 consumer no file knows/);
    await connection.close();
    await nats.kill();
    await until(() => reports.at(-1)?.is === 'failed', { what: 'a failure' });
    await nats.restart();
    await badge('channel:levels.>', /9 stored/);
  });

  it('MQTT: what the broker tells of itself', async function () {
    const { url } = await started(this, 'mosquitto', startMosquitto);
    const client = await connectAsync(url);
    try {
      const { sampler, badge } = sampled('mqtt', { protocol: 'mqtt', connect: { url } });
      samplers.push(sampler);
      await badge('broker:mqtt', /clients/);
    } finally {
      await client.endAsync();
    }
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectAmqp } from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync as connectMqtt } from 'mqtt';
import { makeTopics, requireBroker, startKafka, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { BrokerKind, RunningBroker } from '../support/brokers';
import { until } from '../../scripts/support/until.mjs';

/** What each kind must show: one message that was made durable comes back, also after a restart. */
interface Trial {
  readonly kind: BrokerKind;
  start(): Promise<RunningBroker>;
  /** Writes a message where it is kept. */
  write(broker: RunningBroker, text: string): Promise<void>;
  /** Reads it back. */
  read(broker: RunningBroker): Promise<string>;
}

const TRIALS: readonly Trial[] = [
  {
    kind: 'kafka',
    start: () => startKafka(),
    async write(broker, text) {
      const kafka = kafkaClient(broker);
      const admin = kafka.admin();
      await admin.connect();
      await makeTopics(admin, [{ topic: 'orders', numPartitions: 1 }]);
      await admin.disconnect();
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: 'orders', acks: -1, messages: [{ value: text }] });
      await producer.disconnect();
    },
    async read(broker) {
      const consumer = kafkaClient(broker).consumer({ groupId: `reader-${Date.now()}` });
      await consumer.connect();
      await consumer.subscribe({ topic: 'orders', fromBeginning: true });
      const value = await new Promise<string>((resolve, reject) => {
        const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> =>
          resolve(String(message.value));
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
      });
      await consumer.disconnect();
      return value;
    },
  },
  {
    kind: 'rabbitmq',
    start: () => startRabbit(),
    async write(broker, text) {
      const connection = await connectAmqp(broker.url);
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('work', { durable: true });
      channel.sendToQueue('work', Buffer.from(text), { persistent: true });
      await channel.waitForConfirms();
      await connection.close();
    },
    async read(broker) {
      const connection = await connectAmqp(broker.url);
      const channel = await connection.createChannel();
      const message = await channel.get('work');
      await connection.close();
      assert(message, 'the queue is empty');
      return message.content.toString();
    },
  },
  {
    kind: 'mosquitto',
    start: () => startMosquitto({ persistence: true }),
    async write(broker, text) {
      const client = await connectMqtt(broker.url);
      await client.publishAsync('trucks/1/position', text, { qos: 1, retain: true });
      await client.endAsync();
    },
    async read(broker) {
      const client = await connectMqtt(broker.url);
      const message = new Promise<string>((resolve) => {
        client.once('message', (_, payload) => resolve(String(payload)));
      });
      await client.subscribeAsync('trucks/+/position');
      const text = await message;
      await client.endAsync();
      return text;
    },
  },
  {
    kind: 'nats',
    start: () => startNats(),
    async write(broker, text) {
      const connection = await connectNats({ servers: broker.url });
      const manager = await jetstreamManager(connection);
      await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'], storage: StorageType.File });
      await jetstream(connection).publish('orders.placed', text);
      await connection.close();
    },
    async read(broker) {
      const connection = await connectNats({ servers: broker.url });
      const manager = await jetstreamManager(connection);
      const message = await manager.streams.getMessage('ORDERS', { seq: 1 });
      await connection.close();
      assert(message, 'the stream is empty');
      return message.string();
    },
  },
];

function kafkaClient(broker: RunningBroker): Kafka {
  return new Kafka({ clientId: 'harness', brokers: [broker.url], logLevel: logLevel.NOTHING });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

for (const { kind, start, write, read } of TRIALS) {
  describe(`the ${kind} harness`, function () {
    this.timeout(180_000);
    let broker: RunningBroker;

    before(async function () {
      await requireBroker(this, kind);
      broker = await start();
    });

    after(async () => {
      await broker?.stop();
    });

    it('carries a message', async () => {
      await write(broker, 'kept');
      assert.equal(await read(broker), 'kept');
    });

    it('keeps port and durable data over a restart', async () => {
      const { pid, port } = broker;
      await broker.restart();
      assert.notEqual(broker.pid, pid);
      assert.equal(isAlive(pid), false);
      assert.equal(broker.port, port);
      assert.equal(await read(broker), 'kept');
    });

    it('comes back from a kill', async () => {
      await broker.kill();
      assert.equal(isAlive(broker.pid), false);
      await broker.restart();
      assert.equal(await read(broker), 'kept');
    });

    it('leaves no process and no folder', async () => {
      const { pid, dir } = broker;
      assert.equal(existsSync(dir), true);
      await broker.stop();
      assert.equal(isAlive(pid), false);
      assert.equal(existsSync(dir), false);
    });
  });
}

describe('a test process that is killed', function () {
  this.timeout(180_000);

  before(async function () {
    await requireBroker(this, 'nats');
  });

  it('takes its broker and the folder with it', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--eval', `
      require('./test/support/brokers/nats.ts').startNats().then(({ pid, dir }) => {
        process.stdout.write(JSON.stringify({ pid, dir }));
        setInterval(() => {}, 1000);
      });
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const text = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk) => resolve(String(chunk)));
      child.once('exit', (code) => reject(new Error(`the test process ended with ${code}`)));
    });
    const { pid, dir } = JSON.parse(text) as { pid: number; dir: string };
    assert.equal(isAlive(pid), true);
    assert.equal(existsSync(dir), true);
    child.kill('SIGKILL');
    await until(() => !isAlive(pid) && !existsSync(dir), { what: 'the end of what the killed process left' });
  });
});

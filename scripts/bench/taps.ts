import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect as connectNats } from '@nats-io/transport-node';
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectAmqp } from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync as connectMqtt } from 'mqtt';
import { quietServices } from '../../src/brokers/services';
import { openTail } from '../../src/live/openTail';
import type { TailRequest } from '../../src/protocol/tail';
import {
  findBroker,
  startKafka,
  startMosquitto,
  startNats,
  startRabbit,
} from '../../test/support/brokers/index';
import { median, type Row } from './measure';

const SIZE = 1024;
const COUNT = 60_000;
const RUNS = 3;
const root = join(__dirname, '../..');

/** Receives until a message `end`; returns messages a second between the first and that one. */
type Receive = (ready: () => void) => Promise<number>;

/** Counts what it is given until the end comes. */
function meter(): { take(value: Uint8Array | null): void; readonly done: Promise<number> } {
  let count = 0;
  let first = 0;
  let finish!: (rate: number) => void;
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    take: (value) => {
      if (count++ === 0) first = performance.now();
      if (value?.length === 3) finish(((count - 1) * 1000) / (performance.now() - first));
    },
  };
}

/** The tap as the panel has it: driver, buffer, counters, status. */
function throughTap(
  request: Pick<TailRequest, 'protocol' | 'connect' | 'target' | 'start' | 'accepted'>,
): Receive {
  return async (ready) => {
    const m = meter();
    let told = false;
    const tail = openTail(
      { ...request, limits: { messages: 100_000, bytes: 64 * 1024 * 1024 } },
      {
        status: ({ state }) => {
          if (state.is === 'refused') throw new Error(state.reason);
          if (told || (state.is !== 'live' && state.is !== 'caught-up')) return;
          told = true;
          ready();
        },
        messages: (batch) => {
          for (const message of batch) m.take(message.value);
        },
      },
      quietServices(),
    );
    const rate = await m.done;
    await tail.stop();
    return rate;
  };
}

/**
 * Messages from a process of their own, so that sending does not slow down receiving. `code` makes
 * `send(buffer)`, which may return a promise; `end` is repeated, since QoS 0 may lose one.
 */
async function flood(code: string, receive: Receive): Promise<number> {
  let start!: () => void;
  const ready = new Promise<void>((resolve) => {
    start = resolve;
  });
  const rate = receive(start);
  await ready;
  const child = spawn(
    process.execPath,
    [
      '-e',
      `(async () => {
    const payload = Buffer.alloc(${SIZE}, 'x');
    ${code}
    for (let n = 0; n < ${COUNT}; n++) { const wait = send(payload); if (wait) await wait; }
    setInterval(() => send(Buffer.from('end')), 20);
  })()`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const result = await rate;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return result;
}

async function compare(
  name: string,
  client: string,
  run: (receive: Receive) => Promise<number>,
  bare: Receive,
  tap: Receive,
): Promise<Row> {
  const taps: number[] = [];
  const ratios: number[] = [];
  for (let n = 0; n < RUNS; n++) {
    const own = await run(bare);
    const ours = await run(tap);
    taps.push(ours);
    ratios.push(ours / own);
  }
  return {
    name,
    value: median(taps),
    unit: 'msg/s',
    ratio: { of: client, value: median(ratios), budget: '≥ 0.7' },
  };
}

/**
 * Messages a second through each tap into the buffer, each of 1 KiB, against the bare client in the same
 * run.
 */
export async function tapRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, measure] of [
    ['kafka', kafkaRow],
    ['rabbitmq', rabbitRow],
    ['mosquitto', mqttRow],
    ['nats', natsRows],
  ] as const) {
    if ((await findBroker(kind)) === undefined) console.log(`  ${kind} is not installed: not measured`);
    else rows.push(...(await measure()));
  }
  return rows;
}

async function kafkaRow(): Promise<Row[]> {
  const broker = await startKafka();
  const kafka = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer();
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await admin.createTopics({ topics: [{ topic: 'flood', numPartitions: 1 }], waitForLeaders: true });
    const messages = Array.from({ length: 1000 }, () => ({ value: Buffer.alloc(SIZE, 'x') }));
    for (let n = 0; n < COUNT; n += messages.length) await producer.send({ topic: 'flood', messages });
    await producer.send({ topic: 'flood', messages: [{ value: 'end' }] });
    const bare: Receive = async () => {
      const m = meter();
      const consumer = kafka.consumer({ groupId: `bench-${Date.now()}` });
      await consumer.connect();
      await consumer.subscribe({ topic: 'flood', fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => batch.messages.forEach(({ value }) => m.take(value)),
      });
      const rate = await m.done;
      await consumer.disconnect();
      return rate;
    };
    const tap = throughTap({
      protocol: 'kafka',
      connect: { url: broker.url },
      target: { address: 'flood', kind: 'topic' },
      start: { at: 'earliest' },
    });
    return [
      await compare('Kafka tap to buffer', 'kafkajs eachBatch', (receive) => receive(() => {}), bare, tap),
    ];
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    await broker.stop();
  }
}

async function rabbitRow(): Promise<Row[]> {
  const broker = await startRabbit();
  const connection = await connectAmqp(broker.url);
  try {
    const channel = await connection.createChannel();
    await channel.assertExchange('flood', 'fanout');
    const bare: Receive = async (ready) => {
      const m = meter();
      const own = await connection.createChannel();
      const { queue } = await own.assertQueue('', { exclusive: true });
      await own.bindQueue(queue, 'flood', '');
      await own.prefetch(2000);
      await own.consume(queue, (message) => {
        if (!message) return;
        m.take(message.content);
        own.ack(message);
      });
      ready();
      const rate = await m.done;
      await own.deleteQueue(queue);
      await own.close();
      return rate;
    };
    const tap = throughTap({
      protocol: 'rabbitmq',
      connect: { url: `amqp://127.0.0.1:${broker.port}`, managementUrl: broker.adminUrl },
      target: { address: 'flood', kind: 'exchange' },
      start: { at: 'latest' },
      // Nothing else is bound to the exchange here.
      accepted: true,
    });
    const code = `const c = await require('amqplib').connect(${JSON.stringify(broker.url)});
      const ch = await c.createChannel();
      const send = (b) => ch.publish('flood', '', b) ? undefined : new Promise((r) => ch.once('drain', r));`;
    return [
      await compare(
        'RabbitMQ tap to buffer',
        'amqplib with ack',
        (receive) => flood(code, receive),
        bare,
        tap,
      ),
    ];
  } finally {
    await connection.close();
    await broker.stop();
  }
}

async function mqttRow(): Promise<Row[]> {
  const broker = await startMosquitto({ conf: ['max_queued_messages 0', 'set_tcp_nodelay true'] });
  try {
    const bare: Receive = async (ready) => {
      const m = meter();
      const client = await connectMqtt(broker.url, { protocolVersion: 5 });
      client.on('message', (_topic, payload) => m.take(payload));
      await client.subscribeAsync('flood', { qos: 0 });
      ready();
      const rate = await m.done;
      await client.endAsync(true);
      return rate;
    };
    const tap = throughTap({
      protocol: 'mqtt',
      connect: { url: broker.url },
      target: { address: 'flood', kind: 'channel' },
      start: { at: 'latest' },
    });
    const code = `const c = await require('mqtt').connectAsync(${JSON.stringify(broker.url)}); let n = 0;
      const send = (b) => { const p = c.publishAsync('flood', b); return ++n % 100 === 0 ? p : undefined; };`;
    return [await compare('MQTT tap to buffer', 'mqtt.js', (receive) => flood(code, receive), bare, tap)];
  } finally {
    await broker.stop();
  }
}

async function natsRows(): Promise<Row[]> {
  const broker = await startNats();
  const connection = await connectNats({ servers: broker.url });
  try {
    const bare: Receive = async (ready) => {
      const m = meter();
      const subscription = connection.subscribe('flood', {
        callback: (_error, message) => m.take(message.data),
      });
      await connection.flush();
      ready();
      const rate = await m.done;
      subscription.unsubscribe();
      return rate;
    };
    const subject = throughTap({
      protocol: 'nats',
      connect: { url: broker.url },
      target: { address: 'flood', kind: 'subject' },
      start: { at: 'latest' },
    });
    const code = `const { connect } = require('@nats-io/transport-node');
      const c = await connect({ servers: ${JSON.stringify(broker.url)} }); let n = 0;
      const send = (b) => { c.publish('flood', b); return ++n % 1000 === 0 ? c.flush() : undefined; };`;
    const core = await compare(
      'NATS subject tap to buffer',
      'nats callback',
      (receive) => flood(code, receive),
      bare,
      subject,
    );

    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'FLOOD', subjects: ['stored'] });
    const payload = Buffer.alloc(SIZE, 'x');
    for (let n = 0; n < COUNT; n++) {
      connection.publish('stored', payload);
      if (n % 1000 === 0) await connection.flush();
    }
    await jetstream(connection).publish('stored', 'end');
    const ordered: Receive = async () => {
      const m = meter();
      const consumer = await jetstream(connection).consumers.get('FLOOD', {
        deliver_policy: DeliverPolicy.All,
      });
      const messages = await consumer.consume({
        callback: (message) => m.take(message.data),
        max_messages: 1000,
      });
      const rate = await m.done;
      messages.stop();
      await consumer.delete();
      return rate;
    };
    const stream = throughTap({
      protocol: 'nats',
      connect: { url: broker.url },
      target: { address: 'FLOOD', kind: 'stream' },
      start: { at: 'earliest' },
    });
    return [
      core,
      await compare(
        'JetStream tap to buffer',
        'nats ordered consumer',
        (receive) => receive(() => {}),
        ordered,
        stream,
      ),
    ];
  } finally {
    await connection.close();
    await broker.stop();
  }
}

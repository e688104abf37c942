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
  makeTopics,
  startKafka,
  startMosquitto,
  startNats,
  startRabbit,
} from '../../test/support/brokers/index';
import { median, type Row } from './measure';
import { peer, type Pace } from './tapPeers';

const SIZES = [200, 1024];
const COUNT = 100_000;
const RUNS = 3;
const root = join(__dirname, '../..');

/** Receives until a message `end`; measures between the first and that one. */
type Receive = (ready: () => void) => Promise<Pace>;

/** Counts what it is given until the end comes. The processor's time is that of all threads of this process. */
function meter(): { take(value: Uint8Array | null): void; readonly done: Promise<Pace> } {
  let count = 0;
  let first = 0;
  let before: NodeJS.CpuUsage;
  let finish!: (pace: Pace) => void;
  const done = new Promise<Pace>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    take: (value) => {
      if (count++ === 0) {
        first = performance.now();
        before = process.cpuUsage();
      }
      if (value?.length !== 3) return;
      const { user, system } = process.cpuUsage(before);
      finish({ rate: ((count - 1) * 1000) / (performance.now() - first), cpu: (user + system) / (count - 1) });
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
    const pace = await m.done;
    await tail.stop();
    return pace;
  };
}

/**
 * Messages from a process of their own, so that sending does not slow down receiving. `code` makes
 * `send(buffer)`, which may return a promise; `end` is repeated, since QoS 0 may lose one.
 */
async function flood(code: string, size: number, receive: Receive): Promise<Pace> {
  let start!: () => void;
  const ready = new Promise<void>((resolve) => {
    start = resolve;
  });
  const pace = receive(start);
  await ready;
  const child = spawn(
    process.execPath,
    [
      '-e',
      `(async () => {
    const payload = Buffer.alloc(${size}, 'x');
    ${code}
    for (let n = 0; n < ${COUNT}; n++) { const wait = send(payload); if (wait) await wait; }
    setInterval(() => send(Buffer.from('end')), 20);
  })()`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const result = await pace;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return result;
}

interface Contest {
  /** `Kafka tap to buffer`. */
  readonly name: string;
  readonly size: number;
  /** The bare client library, in this process like the tap. */
  readonly client: string;
  readonly bare: Receive;
  readonly tap: Receive;
  /** Runs one receiver with messages for it. */
  run(receive: Receive): Promise<Pace>;
  /** The broker's own command-line client, a process of its own. */
  readonly native?: { readonly program: string; readonly receive: Receive } | undefined;
}

/** All three in turn, so that what else the machine does is shared. */
async function compare({ name, size, client, bare, tap, run, native }: Contest): Promise<Row[]> {
  const taps: Pace[] = [];
  const own: Pace[] = [];
  const natives: Pace[] = [];
  for (let n = 0; n < RUNS; n++) {
    own.push(await run(bare));
    taps.push(await run(tap));
    if (native) natives.push(await run(native.receive));
  }
  const ratio = (of: readonly Pace[], key: keyof Pace): number =>
    median(taps.map((pace, n) => pace[key] / of[n]![key]));
  const title = `${name}, ${size} B`;
  const rate = median(taps.map((pace) => pace.rate));
  const cpu = median(taps.map((pace) => pace.cpu));
  return [
    { name: title, value: rate, unit: 'msg/s', ratio: { of: client, value: ratio(own, 'rate'), budget: '≥ 0.7' } },
    { name: `${title}, processor`, value: cpu, unit: 'µs/msg', ratio: { of: client, value: ratio(own, 'cpu') } },
    ...(native
      ? [
          { name: title, value: rate, unit: 'msg/s', ratio: { of: native.program, value: ratio(natives, 'rate') } },
          { name: `${title}, processor`, value: cpu, unit: 'µs/msg', ratio: { of: native.program, value: ratio(natives, 'cpu') } },
        ]
      : []),
  ];
}

/**
 * Messages a second through each tap into the buffer, and the processor's time for each, against the bare
 * client and the broker's own command-line client in the same run.
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
    else for (const size of SIZES) rows.push(...(await measure(size)));
  }
  return rows;
}

async function kafkaRow(size: number): Promise<Row[]> {
  const broker = await startKafka();
  const kafka = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer();
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await makeTopics(admin, [{ topic: 'flood', numPartitions: 1 }]);
    const messages = Array.from({ length: 1000 }, () => ({ value: Buffer.alloc(size, 'x') }));
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
      const pace = await m.done;
      await consumer.disconnect();
      return pace;
    };
    const tap = throughTap({
      protocol: 'kafka',
      connect: { url: broker.url },
      target: { address: 'flood', kind: 'topic' },
      start: { at: 'earliest' },
    });
    return await compare({
      name: 'Kafka tap to buffer',
      size,
      client: 'kafkajs eachBatch',
      bare,
      tap,
      run: (receive) => receive(() => {}),
      native: peer('kcat', COUNT + 1, ['-C', '-b', broker.url, '-t', 'flood', '-o', 'beginning', '-e', '-q', '-f', '']),
    });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    await broker.stop();
  }
}

async function rabbitRow(size: number): Promise<Row[]> {
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
      const pace = await m.done;
      await own.deleteQueue(queue);
      await own.close();
      return pace;
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
    return await compare({
      name: 'RabbitMQ tap to buffer',
      size,
      client: 'amqplib with ack',
      bare,
      tap,
      run: (receive) => flood(code, size, receive),
    });
  } finally {
    await connection.close();
    await broker.stop();
  }
}

async function mqttRow(size: number): Promise<Row[]> {
  const broker = await startMosquitto({ conf: ['max_queued_messages 0', 'set_tcp_nodelay true'] });
  try {
    const bare: Receive = async (ready) => {
      const m = meter();
      const client = await connectMqtt(broker.url, { protocolVersion: 5 });
      client.on('message', (_topic, payload) => m.take(payload));
      await client.subscribeAsync('flood', { qos: 0 });
      ready();
      const pace = await m.done;
      await client.endAsync(true);
      return pace;
    };
    const tap = throughTap({
      protocol: 'mqtt',
      connect: { url: broker.url },
      target: { address: 'flood', kind: 'channel' },
      start: { at: 'latest' },
    });
    const code = `const c = await require('mqtt').connectAsync(${JSON.stringify(broker.url)}); let n = 0;
      const send = (b) => { const p = c.publishAsync('flood', b); return ++n % 100 === 0 ? p : undefined; };`;
    const url = new URL(broker.url);
    return await compare({
      name: 'MQTT tap to buffer',
      size,
      client: 'mqtt.js',
      bare,
      tap,
      run: (receive) => flood(code, size, receive),
      native: peer('mosquitto_sub', COUNT, [
        '-h', url.hostname, '-p', url.port, '-V', 'mqttv5', '-t', 'flood', '-C', String(COUNT),
      ]),
    });
  } finally {
    await broker.stop();
  }
}

async function natsRows(size: number): Promise<Row[]> {
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
      const pace = await m.done;
      subscription.unsubscribe();
      return pace;
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
    const core = await compare({
      name: 'NATS subject tap to buffer',
      size,
      client: 'nats callback',
      bare,
      tap: subject,
      run: (receive) => flood(code, size, receive),
      native: peer('nats', COUNT, [
        '--server', broker.url, 'subscribe', 'flood', '--raw', '--count', String(COUNT),
      ]),
    });

    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'FLOOD', subjects: ['stored'] });
    const payload = Buffer.alloc(size, 'x');
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
      const pace = await m.done;
      messages.stop();
      await consumer.delete();
      return pace;
    };
    const stream = throughTap({
      protocol: 'nats',
      connect: { url: broker.url },
      target: { address: 'FLOOD', kind: 'stream' },
      start: { at: 'earliest' },
    });
    const stored = await compare({
      name: 'JetStream tap to buffer',
      size,
      client: 'nats ordered consumer',
      bare: ordered,
      tap: stream,
      run: (receive) => receive(() => {}),
    });
    return [...core, ...stored];
  } finally {
    await connection.close();
    await broker.stop();
  }
}

import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { connect } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connectAsync } from 'mqtt';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { requireBroker, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { RunningBroker } from '../support/brokers';
import type { OpenWorkbench } from '../support/workbench';
import { extensionHost, extensionLog, openExample, pickThrough, pictureOfFailure, runningOf, tailFrame } from './support';

const SUBJECTS = ['n.slow', 'n.one', 'n.two', 'n.three', 'n.four'];
const TOPICS = ['m/one', 'm/two', 'm/three'];
const QUEUES = ['q.one', 'q.two'];
const CHANNELS = [...SUBJECTS, ...TOPICS, ...QUEUES];
/** What each list may hold; ten times as much and more goes through it. */
const KEPT = 500;
/** `(a+)+$` goes through 2^60 ways of cutting it up before it says no. */
const ENDLESS = `${'a'.repeat(60)}!`;
/** How much the extension host may grow while the same goes through it again, in bytes: what the collector has not yet looked at. */
const GROWTH = 200 * 1024 * 1024;

describe('ten tails at once in a real workbench, on real brokers', function () {
  this.timeout(240_000);
  let nats: RunningBroker;
  let rabbit: RunningBroker;
  let mosquitto: RunningBroker;
  let folder: string;
  let workbench: OpenWorkbench;
  let producer: Producer | undefined;

  before(async function () {
    this.timeout(240_000);
    for (const kind of ['nats', 'rabbitmq', 'mosquitto'] as const) await requireBroker(this, kind);
    [nats, rabbit, mosquitto] = await Promise.all([startNats(), startRabbit(), startMosquitto()]);
    const connection = await amqp.connect(rabbit.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('work', 'topic');
    for (const queue of QUEUES) {
      // Nobody reads them.
      await channel.assertQueue(queue, { maxLength: 10 });
      await channel.bindQueue(queue, 'work', queue);
    }
    await connection.close();
    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    writeFileSync(join(folder, 'ten.flow.yaml'), `flow: 1
brokers:
  bus: { protocol: nats, url: "${nats.url}" }
  floor: { protocol: mqtt, url: "${mosquitto.url}" }
  work: { protocol: rabbitmq, url: "\${env:WORK_URL}" }
channels:
${SUBJECTS.map((name) => `  ${name}: { broker: bus }`).join('\n')}
${TOPICS.map((name) => `  ${name}: { broker: floor }`).join('\n')}
  work: { broker: work, exchange: topic }
${QUEUES.map((name) => `  ${name}: { broker: work, queue: classic, bindings: [{ exchange: work, routingKey: ${name} }] }`).join('\n')}
services:
  writer:
    publishes:
      n.one: {}
`);
    workbench = await openExample(this, 'shop', { folder, env: { WORK_URL: rabbit.url }, settings: { 'tailrace.tail.bufferMessages': KEPT } });
    await workbench.openFile('ten.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await producer?.end();
    await workbench?.close();
    await Promise.all([nats?.stop(), rabbit?.stop(), mosquitto?.stop()]);
    if (folder) rmSync(folder, { recursive: true });
  });

  async function show(channel: string): Promise<Frame> {
    await workbench.page.locator('.tab', { hasText: channel }).first().click();
    return tailFrame(workbench, channel);
  }

  const state = (tail: Frame, is: RegExp): Promise<void> => tail.locator('.pill .state', { hasText: is }).waitFor();

  async function received(tail: Frame): Promise<number> {
    return Number(/^([\d,]+) received/.exec(await tail.locator('footer').innerText())?.[1]?.replaceAll(',', '') ?? 0);
  }

  async function untilReceived(tail: Frame, count: number): Promise<void> {
    await until(async () => (await received(tail)) >= count, { what: `${count} messages` });
  }

  /** A fault that is typed is told, and its end as well: neither host nor server stands still. */
  async function typesFault(name: string): Promise<void> {
    await workbench.openFile('ten.flow.yaml');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type(`      ${name}: { acks: sometimes }\n`);
    await workbench.waitForProblem(new RegExp(name));
    await workbench.runCommand('View: Hide Panel');
  }

  it('has all ten live, and tells a fault while they take messages', async () => {
    for (const channel of CHANNELS) {
      await pickThrough(workbench, 'Tailrace: Tail Channel…', channel);
      await state(await tailFrame(workbench, channel), /live/);
    }
    producer = await produce('before', nats, mosquitto, rabbit);
    await typesFault('not.there.one');
    for (const channel of CHANNELS) await untilReceived(await show(channel), 4 * KEPT);
    await workbench.screenshot('ten-tails');
  });

  it('stops a pattern and an expression that do not end, says so, and goes on', async () => {
    const tail = await show('n.slow');
    const filter = tail.locator('.filter');
    const problem = tail.locator('.problem', { hasText: 'The filter was switched off' });
    for (const [kind, text] of [['text', '(a+)+$'], ['expression', 'value.text.matches("(a+)+$")']] as const) {
      await tail.locator('.toggle', { hasText: kind }).click();
      if (kind === 'text') await tail.locator('.toggle[title="Regular expression"]').click();
      await filter.fill(text);
      await problem.waitFor();
      await workbench.screenshot(`ten-tails-endless-${kind}`);
      await untilReceived(tail, (await received(tail)) + KEPT);
      await filter.fill('');
      await problem.waitFor({ state: 'hidden' });
    }
    const other = await show('m/one');
    await untilReceived(other, (await received(other)) + KEPT);
    await typesFault('not.there.two');
  });

  it('loses all brokers, says so in each, and is live again in each when they are back', async () => {
    const { pid, memory } = await extensionHost(workbench);
    // RabbitMQ ends in order: it has bindings on disk only a while after they were made.
    process.kill(rabbit.pid, 'SIGTERM');
    await Promise.all([nats.kill(), mosquitto.kill(), until(async () => (await runningOf([rabbit.pid])).length === 0, { what: 'the end of RabbitMQ' })]);
    await producer?.end();
    for (const channel of CHANNELS) await state(await show(channel), /lost|retrying/);
    await workbench.screenshot('ten-tails-lost');
    await typesFault('not.there.three');
    await Promise.all([nats.restart(), mosquitto.restart(), rabbit.restart()]);
    for (const channel of CHANNELS) await state(await show(channel), /live/);
    producer = await produce('after', nats, mosquitto, rabbit);
    for (const channel of CHANNELS) {
      const tail = await show(channel);
      await tail.locator('.layer .row:visible', { hasText: '"when":"after"' }).first().waitFor();
      await untilReceived(tail, 10 * KEPT);
    }
    const now = await extensionHost(workbench);
    assert.equal(now.pid, pid);
    assert.ok(now.memory < memory + GROWTH, `${memory} bytes became ${now.memory}`);
    await typesFault('not.there.four');
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });
});

/** Publishes to all channels until it is ended. */
interface Producer {
  /** Also where the brokers are gone. */
  end(): Promise<void>;
}

async function produce(when: string, nats: RunningBroker, mosquitto: RunningBroker, rabbit: RunningBroker): Promise<Producer> {
  const bus = await connect({ servers: nats.url, reconnect: false });
  const mqtt = await connectAsync(mosquitto.url, { reconnectPeriod: 0 });
  const connection = await amqp.connect(rabbit.url);
  let isOpen = true;
  connection.on('error', () => undefined);
  connection.on('close', () => (isOpen = false));
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  channel.on('close', () => (isOpen = false));
  mqtt.on('error', () => undefined);
  let n = 0;
  const timer = setInterval(() => {
    const message = Buffer.from(JSON.stringify({ n: n++, when, text: ENDLESS }));
    if (!bus.isClosed()) for (const subject of SUBJECTS) bus.publish(subject, message);
    if (mqtt.connected) for (const topic of TOPICS) mqtt.publish(topic, message);
    if (isOpen) for (const queue of QUEUES) channel.publish('work', queue, message);
  }, 5);
  return {
    end: async () => {
      clearInterval(timer);
      await Promise.allSettled([bus.close(), mqtt.endAsync(true), isOpen ? connection.close() : undefined]);
    },
  };
}

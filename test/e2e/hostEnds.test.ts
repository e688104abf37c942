import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../scripts/support/until.mjs';
import { rabbitAdmin, requireBroker, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { RabbitAdmin, RunningBroker } from '../support/brokers';
import type { OpenWorkbench } from '../support/workbench';
import { extensionHost, extensionLog, graphFrame, openExample, pickThrough, pictureOfFailure, runningOf, tailFrame } from './support';

/** Begins the names of all that a tap makes, and of a thing of somebody else who chose his names badly. */
const PREFIX = 'tailrace-tap';
const THEIRS = `${PREFIX}.somebody-elses`;
const CHANNELS = ['events.placed', 'jobs', 'shelf/a'];

describe('the end of a window and of its extension host, with tails on real brokers', function () {
  this.timeout(240_000);
  let nats: RunningBroker;
  let rabbit: RunningBroker;
  let mosquitto: RunningBroker;
  let admin: RabbitAdmin;
  let connection: NatsConnection;
  let streams: JetStreamManager;
  let mqtt: MqttClient;
  let rabbitConnection: Awaited<ReturnType<typeof amqp.connect>>;
  let channel: amqp.Channel;
  /** Sessions on mosquitto, with those of clients that are away; it tells the number when it changes. */
  let sessions = 0;
  let folder: string;
  let workbench: OpenWorkbench;

  before(async function () {
    this.timeout(240_000);
    for (const kind of ['nats', 'rabbitmq', 'mosquitto'] as const) await requireBroker(this, kind);
    [nats, rabbit, mosquitto] = await Promise.all([startNats(), startRabbit(), startMosquitto({ conf: ['sys_interval 1'] })]);
    admin = rabbitAdmin(rabbit);
    connection = await connect({ servers: nats.url, name: 'the test' });
    streams = await jetstreamManager(connection);
    await streams.streams.add({ name: 'EVENTS', subjects: ['events.>'] });
    await streams.consumers.add('EVENTS', { durable_name: THEIRS.replace('.', '-'), ack_policy: 'explicit' });
    rabbitConnection = await amqp.connect(rabbit.url);
    rabbitConnection.on('error', () => undefined);
    channel = await rabbitConnection.createChannel();
    await channel.assertExchange('incoming', 'topic');
    await channel.assertExchange(THEIRS, 'fanout');
    for (const queue of ['jobs', THEIRS]) await channel.assertQueue(queue);
    await channel.bindQueue('jobs', 'incoming', '#');
    mqtt = await connectAsync(mosquitto.url);
    mqtt.on('message', (_topic, payload) => (sessions = Number(payload.toString())));
    await mqtt.subscribeAsync('$SYS/broker/clients/total');

    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    writeFileSync(join(folder, 'ends.flow.yaml'), `flow: 1
brokers:
  bus: { protocol: nats, url: "${nats.url}" }
  work: { protocol: rabbitmq, url: "\${env:WORK_URL}" }
  floor: { protocol: mqtt, url: "${mosquitto.url}" }
channels:
  events.placed: { broker: bus, stream: { name: EVENTS } }
  jobs:
    broker: work
    queue: classic
    bindings: [{ exchange: incoming, routingKey: "#" }]
  incoming: { broker: work, exchange: topic }
  shelf/a: { broker: floor }
`);
    workbench = await openExample(this, 'shop', { folder, env: { WORK_URL: rabbit.url } });
    await workbench.openFile('ends.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([connection?.close(), rabbitConnection?.close(), mqtt?.endAsync()]);
    await Promise.all([nats?.stop(), rabbit?.stop(), mosquitto?.stop()]);
    if (folder) rmSync(folder, { recursive: true });
  });

  /** All that is on the brokers and was not there before the tails, a word for each. */
  async function made(): Promise<string[]> {
    const { queues, exchanges } = await admin.declared();
    const [consumers, clients, connections] = await Promise.all([
      consumersOf('EVENTS'),
      fetch(`${nats.adminUrl}/connz`).then(async (answer) => ((await answer.json()) as { connections: { name?: string }[] }).connections),
      admin.get<{ client_properties: { connection_name?: string } }[]>('connections'),
    ]);
    const tapped = (words: string, names: readonly (string | undefined)[]): string[] =>
      names.filter((name) => name?.includes(PREFIX) && !name.includes('somebody')).map(() => words);
    return [
      ...tapped('queue', queues), ...tapped('exchange', exchanges), ...tapped('consumer', consumers),
      ...tapped('NATS client', clients.map(({ name }) => name)),
      ...tapped('RabbitMQ client', connections.map((one) => one.client_properties.connection_name)),
      ...Array.from({ length: Math.max(0, sessions - 1) }, () => 'MQTT session'),
    ];
  }

  async function consumersOf(stream: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of streams.consumers.list(stream)) names.push(name);
    return names;
  }

  async function untilNothing(): Promise<void> {
    let left: readonly string[] = [];
    await until(async () => (left = await made()).length === 0, { what: 'brokers without anything of a tap' }).catch((error: Error) => {
      throw new Error(`${error.message}: ${left.join(', ')}`);
    });
    assert.deepEqual((await consumersOf('EVENTS')), [THEIRS.replace('.', '-')]);
    await channel.checkQueue(THEIRS);
    await channel.checkExchange(THEIRS);
  }

  async function untilLive(name: string): Promise<void> {
    await workbench.page.locator('.tab', { hasText: name }).first().click();
    await (await tailFrame(workbench, name)).locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
  }

  /** Tails one channel of each broker, and returns when the brokers know it. */
  async function openAll(): Promise<void> {
    for (const name of CHANNELS) {
      await pickThrough(workbench, 'Tailrace: Tail Channel…', name);
      await untilLive(name);
    }
    for (const word of ['queue', 'exchange', 'consumer', 'NATS client', 'RabbitMQ client', 'MQTT session']) {
      await until(async () => (await made()).includes(word), { what: `a ${word} of a tap` });
    }
  }

  const tails = () => workbench.page.locator('.tab', { hasText: /events\.placed|jobs|shelf\/a/ });

  it('leaves nothing on the brokers when the window is loaded again', async () => {
    await openAll();
    await workbench.runCommand('Developer: Reload Window');
    await untilNothing();
    await workbench.page.locator('[id="status.problems"]').waitFor();
    await workbench.page.locator('.tab', { hasText: 'ends.flow' }).waitFor();
    await tails().first().waitFor({ state: 'detached' });
  });

  it('closes dead panels after a crash of the extension host, says so, tails again, and sweeps', async () => {
    const { page } = workbench;
    await workbench.openFile('ends.flow.yaml');
    await workbench.runCommand('Tailrace: Open Flow Graph');
    await graphFrame(workbench);
    await workbench.openFile('ends.flow.yaml');
    await openAll();
    const [mine] = (await consumersOf('EVENTS')).filter((name) => !name.includes('somebody'));
    const host = await extensionHost(workbench);
    const servers = host.children.filter(({ command }) => command.includes('server.js'));
    assert.equal(servers.length, 1);
    process.kill(host.pid, 'SIGKILL');

    const told = page.locator('.notification-list-item', { hasText: 'The extension host ended unexpectedly and was started again.' }).first();
    await until(async () => {
      // It may have moved to the centre by the time that somebody looks.
      if (!(await told.isVisible())) await workbench.runCommand('Notifications: Show Notifications');
      await told.waitFor({ timeout: 5_000 });
      return true;
    }, { what: 'what happened, in words' });
    for (const name of CHANNELS) assert.ok((await told.innerText()).includes(name), name);
    await tails().first().waitFor({ state: 'detached' });
    await workbench.screenshot('host-crashed');
    await until(async () => (await runningOf([servers[0]!.pid])).length === 0, { what: 'the end of the language server' });
    // The graph is drawn anew, by the new host, which has no tail yet.
    await graphFrame(workbench);
    // All but the consumer goes with its connection; that one the server would forget after a while.
    await until(async () => (await made()).every((word) => word === 'consumer'), { what: 'the end of the connections' });

    await until(async () => {
      if (!(await told.isVisible())) await workbench.runCommand('Notifications: Show Notifications');
      await told.locator('.monaco-button', { hasText: 'Tail Again' }).click({ timeout: 5_000 });
      return true;
    }, { what: 'the tails again' });
    // They open one after the other, in the order in which they were open, and each comes to the front.
    await page.locator('.tab.active', { hasText: CHANNELS.at(-1)! }).waitFor();
    for (const name of CHANNELS) await untilLive(name);
    await until(async () => (await extensionLog(workbench)).includes(`Removed consumer ${mine}, which a tap left`), { what: 'the sweep of the consumer' });
    await until(async () => /Removed queue tailrace-tap\.[0-9a-f]+, which a tap left/.test(await extensionLog(workbench)), { what: 'the sweep of the queue' });
    assert.ok(!(await consumersOf('EVENTS')).includes(mine!));
    const ledger = join(workbench.server.userData, 'User', 'globalStorage', 'tailrace.tailrace', 'taps');
    const { pid } = await extensionHost(workbench);
    await until(async () => (await readdir(ledger)).every((file) => file.startsWith(`taps-${pid}-`)), { what: 'a ledger of what lives only' });
    assert.doesNotMatch((await Promise.all((await readdir(ledger)).map((file) => readFile(join(ledger, file), 'utf8')))).join(), new RegExp(mine!));

    connection.publish('events.placed', '{"after":"the crash"}');
    await untilLive('events.placed');
    await (await tailFrame(workbench, 'events.placed')).locator('.layer .row:visible', { hasText: 'the crash' }).first().waitFor();
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });

  it('leaves nothing on the brokers when the window closes, and ends its processes', async () => {
    const host = await extensionHost(workbench);
    await workbench.page.close({ runBeforeUnload: true });
    await untilNothing();
    const pids = [host, ...host.children].map(({ pid }) => pid);
    await until(async () => (await runningOf(pids)).length === 0, { what: 'the end of the extension host and its children' });
    const crashes = (await extensionLog(workbench)).match(/ended unexpectedly/g) ?? [];
    assert.equal(crashes.length, 1, 'a window that was closed or loaded again is no crash');
  });
});

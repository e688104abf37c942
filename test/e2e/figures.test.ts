import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { connectAsync } from 'mqtt';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { makeTopics, requireBroker, startKafka, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { RunningBroker } from '../support/brokers';
import type { OpenWorkbench } from '../support/workbench';
import { addRabbitConnection, clearToasts, extensionLog, graphFrame, notified, openExample, openSideView, pickThrough, pictureOfFailure } from './support';

/** The shop's topics, and how many messages lie in each. */
const TOPICS = { 'orders.placed': 1440, 'orders.placed.dlq': 17, 'orders.scored': 60, 'orders.scored.dlq': 0 };

describe('live figures in a real workbench, on real brokers', function () {
  this.timeout(240_000);
  let kafka: RunningBroker;
  let rabbit: RunningBroker;
  let mosquitto: RunningBroker;
  let nats: RunningBroker;
  let client: Kafka;
  let admin: Admin;
  let workbench: OpenWorkbench;
  let graph: Frame;

  before(async function () {
    this.timeout(240_000);
    for (const kind of ['kafka', 'rabbitmq', 'mosquitto', 'nats'] as const) await requireBroker(this, kind);
    [kafka, rabbit, mosquitto, nats] = await Promise.all([startKafka(), startRabbit(), startMosquitto(), startNats()]);
    // One that does not answer, until a test starts it again.
    await nats.kill();
    client = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING });
    admin = client.admin();
    await admin.connect();
    await fillKafka();
    await fillRabbit();
    workbench = await openExample(this, 'shop', {
      env: { KAFKA_BOOTSTRAP: kafka.url, RABBITMQ_URL: rabbit.url, SHOP_MQTT_URL: mosquitto.url, NATS_URL: nats.url },
      settings: { 'tailrace.figures.interval': 2 },
      size: { width: 1720, height: 1100 },
    });
    await workbench.openFile('shop.flow.yaml');
    await workbench.runCommand('Tailrace: Open Flow Graph');
    graph = await graphFrame(workbench);
    await graph.locator('.fit').click();
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await admin?.disconnect();
    await workbench?.close();
    await Promise.all([kafka, rabbit, mosquitto, nats].map((broker) => broker?.stop()));
  });

  /** The warehouse has read nothing yet, fraud-scorer all, and a group that no file knows a part. */
  async function fillKafka(): Promise<void> {
    await makeTopics(admin, Object.keys(TOPICS).map((topic) => ({ topic, numPartitions: 3 })));
    // What is sent once must lie there once, also on a busy machine.
    const producer = client.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [topic, count] of Object.entries(TOPICS)) {
      const messages = Array.from({ length: count }, (_, i) => ({ partition: i % 3, value: `{"order_id":${i}}` }));
      if (messages.length > 0) await producer.send({ topic, messages });
    }
    await producer.disconnect();
    await commit('warehouse', 0);
    await commit('fraud-scorer', 480);
    await commit('ad-hoc-report', 100);
  }

  async function commit(groupId: string, offset: number): Promise<void> {
    await admin.setOffsets({
      groupId, topic: 'orders.placed', partitions: [0, 1, 2].map((partition) => ({ partition, offset: String(offset) })),
    });
  }

  async function fillRabbit(): Promise<void> {
    const connection = await amqp.connect(rabbit.url);
    const channel = await connection.createConfirmChannel();
    await channel.assertExchange('mail', 'topic', { durable: true });
    await channel.assertQueue('mail.dead', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.assertQueue('mail.receipts', {
      durable: true, arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'mail.dead' },
    });
    await channel.bindQueue('mail.receipts', 'mail', 'receipt.*');
    for (let i = 0; i < 12; i++) channel.publish('mail', 'receipt.order', Buffer.from('{}'));
    for (let i = 0; i < 3; i++) channel.sendToQueue('mail.dead', Buffer.from('{}'));
    await channel.waitForConfirms();
    await connection.close();
  }

  const pill = (id: string, text: string | RegExp): Locator =>
    graph.locator(`.world [data-id="${id}"] .pill`, { hasText: text }).first();
  const problem = (): Locator => workbench.page.locator('.markers-panel .monaco-list-row', { hasText: /warehouse at orders\.placed/ });

  it('asks no broker before somebody says so', async () => {
    assert.equal(await graph.locator('.live-toggle').getAttribute('aria-pressed'), 'false');
    assert.equal(await graph.locator('.world .pill').count(), 0);
  });

  it('takes the connection that says where RabbitMQ’s management API is', async () => {
    await addRabbitConnection(workbench, 'work', rabbit);
  });

  it('shows lag, depth, dead letters and unknown groups on the graph', async () => {
    await graph.locator('.live-toggle').click();
    await pill('channel:orders.placed', '1,440 stored').waitFor();
    await pill('channel:orders.placed', '+1 group no file knows').waitFor();
    await pill('consume:orders.placed>warehouse', 'lag 1,440').waitFor();
    await pill('consume:orders.placed>fraud-scorer', 'lag 0').waitFor();
    await pill('channel:orders.placed.dlq', '17 dead letters').waitFor();
    await pill('channel:mail.dead', '3 dead letters').waitFor();
    await pill('channel:mail.receipts', '12 ready').waitFor();
    await pill('consume:mail.receipts>mailer', 'nobody reads').waitFor();
  });

  it('says at its node why a broker tells nothing, while the others go on', async () => {
    await pill('broker:stock', /./).and(graph.locator('.warning')).waitFor();
    await pill('broker:floor', /[0-9] clients? connected/).waitFor();
    await graph.locator('footer', { hasText: 'live, sampled every 2 s: 3 of 4 brokers answer' }).waitFor();
  });

  it('tells a threshold once, as a problem at the alert, and on the graph', async () => {
    assert.equal(await (await notified(workbench, 'warehouse at orders.placed')).count(), 1);
    await clearToasts(workbench);
    await workbench.waitForProblem('warehouse at orders.placed: 1,440 messages behind, and the alert allows 1,000');
    const row = problem();
    const text = await readFile(join(workbench.server.folder, 'shop.flow.yaml'), 'utf8');
    const line = text.slice(0, text.indexOf('alert:', text.indexOf('group: warehouse'))).split('\n').length;
    assert.match(await row.innerText(), new RegExp(`Ln ${line},`));
    await pill('consume:orders.placed>warehouse', 'lag above 1000').waitFor();
    await workbench.runCommand('View: Hide Panel');
    await workbench.screenshot('figures-alert');
    // It has not been told once more meanwhile.
    assert.equal(await workbench.page.locator('.notification-toast', { hasText: 'warehouse at orders.placed' }).count(), 0);
  });

  it('shows them in the side view, dead letters with a warning', async () => {
    const view = await openSideView(workbench);
    const row = view.locator('.monaco-list-row', { hasText: 'mail.dead' }).first();
    await row.filter({ hasText: '3 dead letters' }).waitFor();
    await row.locator('.codicon-warning').waitFor();
    await workbench.screenshot('figures-tree');
  });

  it('draws small lines over time in the details, and what no badge has room for', async () => {
    await graph.locator('[data-id="channel:orders.placed"]').first().click();
    const live = graph.locator('aside .live');
    await live.locator('.spark svg').first().waitFor();
    assert.match(await live.innerText(), /depth\s+1,440[^]*ad-hoc-report/);
    await workbench.screenshot('figures-details');
    // With the details below it the drawing is too small for other figures than those that must be seen.
    await graph.locator('aside vscode-button[aria-label="Close details"]').click();
    await graph.locator('.fit').click();
  });

  it('takes the problem back when the group has caught up', async () => {
    await workbench.waitForProblem('warehouse at orders.placed');
    await commit('warehouse', 480);
    await problem().waitFor({ state: 'detached' });
    // The list of problems leaves the drawing so little room that only what must be seen has figures.
    await workbench.runCommand('View: Hide Panel');
    await workbench.page.locator('.markers-panel').waitFor({ state: 'hidden' });
    await graph.locator('.fit').click();
    await pill('consume:orders.placed>warehouse', 'lag 0').waitFor();
    assert.equal(await pill('consume:orders.placed>warehouse', 'lag above').count(), 0);
  });

  /** Connections that RabbitMQ has, by its own figures. */
  async function connections(): Promise<number> {
    const { username, password, origin } = new URL(rabbit.adminUrl ?? '');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answer = await fetch(`${origin}/api/connections?columns=name`, { headers: { authorization } });
    return ((await answer.json()) as readonly unknown[]).length;
  }

  it('lets the brokers alone while nothing of it can be seen, and goes on when it can', async () => {
    const { page } = workbench;
    await until(async () => (await connections()) > 0, { what: 'a connection for figures' });
    await page.locator('.activitybar a.action-label[aria-label^="Explorer"]').first().click();
    const tab = page.locator('.tab', { hasText: 'Flow Graph' });
    await tab.click();
    await page.keyboard.press('Control+n');
    await tab.and(page.locator(':not(.active)')).waitFor();
    await until(async () => (await connections()) === 0, { what: 'no connection for figures' });
    await tab.click();
    await until(async () => (await connections()) > 0, { what: 'a connection for figures again' });
    graph = await graphFrame(workbench);
    await pill('channel:mail.dead', '3 dead letters').waitFor();
  });

  /** Messages on all four brokers, some of them read as they come, until the returned function is called. */
  async function busy(): Promise<() => Promise<void>> {
    const producer = client.producer({ allowAutoTopicCreation: false });
    const scorer = client.consumer({ groupId: 'fraud-scorer', allowAutoTopicCreation: false });
    const mqtt = await connectAsync(mosquitto.url);
    const connection = await amqp.connect(rabbit.url);
    const channel = await connection.createChannel();
    await Promise.all([producer.connect(), scorer.connect(), channel.prefetch(20)]);
    await scorer.subscribe({ topic: 'orders.placed' });
    await scorer.run({ eachBatch: async () => {} });
    // It works off less than comes in.
    const acks = new Set<NodeJS.Timeout>();
    const { consumerTag: reader } = await channel.consume('mail.receipts', (message) => {
      const ack = setTimeout(() => { acks.delete(ack); if (message) channel.ack(message); }, 700);
      acks.add(ack);
    });
    const messages = Array.from({ length: 40 }, (_, i) => ({ value: `{"order_id":${i}}` }));
    let sending: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      sending = sending.then(() => Promise.all([
        producer.send({ topic: 'orders.placed', messages }),
        producer.send({ topic: 'orders.scored', messages: messages.slice(0, 6) }),
        mqtt.publishAsync('shop/shelves/a1/weight', '{"grams":1}'),
      ]));
      for (let i = 0; i < 3; i++) channel.publish('mail', 'receipt.order', Buffer.from('{}'));
    }, 100);
    return async () => {
      clearInterval(timer);
      await channel.cancel(reader);
      // On a closed channel they would throw, into whatever test runs then.
      for (const ack of acks) clearTimeout(ack);
      await sending;
      await Promise.all([producer.disconnect(), scorer.disconnect(), mqtt.endAsync()]);
      await connection.close();
    };
  }

  it('shows four brokers at work: what moves, how much, and what falls behind', async () => {
    const { page } = workbench;
    await nats.restart();
    const rest = await busy();
    try {
      graph = await graphFrame(workbench);
      await page.keyboard.press('Control+b');
      await graph.locator('.fit').click();
      await workbench.runCommand('View: Toggle Maximize Editor Group');
      graph = await graphFrame(workbench);
      // By keys and links, which open no source: the picture is of the graph alone.
      await graph.locator('.node[data-id="channel:orders.placed"]').focus();
      await graph.locator('aside .link', { hasText: 'group warehouse' }).click();
      await graph.locator('.fit').click();
      await pill('broker:stock', /live|stream|consumer|memory/).waitFor();
      await pill('publish:checkout>orders.placed', /[0-9] ?k?\/s/).waitFor();
      await pill('consume:orders.placed>fraud-scorer', /[0-9] ?k?\/s/).waitFor();
      // Not the alarm, which speaks of lag as well and has no trend.
      await pill('consume:orders.placed>warehouse', /lag [0-9]/).and(graph.locator(':has([d^="M1 8.5"])')).waitFor();
      await pill('publish:storefront>mail', /[1-9][0-9]?(\.[0-9])?\/s/).waitFor();
      await pill('consume:mail.receipts>mailer', '20 unacked').waitFor();
      await graph.locator('.edge[data-id="publish:checkout>orders.placed"].health-good:is(.rate-3, .rate-4, .rate-5)').waitFor({ state: 'attached' });
      await graph.locator('aside .spark svg').first().waitFor();
      for (const [theme, css] of [['Dark Modern', 'dark'], ['Light Modern', 'light'], ['Dark High Contrast', 'high-contrast']] as const) {
        await pickThrough(workbench, 'Preferences: Color Theme', theme);
        await graph.locator(`body.vscode-${css}`).waitFor();
        await clearToasts(workbench);
        await graph.locator('.fit').click();
        await graph.locator('.world:not(.gliding)').waitFor();
        await workbench.screenshot(`figures-shop-${css}`);
      }
    } finally {
      await rest();
    }
    await workbench.runCommand('View: Toggle Maximize Editor Group');
  });

  it('is gone when it is turned off, from problems and brokers too', async () => {
    await workbench.waitForProblem('warehouse at orders.placed');
    await workbench.runCommand('Tailrace: Hide Live Figures');
    await problem().waitFor({ state: 'detached' });
    await graph.locator('.live-toggle[aria-pressed="false"]').waitFor();
    await until(async () => (await graph.locator('.world .pill').count()) === 0, { what: 'a graph without figures' });
    await until(async () => (await connections()) === 0, { what: 'no connection for figures' });
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });
});

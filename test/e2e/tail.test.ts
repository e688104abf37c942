import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync } from 'mqtt';
import { connect } from '@nats-io/transport-node';
import type { Frame } from 'playwright-core';
import { findBroker, makeTopics, startKafka, startMosquitto, startNats, startRabbit } from '../support/brokers';
import type { BrokerKind, RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import { until } from '../../scripts/support/until.mjs';
import type { OpenWorkbench } from '../support/workbench';
import { answer, choose, extensionLog, openExample, openSideView, pickThrough, tailFrame, pictureOfFailure } from './support';

const STARTERS: Readonly<Record<Exclude<BrokerKind, 'registry'>, () => Promise<RunningBroker>>> = {
  kafka: () => startKafka(),
  rabbitmq: () => startRabbit(),
  mosquitto: () => startMosquitto(),
  nats: () => startNats(),
};
const KINDS = ['kafka', 'rabbitmq', 'mosquitto', 'nats'] as const;

describe('tails in a real workbench, on real brokers', function () {
  this.timeout(240_000);
  const brokers = new Map<BrokerKind, RunningBroker>();
  let workbench: OpenWorkbench;

  before(async function () {
    this.timeout(240_000);
    await Promise.all(
      KINDS.map(async (kind) => {
        if (await findBroker(kind)) brokers.set(kind, await STARTERS[kind]());
      }),
    );
    const env: Record<string, string> = {};
    for (const [kind, name] of [
      ['kafka', 'KAFKA_BOOTSTRAP'],
      ['rabbitmq', 'RABBITMQ_URL'],
      ['mosquitto', 'SHOP_MQTT_URL'],
      ['nats', 'NATS_URL'],
    ] as const) {
      const url = brokers.get(kind)?.url;
      if (url) env[name] = url;
    }
    workbench = await openExample(this, 'shop', { env });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([...brokers.values()].map((broker) => broker.stop()));
  });

  function broker(test: Mocha.Context, kind: BrokerKind): RunningBroker {
    return brokers.get(kind) ?? notRun(test, `${kind} is not installed`, 'node scripts/setup/brokers.mjs');
  }

  async function live(channel: string): Promise<Frame> {
    const tail = await tailFrame(workbench, channel);
    await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
    return tail;
  }

  /** The queues on RabbitMQ that taps have made. */
  async function tapQueues(): Promise<readonly string[]> {
    const { username, password, origin } = new URL(brokers.get('rabbitmq')?.adminUrl ?? '');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const answer = await fetch(`${origin}/api/queues?columns=name`, { headers: { authorization } });
    const queues = (await answer.json()) as readonly { readonly name: string }[];
    return queues.map(({ name }) => name).filter((name) => name.startsWith('tailrace-tap'));
  }

  const row = (tail: Frame, text: string) => tail.locator('.layer .row:visible', { hasText: text }).first();

  it('shows MQTT messages as they come, from the side view', async function () {
    const { url } = broker(this, 'mosquitto');
    const view = await openSideView(workbench);
    const entry = view.locator('.monaco-list-row').filter({ hasText: 'shop/shelves/+/weight' }).first();
    await entry.hover();
    await entry.locator('[aria-label*="Tail Channel"]').click();
    const tail = await live('shop/shelves/+/weight');
    await tail.locator('.state-note', { hasText: 'Waiting for the next message' }).waitFor();
    const publisher = await connectAsync(url);
    for (let i = 1; i <= 40; i++) {
      await publisher.publishAsync(
        `shop/shelves/a${i % 4}/weight`,
        JSON.stringify({ grams: 1000 + i, html: '<b>x</b>' }),
      );
    }
    await row(tail, '1040').waitFor();
    await tail.locator('footer', { hasText: '40 received' }).waitFor();
    await row(tail, '1038').click();
    await tail.locator('.view', { hasText: 'grams: 1038' }).waitFor();
    assert.equal(await tail.locator('.view b').count(), 0);
    await workbench.screenshot('tail-live-mqtt');

    await tail.locator('.pause').click();
    await tail.locator('.pill .state', { hasText: 'paused' }).waitFor();
    await tail.locator('.pause').click();
    await tail.locator('.pill .state', { hasText: 'live' }).waitFor();
    await tail.locator('.scroller').focus();
    await workbench.page.keyboard.press('/');
    await workbench.page.keyboard.type('a3/weight');
    await tail.locator('.matches', { hasText: '10 of 40 match' }).waitFor();
    await tail.locator('.toggle', { hasText: 'expression' }).click();
    await workbench.page.keyboard.type('value.grams > 1035');
    await tail.locator('.matches', { hasText: '1 of 40 match' }).waitFor();
    await workbench.screenshot('tail-live-mqtt-filtered');
    await publisher.endAsync();
  });

  it('shows Kafka records with partition, offset and key', async function () {
    const { url } = broker(this, 'kafka');
    const kafka = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await makeTopics(admin, [{ topic: 'orders.scored', numPartitions: 3 }]);
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'orders.scored');
    const tail = await live('orders.scored');
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({
      topic: 'orders.scored',
      messages: Array.from({ length: 30 }, (_, i) => ({
        key: `o-${i}`,
        value: JSON.stringify({ order_id: `o-${i}`, risk: i / 100 }),
        headers: { tenant: 'eu' },
      })),
    });
    await row(tail, 'o-29').waitFor();
    await row(tail, 'o-29').click();
    await tail.getByRole('tab', { name: 'Headers 1' }).click();
    await tail.locator('.view', { hasText: 'tenant' }).waitFor();
    await tail.getByRole('tab', { name: 'Decoded' }).click();
    await tail.locator('.view', { hasText: 'risk: 0.29' }).waitFor();
    await workbench.screenshot('tail-live-kafka');
    await tail.locator('.starts').click();
    await tail.getByLabel('Last messages: how many').fill('4');
    await workbench.page.keyboard.press('Enter');
    await tail.locator('footer', { hasText: /\b4 received/ }).waitFor();
    await producer.disconnect();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    assert.ok(
      groups.every((id) => id.startsWith('tailrace-tap')),
      `only the tap’s own group: ${groups.join(', ')}`,
    );
    await admin.disconnect();
  });

  it('shows what a RabbitMQ queue gets, by a queue of its own', async function () {
    const { url } = broker(this, 'rabbitmq');
    const connection = await amqp.connect(url);
    // Without a listener a broken connection would end the process, when the broker stops first.
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    await channel.assertExchange('mail', 'topic', { durable: true });
    await channel.assertQueue('mail.receipts', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('mail.receipts', 'mail', 'receipt.*');
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'mail.receipts');
    const tail = await live('mail.receipts');
    for (let i = 1; i <= 5; i++)
      channel.publish('mail', 'receipt.order', Buffer.from(JSON.stringify({ receipt: i })));
    await row(tail, '"receipt":5').waitFor();
    // Another queue than the tap's: it gets its copies in its own time.
    const waiting = async () => (await channel.checkQueue('mail.receipts')).messageCount;
    await until(async () => (await waiting()) === 5, { what: 'five messages in the queue' });
    await workbench.screenshot('tail-live-rabbitmq');
    // Beside it stands the queue that counts what the tap’s own bound makes it drop.
    await until(async () => (await tapQueues()).filter((name) => !name.endsWith('.dropped')).length === 1, { what: 'one queue of the tap' });
    await workbench.runCommand('View: Close Editor');
    await until(async () => (await tapQueues()).length === 0, { what: 'a broker without the tap’s queue' });
    assert.equal(await waiting(), 5);
    await connection.close();
  });

  it('asks before a tail that changes something, and says why one is refused', async function () {
    const { url } = broker(this, 'rabbitmq');
    const { page } = workbench;
    const connection = await amqp.connect(url);
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    await channel.assertExchange('mail', 'topic', { durable: true });
    await channel.assertQueue('mail.dead', { durable: true, arguments: { 'x-queue-type': 'quorum' } });

    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'topic exchange');
    const modal = page.locator('.monaco-dialog-box', { hasText: 'Tailing mail changes something on work' });
    await modal.filter({ hasText: 'publishers with mandatory get no return' }).waitFor();
    await workbench.screenshot('tail-asks');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    const asked = await tailFrame(workbench, 'mail');
    await asked.locator('.state-note', { hasText: 'This tail changes something' }).waitFor();
    await asked.locator('vscode-button', { hasText: 'Tail Anyway' }).click();
    await live('mail');

    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'mail.dead');
    const refused = await tailFrame(workbench, 'mail.dead');
    await refused.locator('.pill .state', { hasText: 'refused' }).waitFor();
    await refused.locator('.state-note', { hasText: 'Which exchanges feed the queue mail.dead' }).waitFor();
    await workbench.screenshot('tail-refused-by-plan');
    await connection.close();
  });

  it('shows what is published on a NATS subject', async function () {
    const { url } = broker(this, 'nats');
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'stock.level');
    const tail = await live('stock.level');
    const nats = await connect({ servers: url });
    for (let i = 1; i <= 5; i++) nats.publish('stock.level', JSON.stringify({ sku: 'SKU-5512', left: i }));
    await nats.flush();
    await row(tail, '"left":5').waitFor();
    await workbench.screenshot('tail-live-nats');
    await nats.close();
  });

  it('takes channels of several brokers into one list, and further ones while it is open', async function () {
    const [mqtt, nats] = [await connectAsync(broker(this, 'mosquitto').url), await connect({ servers: broker(this, 'nats').url })];
    await pickThrough(workbench, 'Tailrace: Tail Channels Together…');
    for (const channel of ['stock.level', 'shop/shelves/+/weight']) {
      await workbench.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${channel},"]`).first().click();
    }
    await workbench.page.keyboard.press('Enter');
    const merged = async (more: string): Promise<Frame> =>
      until(
        async () => {
          const frame = await workbench.webviewFrame('tailrace.tailrace', 'button.subject');
          return (await frame.locator('.more-channels').innerText()).includes(more) && (await frame.locator('.pill .state', { hasText: 'live' }).isVisible()) ? frame : undefined;
        },
        { what: `a live tail with ${more}` },
      );
    let tail = await merged('+ 1 more');
    nats.publish('stock.level', JSON.stringify({ sku: 'SKU-7', left: 7, trace_id: 'a1b2c3' }));
    await mqtt.publishAsync('shop/shelves/a7/weight', JSON.stringify({ grams: 7007, trace_id: 'a1b2c3' }));
    await row(tail, '"grams":7007').locator('.channel[data-tag]').waitFor();
    await row(tail, '"left":7').click();
    await tail.getByRole('tab', { name: 'Trace' }).click();
    await tail.locator('.trace .vrow', { hasText: 'shop/shelves/a7/weight' }).first().waitFor();
    await workbench.screenshot('tail-live-merged');
    await tail.locator('.others').click();
    await tail.locator('.popup.menu button', { hasText: 'Add another channel' }).click();
    await workbench.page.locator('.quick-input-widget', { hasText: 'Add a Channel' }).locator('input.input').fill('mail.receipts');
    await workbench.page.locator('.quick-input-list .monaco-list-row[aria-label^="mail.receipts,"]').first().click();
    tail = await merged('+ 2 more');
    await tail.locator('.more-channels').click();
    await tail.locator('.popup.sources', { hasText: 'mail.receipts' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('View: Close Editor');
    await nats.close();
    await mqtt.endAsync();
  });

  it('adds a connection, asks for credentials when refused, and shows them nowhere', async function () {
    broker(this, 'mosquitto');
    const guarded = await startMosquitto({ users: { sam: 'hush-hush-4711' } });
    const { page } = workbench;
    try {
      await pickThrough(workbench, 'Tailrace: Add Connection…', 'MQTT', 'None of them', 'development');
      await answer(workbench, 'A name', 'guarded');
      await answer(workbench, 'Where is it?', 'mqtt://sam:hush-hush-4711@127.0.0.1');
      await page.locator('.quick-input-widget', { hasText: 'Leave user and password out' }).waitFor();
      await answer(workbench, 'Leave user and password out', guarded.url);
      await choose(workbench, 'Is the connection encrypted?', 'Plain');
      await choose(workbench, 'Which version of MQTT?', 'MQTT 5');
      await choose(workbench, 'How do you sign in?', 'Without');
      await page.locator('.notification-toast', { hasText: 'The connection guarded was added' }).waitFor();
      await pickThrough(workbench, 'Tailrace: Test Connection…', 'guarded');
      await page.locator('.notification-toast', { hasText: 'guarded cannot be used' }).waitFor();
      await pickThrough(workbench, 'Tailrace: Tail Channel…', 'guarded');
      await answer(workbench, 'The topic’s name on the wire', 'doors/#');
      await answer(workbench, 'User', 'sam');
      await answer(workbench, 'Password of sam', 'hush-hush-4711');
      const tail = await live('doors/#');
      const publisher = await connectAsync(guarded.url, { username: 'sam', password: 'hush-hush-4711' });
      await publisher.publishAsync('doors/north', 'open');
      await row(tail, 'open').waitFor();
      await publisher.endAsync();
      await workbench.screenshot('tail-connection');
      assert.doesNotMatch(await extensionLog(workbench), /hush-hush/);
      assert.doesNotMatch(await tail.locator('body').innerText(), /hush-hush/);
    } finally {
      await guarded.stop();
    }
  });

  it('tells a lost broker, and is live again when it is back', async function () {
    const mosquitto = broker(this, 'mosquitto');
    await workbench.page.locator('.tab', { hasText: 'shop/shelves/+/weight' }).first().click();
    const tail = await tailFrame(workbench, 'shop/shelves/+/weight');
    await mosquitto.kill();
    await tail.locator('.pill .state', { hasText: /lost|retrying/ }).waitFor();
    await workbench.screenshot('tail-lost');
    await mosquitto.restart();
    await tail.locator('.pill .state', { hasText: 'live' }).waitFor();
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });

  it('leaves nothing on the broker when the window closes', async function () {
    broker(this, 'rabbitmq');
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'mail.receipts');
    await live('mail.receipts');
    await until(async () => (await tapQueues()).length > 0, { what: 'the tap’s queue' });
    await workbench.page.close({ runBeforeUnload: true });
    await until(async () => (await tapQueues()).length === 0, { what: 'a broker without taps’ queues' });
  });
});

import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { findBroker, makeTopics, startKafka, startRabbit, type RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import { extensionLog, openExample, pickThrough, pictureOfFailure } from './support';

const order = {
  type: 'object',
  required: ['order_id', 'cents'],
  properties: { order_id: { type: 'string' }, cents: { type: 'integer' } },
};

describe('publishing and redriving in a real workbench, on real brokers', function () {
  this.timeout(240_000);
  let kafka: RunningBroker;
  let rabbit: RunningBroker;
  let admin: Admin;
  let connection: Awaited<ReturnType<typeof amqp.connect>>;
  let channel: amqp.Channel;
  let folder: string;
  let workbench: OpenWorkbench;

  before(async function () {
    this.timeout(240_000);
    for (const kind of ['kafka', 'rabbitmq'] as const)
      if ((await findBroker(kind)) === undefined) notRun(this, `${kind} is not installed`, 'node scripts/setup/brokers.mjs');
    [kafka, rabbit] = await Promise.all([startKafka(), startRabbit()]);
    admin = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await makeTopics(admin, [{ topic: 'orders', numPartitions: 2 }]);
    connection = await amqp.connect(rabbit.url);
    channel = await connection.createChannel();
    await channel.assertQueue('jobs.dead');
    await channel.assertQueue('jobs', { deadLetterExchange: '', deadLetterRoutingKey: 'jobs.dead' });
    await channel.assertQueue('tasks.dead', { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20 } });
    await channel.assertQueue('tasks', { deadLetterExchange: '', deadLetterRoutingKey: 'tasks.dead' });

    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    writeFileSync(join(folder, 'order.schema.json'), JSON.stringify(order));
    writeFileSync(join(folder, 'shop.flow.yaml'), `flow: 1
brokers:
  events: { protocol: kafka, url: "${kafka.url}", environment: development }
  work: { protocol: rabbitmq, url: "\${env:WORK_URL}", environment: production }
schemas:
  Order: { format: json-schema, source: order.schema.json }
channels:
  orders: { broker: events, schema: Order }
  jobs: { broker: work, queue: classic, deadLetter: jobs.dead }
  jobs.dead: { broker: work, queue: classic }
  tasks.dead: { broker: work, queue: quorum }
`);
    workbench = await openExample(this, 'shop', { folder, env: { WORK_URL: rabbit.url } });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([admin?.disconnect(), connection?.close()]);
    await Promise.all([kafka?.stop(), rabbit?.stop()]);
    if (folder) rmSync(folder, { recursive: true });
  });

  /** The document of the view that is on screen. */
  const view = (of: string): Promise<Frame> =>
    until(
      async () => {
        const frame = await workbench.webviewFrame('tailrace.tailrace', 'header.target');
        return (await frame.locator('.channel').innerText()) === of ? frame : undefined;
      },
      { what: `the view of ${of}` },
    );
  /** The answer to a question that stands before all else; its words are returned. */
  const answer = async (button: string): Promise<string> => {
    const box = workbench.page.locator('.monaco-dialog-box');
    await box.waitFor();
    const words = await box.innerText();
    await box.locator('.monaco-button', { hasText: button }).click();
    await box.waitFor({ state: 'hidden' });
    return words;
  };
  const close = (): Promise<void> => workbench.page.locator('.tab.active .tab-actions .action-label').click();
  const end = async (topic: string): Promise<number> =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { offset }) => sum + Number(offset), 0);

  it('publishes a message that keeps its contract, once, after a question that names the broker', async () => {
    await pickThrough(workbench, 'Tailrace: Publish to Channel…', 'orders');
    const form = await view('orders');
    const value = form.locator('vscode-text-area textarea');
    await form.locator('.outcome', { hasText: 'keeps Order' }).waitFor();
    await value.fill('{ "order_id": "o-1" }');
    await form.locator('.problems', { hasText: 'cents' }).waitFor();
    await value.fill('{ "order_id": "o-1", "cents": 250 }');
    await form.locator('.outcome', { hasText: 'keeps Order' }).waitFor();
    await form.locator('vscode-text-field[data-field="Key"] input').fill('o-1');
    await workbench.screenshot('publish-kafka');
    await form.locator('vscode-button.send').click();
    assert.match(await answer('Publish'), /Publish one message to orders on events \(development\)\?/);
    await form.locator('.state', { hasText: 'Done: 1 message confirmed' }).waitFor();
    assert.equal(await end('orders'), 1);
    await form.locator('vscode-text-field[data-field="How many"] input').fill('25');
    await form.locator('vscode-button.send').click();
    assert.match(await answer('Publish'), /the same message 25 times/);
    await form.locator('.state', { hasText: 'Done: 25 messages confirmed' }).waitFor();
    assert.equal(await end('orders'), 26);
    await close();
  });

  it('sends nothing where the connection is read-only, until the user allows it', async () => {
    await pickThrough(workbench, 'Tailrace: Publish to Channel…', 'jobs');
    const form = await view('jobs');
    await form.locator('.pill.locked', { hasText: 'read-only' }).waitFor();
    await form.locator('vscode-button.send[disabled]').waitFor();
    await form.locator('vscode-button', { hasText: 'Allow Writing…' }).click();
    assert.match(await answer('Allow Writing'), /Allow writing to work \(production\)\?/);
    await form.locator('.pill.writes').first().waitFor();
    await form.locator('vscode-text-area textarea').fill('job 1');
    await form.locator('vscode-button.send').click();
    await answer('Publish');
    await form.locator('.state', { hasText: 'Done: 1 message confirmed' }).waitFor();
    assert.equal((await channel.checkQueue('jobs')).messageCount, 1);
    await close();
  });

  it('sends a dead letter back to the queue that it came from, and gives back what was only looked at', async () => {
    channel.sendToQueue('jobs', Buffer.from('job 2'));
    for (let n = 0; n < 2; n++) {
      const message = await until(async () => (await channel.get('jobs')) || undefined, { what: 'a job' });
      channel.nack(message, false, false);
    }
    await until(async () => (await channel.checkQueue('jobs.dead')).messageCount === 2, { what: 'the dead letters' });
    await pickThrough(workbench, 'Tailrace: Redrive Dead Letters…', 'jobs.dead');
    const panel = await view('jobs.dead');
    await panel.locator('vscode-button.read').click();
    assert.match(await answer('Read'), /Read and hold messages of jobs\.dead on work \(production\)\?/);
    const row = panel.locator('tbody tr', { hasText: 'job 1' });
    await row.waitFor();
    await panel.locator('tbody tr', { hasText: 'job 2' }).waitFor();
    assert.equal(await panel.locator('tbody tr').count(), 2);
    await row.locator('input').check();
    await workbench.screenshot('redrive-rabbitmq');
    await panel.locator('vscode-button.move', { hasText: 'Move 1 Message…' }).click();
    assert.match(await answer('Send Back'), /Send one message of jobs\.dead back on work \(production\)\?[\s\S]*1 to jobs/);
    await panel.locator('.state', { hasText: '1 message held. 1 message sent back.' }).waitFor();
    await until(async () => (await channel.checkQueue('jobs')).messageCount === 1, { what: 'the job' });
    await close();
    const left = await until(async () => (await channel.get('jobs.dead', { noAck: true })) || undefined, { what: 'the other letter' });
    assert.equal(left.content.toString(), 'job 2');
    const back = await channel.get('jobs', { noAck: true });
    assert.ok(back && back.content.toString() === 'job 1');
  });

  it('moves dead letters unseen out of a queue that counts each look', async () => {
    for (const task of ['task 1', 'task 2', 'task 3']) {
      channel.sendToQueue('tasks', Buffer.from(task));
      const message = await until(async () => (await channel.get('tasks')) || undefined, { what: 'a task' });
      channel.nack(message, false, false);
    }
    await until(async () => (await channel.checkQueue('tasks.dead')).messageCount === 3, { what: 'the dead letters' });
    await pickThrough(workbench, 'Tailrace: Redrive Dead Letters…', 'tasks.dead');
    const panel = await view('tasks.dead');
    await panel.locator('vscode-button.read').click();
    assert.match(
      await answer('Move Unseen'),
      /Move messages of tasks\.dead on work \(production\) without reading them first\?[\s\S]*drops a message that/,
    );
    await panel.locator('vscode-text-field.count input').fill('2');
    await panel.locator('vscode-button.move', { hasText: 'Move the Next 2…' }).click();
    assert.match(await answer('Send Back'), /Send the next 2 messages of tasks\.dead back on work \(production\)\?[\s\S]*Each goes to where it came from/);
    await panel.locator('.state', { hasText: '2 messages sent back.' }).waitFor();
    assert.equal(await panel.locator('table.moved tbody tr', { hasText: 'task' }).count(), 2);
    await workbench.screenshot('redrive-unseen-rabbitmq');
    await close();
    const back: string[] = [];
    for (let n = 0; n < 2; n++) back.push((await until(async () => (await channel.get('tasks', { noAck: true })) || undefined, { what: 'a task' })).content.toString());
    assert.deepEqual(back, ['task 1', 'task 2']);
    const left = await until(async () => (await channel.get('tasks.dead', { noAck: true })) || undefined, { what: 'the third' });
    assert.deepEqual([left.content.toString(), left.properties.headers?.['x-delivery-count']], ['task 3', 0]);
  });

  it('tells nobody the password that the address holds', async () => {
    const { username, password } = new URL(rabbit.url);
    assert.doesNotMatch(await extensionLog(workbench), new RegExp(`${username}:${password}@`));
    assert.match(await extensionLog(workbench), /Publishing one message to jobs on work \(production\)\./);
  });
});

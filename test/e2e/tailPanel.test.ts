import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import type { Admin, Producer } from 'kafkajs';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { findBroker, makeTopics, startKafka } from '../support/brokers';
import type { RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import { extensionLog, openExample, pickThrough, pictureOfFailure, tailFrame } from './support';

const HOUR = 3_600_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the tail panel in a real workbench, on a real Kafka', function () {
  this.timeout(240_000);
  let kafka: RunningBroker;
  let workbench: OpenWorkbench;
  let producer: Producer;
  let admin: Admin;
  const began = Date.now();

  before(async function () {
    this.timeout(240_000);
    if (!(await findBroker('kafka'))) notRun(this, 'kafka is not installed', 'node scripts/setup/brokers.mjs');
    kafka = await startKafka();
    const client = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING });
    admin = client.admin();
    await admin.connect();
    await makeTopics(admin, [
      { topic: 'orders.scored', numPartitions: 3 },
      { topic: 'orders.scored.dlq', numPartitions: 1 },
    ]);
    producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    // 20 of the day before yesterday, 40 of the last hour: each tenth of these lacks its score.
    const message = (i: number, time: number) => ({
      key: `c-${i % 5}`,
      value: JSON.stringify({ order_id: `o-${i}`, ...(i % 10 === 0 ? {} : { score: i / 100 }), reasons: ['new', `r${i}`] }),
      headers: { tenant: i % 2 ? 'eu' : 'us', ...(i === 59 && { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }) },
      timestamp: String(time),
    });
    await producer.send({
      topic: 'orders.scored',
      messages: Array.from({ length: 60 }, (_, i) => message(i, i < 20 ? began - 48 * HOUR + i : began - HOUR + i * 1000)),
    });
    await producer.send({
      topic: 'orders.scored.dlq',
      messages: [{ key: 'c-4', value: JSON.stringify({ order_id: 'o-59', score: 0.59 }), headers: { traceparent: `00-${TRACE}-a0f067aa0ba902b7-01` } }],
    });
    workbench = await openExample(this, 'shop', { env: { KAFKA_BOOTSTRAP: kafka.url } });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await producer?.disconnect();
    await admin?.disconnect();
    await workbench?.close();
    await kafka?.stop();
  });

  const row = (tail: Frame, text: string) => tail.locator('.layer .row:visible', { hasText: text }).first();
  const menu = (tail: Frame, text: string) => tail.locator('.popup.menu button', { hasText: text }).first();
  const press = (key: string) => workbench.page.keyboard.press(key);
  const type = (text: string) => workbench.page.keyboard.type(text);
  const received = (tail: Frame, count: number) => tail.locator('footer', { hasText: new RegExp(`^${count} received`) }).waitFor();
  let tail: Frame;

  /** Begins anew at a time, and ends with what is there. */
  async function startAt(time: string): Promise<void> {
    await tail.locator('.starts').click();
    await tail.getByLabel('Time: -15m').first().fill(time);
    await tail.getByLabel('Now: end').check();
    await press('Enter');
  }

  it('starts at a time, ends with what is there, and says what the tap makes and changes', async () => {
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'orders.scored');
    tail = await tailFrame(workbench, 'orders.scored');
    await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
    await tail.locator('.starts').click();
    await tail.locator('.preflight', { hasText: 'Changes: nothing' }).waitFor();
    await workbench.screenshot('tail-panel-start');
    await press('Escape');
    await startAt('-2h');
    await received(tail, 40);
    await tail.locator('.pill .state', { hasText: 'ended' }).waitFor();
    await startAt('-3d');
    await received(tail, 60);
    await tail.locator('.pill .read-only, .pill.read-only').first().waitFor();
  });

  it('filters by an expression with offers of the fields that were seen', async () => {
    await tail.locator('.toggle', { hasText: 'expression' }).click();
    await type('value.sc');
    await tail.locator('.offers', { hasText: 'value.score' }).waitFor();
    await press('Tab');
    await type(' >= 0.5 && headers["tenant"] == "eu"');
    await press('Enter');
    await tail.locator('.matches', { hasText: '5 of 60 match' }).waitFor();
    await tail.locator('.filter').fill('value.score >');
    await tail.locator('.problem', { hasText: 'The expression cannot be read' }).waitFor();
    await workbench.screenshot('tail-panel-expression');
    await tail.locator('.filter').fill('');
    await press('Enter');
    await tail.locator('.matches', { hasText: 'match' }).waitFor({ state: 'hidden' });
  });

  it('shows fields as columns, also the next time', async () => {
    await tail.locator('.toggle', { hasText: 'text' }).click();
    // Partitions come one after the other: the newest need not be the last.
    await type('o-5');
    await tail.locator('.matches', { hasText: '11 of 60 match' }).waitFor();
    await row(tail, 'o-59').click();
    await tail.locator('.json-tree .vrow', { hasText: 'score' }).click({ button: 'right' });
    await menu(tail, 'Add as column').click();
    await tail.locator('.row.head', { hasText: 'score' }).waitFor();
    await row(tail, 'o-59').locator('.json', { hasText: '0.59' }).waitFor();
    await press('c');
    await tail.locator('.popup.columns .choice', { hasText: 'header:tenant' }).locator('input').check();
    await press('Escape');
    await row(tail, 'o-59').locator('.json', { hasText: 'eu' }).waitFor();
    await workbench.screenshot('tail-panel-columns');
    // A hidden panel is thrown away: it comes back as it was.
    await workbench.openFile('shop.flow.yaml');
    await workbench.page.locator('.tab', { hasText: 'orders.scored' }).first().click();
    tail = await tailFrame(workbench, 'orders.scored');
    await row(tail, 'o-59').locator('.json', { hasText: '0.59' }).waitFor();
    await tail.locator('.detail .title', { hasText: 'orders.scored' }).waitFor();
  });

  it('counts faults, goes from one to the next, and tells them in the Problems list until the tail ends', async () => {
    await tail.locator('.filter').fill('');
    await press('Enter');
    await tail.locator('.scroller').focus();
    await press('Home');
    await press('n');
    await tail.locator('.layer .row.selected', { hasText: 'violates' }).waitFor();
    await tail.locator('.json-tree .fault-mark').first().waitFor();
    await press('f');
    await tail.locator('.faults .fault', { hasText: '6 of 60' }).waitFor();
    await workbench.screenshot('tail-panel-faults');
    await tail.locator('.faults .report').first().click();
    await workbench.page.getByPlaceholder(/^Filter \(e\.g\./).fill('of the last');
    const problem = workbench.page.locator('.markers-panel .monaco-list-row', { hasText: '6 of the last 60 messages on orders.scored lack score, which OrderScored requires.' });
    await problem.first().waitFor();
    await workbench.screenshot('tail-panel-problems');
    await workbench.runCommand('Tailrace: Clear Problems of Tails');
    await problem.first().waitFor({ state: 'detached' });
    await workbench.page.getByPlaceholder(/^Filter \(e\.g\./).fill('');
    await workbench.runCommand('View: Hide Panel');
  });

  it('proposes a contract from what was seen, as a file that is not saved', async () => {
    tail = await tailFrame(workbench, 'orders.scored');
    await tail.locator('.faults .link', { hasText: 'Propose a contract' }).click();
    await workbench.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
    await workbench.page.locator('.view-line', { hasText: '$schema' }).first().waitFor();
    await workbench.screenshot('tail-panel-proposal');
    await workbench.runCommand('View: Revert and Close Editor');
  });

  it('sorts by time what partitions brought one after the other, and selects all of it', async () => {
    tail = await tailFrame(workbench, 'orders.scored');
    await tail.locator('.scroller').click({ position: { x: 200, y: 60 } });
    await workbench.runCommand('Tailrace: Sort Tail by Time, or as Messages Came');
    await tail.locator('.order-button', { hasText: 'Order: time' }).waitFor();
    await tail.locator('.scroller').focus();
    const orders = async () => (await tail.locator('.layer .row:visible').allInnerTexts()).map((text) => /"order_id":"(o-\d+)"/.exec(text)?.[1]);
    await until(async () => {
      // The list that comes in the new order goes to the message that was chosen.
      await press('Home');
      return (await orders()).slice(0, 8).join(' ') === 'o-0 o-1 o-2 o-3 o-4 o-5 o-6 o-7';
    }, { what: 'the order by time' });
    await press('Control+a');
    await tail.locator('footer .selected-count', { hasText: '60 selected' }).waitFor();
    // The workbench has marked nothing of the page itself.
    assert.equal(await tail.evaluate('getSelection()?.toString() ?? ""'), '');
    await workbench.screenshot('tail-panel-by-time');
  });

  it('exports what it holds, with keys, times and headers', async () => {
    tail = await tailFrame(workbench, 'orders.scored');
    await tail.locator('.export').click();
    await menu(tail, 'JSON Lines, all that is kept').click();
    const dialog = workbench.page.locator('.quick-input-widget', { hasText: 'Export orders.scored' });
    // It takes a name only when it has listed the folder, in which it shows files of the kind alone.
    await dialog.locator('.monaco-list-row', { hasText: 'contracts' }).first().waitFor();
    await dialog.locator('input.input').press('Enter');
    await workbench.page.locator('.notification-toast', { hasText: '60 messages were written to orders.scored.jsonl' }).waitFor();
    const lines = (await readFile(join(workbench.server.folder, 'orders.scored.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 60);
    assert.deepEqual(lines.map((line) => /\bo-(\d+)/.exec(line)?.[1]), Array.from({ length: 60 }, (_, i) => String(i)), 'in the order of the list');
    const last = JSON.parse(lines.find((line) => line.includes('o-59'))!) as Record<string, unknown>;
    assert.equal(last['key'], 'c-4');
    assert.deepEqual(last['headers'], { tenant: 'eu', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    assert.equal(last['time'], new Date(began - HOUR + 59_000).toISOString());
  });

  it('merges channels into one list, and follows a trace over them', async () => {
    await pickThrough(workbench, 'Tailrace: Tail Channels Together…');
    for (const channel of ['orders.scored', 'orders.scored.dlq']) {
      await workbench.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${channel},"]`).first().click();
    }
    await workbench.page.locator('.quick-input-widget', { hasText: '2 Selected' }).waitFor();
    await press('Enter');
    await until(
      async () => {
        tail = await tailFrame(workbench, 'orders.scored');
        return tail.locator('.more-channels').isVisible();
      },
      { what: 'the merged tail' },
    );
    await startAt('-3d');
    await received(tail, 61);
    await tail.locator('.scroller').focus();
    await press('/');
    await type('o-59');
    await press('Enter');
    await tail.locator('.matches', { hasText: '2 of 61 match' }).waitFor();
    await row(tail, 'orders.scored.dlq').click();
    await tail.getByRole('tab', { name: 'Trace' }).click();
    await tail.locator('.trace', { hasText: TRACE }).waitFor();
    await workbench.screenshot('tail-panel-trace');
    await tail.locator('.trace .vrow', { hasText: 'orders.scored' }).filter({ hasText: 'start' }).first().click();
    await until(async () => /orders\.scored\b(?!\.dlq)/.test(await tail.locator('.detail .title').innerText()), { what: 'the message of the trace' });
    await tail.locator('.more-channels').click();
    await tail.locator('.popup.sources', { hasText: '60 received' }).waitFor();
    await workbench.screenshot('tail-panel-merged');
    // The list goes on with what it holds of the other one.
    await tail.locator('.popup.sources .remove').nth(1).click();
    await tail.locator('.matches', { hasText: '1 of 60 match' }).waitFor();
    await tail.locator('.more-channels').waitFor({ state: 'hidden' });
    await row(tail, 'orders.scored.dlq').waitFor({ state: 'detached' });
    await row(tail, 'o-59').waitFor();
    await workbench.page.locator('.tab', { hasText: 'orders.scored + 1' }).waitFor({ state: 'detached' });
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });

  it('offers to publish a message again once writing is allowed, and then only', async () => {
    await tail.getByRole('tab', { name: 'Decoded' }).click();
    assert.equal(await tail.locator('.detail .publish').isVisible(), false);
    await pickThrough(workbench, 'Tailrace: Allow Writing…', 'events');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Allow Writing' }).click();
    await tail.locator('.writing', { hasText: 'writable' }).waitFor();
    await tail.locator('.detail .publish').click();
    await workbench.page.locator('.tab.active', { hasText: 'Publish to orders.scored' }).waitFor();
    const form = await workbench.webviewFrame('tailrace.tailrace', 'textarea');
    await until(async () => (await form.locator('textarea').first().inputValue()).includes('o-59'), { what: 'the message in the form' });
    await workbench.screenshot('tail-panel-publish');
    await workbench.runCommand('View: Close Editor');
    tail = await tailFrame(workbench, 'orders.scored');
    await tail.locator('.detail .title').waitFor();
  });

  it('has room beside a text', async () => {
    await workbench.runCommand('View: Split Editor Right');
    await workbench.openFile('shop.flow.yaml');
    const width = await until(async () => {
      const box = await tail.locator('body').boundingBox();
      return box !== null && box.width < 760 ? box.width : undefined;
    }, { what: 'a narrow panel' });
    for (const part of ['.controls', '.tools', '.list', '.detail', 'footer .buffer']) {
      const box = await tail.locator(part).boundingBox();
      assert.ok(box && box.width <= width, `${part} is ${box?.width} of ${width} px wide`);
    }
    await workbench.screenshot('tail-panel-narrow');
  });
});

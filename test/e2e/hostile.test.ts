import amqp from 'amqplib';
import assert from 'node:assert/strict';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { findBroker, makeTopics, startKafka, startRabbit, type RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import { extensionLog, openExample, pickThrough, pictureOfFailure, tailFrame } from './support';

const MIB = 1024 * 1024;
const SCRIPT = '<img src=x onerror="window.wasRun=1"><script>window.wasRun=1</script><style>*{display:none}</style>';
const ITEM = JSON.stringify({ sku: 'SKU-1', html: SCRIPT });
/** Direction marks, characters without width, controls, and what may be in no file’s name. */
const HOSTILE_NAME = `jobs.\u202Egpj.\u200B\u0007/../${SCRIPT}`;

interface Sent {
  readonly key: string | Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

function sent(key: string | Buffer, value: string | Buffer, headers: Sent['headers'] = {}): Sent {
  return { key, value: Buffer.from(value), headers };
}

const items = `{"items":[${Array.from({ length: Math.ceil((10 * MIB) / (ITEM.length + 1)) }, () => ITEM).join()}]}`;
const MESSAGES: readonly Sent[] = [
  sent('ten MiB', items),
  sent(SCRIPT, SCRIPT, { [SCRIPT]: SCRIPT }),
  sent(Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x7b, 0xff, 0xc0, 0x80, 0x7d]), { raw: Buffer.from([0x80]) }),
  sent('k'.repeat(1_000_000), 'one key'),
  sent('headers', 'thousands', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`h${i}`, `v${i}`]))),
  sent('frame', Buffer.concat([Buffer.from([0, 0, 0, 0, 42]), Buffer.from('{"a":')])),
  sent('deep', '['.repeat(50_000) + ']'.repeat(50_000)),
  sent('\u202Egpj.\u200B\u0000\u0007exe', '=1+1\u2028"\r\n,\u2029\u202E'),
  sent('base64:AAAA', '{"__proto__":{"polluted":true},"constructor":1}', { ['__proto__']: 'x', constructor: 'base64:AAAA' }),
];

describe('hostile messages in a real workbench, on real brokers', function () {
  this.timeout(120_000);
  let kafka: RunningBroker;
  let rabbit: RunningBroker;
  let client: Kafka;
  let admin: Admin;
  let producer: Producer;
  let connection: Awaited<ReturnType<typeof amqp.connect>>;
  let channel: amqp.Channel;
  let folder: string;
  let workbench: OpenWorkbench;
  let tail: Frame;

  before(async function () {
    this.timeout(180_000);
    for (const kind of ['kafka', 'rabbitmq'] as const)
      if ((await findBroker(kind)) === undefined) notRun(this, `${kind} is not installed`, 'node scripts/setup/brokers.mjs');
    [kafka, rabbit] = await Promise.all([startKafka({ properties: { 'message.max.bytes': String(16 * MIB) } }), startRabbit()]);
    client = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING });
    admin = client.admin();
    producer = client.producer({ allowAutoTopicCreation: false });
    await Promise.all([admin.connect(), producer.connect()]);
    await makeTopics(admin, ['hostile', 'again'].map((topic) => ({ topic, numPartitions: 1 })));
    // With the partition said: kafkajs’s hash of a key of a megabyte takes minutes.
    for (const message of MESSAGES) await producer.send({ topic: 'hostile', messages: [{ ...message, partition: 0 }] });
    connection = await amqp.connect(rabbit.url);
    connection.on('error', () => undefined);
    channel = await connection.createChannel();
    await channel.assertExchange('incoming', 'topic');
    await channel.assertQueue(HOSTILE_NAME);
    await channel.bindQueue(HOSTILE_NAME, 'incoming', '#');

    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    writeFileSync(join(folder, 'hostile.flow.yaml'), `flow: 1
brokers:
  events: { protocol: kafka, url: "${kafka.url}", environment: development }
  work: { protocol: rabbitmq, url: "\${env:WORK_URL}" }
channels:
  hostile: { broker: events }
  again: { broker: events }
  ${JSON.stringify(HOSTILE_NAME)}: 
    broker: work
    queue: classic
    bindings: [{ exchange: incoming, routingKey: "#" }]
  incoming: { broker: work, exchange: topic }
`);
    workbench = await openExample(this, 'shop', { folder, env: { WORK_URL: rabbit.url } });
    await workbench.openFile('hostile.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([producer?.disconnect(), admin?.disconnect(), connection?.close()]);
    await Promise.all([kafka?.stop(), rabbit?.stop()]);
    if (folder) rmSync(folder, { recursive: true });
  });

  const press = (key: string): Promise<void> => workbench.page.keyboard.press(key);
  const selected = () => tail.locator('.layer .row.selected');
  const received = (count: number): Promise<void> => tail.locator('footer', { hasText: new RegExp(`^${count} received`) }).waitFor();

  /** From now on the page keeps what its policy forbids. */
  const watch = (): Promise<unknown> =>
    tail.evaluate(`kept = []; document.addEventListener('securitypolicyviolation', (e) => kept.push(e.violatedDirective + ' ' + e.blockedURI)); 0`);

  /** Nothing of a message has become a part of the page. */
  async function assertSafe(): Promise<void> {
    const found = await tail.evaluate(`({
      kept, wasRun: 'wasRun' in window || 'polluted' in {},
      elements: document.body.querySelectorAll('img, style, :scope > * script').length,
    })`);
    assert.deepEqual(found, { kept: [], wasRun: false, elements: 0 });
  }

  /** Chooses the message that stands at a place of the list, and waits until all of it is shown. */
  async function open(at: number): Promise<void> {
    await tail.locator('.scroller').focus();
    await press('Home');
    for (let n = 0; n < at; n++) await press('ArrowDown');
    await tail.locator('.detail .title', { hasText: `offset ${at}` }).waitFor();
  }

  it('lists all of them, counted right, from ten MiB to a key of a megabyte', async () => {
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'hostile');
    tail = await tailFrame(workbench, 'hostile');
    await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
    await watch();
    await tail.locator('.starts').click();
    await tail.getByLabel('Earliest').check();
    await press('Enter');
    await received(MESSAGES.length);
    await tail.locator('.layer .row:visible', { hasText: 'ten MiB' }).first().waitFor();
    await assertSafe();
    await workbench.screenshot('hostile-list');
  });

  it('opens each in every view, and answers keys meanwhile', async () => {
    for (let at = 0; at < MESSAGES.length; at++) {
      await open(at);
      for (const name of ['Decoded', 'Text', 'Hex', /^Headers/, 'Diff', 'Trace']) {
        await tail.getByRole('tab', { name }).click();
        await tail.getByRole('tab', { name, selected: true }).waitFor();
        assert.ok((await tail.locator('*').count()) < 3000, `${at}: ${String(name)} has too many elements`);
      }
      await assertSafe();
      await tail.getByRole('tab', { name: 'Decoded' }).click();
      await tail.locator('.scroller').focus();
      await press('End');
      await tail.locator('.layer .row.selected', { hasText: 'base64:AAAA' }).waitFor();
    }
    await open(0);
    await tail.locator('.notes, .read').filter({ hasText: /KiB|MiB|cut|first/i }).first().waitFor();
    await workbench.screenshot('hostile-ten-mib');
    await open(4);
    await tail.getByRole('tab', { name: 'Headers 5000' }).click();
    await tail.locator('.view', { hasText: 'h3' }).waitFor();
    await open(7);
    assert.doesNotMatch(await selected().innerText(), /[\u202E\u200B\u0007]/u);
    await workbench.screenshot('hostile-marks');
    await tail.getByRole('tab', { name: 'Decoded' }).click();
  });

  it('filters over them by text and by expression', async () => {
    const matches = (count: number) => tail.locator('.matches', { hasText: `${count} of ${MESSAGES.length} match` }).waitFor();
    const filter = tail.locator('.filter');
    await filter.fill('onerror');
    await matches(2);
    await filter.fill('');
    await tail.locator('.matches', { hasText: 'match' }).waitFor({ state: 'hidden' });
    await tail.locator('.toggle', { hasText: 'expression' }).click();
    for (const [expression, count] of [
      ['key.size() == 1000000', 1],
      ['headers["h4999"] == "v4999"', 1],
      ['size > 10000000', 1],
      ['value.constructor == 1', 1],
      ['headers["constructor"] == "base64:AAAA"', 1],
    ] as const) {
      await filter.fill(expression);
      await matches(count);
    }
    // Ten MiB are not parsed for each key stroke, which is said and not passed over.
    await filter.fill('value.items[1000].sku == "SKU-1"');
    await tail.locator('.matches', { hasText: /^0 of 9 match · \d could not be asked/ }).waitFor();
    await filter.fill('');
    await press('Enter');
    await tail.locator('.matches', { hasText: 'match' }).waitFor({ state: 'hidden' });
    await assertSafe();
  });

  /** Exports all, and gives what was written. */
  async function exported(title: string, extension: string): Promise<string> {
    await tail.locator('.export').click();
    await tail.locator('.popup.menu button', { hasText: `${title}, all that is kept` }).first().click();
    await workbench.page.locator('.quick-input-widget', { hasText: 'Export hostile' }).waitFor();
    await press('Enter');
    // The workbench keeps back notifications that come fast upon another; a file is there when it is whole.
    const path = join(workbench.server.folder, `hostile.${extension}`);
    await until(() => existsSync(path), { what: path });
    return readFile(path, 'utf8');
  }

  it('exports them whole, as JSON Lines and CSV', async () => {
    const lines = (await exported('JSON Lines', 'jsonl')).trimEnd().split('\n').map((line) => JSON.parse(line) as { value: unknown });
    const texts = MESSAGES.map(({ value }) => value.toString());
    assert.equal(lines.length, MESSAGES.length);
    for (const [i, { value }] of lines.entries()) {
      if (i === 2) assert.deepEqual(value, { base64: MESSAGES[2]!.value.toString('base64') });
      else assert.ok(value === texts[i], `${i}: ${String(value).slice(0, 40)}`);
    }
    const cells = cellsOf(await exported('CSV', 'csv'));
    assert.equal(cells.length, MESSAGES.length + 1);
    const at = cells[0]!.indexOf('value');
    assert.ok(cells[1]![at] === items);
    assert.equal(cells[8]![at], `'${texts[7]}`);
  });

  it('publishes them from the file, byte for byte', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Publish to Channel…', 'again');
    const form = await until(
      async () => {
        const frame = await workbench.webviewFrame('tailrace.tailrace', 'header.target');
        return (await frame.locator('.channel').innerText()) === 'again' ? frame : undefined;
      },
      { what: 'the form' },
    );
    await form.locator('vscode-dropdown').first().click();
    await form.locator('vscode-option', { hasText: 'Messages of a file' }).click();
    await form.locator('vscode-button', { hasText: 'Choose File…' }).click();
    const dialog = page.locator('.quick-input-widget', { hasText: 'Messages to Publish' });
    await dialog.waitFor();
    await dialog.locator('.monaco-list-row', { hasText: 'hostile.jsonl' }).click();
    await form.locator('.about-source', { hasText: 'hostile.jsonl' }).waitFor();
    await form.locator('vscode-button.send').click();
    await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Publish' }).click();
    await form.locator('.state', { hasText: `Done: ${MESSAGES.length} messages confirmed` }).waitFor();
    await workbench.screenshot('hostile-published');

    const consumer = client.consumer({ groupId: 'judge', maxBytesPerPartition: 32 * MIB, maxBytes: 32 * MIB });
    const found: { key: Buffer | null; value: Buffer | null; headers?: object }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: 'again', fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: ({ message }) => Promise.resolve(void found.push(message)) });
    await until(() => found.length === MESSAGES.length, { what: 'all messages' });
    await consumer.disconnect();
    for (const [i, { key, value, headers }] of MESSAGES.entries()) {
      const one = found[i]!;
      assert.ok(one.key?.equals(Buffer.from(key)), `the key of ${i}`);
      assert.ok(one.value?.equals(value), `the value of ${i}`);
      // kafkajs puts what every object has of such a name before a header of it.
      assert.deepEqual(
        Object.entries(one.headers ?? {}).map(([name, bytes]) => [name, [bytes as Buffer].flat().at(-1)]),
        Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
      );
    }
    await page.locator('.tab.active .tab-actions .action-label').click();
  });

  it('shows them from a RabbitMQ queue with a hostile name', async () => {
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'jobs.');
    tail = await until(
      async () => {
        const frame = await workbench.webviewFrame('tailrace.tailrace', 'button.subject');
        return (await frame.locator('button.subject').innerText()).startsWith('jobs.') ? frame : undefined;
      },
      { what: 'the tail of the queue' },
    );
    await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
    assert.doesNotMatch(await tail.locator('body').innerText(), /\u202E/);
    await watch();
    // Names of RabbitMQ are at most 255 bytes long.
    for (const { key, value, headers } of MESSAGES) {
      channel.publish('incoming', Buffer.from(key).toString('latin1').slice(0, 60), value, { headers: Object.fromEntries(Object.entries(headers).slice(0, 900)) });
    }
    await received(MESSAGES.length);
    await tail.locator('.scroller').focus();
    for (let at = 0; at < MESSAGES.length; at++) {
      await press(at === 0 ? 'Home' : 'ArrowDown');
      await tail.locator('.detail .title').waitFor();
    }
    await assertSafe();
    await workbench.screenshot('hostile-rabbitmq');
    const { messageCount } = await channel.checkQueue(HOSTILE_NAME);
    assert.equal(messageCount, MESSAGES.length);
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });
});

/** The cells of CSV by RFC 4180; a regular expression would run out of stack at ten MiB. */
function cellsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = at;
    if (text[at] === '"') for (end = at + 1; text[end] !== '"' || text[end + 1] === '"'; end += text[end] === '"' ? 2 : 1);
    while (text[end] !== ',' && text[end] !== '\r') end++;
    const cell = text.slice(at, end);
    record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    at = end + (text[end] === ',' ? 1 : 2);
    if (text[end] === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

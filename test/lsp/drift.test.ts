import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompareBrokerAnswer, DriftAnswer, ImportAnswer, WantedAnswer } from '../../src/protocol/drift';
import { inventory, topic } from '../drift/support';
import { Client, type OpenDocument } from './client';

const shop = `flow: 1
brokers:
  events: { protocol: kafka, url: "localhost:9092" }
channels:
  orders: { broker: events, partitions: 3 }
  # tailrace-ignore drift/missing-channel: made by the first message
  refunds: { broker: events }
`;
const real = inventory({ about: 'Kafka', channels: [topic('orders', { partitions: 6 })] });

describe('files beside a broker, over stdio', function () {
  this.timeout(60_000);
  let folder: string;
  let client: Client;
  let document: OpenDocument;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-drift-')));
    const path = join(folder, 'shop.flow.yaml');
    writeFileSync(path, shop);
    client = await Client.start([folder]);
    document = await client.open(pathToFileURL(path).href, shop);
  });
  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const compare = (params: object): Promise<CompareBrokerAnswer> =>
    client.request('tailrace/compareBroker', { broker: 'broker:events', asked: 1, url: 'localhost:9092', ...params });
  const codes = (answer: CompareBrokerAnswer): readonly string[] => (answer as DriftAnswer).problems?.map(({ code }) => code);

  it('tells what must be on the broker', async () => {
    assert.deepEqual(await client.request<WantedAnswer>('tailrace/wantedOnBroker', { broker: 'broker:events' }),
      [{ address: 'orders', kind: 'topic' }, { address: 'refunds', kind: 'topic' }]);
  });

  it('is given an inventory once, and compares it with the files as they are now', async () => {
    assert.deepEqual(await compare({}), { is: 'forgotten' });
    const first = await compare({ inventory: real });
    assert.equal(first.is, 'compared');
    assert.deepEqual(codes(first), ['drift/setting']);
    const [problem] = (first as DriftAnswer).problems;
    assert.deepEqual(problem?.at, { uri: document.uri, start: { line: 4, character: 40 }, end: { line: 4, character: 41 } });
    assert.match(problem?.docs ?? '', /docs\/rules\/drift\/setting\.md$/);
    assert.deepEqual(problem?.fixes, [{ title: 'Set partitions to 6', safe: true, edits: [{ at: problem?.at, newText: '6' }] }]);
    const at = document.text.indexOf('3 }');
    await client.edit(document, at, at + 1, '6');
    assert.deepEqual(codes(await compare({})), []);
    assert.deepEqual(await compare({ asked: 2 }), { is: 'forgotten' });
    assert.deepEqual(await compare({ broker: 'broker:gone', inventory: real }), { is: 'gone' });
  });

  it('writes a flow file of an inventory', async () => {
    const { name, text } = await client.request<ImportAnswer>('tailrace/importBroker', {
      protocol: 'kafka', inventory: real, url: 'events.example.com:9092', tls: true, environment: 'staging',
    });
    assert.equal(name, 'events');
    assert.match(text, /brokers:\n {2}events:\n {4}protocol: kafka\n {4}url: events\.example\.com:9092\n[^]*environment: staging\n {4}tls: true\n/);
  });
});

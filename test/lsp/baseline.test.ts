import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import { Client, type OpenDocument } from './client';

const order = '{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [\n  { "name": "id", "type": "string" }\n] }\n';
const flow = `flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order: { format: avro, compatibility: backward, versions: { 1: order.avsc } }
channels:
  orders: { broker: events, schema: Order@1 }
services:
  billing: { consumes: { orders: {} } }
`;

describe('contracts against git while typing', () => {
  let folder: string;
  let client: Client;
  const uri = (): string => pathToFileURL(join(folder, 'order.avsc')).href;
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, stdio: 'ignore' });
  };
  const incompatible = async (document: OpenDocument): Promise<readonly Diagnostic[]> =>
    (await client.diagnosticsOf(document)).filter(({ code }) => code === 'schema/incompatible');

  const lensTitles = async (): Promise<readonly string[]> =>
    (await client.request<{ command: { title: string } }[]>('textDocument/codeLens', { textDocument: { uri: uri() } })).map(({ command }) => command.title);

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-lsp-')));
    writeFileSync(join(folder, 'order.avsc'), order);
    writeFileSync(join(folder, 'shop.flow.yaml'), flow);
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function addField(): Promise<OpenDocument> {
    const document = await client.open(uri(), order, 'avro');
    const at = order.indexOf('\n] }');
    await client.edit(document, at, at, ',\n  { "name": "total", "type": "long" }');
    return document;
  }

  it('tells in a trusted folder what an edit breaks, with the consumers, and stops when it is mended', async () => {
    client = await Client.start([folder], { isTrusted: true });
    const document = await addField();
    await client.until(() => client.diagnostics.get(uri())?.diagnostics.some(({ code }) => code === 'schema/incompatible') === true);
    const [problem] = await incompatible(document);
    assert.match(String(problem?.message), /^shop\.v1\.Order\.total was added without a default: .* shop\.v1\.Order must be backward compatible with what it was in main \([0-9a-f]{10}\), which billing reads\. Give total a default\.$/);
    assert.deepEqual(problem?.range, { start: { line: 2, character: 13 }, end: { line: 2, character: 18 } });
    assert.equal(problem?.relatedInformation?.[0]?.message, 'billing consumes topic orders as version 1');
    assert.deepEqual(await lensTitles(), [`carried by orders · 1 consumer · not backward compatible with ${/main \([0-9a-f]+\)/.exec(String(problem.message))?.[0]}: 1 ✗`]);
    const actions = await client.request<{ title: string; edit: { changes?: Record<string, { range: Diagnostic['range']; newText: string }[]> } }[]>(
      'textDocument/codeAction', { textDocument: { uri: uri() }, range: problem.range, context: { diagnostics: [] } });
    const fix = actions.find(({ title }) => title === 'Give total the default 0');
    assert.deepEqual(Object.values(fix?.edit.changes ?? {}).flat().map(({ newText }) => newText), [', "default": 0']);
    const end = document.text.indexOf('"long"') + '"long"'.length;
    await client.edit(document, end, end, ', "default": 0');
    assert.deepEqual(await incompatible(document), []);
    assert.match((await lensTitles())[0] ?? '', /^carried by orders · 1 consumer · backward compatible with main \([0-9a-f]+\) ✓$/);
  });

  it('reminds a client that does not ask for what stands above the message now, as one whose editor loses the focus', async () => {
    client = await Client.start([folder], { isTrusted: true });
    const document = await client.open(uri(), order, 'avro');
    await client.until(() => client.lensRenewals > 0);
    let [title = ''] = await lensTitles();
    while (!title.endsWith('✓')) {
      const before = client.lensRenewals;
      await client.until(() => client.lensRenewals > before);
      [title = ''] = await lensTitles();
    }
    const before = client.lensRenewals;
    const at = order.indexOf('\n] }');
    await client.edit(document, at, at, ',\n  { "name": "total", "type": "long" }');
    await client.until(() => client.lensRenewals >= before + 2);
    assert.match((await lensTitles())[0] ?? '', / · not backward compatible with main \([0-9a-f]+\): 1 ✗$/);
  });

  it('tells that keys move where a topic gets another number of partitions, and offers the one before', async () => {
    const topic = (partitions: number): string => `flow: 1
brokers:
  events: { protocol: kafka }
channels:
  orders.keyed: { broker: events, partitions: ${partitions}, ordering: per-key }
`;
    writeFileSync(join(folder, 'topic.flow.yaml'), topic(6));
    git('add', '.');
    git('commit', '-q', '-m', 'topic');
    client = await Client.start([folder], { isTrusted: true });
    const at = pathToFileURL(join(folder, 'topic.flow.yaml')).href;
    const document = await client.open(at, topic(6), 'tailrace-flow');
    const found = (): readonly Diagnostic[] =>
      client.diagnostics.get(at)?.diagnostics.filter(({ code }) => code === 'ordering/partition-change') ?? [];
    const start = topic(6).indexOf('6,');
    await client.edit(document, start, start + 1, '12');
    await client.until(() => found().length > 0);
    const [problem] = found();
    assert.match(String(problem?.message), /^topic orders\.keyed had 6 partitions in main \([0-9a-f]{10}\) and has 12 partitions now: /);
    const actions = await client.request<{ title: string }[]>(
      'textDocument/codeAction', { textDocument: { uri: at }, range: problem?.range, context: { diagnostics: [] } });
    assert.ok(actions.some(({ title }) => title === 'Set partitions to 6'), actions.map(({ title }) => title).join(', '));
    await client.edit(document, start, start + 2, '6');
    assert.deepEqual((await client.diagnosticsOf(document)).filter(({ code }) => code === 'ordering/partition-change'), []);
  });

  it('asks git nothing in a folder that nobody trusts, and begins when somebody does', async () => {
    client = await Client.start([folder]);
    const document = await addField();
    assert.deepEqual(await incompatible(document), []);
    await client.notify('tailrace/trusted', undefined);
    await client.until(() => client.diagnostics.get(uri())?.diagnostics.some(({ code }) => code === 'schema/incompatible') === true);
  });

  it('compares with what the settings name, or with nothing', async () => {
    client = await Client.start([folder], { isTrusted: true });
    client.settings = { compat: { against: 'off' } };
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    const document = await addField();
    assert.deepEqual(await incompatible(document), []);
  });
});

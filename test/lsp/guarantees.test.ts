import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeLens, Hover, InlayHint } from 'vscode-languageserver';
import type { FlowEdits, FlowSummary, FlowView } from '../../src/protocol/guarantee';
import { Client, type OpenDocument } from './client';

const shop = `flow: 1
brokers:
  events: { protocol: kafka, version: "4.1" }
channels:
  orders: { broker: events, partitions: 3, replicas: 3, minInsyncReplicas: 2 }
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders: { acks: 1, key: id }
  billing:
    client: kafka-java@3.9
    consumes:
      orders:
        guarantee: at-least-once
        group: billing
        autoCommit: false
        commit: after-processing
`;

describe('guarantees over stdio', function () {
  this.timeout(60_000);
  let folder: string;
  let client: Client;
  let document: OpenDocument;
  const id = 'checkout > orders > billing';

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-guarantees-')));
    const path = join(folder, 'shop.flow.yaml');
    writeFileSync(path, shop);
    client = await Client.start([folder]);
    document = await client.open(pathToFileURL(path).href, shop);
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const lenses = async (): Promise<string[]> => {
    const all = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: document.uri } });
    return all.filter(({ command }) => command?.command === 'tailrace.explainFlow').map(({ command }) => `${command?.title} ${command?.arguments}`);
  };
  const inlays = async (): Promise<string[] | null> => {
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const all = await client.connection.sendRequest<InlayHint[] | null>('textDocument/inlayHint', { textDocument: { uri: document.uri }, range });
    return all && all.map(({ position, label }) => `${position.line}:${position.character} ${String(label)}`);
  };

  /** The server asks for its settings, and tells when what it says of the files may have changed. */
  const configure = async (settings: Record<string, unknown>): Promise<void> => {
    const before = client.changed;
    client.settings = settings;
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.until(() => client.changed > before);
  };

  it('stand in lenses and inlay hints', async () => {
    assert.deepEqual(await lenses(), [`best-effort · declared at-least-once ✗ ${id}`]);
    assert.deepEqual(await inlays(), ['9:34 best-effort ✗', '13:13 best-effort ✗']);
  });

  it('are explained in hover, without a link that this client could not follow', async () => {
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: document.uri }, position: { line: 13, character: 8 },
    });
    const { value } = hover.contents as { value: string };
    assert.match(value, /^\*\*best-effort\*\*, declared at-least-once in \[shop\.flow\.yaml:15\]/);
    assert.match(value, /- acks `1` of checkout \(declared, \[shop\.flow\.yaml:10\]/);
    assert.match(value, /How it is lost, by one fault:\n\n1\. /);
    assert.doesNotMatch(value, /command:/);
  });

  it('are listed, and told in full, as the files are and with other settings', async () => {
    const [summary, ...others] = await client.connection.sendRequest<FlowSummary[]>('tailrace/guarantees');
    assert.deepEqual(others, []);
    assert.deepEqual(summary, {
      id, title: 'checkout → orders → billing', derived: 'best-effort', declared: 'at-least-once', fallsShort: true,
      verdict: 'best-effort · declared at-least-once ✗',
      elements: ['service:checkout', 'publish:checkout>orders', 'channel:orders', 'consume:orders>billing', 'service:billing'],
    });
    const view = await client.connection.sendRequest<FlowView>('tailrace/flow', { id, changes: [] });
    assert.deepEqual(view.stations.map(({ kind, copies }) => `${kind} ${copies}`), ['publisher 1', 'channel 3', 'consumer 1']);
    assert.equal(view.hazards.find(({ hazard }) => hazard === 'loss')?.words, 'by one fault');
    assert.deepEqual(view.repair?.changes.map(({ key, words }) => `${key} ${words}`), ['acks all']);
    const acks = view.settings.find(({ key }) => key === 'acks');
    assert.equal(acks?.at?.start.line, 9);
    assert.deepEqual(view.choices.find((one) => one.id === acks?.id)?.values.map(({ words }) => words), ['0', '1', 'all']);

    const changes = [{ id: acks?.id, station: 0, owner: 'publish', key: 'acks', value: 'all' }];
    const tried = await client.connection.sendRequest<FlowView>('tailrace/flow', { id, changes });
    assert.equal(tried.verdict, 'at-least-once ✓');
    assert.deepEqual(tried.changes, changes);
    // Nothing was written, and the files say what they said.
    assert.deepEqual(await lenses(), [`best-effort · declared at-least-once ✗ ${id}`]);

    const edits = await client.connection.sendRequest<FlowEdits>('tailrace/flowEdits', { id, changes });
    assert.deepEqual(edits.left, []);
    assert.deepEqual(edits.edits.map(({ at, newText }) => `${at.start.line}:${at.start.character}-${at.end.character} ${newText}`), ['9:22-23 all']);
  });

  it('are nothing for flows that are not there', async () => {
    assert.equal(await client.connection.sendRequest('tailrace/flow', { id: 'a > b > c', changes: [] }), null);
    assert.equal(await client.connection.sendRequest('tailrace/flowEdits', { id: 'a > b > c', changes: [] }), null);
  });

  it('are left out where somebody switches them off', async () => {
    await configure({ guarantees: { lens: false, inlay: false } });
    assert.deepEqual(await lenses(), []);
    assert.equal(await inlays(), null);
    await configure({});
    assert.equal((await lenses()).length, 1);
  });
});

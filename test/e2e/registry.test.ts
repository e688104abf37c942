import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBroker, startRegistry, type RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import { extensionLog, openExample, pickThrough, pictureOfFailure } from './support';

const COMMAND = 'Tailrace: Compare with Schema Registry…';
const order = (...fields: readonly string[]): string =>
  `{ "type": "record", "name": "Order", "namespace": "shop", "fields": [\n  { "name": "id", "type": "string" }${fields.map((f) => `,\n  ${f}`).join('')}\n] }\n`;

describe('a schema registry in a real workbench', function () {
  this.timeout(240_000);
  let registry: RunningBroker;
  let door: Server;
  let doorUrl: string;
  let workbench: OpenWorkbench;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    if (await findBroker('registry') === undefined) notRun(this, 'Apicurio Registry is not installed', 'node scripts/setup/brokers.mjs');
    registry = await startRegistry();
    const answer = await fetch(`${registry.url}/subjects/orders-value/versions`, {
      method: 'POST', body: JSON.stringify({ schema: order() }), headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    });
    assert.ok(answer.ok, await answer.text());
    // Apicurio lets everybody in here: what asks for a token stands before it.
    door = createServer((request, response) => {
      if (request.headers.authorization !== 'Bearer hush-t0ken') return void response.writeHead(401).end('{}');
      void fetch(`${registry.url}${request.url}`).then(async (given) => response.writeHead(given.status).end(await given.text()));
    });
    await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
    doorUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    writeFileSync(join(folder, 'order.avsc'), order('{ "name": "total", "type": "long" }'));
    writeFileSync(join(folder, 'shop.flow.yaml'), `flow: 1
brokers:
  events: { protocol: kafka, registry: "${registry.url}" }
schemas:
  Order: { format: avro, compatibility: backward, versions: { 1: order.avsc } }
channels:
  orders: { broker: events, schema: Order@1 }
services:
  billing: { consumes: { orders: {} } }
`);
    workbench = await openExample(this, 'shop', { folder });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    door?.close();
    await registry?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const problem = (text: string) => workbench.page.locator('.markers-panel .monaco-list-row', { hasText: text }).first();

  it('is asked on command only, and its verdict stands at the contract until it is cleared', async () => {
    const { page } = workbench;
    await pickThrough(workbench, COMMAND, registry.url);
    const toast = page.locator('.notification-toast', { hasText: `Registry ${registry.url} holds 1 of 1 contract file` });
    await toast.waitFor();
    await workbench.waitForProblem('READER_FIELD_MISSING_DEFAULT_VALUE');
    await problem('READER_FIELD_MISSING_DEFAULT_VALUE').locator('xpath=.', { hasText: /total/ }).waitFor();
    await problem('REGISTRY_DRIFT').waitFor();
    await workbench.screenshot('registry-problems');
    await pickThrough(workbench, 'Tailrace: Clear Problems of the Schema Registry');
    await problem('READER_FIELD_MISSING_DEFAULT_VALUE').waitFor({ state: 'detached' });
  });

  it('is signed in to with a token that nothing shows, at an address that the user types', async () => {
    const { page } = workbench;
    const input = page.locator('.quick-input-widget input.input');
    await pickThrough(workbench, COMMAND, 'Another address');
    await page.locator('.quick-input-widget', { hasText: 'Where is the registry?' }).waitFor();
    await input.fill(doorUrl);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Without, or as before' }).first().click();
    // The door refuses, and it is asked how to sign in.
    await page.locator('.quick-input-title', { hasText: `Sign in to ${doorUrl}` }).waitFor();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Bearer token' }).first().waitFor();
    // By keys: the hint of the entry above may lie over this one.
    await input.fill('Bearer');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget', { hasText: 'kept in secret storage' }).waitFor();
    await input.fill('hush-t0ken');
    await page.keyboard.press('Enter');
    await page.locator('.notification-toast', { hasText: `Registry ${doorUrl} holds 1 of 1 contract file` }).waitFor();
    await workbench.waitForProblem('READER_FIELD_MISSING_DEFAULT_VALUE');
    // It is known now, and offered.
    await pickThrough(workbench, COMMAND, doorUrl);
    await page.locator('.notification-toast', { hasText: `Registry ${doorUrl} holds 1 of 1 contract file` }).waitFor();
    const log = await extensionLog(workbench);
    assert.doesNotMatch(log, /hush-t0ken/);
    assert.doesNotMatch(log, /\[error\]/);
  });
});

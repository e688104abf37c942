import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompareBrokerAnswer } from '../../src/protocol/drift';
import type { BrokerInfo } from '../../src/protocol/lsp';
import type { AskBrokerRegistryParams, BrokerRegistryAnswer, CompareRegistryParams, RegistryAnswer, RegistrySignIn } from '../../src/protocol/registry';
import { seal } from '../../src/protocol/sealed';
import { inventory, topic } from '../drift/support';
import { Client } from '../lsp/client';
import { findBroker, startRegistry, type RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';

const order = (...fields: readonly string[]): string =>
  `{ "type": "record", "name": "Order", "namespace": "shop", "fields": [\n  { "name": "id", "type": "string" }${fields.map((f) => `,\n  ${f}`).join('')}\n] }\n`;

describe('the language server and a schema registry', function () {
  this.timeout(180_000);
  let registry: RunningBroker;
  let door: Server;
  let client: Client;
  let folder: string;
  let doorUrl: string;
  let asked = 0;

  before(async function () {
    if (await findBroker('registry') === undefined) notRun(this, 'Apicurio Registry is not installed', 'node scripts/setup/brokers.mjs');
    registry = await startRegistry();
    const post = async (path: string, body: unknown, method = 'POST'): Promise<void> => {
      const answer = await fetch(`${registry.url}${path}`, {
        method, body: JSON.stringify(body), headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      });
      assert.ok(answer.ok, await answer.text());
    };
    await post('/subjects/orders-value/versions', { schema: order() });
    await post('/subjects/payments-value/versions', { schema: order() });
    await post('/config/orders-value', { compatibility: 'BACKWARD' }, 'PUT');
    door = createServer((request, response) => {
      asked++;
      const expected = [`Basic ${Buffer.from('reader:s:cret').toString('base64')}`, 'Bearer t0ken'];
      if (!expected.includes(request.headers.authorization ?? '')) return void response.writeHead(401).end('{}');
      void fetch(`${registry.url}${request.url}`).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
    });
    await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
    doorUrl = `127.0.0.1:${(door.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), 'tailrace-registry-'));
    writeFileSync(join(folder, 'order.avsc'), order('{ "name": "total", "type": "long" }'));
    writeFileSync(join(folder, 'shop.flow.yaml'), `flow: 1
brokers:
  events: { protocol: kafka, registry: "\${env:TAILRACE_TEST_REGISTRY:-http://localhost:1}" }
schemas:
  Order: { format: avro, versions: { 1: order.avsc } }
channels:
  orders: { broker: events, schema: Order@1 }
services:
  billing: { consumes: { orders: {} } }
`);
    process.env['TAILRACE_TEST_REGISTRY'] = `http://reader:s%3Acret@${doorUrl}`;
    client = await Client.start([folder]);
  });
  after(async () => {
    delete process.env['TAILRACE_TEST_REGISTRY'];
    await client?.stop();
    door?.close();
    await registry?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function compare(address: string, options: { readonly broker?: string; readonly signIn?: RegistrySignIn } = {}): Promise<RegistryAnswer> {
    const { broker, signIn } = options;
    const key = await client.connection.sendRequest<string>('tailrace/registryKey');
    const params: CompareRegistryParams = {
      address, ...(broker !== undefined && { broker }), ...(signIn && { signIn: seal(JSON.stringify(signIn), key) }),
    };
    return client.connection.sendRequest<RegistryAnswer>('tailrace/compareRegistry', params);
  }

  it('asks none by itself, and says where a declared registry is, without its password', async () => {
    const [events] = await client.connection.sendRequest<BrokerInfo[]>('tailrace/brokers');
    assert.equal(events?.registry, `http://${doorUrl}`);
    assert.equal(asked, 0);
  });

  it('tells what breaks and what differs, each at its place in the contract', async () => {
    const answer = await compare(registry.url);
    assert.ok(answer.is === 'compared');
    assert.deepEqual([answer.address, answer.found, answer.of], [registry.url, 1, 1]);
    assert.deepEqual(answer.problems.map(({ check, severity, at, related }) => ({
      check, severity, file: at.uri.replace(/.*\//, ''), line: at.start.line, related: related.map(({ message }) => message),
    })), [
      { check: 'REGISTRY_DRIFT', severity: 'info', file: 'order.avsc', line: 0, related: [] },
      { check: 'READER_FIELD_MISSING_DEFAULT_VALUE', severity: 'error', file: 'order.avsc', line: 2, related: ['billing consumes it from topic orders as version 1'] },
    ]);
  });

  it('signs in with what the user says or the environment’s URL holds, there and nowhere else', async () => {
    assert.equal((await compare(`http://${doorUrl}`, { signIn: { token: 't0ken' } })).is, 'compared');
    assert.equal((await compare(`http://${doorUrl}`, { signIn: { user: 'reader', password: 's:cret' } })).is, 'compared');
    assert.equal((await compare(`http://${doorUrl}`, { broker: 'broker:events' })).is, 'compared');
    const other = `http://localhost:${doorUrl.split(':')[1]}`;
    const refused = await compare(other, { broker: 'broker:events' });
    assert.ok(refused.is === 'refused');
    assert.equal(refused.reason, `The registry ${other} refuses access (401).`);
    assert.doesNotMatch(client.logs.join('\n'), /t0ken|cret/);
  });

  describe('of a broker that is compared with files', () => {
    const doorAddress = (): string => `http://${doorUrl}`;
    const ask = async (asked: number, signIn?: RegistrySignIn): Promise<BrokerRegistryAnswer> => {
      const key = await client.connection.sendRequest<string>('tailrace/registryKey');
      const params: AskBrokerRegistryParams = {
        broker: 'broker:events', address: doorAddress(), asked, ...(signIn && { signIn: seal(JSON.stringify(signIn), key) }),
      };
      return client.connection.sendRequest<BrokerRegistryAnswer>('tailrace/askBrokerRegistry', params);
    };
    const differences = async (at: number): Promise<{ readonly notes: readonly string[]; readonly problems: readonly string[]; readonly rows: readonly string[] }> => {
      const answer = await client.connection.sendRequest<CompareBrokerAnswer>('tailrace/compareBroker', {
        broker: 'broker:events', asked: at, url: 'localhost:9092', inventory: inventory({ channels: [topic('orders', { settings: {} })] }),
      });
      assert.ok(answer.is === 'compared');
      const { notes, problems, rows } = answer;
      return {
        notes, problems: problems.map(({ severity, code, at: { uri, start } }) => `${severity} ${code} ${uri.replace(/.*\//, '')}:${start.line + 1}`),
        rows: rows.filter(({ subject }) => /^(contract|subject) /.test(subject))
          .map(({ subject, what, declared, real, severity }) => `${severity ?? 'same'} ${subject}, ${what}: ${declared ?? '-'} | ${real ?? '-'}`),
      };
    };

    it('is told in one line where it lets nobody in, and spoils nothing else', async () => {
      assert.deepEqual(await ask(1, { token: 'wr0ng' }), { is: 'refused', reason: `The registry ${doorAddress()} refuses access (401).` });
      const { notes, problems, rows } = await differences(1);
      assert.deepEqual([notes, problems, rows], [[`The schema registry was not compared: The registry ${doorAddress()} refuses access (401).`], [], []]);
      assert.deepEqual((await differences(2)).notes, ['The schema registry was not compared: it was not asked with its broker. Ask again.']);
    });

    it('is asked once, and what it answered is compared with the files as they are now', async () => {
      assert.deepEqual(await ask(3, { token: 't0ken' }), { is: 'asked' });
      const before = asked;
      const same = 'same contract shop.Order, subject orders-value: yes | yes';
      const unknown = 'info subject payments-value, is there: no | yes';
      const first = await differences(3);
      assert.deepEqual(first, {
        notes: [], problems: ['info drift/registry order.avsc:1', 'info drift/unknown-subject shop.flow.yaml:3'],
        rows: ['info contract shop.Order, REGISTRY_DRIFT: - | version 1 of orders-value', same, unknown],
      });
      const path = join(folder, 'order.avsc');
      const document = await client.open(pathToFileURL(path).href, readFileSync(path, 'utf8'));
      await client.edit(document, 0, document.text.length, order());
      assert.deepEqual(await differences(3), { notes: [], problems: ['info drift/unknown-subject shop.flow.yaml:3'], rows: [same, unknown] });
      assert.equal(asked, before, 'a file that changes is no reason to speak to a registry');
      await client.edit(document, 0, document.text.length, readFileSync(path, 'utf8'));
    });

    it('is told in one line where it does not answer', async () => {
      door.close();
      door.closeAllConnections();
      assert.equal((await ask(4, { token: 't0ken' })).is, 'failed');
      const { notes, problems } = await differences(4);
      assert.deepEqual([notes.length, problems], [1, []]);
      assert.match(notes[0]!, /^The schema registry was not compared: The registry \S+ does not answer: /);
      assert.doesNotMatch(client.logs.join('\n'), /t0ken|cret/);
    });
  });

  it('says what is wrong with what does not answer as a registry', async () => {
    const failed = await compare('http://127.0.0.1:1');
    assert.ok(failed.is === 'failed');
    assert.match(failed.reason, /^The registry http:\/\/127\.0\.0\.1:1 does not answer/);
  });
});

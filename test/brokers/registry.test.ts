import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistryClient, RegistryError } from '../../src/registry/client';
import { inFolder, tailrace } from '../cli/support';
import { findBroker, startRegistry, type RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';

const order = (...fields: readonly string[]): string =>
  `{ "type": "record", "name": "Order", "namespace": "shop", "fields": [\n  { "name": "id", "type": "string" }${fields.map((f) => `,\n  ${f}`).join('')}\n] }\n`;
const total = '{ "name": "total", "type": "long" }';
const withDefault = '{ "name": "total", "type": "long", "default": 0 }';
const flow = (compatibility: string): string => `flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order: { format: avro, ${compatibility}versions: { 1: order.avsc } }
channels:
  orders: { broker: events, schema: Order@1 }
services:
  billing: { consumes: { orders: {} } }
`;

describe('a schema registry', function () {
  let registry: RunningBroker;
  let client: RegistryClient;

  async function post(path: string, body: unknown, method = 'POST'): Promise<void> {
    const answer = await fetch(`${registry.url}${path}`, {
      method, body: JSON.stringify(body), headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    });
    assert.ok(answer.ok, await answer.text());
  }

  interface Problem { readonly check: string; readonly severity: string; readonly file: string; readonly contract: string; readonly consumers: readonly string[] }
  function compat(cwd: string, ...args: readonly string[]): { code: number | null; problems: readonly Problem[] } {
    const { code, out, err } = tailrace(['compat', '--against', registry.url, '--format', 'json', ...args], cwd);
    assert.equal(err, '');
    return { code, problems: (JSON.parse(out) as { problems: Problem[] }).problems };
  }

  before(async function () {
    this.timeout(180_000);
    if (await findBroker('registry') === undefined) notRun(this, 'Apicurio Registry is not installed', 'node scripts/setup/brokers.mjs');
    registry = await startRegistry();
    client = new RegistryClient(registry.url);
    await post('/subjects/orders-value/versions', { schema: order() });
    await post('/config/orders-value', { compatibility: 'BACKWARD' }, 'PUT');
    await post('/subjects/line.proto/versions', { schemaType: 'PROTOBUF', schema: 'syntax = "proto3";\npackage shop;\nmessage Line { string sku = 1; }\n' });
    await post('/subjects/baskets-value/versions', {
      schemaType: 'PROTOBUF', schema: 'syntax = "proto3";\npackage shop;\nimport "line.proto";\nmessage Basket { Line line = 1; }\n',
      references: [{ name: 'line.proto', subject: 'line.proto', version: 1 }],
    });
  });
  after(() => registry?.stop());

  it('tells subjects, versions, references and levels', async () => {
    assert.deepEqual(await client.subjects(), ['baskets-value', 'line.proto', 'orders-value']);
    assert.deepEqual(await client.versions('orders-value'), [1]);
    assert.deepEqual(await client.versions('nobody'), []);
    assert.equal((await client.schema('orders-value', 'latest'))?.format, 'avro');
    const basket = await client.schema('baskets-value', 1);
    assert.equal(basket?.format, 'protobuf');
    assert.deepEqual(basket.references, [{ name: 'line.proto', subject: 'line.proto', version: 1 }]);
    assert.equal(await client.schema('orders-value', 7), undefined);
    assert.equal(await client.level('orders-value'), 'backward');
    assert.equal(await client.level('line.proto'), 'none');
  });

  it('says whether it would take a schema, and registers nothing', async () => {
    assert.deepEqual(await client.wouldTake('orders-value', 'avro', order(withDefault)), { isTaken: true });
    const refused = await client.wouldTake('orders-value', 'avro', order(total));
    assert.equal(refused.isTaken, false);
    assert.match(refused.reason ?? '', /total/);
    assert.deepEqual(await client.versions('orders-value'), [1]);
  });

  it('is what compat compares with, by the topic whose messages a contract describes', () => {
    inFolder({ 'order.avsc': order(total), 'shop.flow.yaml': flow('') }, (cwd) => {
      const { code, problems } = compat(cwd);
      assert.equal(code, 1);
      assert.deepEqual(problems.map(({ check, severity, consumers }) => ({ check, severity, consumers })), [
        { check: 'REGISTRY_DRIFT', severity: 'info', consumers: ['billing'] },
        { check: 'READER_FIELD_MISSING_DEFAULT_VALUE', severity: 'error', consumers: ['billing'] },
      ]);
    });
    inFolder({ 'order.avsc': order(), 'shop.flow.yaml': flow('') }, (cwd) => {
      assert.deepEqual(compat(cwd), { code: 0, problems: [] });
    });
    inFolder({ 'orders-value.avsc': order(total) }, (cwd) => {
      assert.equal(compat(cwd).code, 1, 'a file that is named after its subject');
    });
  });

  it('is told where folder and registry want different levels', () => {
    inFolder({ 'order.avsc': order(), 'shop.flow.yaml': flow('compatibility: full, ') }, (cwd) => {
      const { code, problems } = compat(cwd);
      assert.equal(code, 0);
      assert.deepEqual(problems.map(({ check, severity, contract }) => ({ check, severity, contract })),
        [{ check: 'COMPATIBILITY_DIFFERS', severity: 'warning', contract: 'shop.Order' }]);
    });
  });

  it('compares with all versions where the mode is transitive', async () => {
    await post('/config/orders-value', { compatibility: 'NONE' }, 'PUT');
    await post('/subjects/orders-value/versions', { schema: order(withDefault) });
    await post('/config/orders-value', { compatibility: 'BACKWARD' }, 'PUT');
    inFolder({ 'order.avsc': order(total), 'shop.flow.yaml': flow('') }, (cwd) => {
      // The last version has the field; the first has not.
      assert.equal(compat(cwd).code, 0);
      assert.equal(compat(cwd, '--mode', 'backward-transitive').code, 1);
    });
  });

  describe('behind a door', () => {
    let door: Server;
    let url: string;
    before(async () => {
      door = createServer((request, response) => {
        const expected = [`Basic ${Buffer.from('reader:s:cret').toString('base64')}`, 'Bearer t0ken'];
        if (!expected.includes(request.headers.authorization ?? '')) return void response.writeHead(401).end('{}');
        void fetch(`${registry.url}${request.url}`).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
      });
      await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
      url = `127.0.0.1:${(door.address() as AddressInfo).port}`;
    });
    after(() => door?.close());

    it('is entered with user and password or a token, and nothing tells these', async () => {
      assert.equal((await new RegistryClient(`http://${url}`, { user: 'reader', password: 's:cret' }).subjects()).length, 3);
      assert.equal((await new RegistryClient(`http://reader:s%3Acret@${url}/`).subjects()).length, 3);
      assert.equal((await new RegistryClient(`http://${url}`, { token: 't0ken' }).subjects()).length, 3);
      const refused = new RegistryClient(`http://reader:wr0ng@${url}`);
      assert.equal(refused.address, `http://${url}`);
      await assert.rejects(refused.subjects(), (error: Error) => {
        assert.ok(error instanceof RegistryError);
        assert.match(error.message, /refuses access \(401\)/);
        assert.doesNotMatch(error.message, /wr0ng|reader/);
        return true;
      });
    });
  });
});

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync, type MqttClient } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import { makeTopics, requireBroker, startKafka, startMosquitto, startNats, type RunningBroker } from '../support/brokers/index';

const bin = resolve(__dirname, '../../dist/cli.js');

interface Line {
  readonly channel: string;
  readonly time: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly size: number;
  readonly contract?: { readonly verdict: string; readonly errors: readonly string[] };
}

/** `tailrace tail` as a process, with what it has printed so far. */
class Tail {
  out = '';
  err = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [bin, 'tail', ...args], {
      cwd, env: { ...process.env, XDG_STATE_HOME: join(cwd, 'state'), ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => { this.out += chunk.toString(); });
    this.child.stderr?.on('data', (chunk: Buffer) => { this.err += chunk.toString(); });
    this.ended = new Promise((done) => this.child.once('close', done));
  }

  get lines(): Line[] {
    return this.out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
  }

  async said(text: string): Promise<void> {
    await until(() => this.err.includes(text), {
      what: `“${text}”`, giveUp: () => (this.child.exitCode === null ? undefined : `it ended and had said: ${this.err}`),
    });
  }

  interrupt(): void {
    this.child.kill('SIGINT');
  }
}

describe('tailrace tail', function () {
  this.timeout(180_000);
  let folder: string;
  let mosquitto: RunningBroker;
  let nats: RunningBroker;
  let mqtt: MqttClient;
  let connection: NatsConnection;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    await requireBroker(this, 'nats');
    folder = mkdtempSync(join(tmpdir(), 'tailrace-tail-'));
    [mosquitto, nats] = await Promise.all([startMosquitto(), startNats()]);
    mqtt = await connectAsync(mosquitto.url);
    connection = await connectNats({ servers: nats.url });
    writeFileSync(join(folder, 'shop.flow.yaml'), `flow: 1
brokers:
  floor: { protocol: mqtt, url: "\${env:FLOOR_URL:-mqtt://nowhere.invalid:1}" }
channels:
  shelves/+/weight: { broker: floor, schema: Weight@1 }
schemas:
  Weight: { format: json-schema, versions: { 1: weight.schema.json } }
`);
    writeFileSync(join(folder, 'weight.schema.json'), JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', required: ['grams'],
      properties: { grams: { type: 'number' } },
    }));
  });
  after(async () => {
    await mqtt?.endAsync(true);
    await connection?.close();
    await Promise.all([mosquitto?.stop(), nats?.stop()]);
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('prints a line a message with its contract verdict, and stops at the limit', async () => {
    const tail = new Tail(['shelves/+/weight', '--limit', '2'], folder, { FLOOR_URL: mosquitto.url });
    await tail.said('live');
    await mqtt.publishAsync('shelves/4/weight', '{"grams":812}');
    await mqtt.publishAsync('shelves/5/weight', '{"gram":1}');
    await mqtt.publishAsync('shelves/6/weight', '{"grams":3}');
    assert.equal(await tail.ended, 0);
    assert.deepEqual(tail.lines.map((l) => [l.channel, l.value, l.size, l.contract?.verdict]), [
      ['shelves/4/weight', '{"grams":812}', 13, 'valid'],
      ['shelves/5/weight', '{"gram":1}', 10, 'violates'],
    ]);
    assert.ok(Math.abs(Date.parse(tail.lines[0]!.time) - Date.now()) < 60_000);
  });

  it('takes a broker by its URL, filters, and ends in order on Ctrl-C', async () => {
    const tail = new Tail(['stock.level', '--broker', `nats://${new URL(nats.url).host}`, '--filter', 'SKU-7'], folder);
    await tail.said('live');
    connection.publish('stock.level', '{"sku":"SKU-1"}');
    connection.publish('stock.level', '{"sku":"sku-7"}');
    connection.publish('other.subject', '{"sku":"SKU-7"}');
    await until(() => tail.lines.length > 0, { what: 'a line' });
    tail.interrupt();
    assert.equal(await tail.ended, 0);
    assert.deepEqual(tail.lines.map((l) => l.value), ['{"sku":"sku-7"}']);
  });

  it('reads a stream from a sequence to its end, by an expression over values, and exits with 0', async () => {
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'PAID', subjects: ['paid.*'] });
    const js = jetstream(connection);
    for (let n = 1; n <= 30; n++) await js.publish(`paid.${n % 3}`, `{"n":${n},"amount":${n * 10}}`);
    writeFileSync(join(folder, 'paid.flow.yaml'), `flow: 1
brokers:
  money: { protocol: nats, url: "${nats.url}" }
channels:
  PAID: { broker: money, stream: { storage: memory } }
`);
    const tail = new Tail(['PAID', '--from', 'sequence:11', '--to', 'now', '--where', 'value.amount > 150 && channel != "paid.0"'], folder);
    assert.equal(await tail.ended, 0, tail.err);
    assert.deepEqual(tail.lines.map((l) => (JSON.parse(l.value) as { n: number }).n), [16, 17, 19, 20, 22, 23, 25, 26, 28, 29]);
  });

  it('merges topics of a Kafka cluster, from a time to now, as CSV', async function () {
    await requireBroker(this, 'kafka');
    const kafka = await startKafka();
    const client = new Kafka({ brokers: [kafka.url], logLevel: logLevel.NOTHING });
    const admin = client.admin();
    const producer = client.producer();
    try {
      await Promise.all([admin.connect(), producer.connect()]);
      await makeTopics(admin, ['orders', 'refunds'].map((topic) => ({ topic, numPartitions: 2 })));
      const old = Date.now() - 3_600_000;
      for (const topic of ['orders', 'refunds']) {
        await producer.send({ topic, messages: Array.from({ length: 20 }, (_, n) => ({
          key: `=k${n}`, value: `{"n":${n}}`, partition: n % 2, timestamp: String(n < 10 ? old : Date.now()),
        })) });
      }
      const args = ['orders', 'refunds', '--broker', `kafka://${kafka.url}`, '--from', '-15m', '--to', 'now', '--format', 'csv'];
      const tail = new Tail(args, folder);
      assert.equal(await tail.ended, 0, tail.err);
      const [head, ...records] = tail.out.split('\r\n').filter((line) => line !== '');
      assert.equal(head, 'time,channel,partition,offset,key,value,headers,size,contract,verdict,errors');
      const found = records.map((line) => line.split(','));
      assert.deepEqual(found.map(([, channel, , , key]) => `${channel} ${key}`).sort(),
        ['orders', 'refunds'].flatMap((topic) => Array.from({ length: 10 }, (_, n) => `${topic} '=k${n + 10}`)));
      const one = new Tail([...args, '--partition', '1', '--limit', '3'], folder);
      assert.equal(await one.ended, 0, one.err);
      assert.deepEqual(one.out.split('\r\n').slice(1, -1).map((line) => line.split(',')[2]), ['1', '1', '1']);
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
      await kafka.stop();
    }
  });

  it('goes on with the other channels where one is refused, and exits with 2', async () => {
    const tail = new Tail(['stock.level', '$share/g/a', '--broker', mosquitto.url, '--limit', '1'], folder);
    await tail.said('$share/g/a: refused');
    await tail.said('stock.level: live');
    await mqtt.publishAsync('stock.level', 'x');
    assert.equal(await tail.ended, 2);
    assert.deepEqual(tail.lines.map((l) => l.value), ['x']);
  });

  it('says in one line why a broker cannot be reached, without the password, and exits with 2', async () => {
    const tail = new Tail(['stock.level', '--broker', 'nats://me:hunter2@127.0.0.1:1'], folder);
    assert.equal(await tail.ended, 2);
    assert.match(tail.err, /refused: /);
    assert.ok(!`${tail.err}${tail.out}`.includes('hunter2'));
    assert.ok(!tail.err.includes('    at '));
  });
});

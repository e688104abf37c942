import assert from 'node:assert/strict';
import { connect as connectAmqp } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { requireBroker, startRabbit, startRabbitWithTls, type RabbitWithTls, type RunningBroker } from '../support/brokers/index';
import { DriftFolder } from './driftFolder';

describe('tailrace drift and import on RabbitMQ', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let folder: DriftFolder;
  let management: string;

  const manage = async <T>(path: string, body?: unknown, method = 'PUT'): Promise<T> => {
    const response = await fetch(`${management}/api/${path}`, {
      headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method, body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return (body === undefined ? await response.json() : undefined) as T;
  };
  /** All that is on the broker; figures of a new queue come a moment after the queue. */
  const state = async (): Promise<unknown> => ({
    definitions: await manage('definitions/%2F'),
    queues: await until(async () => {
      const queues = await manage<readonly { readonly messages?: number }[]>('queues/%2F?columns=name,messages,consumers');
      return queues.every(({ messages }) => messages !== undefined) && queues;
    }, { what: 'figures of all queues' }),
  });

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    const { host } = new URL(broker.adminUrl ?? '');
    management = `http://${host}`;
    const connection = await connectAmqp(broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('mail', 'topic', { durable: true, arguments: { 'alternate-exchange': 'lost' } });
    await channel.assertExchange('lost', 'fanout', { durable: true });
    await channel.assertExchange('dlx', 'direct', { durable: true });
    await channel.assertExchange('kinds', 'headers', { durable: true });
    await channel.assertQueue('mail.in', { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1000 } });
    await channel.assertQueue('mail.dead', { durable: true, arguments: { 'x-queue-type': 'classic', 'x-message-ttl': 60000 } });
    await channel.assertQueue('mail.log', { durable: true, arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' } });
    await channel.assertQueue('passing', { exclusive: true });
    await channel.bindQueue('mail.in', 'mail', 'receipt.*');
    await channel.bindQueue('mail.in', 'mail', 'invoice.#');
    await channel.bindQueue('mail.log', 'amq.topic', '#');
    await channel.bindQueue('mail.dead', 'dlx', 'dead');
    await channel.bindQueue('mail.dead', 'kinds', '', { 'x-match': 'all', kind: 'order' });
    await channel.bindExchange('kinds', 'mail', 'k');
    await channel.close();
    await connection.close();
    await manage('policies/%2F/dead', { pattern: '^mail\\.in$', definition: { 'dead-letter-exchange': 'dlx', 'dead-letter-routing-key': 'dead', 'delivery-limit': 7 }, priority: 5, 'apply-to': 'queues' });
    await manage('policies/%2F/other', { pattern: '.*', definition: { 'dead-letter-exchange': 'lost' }, priority: 1, 'apply-to': 'exchanges' });
    await manage('operator-policies/%2F/limit', { pattern: '^mail\\.in$', definition: { 'max-length': 500 }, priority: 0, 'apply-to': 'queues' });
  });
  beforeEach(() => { folder = new DriftFolder(); });
  afterEach(() => folder.remove());
  after(() => broker?.stop());

  it('imports so that nothing differs, policies in force at their queues, and changes nothing', async () => {
    const before = await state();
    const text = folder.roundTrip(`amqp://127.0.0.1:${broker.port}`, '--management', management);
    assert.deepEqual(await state(), before);
    assert.match(text, / {2}mail\.in:\n {4}broker: it\n {4}queue: quorum\n {4}durable: true\n {4}maxLength: 500\n {4}deliveryLimit: 7\n {4}deadLetter: dlx\n {4}deadLetterRoutingKey: dead\n/);
    assert.doesNotMatch(text, /passing|guest/);
  });

  it('finds each difference and no other', async () => {
    const before = await state();
    folder.write(`flow: 1
brokers:
  it: { protocol: rabbitmq, url: "amqp://127.0.0.1:${broker.port}" }
channels:
  mail: { broker: it, exchange: direct, durable: true, alternateExchange: lost }
  lost: { broker: it, exchange: fanout, durable: true }
  dlx: { broker: it, exchange: direct }
  kinds: { broker: it, exchange: headers, bindings: [{ exchange: mail, routingKey: k }] }
  mail.in:
    broker: it
    queue: quorum
    deadLetter: mail.dead
    maxLength: 500
    deliveryLimit: 20
    bindings: { mail: [receipt.*, order.#] }
  mail.dead:
    broker: it
    queue: classic
    deadLetter: mail.in
    bindings:
      - { exchange: kinds, arguments: { kind: order, x-match: all } }
  mail.gone: { broker: it, queue: quorum, bindings: { mail: x } }
`);
    const { differences, code } = folder.drift('--management', management);
    assert.deepEqual(differences, [
      'error drift/binding queue mail.in, binding to mail: order.# | invoice.#',
      'error drift/dead-letter queue mail.dead, dead letters: mail.in | -',
      'error drift/missing-channel queue mail.gone, is there: yes | no',
      'info drift/unknown-channel stream mail.log, is there: no | yes',
      'warning drift/binding queue mail.dead, binding to dlx with dead: no | yes',
      'warning drift/setting exchange mail, exchange: direct | topic',
      'warning drift/setting queue mail.dead, ttl: - | 1m',
      'warning drift/setting queue mail.in, deliveryLimit: 20 | 7',
    ]);
    assert.equal(code, 1);
    assert.deepEqual(await state(), before);
  });

  it('calls nothing missing without the management API, and says what would help', () => {
    folder.write(`flow: 1
brokers:
  it: { protocol: rabbitmq, url: "amqp://127.0.0.1:${broker.port}" }
channels:
  mail: { broker: it, exchange: topic }
  mail.gone: { broker: it, queue: quorum, maxLength: 5, deadLetter: mail, bindings: { mail: x } }
`);
    const { differences, notes } = folder.drift('--management', 'http://127.0.0.1:1');
    assert.deepEqual(differences, []);
    assert.match(notes.join(' '), /management API/);
  });
});

describe('tailrace drift on RabbitMQ over TLS', function () {
  this.timeout(180_000);
  let rabbit: RabbitWithTls;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    rabbit = await startRabbitWithTls();
    const connection = await connectAmqp(rabbit.broker.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('mail.in', { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1000 } });
    await connection.close();
    folder = new DriftFolder();
    folder.write(`flow: 1
brokers:
  it: { protocol: rabbitmq, url: "amqps://localhost:${rabbit.tlsPort}" }
channels:
  mail.in: { broker: it, queue: quorum, maxLength: 500, durable: true }
  mail.gone: { broker: it, queue: quorum }
`);
  });
  after(async () => {
    folder?.remove();
    await rabbit?.stop();
  });

  it('compares by AMQP and the management API, both over TLS, and nothing where nobody vouches for the certificate', () => {
    const management = `https://localhost:${rabbit.httpsPort}`;
    const { differences, notes } = folder.drift('--management', management, '--ca', rabbit.files.ca);
    assert.deepEqual([differences, notes], [[
      'error drift/missing-channel queue mail.gone, is there: yes | no', 'warning drift/setting queue mail.in, maxLength: 500 | 1000',
    ], []]);
    const { code, err } = folder.run('drift', '--management', management);
    assert.equal(code, 2);
    assert.match(err, /^tailrace: it cannot be compared: [^\n]*certificate[^\n]*\n$/i);
  });
});

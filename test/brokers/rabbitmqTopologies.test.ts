import assert from 'node:assert/strict';
import { connect, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapPlan, TapTarget } from '../../src/brokers/driver';
import { rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const exchange = (address: string): TapTarget => ({ address, kind: 'exchange' });
const queue = (address: string): TapTarget => ({ address, kind: 'queue' });
const latest = { at: 'latest' } as const;
const earliest = { at: 'earliest' } as const;

/** One kind of topology: what is declared, what is tapped, what is published, and what the tap sees of it. */
interface Kind {
  readonly name: string;
  declare(channel: ConfirmChannel): Promise<unknown>;
  readonly queues: readonly string[];
  readonly target: TapTarget;
  readonly verdict: TapPlan['verdict'];
  /** Exchange, routing key, value, headers. */
  readonly messages: readonly (readonly [string, string, string, Options.Publish?])[];
  readonly sees: readonly string[];
}

const bound = async (
  channel: ConfirmChannel,
  queueName: string,
  from: string,
  key = '',
  headers?: object,
  options: Options.AssertQueue = {},
): Promise<void> => {
  await channel.assertQueue(queueName, options);
  await channel.bindQueue(queueName, from, key, headers);
};
const typed = (type: string, more: object = {}): Options.AssertQueue => ({
  durable: true,
  arguments: { 'x-queue-type': type, ...more },
});

const KINDS: readonly Kind[] = [
  {
    name: 'a direct exchange',
    declare: async (c) => {
      await c.assertExchange('direct', 'direct');
      await bound(c, 'direct-a', 'direct', 'a');
      await bound(c, 'direct-b', 'direct', 'b');
    },
    queues: ['direct-a', 'direct-b'],
    target: exchange('direct'),
    verdict: 'ok',
    messages: [['direct', 'a', '1'], ['direct', 'b', '2'], ['direct', 'nowhere', '3']],
    sees: ['1', '2'],
  },
  {
    name: 'a topic exchange with bindings that overlap',
    declare: async (c) => {
      await c.assertExchange('topic', 'topic');
      await bound(c, 'topic-new', 'topic', 'order.*');
      await bound(c, 'topic-eu', 'topic', '#.eu');
    },
    queues: ['topic-new', 'topic-eu'],
    target: exchange('topic'),
    verdict: 'ok',
    messages: [['topic', 'order.eu', '1'], ['topic', 'a.b.eu', '2'], ['topic', 'a.b.us', '3']],
    sees: ['1', '2'],
  },
  {
    name: 'a fanout exchange',
    declare: async (c) => {
      await c.assertExchange('fanout', 'fanout');
      await bound(c, 'fanout-1', 'fanout');
      await bound(c, 'fanout-2', 'fanout', 'ignored');
    },
    queues: ['fanout-1', 'fanout-2'],
    target: exchange('fanout'),
    verdict: 'ok',
    messages: [['fanout', 'x', '1'], ['fanout', '', '2']],
    sees: ['1', '2'],
  },
  {
    name: 'a headers exchange',
    declare: async (c) => {
      await c.assertExchange('headers', 'headers');
      await bound(c, 'headers-all', 'headers', '', { 'x-match': 'all', kind: 'order', region: 'eu' });
      await bound(c, 'headers-any', 'headers', '', { 'x-match': 'any', urgent: true });
    },
    queues: ['headers-all', 'headers-any'],
    target: exchange('headers'),
    verdict: 'ok',
    messages: [
      ['headers', '', '1', { headers: { kind: 'order', region: 'eu' } }],
      ['headers', '', '2', { headers: { kind: 'order', region: 'us' } }],
      ['headers', '', '3', { headers: { urgent: true } }],
    ],
    sees: ['1', '3'],
  },
  {
    name: 'an exchange that feeds an exchange whose queues take all',
    declare: async (c) => {
      await c.assertExchange('chain-1', 'topic');
      await c.assertExchange('chain-2', 'fanout');
      await c.bindExchange('chain-2', 'chain-1', 'a.#');
      await bound(c, 'chain-q', 'chain-2');
    },
    queues: ['chain-q'],
    target: exchange('chain-1'),
    verdict: 'ok',
    messages: [['chain-1', 'a.b', '1'], ['chain-1', 'b', '2']],
    sees: ['1'],
  },
  {
    name: 'an exchange that feeds an exchange which may route on or not',
    declare: async (c) => {
      await c.assertExchange('maybe-1', 'fanout');
      await c.assertExchange('maybe-2', 'direct');
      await c.bindExchange('maybe-2', 'maybe-1', '');
      await bound(c, 'maybe-q', 'maybe-2', 'known');
    },
    queues: ['maybe-q'],
    target: exchange('maybe-1'),
    verdict: 'ask',
    messages: [['maybe-1', 'known', '1'], ['maybe-1', 'unknown', '2']],
    sees: ['1', '2'],
  },
  {
    name: 'an exchange that feeds a consistent hash exchange',
    declare: async (c) => {
      await c.assertExchange('before-hash', 'fanout');
      await c.assertExchange('hash', 'x-consistent-hash');
      await c.bindExchange('hash', 'before-hash', '');
      await bound(c, 'hash-1', 'hash', '1');
      await bound(c, 'hash-2', 'hash', '1');
    },
    queues: ['hash-1', 'hash-2'],
    target: exchange('before-hash'),
    verdict: 'ok',
    messages: [['before-hash', 'k1', '1'], ['before-hash', 'k2', '2'], ['before-hash', 'k3', '3']],
    sees: ['1', '2', '3'],
  },
  {
    name: 'an internal exchange',
    declare: async (c) => {
      await c.assertExchange('outer', 'fanout');
      await c.assertExchange('inner', 'fanout', { internal: true });
      await c.bindExchange('inner', 'outer', '');
      await bound(c, 'inner-q', 'inner');
    },
    queues: ['inner-q'],
    target: exchange('inner'),
    verdict: 'ok',
    messages: [['outer', '', '1']],
    sees: ['1'],
  },
  {
    name: 'a recent history exchange',
    declare: async (c) => {
      await c.assertExchange('history', 'x-recent-history');
      await bound(c, 'history-q', 'history');
    },
    queues: ['history-q'],
    target: exchange('history'),
    verdict: 'ok',
    messages: [['history', '', '1']],
    // The first is the exchange's own replay of what was published without the tap.
    sees: ['1', '1'],
  },
  {
    name: 'a dead-letter exchange',
    declare: async (c) => {
      await c.assertExchange('dlx', 'fanout');
      await bound(c, 'dlq', 'dlx');
      await c.assertQueue('short-lived', { deadLetterExchange: 'dlx', messageTtl: 0 });
    },
    queues: ['dlq'],
    target: exchange('dlx'),
    verdict: 'ok',
    messages: [['', 'short-lived', '1']],
    sees: ['1'],
  },
  ...(['classic', 'quorum'] as const).map((type): Kind => ({
    name: `a ${type} queue that an exchange feeds`,
    declare: async (c) => {
      await c.assertExchange(`${type}-x`, 'topic');
      await bound(c, `${type}-q`, `${type}-x`, 'a.*', undefined, typed(type));
    },
    queues: [`${type}-q`],
    target: queue(`${type}-q`),
    verdict: 'ok',
    messages: [[`${type}-x`, 'a.b', '1'], [`${type}-x`, 'b', '2']],
    sees: ['1'],
  })),
  {
    name: 'a quorum queue with a delivery limit that an exchange feeds',
    declare: async (c) => {
      await c.assertExchange('limited-x', 'fanout');
      await bound(c, 'limited-q', 'limited-x', '', undefined, typed('quorum', { 'x-delivery-limit': 3 }));
    },
    queues: ['limited-q'],
    target: queue('limited-q'),
    verdict: 'ok',
    messages: [['limited-x', '', '1']],
    sees: ['1'],
  },
];

describe('a tap on each kind of RabbitMQ topology', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  let bare: BrokerSession;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit({
      plugins: [
        'rabbitmq_consistent_hash_exchange',
        'rabbitmq_random_exchange',
        'rabbitmq_sharding',
        'rabbitmq_recent_history_exchange',
      ],
    });
    admin = rabbitAdmin(broker);
    ({ connection, channel } = await rabbitUser(broker.url));
    const url = `amqp://127.0.0.1:${broker.port}`;
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
  });
  after(async () => {
    await session?.close();
    await bare?.close();
    await connection?.close().catch(() => {});
    await broker?.stop();
  });

  const publish = async (messages: Kind['messages']): Promise<void> => {
    for (const [to, key, value, options] of messages) channel.publish(to, key, Buffer.from(value), options);
    await channel.waitForConfirms();
  };
  /** Takes all that lies in a queue: values, with a star where they are marked as redelivered. */
  const drained = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    for (let m = await channel.get(name, { noAck: true }); m; m = await channel.get(name, { noAck: true })) {
      found.push(`${text(m.content)}${m.fields.redelivered ? '*' : ''}`);
    }
    return found;
  };
  const depths = async (names: readonly string[]): Promise<number[]> =>
    await Promise.all(names.map(async (name) => (await channel.checkQueue(name)).messageCount));
  const declaredAgain = (before: unknown): Promise<unknown> =>
    until(async () => JSON.stringify(await admin.declared()) === JSON.stringify(before), {
      what: 'all to be declared as before the tap',
    });

  for (const kind of KINDS) {
    it(`sees what reaches ${kind.name}, and changes nothing`, async () => {
      await kind.declare(channel);
      await publish(kind.messages);
      const untapped = await until(
        async () => {
          const all = await depths(kind.queues);
          return all.some((n) => n > 0) ? all : undefined;
        },
        { what: `messages in ${kind.queues.join(', ')}` },
      );
      const before = await admin.declared();
      const plan = await session.plan(kind.target, latest);
      assert.equal(plan.verdict, kind.verdict, JSON.stringify(plan));
      assert.equal(plan.changes.length > 0, kind.verdict === 'ask');
      const p = await probe(session, kind.target);
      await publish(kind.messages);
      await p.got(kind.sees.length);
      await p.stop();
      assert.deepEqual(p.values(), kind.sees);
      assert.deepEqual(p.drops, []);
      await declaredAgain(before);
      await until(async () => JSON.stringify(await depths(kind.queues)) === JSON.stringify(untapped.map((n) => 2 * n)), {
        what: 'as many messages again as without the tap',
      });
      for (const [n, name] of kind.queues.entries()) {
        const all = await drained(name);
        const half = untapped[n]!;
        assert.deepEqual(all.slice(half), all.slice(0, half), `${name} with the tap as without`);
        assert.ok(!all.some((v) => v.endsWith('*')), `${name} has no redelivered message`);
      }
      const held = await admin.held();
      for (const name of kind.queues) assert.deepEqual(held[name], [0, 0], `unacked and redelivered of ${name}`);
    });
  }

  it('refuses each exchange that shares messages out', async () => {
    for (const type of ['x-consistent-hash', 'x-random', 'x-modulus-hash']) {
      await channel.assertExchange(`share-${type}`, type);
      await bound(channel, `share-${type}-q`, `share-${type}`, '1');
      const before = await admin.declared();
      for (const s of [session, bare]) {
        for (const target of [
          exchange(`share-${type}`),
          { ...queue(`share-${type}-q`), bindings: [{ exchange: `share-${type}`, routingKey: '1' }] },
        ]) {
          const plan = await s.plan(target, latest);
          assert.equal(plan.verdict, 'refused');
          assert.match(plan.reason!, new RegExp(`${type} exchange, which shares its messages out`));
          await refuses(probe(s, target), 'other', /shares its messages out/);
        }
      }
      await declaredAgain(before);
    }
  });

  it('taps what feeds an exclusive queue of another connection, and never reads it', async () => {
    await channel.assertExchange('private-x', 'fanout');
    const other = await connect(broker.url);
    other.on('error', () => {});
    const owner = await other.createChannel();
    await owner.assertQueue('private', { exclusive: true });
    await owner.bindQueue('private', 'private-x', '');
    const before = await admin.declared();
    const p = await probe(session, queue('private'));
    await publish([['private-x', '', '1']]);
    await p.got(1);
    await p.stop();
    await declaredAgain(before);
    assert.equal((await owner.checkQueue('private')).messageCount, 1);
    const plan = await session.plan(queue('private'), earliest);
    assert.deepEqual([plan.verdict, plan.starts], ['refused', ['latest']]);
    assert.match(plan.reason!, /Only the connection that made the exclusive queue private can read it/);
    await other.close();
  });

  it('offers a look into a queue that only the default exchange feeds, and gives all back', async () => {
    await channel.assertQueue('alone');
    await publish(['1', '2', '3'].map((value) => ['', 'alone', value] as const));
    const refused = await session.plan(queue('alone'), latest);
    assert.deepEqual([refused.verdict, refused.starts], ['refused', ['earliest']]);
    assert.match(refused.reason!, /start at the earliest.*firehose \(rabbitmqctl trace_on/);
    const before = await admin.declared();
    for (const [s, star] of [[session, ''], [bare, '*']] as const) {
      const plan = await s.plan(queue('alone'), earliest);
      assert.deepEqual([plan.verdict, plan.starts, plan.untils], ['ask', ['earliest'], ['now']]);
      assert.match(plan.changes.join(' '), /marked as redelivered.*come back to their old places/);
      const p = await probe(s, queue('alone'), earliest);
      const end = await p.state('ended');
      assert.match((end as { reason: string }).reason, /3 messages from the head of alone have been shown and given back\./);
      assert.deepEqual(
        p.messages.map((m) => `${text(m.value!)}${m.marks?.includes('redelivered') ? '*' : ''}`),
        ['1', '2', '3'].map((v) => `${v}${star}`),
      );
      await p.stop();
    }
    await declaredAgain(before);
    assert.deepEqual(await drained('alone'), ['1*', '2*', '3*'], 'in their order, marked as the plan said');
    await publish([['', 'alone', '4']]);
    assert.deepEqual(await drained('alone'), ['4']);
  });

  it('looks into a quorum queue without a limit, which moves messages, and says so before', async () => {
    await channel.assertQueue('plain-quorum', typed('quorum'));
    await publish(['1', '2', '3'].map((value) => ['', 'plain-quorum', value] as const));
    const plan = await session.plan(queue('plain-quorum'), earliest);
    assert.equal(plan.verdict, 'ask');
    assert.match(plan.changes.join(' '), /come back behind the other messages.*delivery count goes up/);
    const p = await probe(session, queue('plain-quorum'), earliest);
    await p.state('ended');
    assert.deepEqual(p.values(), ['1', '2', '3']);
    await p.stop();
    assert.deepEqual((await drained('plain-quorum')).sort(), ['1*', '2*', '3*']);
  });

  it('never looks into a quorum queue that has a delivery limit, by argument or policy, or may have one', async () => {
    await channel.assertQueue('by-argument', typed('quorum', { 'x-delivery-limit': 3 }));
    await channel.assertQueue('by-policy', typed('quorum'));
    await channel.assertQueue('by-operator', typed('quorum'));
    await admin.put('policies/%2F/limit', {
      pattern: '^by-policy$',
      definition: { 'delivery-limit': 5 },
      'apply-to': 'queues',
    });
    await admin.put('operator-policies/%2F/limit', {
      pattern: '^by-operator$',
      definition: { 'delivery-limit': 7 },
      'apply-to': 'queues',
    });
    for (const [name, limit] of [['by-argument', 3], ['by-policy', 5], ['by-operator', 7]] as const) {
      await publish([['', name, '1']]);
      const plan = await session.plan(queue(name), earliest);
      assert.equal(plan.verdict, 'refused', name);
      assert.match(plan.reason!, new RegExp(`a delivery limit of ${limit}: each look counts as a delivery`));
      await refuses(probe(session, queue(name), earliest), 'other', /delivery limit/);
      assert.match((await bare.plan(queue(name), earliest)).reason!, /perhaps a delivery limit/);
      assert.deepEqual(await drained(name), ['1']);
    }
  });

  it('looks at no more than it can hold, and says how many wait behind', async () => {
    await channel.assertQueue('deep');
    await publish(Array.from({ length: 1200 }, (_, n) => ['', 'deep', String(n)] as const));
    const p = await probe(session, queue('deep'), earliest);
    assert.match(
      ((await p.state('ended')) as { reason: string }).reason,
      /1000 messages from the head of deep have been shown and given back; about 200 more wait there/,
    );
    await p.stop();
    const all = await drained('deep');
    assert.deepEqual(
      all.map((v) => v.replace('*', '')),
      Array.from({ length: 1200 }, (_, n) => String(n)),
    );
    assert.equal(all.filter((v) => v.endsWith('*')).length, 1000);
  });

  it('says where a tap can start and end, and keeps to it', async () => {
    await channel.assertExchange('starts-x', 'fanout');
    await bound(channel, 'starts-q', 'starts-x');
    const forExchange = await session.plan(exchange('starts-x'), latest);
    assert.deepEqual([forExchange.starts, forExchange.untils], [['latest'], undefined]);
    const forQueue = await session.plan(queue('starts-q'), latest);
    assert.deepEqual([forQueue.starts, forQueue.untils], [['latest', 'earliest'], undefined]);
    await refuses(probe(session, exchange('starts-x'), { at: 'last', count: 3 }), 'other', /keeps no log/);
    await refuses(
      probe(session, exchange('starts-x'), { at: 'latest', until: { at: 'now' } }),
      'other',
      /cannot end by itself/,
    );
  });
});

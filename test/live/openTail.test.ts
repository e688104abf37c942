import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerDriver, TapMessage, TapPlan, TapSink } from '../../src/brokers/driver';
import { BrokerError } from '../../src/brokers/driver';
import { quietServices } from '../../src/brokers/services';
import { openTail, type Tail } from '../../src/live/openTail';
import type { TailRequest, TailStatus } from '../../src/protocol/tail';

const request: TailRequest = {
  protocol: 'mqtt',
  connect: { url: 'mqtt://b' },
  target: { address: 'a', kind: 'channel' },
  start: { at: 'latest' },
  limits: { messages: 100, bytes: 1e6 },
};
const message = (text: string): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'a', time: 0, value, headers: [], size: value.length };
};

/** A broker of which the test is the master; the real ones have tests of their own. */
function scripted(change: { plan?: Partial<TapPlan>; connect?: () => void; stop?: () => void } = {}) {
  const calls: string[] = [];
  let sink: TapSink | undefined;
  const driver: BrokerDriver = {
    protocol: 'mqtt',
    connect: async () => {
      change.connect?.();
      return {
        protocol: 'mqtt',
        about: 'a scripted broker',
        plan: async () => ({ verdict: 'ok', makes: [], changes: [], starts: ['latest'], ...change.plan }),
        tap: async (_target, _start, s) => {
          sink = s;
          calls.push('tap');
          s.state({ is: 'live' });
          return {
            pause: () => void calls.push('pause'),
            resume: () => void calls.push('resume'),
            stop: async () => {
              calls.push('stop');
              change.stop?.();
            },
          };
        },
        list: async () => undefined,
        remove: async () => true,
        close: async () => void calls.push('close'),
      };
    },
  };
  const statuses: TailStatus[] = [];
  const open = (r: TailRequest = request): Tail =>
    openTail(r, { status: (s) => void statuses.push(s) }, quietServices(), {
      kafka: () => driver,
      rabbitmq: () => driver,
      mqtt: () => driver,
      nats: () => driver,
    });
  return { open, calls, statuses, sink: () => until(() => sink, { what: 'the tap', every: 5 }) };
}

describe('a tail', function () {
  this.timeout(20_000);

  it('connects, taps, counts, filters, clears and stops', async () => {
    const s = scripted();
    const tail = s.open();
    const sink = await s.sink();
    sink.messages([message('alpha'), message('beta'), { ...message('gamma'), undecodable: 'broken' }]);
    assert.deepEqual(
      tail.rows(0, 10).map((r) => r.preview),
      ['alpha', 'beta', 'gamma'],
    );
    assert.equal(tail.rows(2, 1)[0]!.undecodable, 'broken');
    tail.filter('ALPHA');
    await until(() => tail.status().counters.shown === 1, { what: 'the filter', every: 5 });
    assert.equal(tail.detail(0)!.text, 'alpha');
    assert.equal(tail.detail(99), undefined);
    sink.dropped(5, 'the broker said so');
    tail.clear();
    await tail.stop();
    await tail.stop();
    const last = s.statuses.at(-1)!;
    assert.deepEqual(last.counters, { received: 3, shown: 0, dropped: 5, undecodable: 1, violating: 0 });
    assert.deepEqual(
      last.notices!.map((n) => [n.count, n.why]),
      [[5, 'the broker said so']],
    );
    assert.deepEqual(last.state, { is: 'ended', reason: 'stopped' });
    assert.equal(last.about, 'a scripted broker');
    assert.deepEqual(s.calls, ['tap', 'stop', 'close']);
    assert.deepEqual(await tail.ended, last.state);
  });

  it('says its status at most ten times a second, and nothing after stop', async () => {
    const s = scripted();
    const tail = s.open();
    const sink = await s.sink();
    const started = performance.now();
    let sent = 0;
    while (performance.now() - started < 600) {
      sink.messages([message('x')]);
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const elapsed = performance.now() - started;
    assert.ok(s.statuses.length <= Math.ceil(elapsed / 100) + 1, `${s.statuses.length} in ${elapsed} ms`);
    await tail.stop();
    assert.equal(s.statuses.at(-1)!.counters.received, sent);
    const count = s.statuses.length;
    sink.messages([message('late')]);
    sink.state({ is: 'lost', reason: 'late' });
    assert.equal(tail.status().counters.received, sent);
    assert.equal(s.statuses.length, count);
  });

  it('keeps the view still while paused, loses nothing, and goes on', async () => {
    const s = scripted();
    const tail = s.open();
    const sink = await s.sink();
    sink.messages([message('before')]);
    tail.pause();
    sink.messages([message('behind')]);
    assert.deepEqual(
      tail.rows(0, 10).map((r) => r.preview),
      ['before'],
    );
    assert.deepEqual(
      [tail.status().paused, tail.status().counters.received, tail.status().counters.shown],
      [true, 2, 1],
    );
    tail.resume();
    assert.deepEqual(
      tail.rows(0, 10).map((r) => r.preview),
      ['before', 'behind'],
    );
    assert.deepEqual(s.calls, ['tap', 'pause', 'resume']);
    await tail.stop();
  });

  it('is refused with the broker’s reason, the plan’s reason, or what it would change', async () => {
    const cases: [Parameters<typeof scripted>[0], RegExp][] = [
      [
        {
          connect: () => {
            throw new BrokerError('authentication', 'It refused the sign-in: bad password.');
          },
        },
        /bad password/,
      ],
      [{ plan: { verdict: 'refused', reason: 'It would take messages.' } }, /It would take messages/],
      [
        { plan: { verdict: 'ask', changes: ['mandatory publishers get no return.'] } },
        /needs your consent.*mandatory publishers/,
      ],
    ];
    for (const [change, words] of cases) {
      const s = scripted(change);
      const tail = s.open();
      const state = (await tail.ended) as { is: string; reason: string };
      assert.equal(state.is, 'refused');
      assert.match(state.reason, words);
      assert.ok(!s.calls.includes('tap'));
      await tail.stop();
      assert.equal(s.statuses.at(-1)!.state.is, 'refused');
    }
    const accepted = scripted({ plan: { verdict: 'ask', changes: ['something'] } });
    const tail = accepted.open({ ...request, accepted: true });
    await accepted.sink();
    await tail.stop();
    assert.deepEqual(accepted.statuses.at(-1)!.plan!.changes, ['something']);
  });

  it('ends in order when stopped while it connects, and when the driver fails to stop', async () => {
    const s = scripted({
      stop: () => {
        throw new Error('no');
      },
    });
    const early = s.open();
    await early.stop();
    const tail = s.open();
    await s.sink();
    await tail.stop();
    assert.equal(s.statuses.at(-1)!.state.is, 'ended');
  });

  it('counts values that do not decode and those that violate their contract', async () => {
    const s = scripted();
    const tail = s.open({
      ...request,
      contract: {
        name: 'Order',
        format: 'json-schema',
        message: '',
        files: [{ path: '/o.json', text: '{"required":["id"]}' }],
      },
    });
    const sink = await s.sink();
    sink.messages(['{"id":1}', '{}', 'no json'].map(message));
    assert.deepEqual([tail.status().counters.violating, tail.status().counters.undecodable], [1, 1]);
    assert.deepEqual(tail.rows(1, 1)[0]!.violates, ["The value must have required property 'id'."]);
    await tail.stop();
  });
});

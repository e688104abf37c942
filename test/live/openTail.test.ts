import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import { BrokerError, type TapMessage } from '../../src/brokers/driver';
import { request, scripted } from './scripted';

const message = (text: string): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'a', time: 0, value, headers: [], size: value.length };
};

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
    tail.filter({ text: 'ALPHA' });
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
    assert.deepEqual(tail.rows(1, 1)[0]!.violates, ['The value has no id, which is required.']);
    await tail.stop();
  });

  it('lets through the messages with one fault: as many as are counted, of those that are there and of those that come', async () => {
    const s = scripted();
    const schema = { required: ['id'], properties: { lines: { items: { properties: { n: { minimum: 0 } } } }, s: { enum: ['a', 'b'] } } };
    const tail = s.open({ ...request, contract: { name: 'Order', format: 'json-schema', message: '', files: [{ path: '/o.json', text: JSON.stringify(schema) }] } });
    const sink = await s.sink();
    const texts = ['{"id":1}', '{}', '{"id":1,"lines":[{"n":-1}]}', '{"lines":[{"n":1},{"n":-2},{"n":-3}]}', '{"id":1,"s":"x"}', '{"id":1,"s":"y"}', 'no json', 'nor this', '{"s":null}'];
    sink.messages(texts.map(message));
    const fault = (n: number): { verdict: 'violates' | 'undecodable'; path: string; reason: string } => {
      const { verdict, path, reason } = tail.faults()[n]!;
      return { verdict, path, reason };
    };
    assert.deepEqual(tail.faults().map(({ path, reason, count }) => [path, reason, count]), [
      ['', 'has no id, which is required', 3], ['/s', 'must be "a" or "b"', 3], ['', 'is not JSON', 2], ['/lines/*/n', 'must be at least 0', 2],
    ]);
    const shown = (): string[] => tail.rows(0, 100).map(({ preview }) => preview);
    const expected = [[1, 3, 8], [4, 5, 8], [6, 7], [2, 3]].map((of) => of.map((n) => texts[n]!));
    for (const [n, of] of expected.entries()) {
      await tail.filter({ fault: fault(n) });
      await tail.filtered();
      assert.deepEqual(shown(), of);
    }
    // Messages that come later are asked, too, and what else is asked for must hold as well.
    await tail.filter({ fault: fault(1), text: '"id"' });
    sink.messages(['{"id":2,"s":"z"}', '{"s":"z"}', '{"id":3}'].map(message));
    await tail.filtered();
    assert.deepEqual(shown(), [texts[4], texts[5], '{"id":2,"s":"z"}']);
    assert.equal(tail.find(-1, 'next', 'fault'), 4);
    await tail.stop();
  });

  it('counts nothing of a channel that was taken out but what came of it, and what of it is still held', async () => {
    const s = scripted();
    const limits = { messages: 6, bytes: 1e6 };
    const tail = s.open({ ...request, limits, id: 'a', tag: 5, more: [{ ...request, target: { address: 'b', kind: 'channel' }, id: 'b', tag: 2 }] });
    await s.sink();
    const [a, b] = await until(() => (s.sinks.length === 2 ? s.sinks : undefined), { what: 'both taps', every: 5 });
    for (let n = 0; n < 4; n++) {
      a!.messages([message(`a${n}`)]);
      b!.messages([message(`b${n}`)]);
    }
    b!.dropped(3, 'too slow');
    assert.deepEqual([tail.status().counters.received, tail.status().counters.dropped, tail.status().removed], [8, 5, undefined]);
    assert.deepEqual(tail.rows(0, 9).map(({ tag }) => tag), [5, 2, 5, 2, 5, 2]);
    const { bytes } = tail.status().buffer;
    await tail.removeSource('b');
    await until(() => tail.settled(), { what: 'the list without it', every: 5 });
    const { counters, removed, buffer, sources } = tail.status();
    assert.deepEqual([counters.shown, counters.dropped, buffer.messages, sources!.map(({ tag }) => tag)], [3, 1, 3, [5]]);
    assert.deepEqual([removed?.received, removed?.messages, removed!.bytes + buffer.bytes], [4, 3, bytes]);
    assert.deepEqual([tail.rows(0, 9).map(({ tag }) => tag), tail.detail(2)?.tag], [[5, 5, 5], 5]);
    // What is held of it falls out and is not counted; then that of the others is.
    a!.messages(['a4', 'a5', 'a6', 'a7', 'a8', 'a9'].map(message));
    const last = tail.status();
    assert.deepEqual([last.counters.dropped, last.buffer.messages, last.removed], [4, 6, { received: 4, messages: 0, bytes: 0 }]);
    await tail.stop();
  });
});

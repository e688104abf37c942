import assert from 'node:assert/strict';
import type { TapMessage } from '../../src/brokers/driver';
import type { Tail } from '../../src/live/tail';
import { relatedTo } from '../../src/live/related';
import { request, scripted } from './scripted';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const message = (text: string, time: number, headers: TapMessage['headers'] = []): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'a', time, value, headers, size: value.length };
};

describe('related messages', function () {
  this.timeout(30_000);
  const tails = new Map<string, Tail>();
  const open = async (name: string, messages: readonly TapMessage[], broker?: string): Promise<void> => {
    const s = scripted();
    const tail = s.open({ ...request, broker, limits: { messages: 1e6, bytes: 1e9 } });
    (await s.sink()).messages(messages);
    tails.set(name, tail);
  };
  afterEach(async () => {
    await Promise.all([...tails.values()].map((tail) => tail.stop()));
    tails.clear();
  });

  it('are found over all tails by trace id, whatever carries it, by time', async () => {
    await open('orders', [
      message('{}', 10, [['traceparent', `00-${trace}-00f067aa0ba902b7-01`]]),
      message(`{"note":"${trace} is only spoken of"}`, 11),
      message('{}', 12, [['traceparent', '00-00000000000000000000000000000001-00f067aa0ba902b7-01']]),
    ], 'events');
    await open('billing', [
      message('{}', 40, [['B3', `${trace}-00f067aa0ba902b7-1`]]),
      message(`{"meta":{"trace_id":"${trace}"}}`, 5),
      message('{}', 30, [['X-B3-TraceId', Buffer.from(trace)]]),
    ]);
    const { ids, messages } = await relatedTo(tails, 'orders', 0);
    assert.deepEqual(ids, [{ value: trace, by: 'header traceparent' }]);
    assert.deepEqual(messages.map((m) => [m.tail, m.row.seq, m.by, m.broker]), [
      ['billing', 1, 'field trace_id', undefined],
      ['orders', 0, 'header traceparent', 'events'],
      ['billing', 2, 'header X-B3-TraceId', undefined],
      ['billing', 0, 'header B3', undefined],
    ]);
  });

  it('are found by correlation ids of each protocol, numbers and bytes among them', async () => {
    const binary = Uint8Array.of(0xff, 1, 2, 0xfe);
    await open('a', [
      message('{"correlationId":77001}', 1),
      message('', 2, [['correlation-id', '77001']]),
      message('', 3, [['correlation-data', binary]]),
      message('', 4, [['Nats-Msg-Id', 'n-1']]),
      message('', 5, [['ce_id', 'e-1']]),
      message('{"specversion":"1.0","id":"e-1"}', 6, [['content-type', 'application/cloudevents+json']]),
      message('', 7, [['correlation-data', Uint8Array.from(binary)]]),
      message('', 8, [['x-correlation-id', 'n-1']]),
    ]);
    const found = async (seq: number): Promise<number[]> => (await relatedTo(tails, 'a', seq)).messages.map(({ row }) => row.seq);
    assert.deepEqual(await found(0), [0, 1]);
    assert.deepEqual(await found(2), [2, 6]);
    assert.deepEqual(await found(3), [3, 7]);
    assert.deepEqual(await found(5), [4, 5]);
  });

  it('say nothing of a message without ids, and nothing of one that is gone', async () => {
    await open('a', [message('{"id":"x"}', 1)]);
    assert.deepEqual(await relatedTo(tails, 'a', 0), { ids: [], messages: [] });
    assert.deepEqual(await relatedTo(tails, 'a', 9), { ids: [], messages: [] });
    assert.deepEqual(await relatedTo(tails, 'none', 0), { ids: [], messages: [] });
  });

  it('are found among many, while more arrive', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 30_000, bytes: 1e9 } });
    const sink = await s.sink();
    const some = (from: number): TapMessage[] => Array.from({ length: 20_000 }, (_, n) => message(`{"correlation_id":"c-${(from + n) % 5000}."}`, from + n));
    sink.messages(some(0));
    tails.set('a', tail);
    const asked = relatedTo(tails, 'a', 15_123);
    sink.messages(some(20_000));
    const { messages } = await asked;
    assert.deepEqual(messages.map(({ row }) => row.seq % 5000), messages.map(() => 123));
    assert.ok(messages.length >= 1 && messages.length <= 4, String(messages.length));
  });
});

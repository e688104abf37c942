import assert from 'node:assert/strict';
import type { TapMessage } from '../../src/brokers/driver';
import type { Tail } from '../../src/live/tail';
import { propose } from '../../src/live/propose';
import type { TailContract, TailRequest } from '../../src/protocol/tail';
import { request, scripted } from './scripted';

const message = (text: string): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'a', time: 0, value, headers: [], size: value.length };
};
const order = (schema: object): TailContract => ({
  name: 'Order', format: 'json-schema', message: '', files: [{ path: '/o.json', text: JSON.stringify(schema, null, 4) }],
});

describe('a proposed contract', function () {
  this.timeout(30_000);
  let tail: Tail | undefined;
  const open = async (messages: readonly string[], more: Partial<TailRequest> = {}): Promise<Tail> => {
    const s = scripted();
    tail = s.open({ ...request, ...more });
    (await s.sink()).messages(messages.map(message));
    return tail;
  };
  afterEach(() => tail?.stop());

  it('is made of the shown messages where there is none', async () => {
    const t = await open(['{"id":9007199254740993,"n":1}', '{"id":2}', 'text', '{"id":"x"}']);
    await t.filter({ verdicts: ['none'], text: '"id":' });
    await t.filter({ expression: 'value.id != "x"' });
    while (!t.settled()) await new Promise((resolve) => setTimeout(resolve, 5));
    const { text, observed, changes, problem } = await propose(t);
    assert.equal(problem, undefined);
    assert.deepEqual([observed, changes], [2, undefined]);
    assert.deepEqual(JSON.parse(text), {
      $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'a', type: 'object',
      properties: { id: { type: 'integer' }, n: { type: 'integer' } }, required: ['id'],
    });
  });

  it('changes the contract that is there by what breaks it, and keeps how it is laid out', async () => {
    const t = await open(['{"id":1}', '{"id":2.5}', '{}', '{"id":1,"state":"paid"}'], {
      contract: order({ required: ['id'], properties: { id: { type: 'integer' }, state: { enum: ['open'] } } }),
    });
    const { text, observed, changes } = await propose(t);
    assert.equal(observed, 3);
    assert.deepEqual(changes, ['/id may be any number, not only an integer.', '/id is no longer required.', '/state may also be "paid".']);
    assert.equal(text, `${JSON.stringify({ properties: { id: { type: 'number' }, state: { enum: ['open', 'paid'] } } }, null, 4)}\n`);
  });

  it('says why there is none', async () => {
    const problem = async (messages: readonly string[], more: Partial<TailRequest> = {}): Promise<string | undefined> => {
      const { problem: said } = await propose(await open(messages, more));
      await tail?.stop();
      return said;
    };
    assert.match((await problem([]))!, /No messages are shown/);
    assert.match((await problem(['text']))!, /None of the shown messages has a value/);
    assert.match((await problem(['{"id":1}'], { contract: order({ required: ['id'] }) }))!, /None of the shown messages violates Order/);
    assert.match((await problem(['{"id":1}'], { contract: order({ not: { required: ['id'] } }) }))!, /^No small change of Order admits what was observed: the value has id, which the contract rules out/);
    const proto: TailContract = { name: 'O', format: 'protobuf', message: 'O', files: [{ path: '/o.proto', text: 'syntax = "proto3"; message O {}' }] };
    assert.match((await problem(['x'], { contract: proto }))!, /O is a Protobuf contract/);
  });
});

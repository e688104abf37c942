import assert from 'node:assert/strict';
import type { TapMessage } from '../../src/brokers/driver';
import type { Decoder } from '../../src/codecs/decoded';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import { batchFilter } from '../../src/live/batchFilter';
import type { TailContract, TailFilter, TailSource } from '../../src/protocol/tail';

const protobuf: TailContract = {
  name: 'Order', format: 'protobuf', message: 'Order',
  files: [{ path: '/o.proto', text: 'syntax = "proto3"; enum State { OPEN = 0; PAID = 1; } message Order { int64 id = 1; State state = 2; string note = 3; }' }],
};
const avro: TailContract = {
  name: 'Order', format: 'avro', message: '',
  files: [{ path: '/o.avsc', text: JSON.stringify({
    type: 'record', name: 'Order', fields: [
      { name: 'id', type: 'long' }, { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'PAID'] } }, { name: 'note', type: 'string' },
    ],
  }) }],
};

function source(contract: TailContract | undefined): TailSource {
  return { protocol: 'kafka', connect: { url: 'b' }, target: { address: 'orders', kind: 'topic' }, start: { at: 'latest' }, contract };
}

async function encoded(contract: TailContract): Promise<{ messages: TapMessage[]; decoder: Decoder }> {
  const encoder = await encoderFor(contract);
  const messages = [['9007199254740993', 'PAID', 'Zug'], ['7', 'OPEN', 'paid later']].map(([id, state, note]): TapMessage => {
    const made = encoder.encode({ id: contract.format === 'avro' && id === '7' ? 7 : id, state, note });
    assert.ok('bytes' in made, JSON.stringify(made));
    return { channel: 'orders', time: 0, value: made.bytes, headers: [], size: made.bytes.length };
  });
  return { messages, decoder: await decoderFor(contract) };
}

describe('a filter over encoded values', () => {
  for (const contract of [protobuf, avro]) {
    it(`finds what ${contract.format} shows, and computes with it`, async () => {
      const { messages, decoder } = await encoded(contract);
      const found = async (filter: TailFilter): Promise<number[]> => {
        const { pass } = await batchFilter(filter, [source(contract)]);
        return pass(messages, 0, decoder).map((m) => messages.indexOf(m));
      };
      assert.deepEqual(await found({ text: 'paid' }), [0, 1]);
      assert.deepEqual(await found({ text: 'PAID', matchCase: true }), [0]);
      assert.deepEqual(await found({ text: '9007199254740993' }), [0]);
      assert.deepEqual(await found({ text: '"state":"OPEN"' }), [1]);
      assert.deepEqual(await found({ expression: 'value.state == "OPEN"' }), [1]);
      assert.deepEqual(await found({ text: 'P[A-Z]ID', regex: true, matchCase: true }), [0]);
      assert.deepEqual(await found({ text: 'zu.' }), []);
      assert.deepEqual(await found({ expression: 'value.id > 9007199254740992 && value.state == "PAID"' }), [0]);
      assert.deepEqual(await found({ expression: 'value.id == 7 || verdict != "valid"' }), [1]);
      assert.deepEqual(await found({ verdicts: ['valid'] }), [0, 1]);
      messages[1] = { ...messages[1]!, value: messages[1]!.value!.subarray(0, -1) };
      const [fault] = decoder.decode(messages[1].value!)!.faults;
      const kind = { path: fault!.path, reason: fault!.reason.replace(/\d+/g, '…') };
      assert.deepEqual(await found({ fault: { verdict: 'undecodable', ...kind } }), [1], JSON.stringify(kind));
      assert.deepEqual(await found({ fault: { verdict: 'undecodable', ...kind, path: '/id' } }), []);
      assert.deepEqual(await found({ fault: { verdict: 'violates', ...kind } }), []);
    });
  }

  it('refuses in one sentence what cannot be read, and counts what fails', async () => {
    await assert.rejects(batchFilter({ text: 'a(', regex: true }, [source(undefined)]), /^Error: The regular expression cannot be read: unterminated group\.$/);
    await assert.rejects(batchFilter({ expression: 'value >' }, [source(undefined)]), /cannot be read at character 8/);
    const filter = await batchFilter({ expression: 'value.n > 1' }, [source(undefined)]);
    const messages = ['{"n":2}', '{"n":"x"}', '{}', 'text'].map((text): TapMessage => ({ channel: 'orders', time: 0, value: Buffer.from(text), headers: [], size: text.length }));
    assert.equal(filter.pass(messages, 0, await decoderFor(undefined)).length, 1);
    assert.equal(filter.failed, 1);
  });
});

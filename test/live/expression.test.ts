import assert from 'node:assert/strict';
import type { TapMessage } from '../../src/brokers/driver';
import { anyValueDecoder } from '../../src/codecs/anyValue';
import { protobufDecoder } from '../../src/codecs/protobuf/decoder';
import { compileExpression } from '../../src/live/expression';
import { messageRow } from '../../src/live/filterRow';
import type { TailContract } from '../../src/protocol/tail';

const value = {
  amount: 150, name: 'Köln', none: null, items: [{ sku: 'a', n: 2 }, { sku: 'b', n: 0.5 }], customer: { vip: true },
};
const message: TapMessage = {
  channel: 'orders', time: Date.UTC(2026, 0, 31, 12), partition: 3, offset: '9007199254740993', key: 'k-1',
  value: Buffer.from(JSON.stringify(value).replace('}}', '},"id":9007199254740993}')),
  headers: [['x', 'y'], ['bin', Uint8Array.of(0xff)]], size: 42,
};

async function answer(text: string, m: TapMessage = message): Promise<string> {
  const expression = await compileExpression(text);
  return 'problem' in expression ? expression.problem : expression.test(messageRow(m, 0, 'valid', anyValueDecoder()));
}

describe('a filter expression', () => {
  it('sees the decoded value, key, headers and what else a message has', async () => {
    for (const text of [
      'value.amount > 100 && headers["x"] == "y"',
      'value.name == "Köln" && value.customer.vip',
      'value.items.exists(i, i.sku == "b" && i.n < 1)',
      'value.items[1].sku.startsWith("b")',
      'key == "k-1" && channel == "orders" && partition == 3 && size == 42 && verdict == "valid"',
      'time > timestamp("2026-01-31T11:59:59Z")',
      'has(value.amount) && !has(value.missing)',
      'value.amount in [150, 200]',
      '"x" in headers',
    ]) assert.equal(await answer(text), 'yes', text);
  });

  it('knows integers of 64 bits to the last digit', async () => {
    assert.equal(await answer('value.id == 9007199254740993 && offset == 9007199254740993'), 'yes');
    assert.equal(await answer('value.id == 9007199254740992 || offset < 9007199254740993'), 'no');
    assert.equal(await answer('value.id > 9007199254740992'), 'yes');
    const contract: TailContract = {
      name: 'Order', format: 'protobuf', message: 'Order',
      files: [{ path: '/o.proto', text: 'syntax = "proto3"; message Order { int64 id = 1; int32 n = 2; }' }],
    };
    const bytes = Uint8Array.of(0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 0x10, 5);
    const expression = await compileExpression('value.id == 9007199254740993 && value.n == 5');
    assert.ok('test' in expression);
    assert.equal(expression.test(messageRow({ ...message, value: bytes }, 0, 'valid', protobufDecoder(contract))), 'yes');
  });

  it('takes fields for fields, whatever they are called', async () => {
    const race = { ...message, value: Buffer.from('{"results":[{"constructor":"Ferrari","driver":{"constructor":1,"toString":"x"}}],"__proto__":{"a":1}}') };
    for (const text of ['value.results[0].constructor == "Ferrari"', 'value.results.exists(r, r.driver.toString == "x")', 'value["__proto__"].a == 1', '!has(value.hasOwnProperty)'])
      assert.equal(await answer(text, race), 'yes', text);
  });

  it('computes with whole and broken numbers alike', async () => {
    for (const text of ['value.amount * 2 == 300.0', 'value.amount % 7 == 3', 'value.amount + value.id > 5', 'value.amount - 1 == 149'])
      assert.equal(await answer(text), 'yes', text);
  });

  it('takes what is missing for false, and only what is of another kind for a failure', async () => {
    for (const text of ['value.missing > 1', 'value.missing.deep == 1', 'value.none.deep == 1', 'headers["z"] == "y"', 'value.items[9].sku == "a"', '!(value.missing == 1)'])
      assert.equal(await answer(text), 'no', text);
    assert.equal(await answer('value.missing == 1 || value.amount > 1'), 'yes');
    assert.equal(await answer('value.name > 5'), 'failed');
    assert.equal(await answer('value.amount'), 'failed');
    const text = { ...message, value: Buffer.from('plain text') };
    assert.equal(await answer('value.amount > 1', text), 'no');
    assert.equal(await answer('value.contains("plain")', text), 'yes');
    assert.equal(await answer('value == null', { ...message, value: null }), 'yes');
  });

  it('is not asked of fields of JSON that is too large to be parsed, which counts as a failure', async () => {
    const large = { ...message, value: Buffer.from(`{"amount":150,"pad":"${'x'.repeat(3 * 1024 * 1024)}"}`) };
    assert.equal(await answer('value.amount > 1', large), 'failed');
    assert.equal(await answer('key == "k-1"', large), 'yes');
    assert.equal(await answer('value.contains("yyy")', { ...message, value: Buffer.alloc(3 * 1024 * 1024, 'y') }), 'yes');
  });

  it('says in one sentence, with the place, what is wrong', async () => {
    assert.equal(await answer('value.amount >'), 'The expression cannot be read at character 15: unexpected token: the end.');
    assert.equal(await answer('amount > 1'), 'The expression does not fit together at character 1: unknown variable: amount.');
    assert.match(await answer('size + 1'), /gives a int, and a filter needs true or false/);
    assert.match(await answer(`${'('.repeat(100)}true${')'.repeat(100)}`), /^The expression cannot be read/);
  });
});

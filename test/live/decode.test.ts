import assert from 'node:assert/strict';
import protobuf from 'protobufjs';
import { decoderFor } from '../../src/codecs/decoder';
import { tailLine } from '../../src/live/line';
import { detailOf, rowOf } from '../../src/live/present';
import type { TailContract } from '../../src/protocol/tail';

const order = `syntax = "proto3";
package shop.v1;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
message OrderPlaced {
  string order_id = 1;
  int64 cents = 2;
  shop.common.Money total = 3;
  Status status = 4;
  bytes blob = 5;
  google.protobuf.Timestamp at = 6;
}
enum Status { UNKNOWN = 0; PAID = 1; }
`;
const money = `syntax = "proto3";
package shop.common;
message Money { string currency = 1; double amount = 2; }
`;
const contract: TailContract = {
  name: 'OrderPlaced',
  version: '2',
  format: 'protobuf',
  message: 'shop.v1.OrderPlaced',
  files: [
    { path: '/w/order.proto', text: order },
    { path: '/w/common/money.proto', text: money },
  ],
};

function encoded(): Buffer {
  const root = new protobuf.Root();
  protobuf.parse(money, root);
  protobuf.parse(order.replace(/import.*/g, '').replace(/google.protobuf.Timestamp at = 6;/, ''), root);
  const type = root.lookupType('shop.v1.OrderPlaced');
  return Buffer.from(
    type
      .encode(
        type.fromObject({
          orderId: 'o-1',
          cents: '9007199254740993',
          total: { currency: 'EUR', amount: 1.5 },
          status: 1,
          blob: 'AQI=',
        }),
      )
      .finish(),
  );
}
const message = (value: Uint8Array) => ({ channel: 'c', time: 0, value, headers: [], size: value.length });

describe('decoding by a protobuf contract', function () {
  this.timeout(20_000);

  it('shows fields by their names, with 64-bit numbers whole', async () => {
    const decoder = await decoderFor(contract);
    assert.equal(decoder.problem, undefined);
    const value = encoded();
    const detail = detailOf(0, message(value), decoder);
    assert.equal(detail.decodedAs, 'protobuf shop.v1.OrderPlaced');
    assert.equal(detail.why, 'The contract says shop.v1.OrderPlaced.');
    assert.deepEqual(detail.tried?.map(({ as }) => as), ["protobuf behind a registry's frame"]);
    assert.deepEqual(JSON.parse(detail.json!), {
      order_id: 'o-1',
      cents: '9007199254740993',
      total: { currency: 'EUR', amount: 1.5 },
      status: 'PAID',
      blob: 'AQI=',
    });
    assert.match(rowOf(0, message(value), decoder).preview, /^\{"order_id":"o-1","cents":"9007199254740993"/);
    assert.equal(decoder.check(value), 'valid');
    const line = JSON.parse(tailLine(message(value), decoder)) as {
      value: { order_id: string };
      contract: object;
    };
    assert.equal(line.value.order_id, 'o-1');
    assert.deepEqual(line.contract, {
      name: 'OrderPlaced',
      version: '2',
      verdict: 'valid',
      errors: [],
      as: 'protobuf shop.v1.OrderPlaced',
      why: 'The contract says shop.v1.OrderPlaced.',
      tried: [
        {
          as: "protobuf behind a registry's frame",
          reason: 'It does not begin with a zero byte and a schema id.',
        },
      ],
    });
  });

  it('reads values with the frame of a schema registry', async () => {
    const decoder = await decoderFor(contract);
    const framed = (indexes: number[]): Buffer =>
      Buffer.concat([Buffer.of(0, 0, 0, 0, 42, ...indexes), encoded()]);
    for (const indexes of [[0], [2, 0]])
      assert.equal(decoder.decode(framed(indexes))!.verdict, 'valid', String(indexes));
    assert.match(decoder.decode(framed([0]))!.json!, /o-1/);
    assert.equal(
      decoder.decode(framed([0]))!.why,
      "It begins with a registry's frame, of the schema id 42 and the message index 0, which is shop.v1.OrderPlaced in the contract's file.",
    );
  });

  it('falls back with the reason where a value does not decode', async () => {
    const decoder = await decoderFor(contract);
    const broken = Buffer.of(0x0a, 0x7f, 0x41);
    const row = rowOf(0, message(broken), decoder);
    assert.equal(row.undecodable, '/order_id claims 127 bytes, and 1 byte is left.');
    assert.equal(decoder.check(broken), 'undecodable');
    assert.equal(detailOf(0, message(Buffer.from('{"a":1}')), decoder).decodedAs, 'json');
  });

  it('takes the first message of the file where none is named', async () => {
    const decoder = await decoderFor({ ...contract, message: '' });
    assert.equal(decoder.decode(encoded())!.as, 'protobuf shop.v1.OrderPlaced');
  });

  it('says why a contract cannot be used, and shows values without it', async () => {
    const bad = async (change: Partial<TailContract>): Promise<string> =>
      (await decoderFor({ ...contract, ...change })).problem ?? '';
    assert.match(
      await bad({ files: [contract.files[0]!] }),
      /OrderPlaced cannot be used for decoding: .*Money/,
    );
    assert.match(await bad({ message: 'shop.v1.Nope' }), /Nope/);
    assert.match(await bad({ files: [{ path: '/w/x.proto', text: 'message {' }] }), /cannot be used/);
    assert.match(await bad({ files: [] }), /no files/);
    assert.match(await bad({ format: 'avro' }), /cannot be used/);
    const decoder = await decoderFor({ ...contract, files: [] });
    assert.equal(detailOf(0, message(Buffer.from('[1]')), decoder).decodedAs, 'json');
  });

  it('survives hostile bytes', async () => {
    const recursive = await decoderFor({
      ...contract,
      message: 'T',
      files: [{ path: '/t.proto', text: 'syntax="proto3"; message T { T t = 1; }' }],
    });
    let nested = Buffer.alloc(0);
    for (let n = 0; n < 5000; n++) {
      const length = protobuf.Writer.create().uint32(nested.length).finish();
      nested = Buffer.concat([Buffer.of(0x0a), length, nested]);
    }
    assert.equal(recursive.decode(nested)!.verdict, 'undecodable');
  });
});

describe('checking by a JSON Schema', function () {
  this.timeout(20_000);

  const schema = (text: object, message = ''): TailContract => ({
    name: 'Order',
    format: 'json-schema',
    message,
    files: [
      { path: '/w/order.json', text: JSON.stringify(text) },
      { path: '/w/money.json', text: '{"type":"object","required":["amount"]}' },
    ],
  });

  it('tells valid, violating and undecodable apart', async () => {
    for (const $schema of [
      undefined,
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft/2020-12/schema',
    ]) {
      const decoder = await decoderFor(
        schema({
          $schema,
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'integer' }, total: { $ref: 'money.json' } },
        }),
      );
      assert.equal(decoder.problem, undefined);
      assert.equal(decoder.check(Buffer.from('{"id":1,"total":{"amount":2}}')), 'valid');
      assert.deepEqual(decoder.decode(Buffer.from('{"id":"x","total":{}}'))!.errors, [
        '/id is a string, and must be an integer.',
        '/total has no amount, which is required.',
      ]);
      assert.equal(decoder.check(Buffer.from('{')), 'undecodable');
      const row = rowOf(0, message(Buffer.from('{}')), decoder);
      assert.deepEqual(
        [row.violates, row.undecodable],
        [['The value has no id, which is required.'], undefined],
      );
    }
  });

  it('follows a pointer to the message, and keeps large numbers in what it shows', async () => {
    const decoder = await decoderFor(
      schema({ definitions: { Order: { required: ['id'] } } }, '/definitions/Order'),
    );
    const shown = decoder.decode(Buffer.from('{"id":12345678901234567890}'))!;
    assert.equal(shown.verdict, 'valid');
    assert.match(shown.json!, /12345678901234567890/);
    assert.equal(decoder.check(Buffer.from('{}')), 'violates');
  });

  it('says why a schema cannot be used', async () => {
    assert.match(
      (await decoderFor({ ...schema({}), files: [{ path: '/w/a.json', text: '{' }] })).problem!,
      /cannot be used/,
    );
    assert.match((await decoderFor(schema({ $ref: 'nowhere.json' }))).problem!, /nowhere/);
  });
});

import { Ajv } from 'ajv';
import avsc from 'avsc';
import protobuf from 'protobufjs';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import type { TailContract } from '../../src/protocol/tail';
import { time, type Row } from './measure';

const COUNT = 5000;
const RUNS = 7;

const avro = JSON.stringify({
  type: 'record', name: 'Order', fields: [
    { name: 'order_id', type: 'string' }, { name: 'email', type: ['null', 'string'] }, { name: 'cents', type: 'long' }, { name: 'total', type: 'double' },
    { name: 'items', type: { type: 'array', items: { type: 'record', name: 'Item', fields: [{ name: 'sku', type: 'string' }, { name: 'quantity', type: 'int' }] } } },
  ],
});
const proto = `syntax = "proto3"; message Order { string order_id = 1; string email = 2; int64 cents = 3; double total = 4; repeated Item items = 5; }
  message Item { string sku = 1; int32 quantity = 2; }`;
const item = { type: 'object', required: ['sku', 'quantity'], properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } };
const schema = {
  type: 'object', required: ['order_id', 'cents', 'total', 'items'],
  properties: { order_id: { type: 'string' }, email: { type: 'string' }, cents: { type: 'integer' }, total: { type: 'number' }, items: { type: 'array', items: item } },
};

/** Messages a second by each format: counted, decoded for the screen, and by the bare library. */
export async function codecRows(): Promise<readonly Row[]> {
  const bareAvro = avsc.Type.forSchema(JSON.parse(avro) as avsc.Schema);
  const bareProto = protobuf.parse(proto, { keepCase: true }).root.lookupType('Order');
  const validate = new Ajv().compile(schema);
  return [
    ...await rows('avro', '/order.avsc', avro, 'avsc', (bytes) => bareAvro.fromBuffer(bytes)),
    ...await rows('protobuf', '/order.proto', proto, 'protobufjs', (bytes) => bareProto.decode(bytes)),
    ...await rows('json-schema', '/order.json', JSON.stringify(schema), 'JSON.parse and ajv', (bytes) => validate(JSON.parse(bytes.toString()))),
  ];
}

async function rows(format: TailContract['format'], path: string, text: string, library: string, bare: (bytes: Buffer) => unknown): Promise<readonly Row[]> {
  const contract: TailContract = { name: 'Order', format, message: '', files: [{ path, text }] };
  const [decoder, encoder] = [await decoderFor(contract), await encoderFor(contract)];
  const messages = Array.from({ length: 100 }, (_, seed) => {
    const encoded = encoder.encode(encoder.sample(seed));
    if (!('bytes' in encoded)) throw new Error(`the sample ${seed} of ${format} does not keep to its contract`);
    return Buffer.from(encoded.bytes);
  });
  const rate = async (act: (bytes: Buffer) => unknown): Promise<number> => {
    const ms = await time(RUNS, () => {
      for (let n = 0; n < COUNT; n++) act(messages[n % messages.length]!);
    });
    return (COUNT * 1000) / ms;
  };
  const alone = await rate(bare);
  const checked = await rate((bytes) => decoder.check(bytes));
  const decoded = await rate((bytes) => decoder.decode(bytes));
  return [
    { name: `${format}: ${library}`, value: alone, unit: 'msg/s' },
    { name: `${format}: counted`, value: checked, unit: 'msg/s', ratio: { of: library, value: checked / alone } },
    { name: `${format}: shown`, value: decoded, unit: 'msg/s', ratio: { of: library, value: decoded / alone } },
  ];
}

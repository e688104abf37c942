import { decoderFor } from '../../src/codecs/decoder';
import type { Decoder, Headers } from '../../src/codecs/decoded';
import { seeded } from '../../src/codecs/random';
import type { TailContract } from '../../src/protocol/tail';

/** What a run over hostile payloads came to. */
export interface HostileRun {
  readonly cases: number;
  /** Of one payload with one decoder, in milliseconds. */
  readonly slowest: { readonly ms: number; readonly name: string };
  /** What was thrown, with the decoder and the number of its case. */
  readonly thrown: readonly string[];
}

const contract = (format: TailContract['format'], path: string, text: string): TailContract => ({ name: path, format, message: '', files: [{ path, text }] });

const avro = JSON.stringify({
  type: 'record', name: 'T', fields: [
    { name: 'next', type: ['null', 'T'] }, { name: 'nulls', type: { type: 'array', items: 'null' } },
    { name: 'map', type: { type: 'map', values: ['null', 'bytes', 'T'] } }, { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
    { name: 'd', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } }, { name: 's', type: 'string' },
  ],
});
const proto = `syntax = "proto3"; message T { T t = 1; repeated T many = 2; repeated bool flags = 3; map<string, T> map = 4; string s = 5; repeated double d = 6; }`;
const schema = JSON.stringify({ type: 'object', properties: { t: { $ref: '#' }, many: { type: 'array', items: { type: 'integer' } } }, additionalProperties: { $ref: '#' } });

const structured: Headers = [['content-type', 'application/cloudevents+json']];
const headers: readonly Headers[] = [[], [], [], structured, [['content-type', 'application/cbor']], [['content-type', 'application/msgpack']], [['ce_specversion', '1.0']]];

export async function hostileDecoders(): Promise<readonly (readonly [name: string, decoder: Decoder])[]> {
  return [
    ['avro', await decoderFor(contract('avro', '/t.avsc', avro))],
    ['protobuf', await decoderFor(contract('protobuf', '/t.proto', proto))],
    ['json-schema', await decoderFor(contract('json-schema', '/t.json', schema))],
    ['no contract', await decoderFor(undefined)],
  ];
}

/** Every decoder on as many payloads, the same ones for the same seed. */
export async function runHostile(cases: number, seed: number): Promise<HostileRun> {
  const decoders = await hostileDecoders();
  const random = seeded(seed);
  const thrown: string[] = [];
  let slowest = { ms: 0, name: '' };
  for (let n = 0; n < cases; n++) {
    const value = payload(random);
    const withHeaders = headers[Math.floor(random() * headers.length)]!;
    for (const [name, decoder] of decoders) {
      const started = performance.now();
      try {
        decoder.decode(value, withHeaders);
        decoder.check(value, withHeaders);
      } catch (error) {
        thrown.push(`${name}, case ${n}: ${String(error)}`);
      }
      const ms = performance.now() - started;
      if (ms > slowest.ms) slowest = { ms, name: `${name}, case ${n}, ${value.length} bytes` };
    }
  }
  return { cases, slowest, thrown };
}

const seeds: readonly Uint8Array[] = [
  Buffer.from('{"t":{"t":{}},"many":[1,2,"3"],"specversion":"1.0","id":"1","source":"/","type":"t","data":{"t":1},"data_base64":"AAEC"}'),
  Buffer.from('02020202000000', 'hex'), Buffer.from('0a060a040a022a0022020a00', 'hex'),
  Buffer.from('000000000700120a0a020801', 'hex'), Buffer.from('c3018f5c393f1ad5757206', 'hex'),
  Buffer.from('4f626a0102166176726f2e736368656d610a22696e742200' + '07'.repeat(16) + '020206' + '07'.repeat(16), 'hex'),
  Buffer.from('bf61619f0102ff6162a1616360ff', 'hex'), Buffer.from('82a16101a162920102', 'hex'), Buffer.from('a26161016162820203', 'hex'),
];
/** Lengths and counts that lie, in the words of each format. */
const bombs = ['feffffffffffffffff01', '9bffffffffffffffff', 'ddffffffff', 'dfffffffff', 'bbffffffffffffffff', '0affffffff0f', '5f5f5f5f', 'c25affffffff', '80808080808080808001', 'ffffffffffffffffff7f'];

function payload(random: () => number): Uint8Array {
  const below = (n: number): number => Math.floor(random() * n);
  const seed = seeds[below(seeds.length)]!;
  switch (below(5)) {
    case 0:
      return Buffer.from(Array.from({ length: below(200) }, () => below(256)));
    case 1: {
      const changed = Buffer.from(seed);
      for (let n = below(6); n >= 0; n--) changed[below(changed.length)] = below(256);
      return changed;
    }
    case 2: {
      const at = below(seed.length + 1);
      return Buffer.concat([seed.subarray(0, at), Buffer.from(bombs[below(bombs.length)]!, 'hex'), seed.subarray(at)]);
    }
    case 3:
      return Buffer.concat([seeds[below(seeds.length)]!, seed.subarray(below(seed.length))]);
    default: {
      // Nesting and repetition: a few bytes again and again.
      const piece = seed.subarray(below(seed.length)).subarray(0, 1 + below(4));
      return Buffer.concat(Array.from({ length: 1 + below(2000) }, () => piece));
    }
  }
}

/** Values of 100 MB, and of as many as the decoders take, in the shape that costs most: by name. */
export function giants(): readonly (readonly [name: string, value: Uint8Array])[] {
  const size = 2 * 1024 * 1024 - 8;
  const repeat = (hex: string, bytes = size): Uint8Array => Buffer.alloc(bytes - (bytes % (hex.length / 2)), Buffer.from(hex, 'hex'));
  const text = (open: string, piece: string, close: string, bytes = size): Uint8Array =>
    Buffer.from(open + piece.repeat(Math.floor((bytes - open.length - close.length - 1) / piece.length)) + piece.replace(',', '') + close);
  return [
    ['100 MB of zeros', Buffer.alloc(100_000_000)], ['100 MB of 0xff', Buffer.alloc(100_000_000, 0xff)],
    ['100 MB of JSON', Buffer.alloc(100_000_000, '[')], ['empty messages', repeat('1200')], ['packed flags', Buffer.concat([Buffer.from('1afaff7f', 'hex'), repeat('01', size - 6)])],
    ['nested messages', repeat('0a80808001')], ['avro zeros', repeat('00')], ['avro branches', repeat('02')],
    ['JSON numbers', text('{"many":[', '1,', ']}')], ['JSON texts', text('{"many":[', '"",', ']}')], ['JSON objects', text('{"many":[', '{},', ']}')], ['JSON keys', text('{', '"a":{},', '}')],
    ['JSON depth', Buffer.from('{"t":'.repeat(200_000) + '1' + '}'.repeat(200_000))], ['JSON wide and deep', text('{"t":'.repeat(60) + '{"many":[', '1,', ']}' + '}'.repeat(60))],
    ['cbor arrays', repeat('80', 250_000)], ['cbor nesting', repeat('9f', 250_000)], ['cbor pieces', Buffer.concat([Buffer.of(0x5f), repeat('40', 250_000)])],
    ['messagepack maps', Buffer.concat([Buffer.from('dd00030d40', 'hex'), repeat('80', 200_000)])], ['raw fields', repeat('0800', 250_000)], ['raw nesting', repeat('0aff7f', 250_000)],
  ];
}

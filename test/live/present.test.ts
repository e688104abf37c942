import assert from 'node:assert/strict';
import type { TapMessage } from '../../src/brokers/driver';
import { hexDump, oneLine, utf8 } from '../../src/codecs/bytesText';
import { layOutJson } from '../../src/codecs/jsonText';
import { tailLine } from '../../src/live/line';
import { detailOf, rowOf, VIEW_LIMIT } from '../../src/live/present';

const of = (value: Uint8Array | string | null, extra: Partial<TapMessage> = {}): TapMessage => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { channel: 'c', time: 0, value: bytes, headers: [], size: bytes?.length ?? 0, ...extra };
};

describe('JSON laid out by its text', () => {
  it('keeps numbers, escapes, duplicate keys and order as written', () => {
    const text =
      '{"id":12345678901234567890,"e":1.50e+02,"s":"\\u00fc\\/","a":[],"o":{},"id":-0.0,"n":[1,[true,null]]}';
    assert.equal(
      layOutJson(text)!.text,
      `{
  "id": 12345678901234567890,
  "e": 1.50e+02,
  "s": "\\u00fc\\/",
  "a": [],
  "o": {},
  "id": -0.0,
  "n": [
    1,
    [
      true,
      null
    ]
  ]
}`,
    );
  });

  it('agrees with JSON.parse on what is JSON and what is not', () => {
    const cases = [
      '{}',
      '[]',
      '[1,2]',
      ' { "a" : 1 } ',
      '{"a":1,}',
      '[1,]',
      '[,]',
      '{a:1}',
      "{'a':1}",
      '[01]',
      '[1.]',
      '[.5]',
      '[+1]',
      '[1e]',
      '["\\x"]',
      '["\n"]',
      '["\\u12"]',
      '{"a"}',
      '{"a":}',
      '[1 2]',
      '[] []',
      '[tru]',
      '[NaN]',
      '{',
      '[',
      '["a',
      '{"a":1',
      ']',
      '{]}',
      '[{}]',
      '[[],{}]',
      '{"a":{"b":[{}]}}',
      '[1}',
      '{"a":[1}',
    ];
    for (const text of cases) {
      let json = true;
      try {
        JSON.parse(text);
      } catch {
        json = false;
      }
      const layout = layOutJson(text);
      assert.equal(layout !== undefined, json, text);
      if (layout) assert.deepEqual(JSON.parse(layout.text), JSON.parse(text), text);
    }
  });

  it('leaves plain text and lone scalars alone', () => {
    for (const text of ['', 'hello', '42', '"text"', 'true', 'null'])
      assert.equal(layOutJson(text), undefined, text);
  });

  it('lays out the beginning of a cut document', () => {
    const text = JSON.stringify(Array.from({ length: 50 }, (_, n) => ({ n, name: `name "${n}"`, ok: true })));
    for (let end = 1; end < text.length; end++) {
      const layout = layOutJson(text.slice(0, end), true);
      assert.ok(layout, `cut at ${end}: ${text.slice(end - 5, end)}`);
    }
    assert.equal(layOutJson('{"a": nonsense here', true), undefined);
  });

  it('does bounded work on deep nesting and on size', function () {
    this.timeout(20_000);
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    assert.ok(layOutJson(deep)!.text.length < deep.length * 90);
    const started = process.cpuUsage();
    assert.ok(layOutJson(`[${'1,'.repeat(500_000)}1]`));
    assert.ok(process.cpuUsage(started).user < 5e6);
  });
});

describe('bytes as text', () => {
  it('takes only valid UTF-8, and cuts between characters', () => {
    assert.equal(utf8(Buffer.from('grün')), 'grün');
    assert.equal(utf8(Buffer.of(0xc3)), undefined);
    assert.equal(utf8(Buffer.from('aü'), 2), 'a');
    assert.equal(utf8(Buffer.from('a😀b'), 4), 'a');
    assert.equal(utf8(Buffer.from('a😀b'), 5), 'a😀');
  });

  it('shows controls and direction marks instead of obeying them', () => {
    assert.equal(oneLine('a\tb\r\n\n  c', 50), 'a b c');
    assert.equal(oneLine('x\u0000\u001b[2J\u202ey', 50), 'x��[2J�y');
    assert.equal(oneLine('😀😀', 3), '😀…');
  });

  it('dumps sixteen bytes a line and says what it leaves out', () => {
    assert.equal(
      hexDump(Buffer.from('Hello, Tailrace!\n\xff', 'latin1'), 100),
      [
        '00000000  48 65 6c 6c 6f 2c 20 54  61 69 6c 72 61 63 65 21  Hello, Tailrace!',
        '00000010  0a ff                                             ..',
      ].join('\n'),
    );
    assert.match(hexDump(Buffer.alloc(100), 32), /\n… 68 more bytes are not shown$/);
  });
});

describe('a message on the screen', () => {
  it('is a row with a preview on one line', () => {
    const row = rowOf(
      7,
      of('{\n  "a": 1\n}', { key: Buffer.from('k'), partition: 2, offset: '9', marks: ['retained'] }),
    );
    assert.deepEqual(row, {
      seq: 7,
      time: 0,
      channel: 'c',
      partition: 2,
      offset: '9',
      key: 'k',
      size: 12,
      preview: '{ "a": 1 }',
      marks: ['retained'],
    });
    assert.equal(rowOf(0, of(Buffer.of(0, 1, 255))).preview, '00 01 ff');
    assert.deepEqual([rowOf(0, of(null)).tombstone, rowOf(0, of(null)).preview], [true, '']);
    assert.equal(rowOf(0, of('x'.repeat(10_000))).preview.length, 241);
  });

  it('has details: JSON, text, hex and headers, each as far as it goes', () => {
    const json = detailOf(
      0,
      of('{"id":9007199254740993}', {
        headers: [
          ['h', Buffer.of(1)],
          ['t', 'x'],
        ],
      }),
    );
    assert.equal(json.decodedAs, 'json');
    assert.match(json.json!, /9007199254740993/);
    assert.deepEqual(json.headers, [
      { name: 'h', value: '�' },
      { name: 't', value: 'x' },
    ]);
    assert.deepEqual(
      [detailOf(0, of('plain')).decodedAs, detailOf(0, of('plain')).json],
      ['text', undefined],
    );
    const binary = detailOf(0, of(Buffer.of(0xff, 0xfe)));
    assert.deepEqual([binary.decodedAs, binary.text], ['hex', undefined]);
    assert.equal(detailOf(0, of(null)).decodedAs, 'tombstone');
    const html = '<img src=x onerror=alert(1)>';
    assert.equal(detailOf(0, of(html)).text, html);
  });

  it('cuts a payload of 10 MiB, quickly, and says where', function () {
    this.timeout(20_000);
    const big = Buffer.from(`{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`);
    const many = Buffer.from(`[${'{"k":[1,2,3]},'.repeat(700_000)}0]`);
    for (const value of [
      big,
      many,
      Buffer.alloc(10 * 1024 * 1024, 0xff),
      Buffer.from('['.repeat(10 * 1024 * 1024)),
    ]) {
      const started = process.cpuUsage();
      const detail = detailOf(0, of(value));
      assert.equal(detail.cutAt, VIEW_LIMIT);
      assert.ok((detail.text?.length ?? 0) <= VIEW_LIMIT);
      assert.match(detail.hex, /more bytes are not shown/);
      assert.ok((detail.json?.length ?? 0) <= 4 * VIEW_LIMIT);
      assert.ok(process.cpuUsage(started).user < 3e6);
      rowOf(0, of(value));
    }
  });
});

describe('a line of tailrace tail', () => {
  it('leaves out what the protocol lacks', () => {
    assert.deepEqual(JSON.parse(tailLine(of('hello', { time: 1700000000123 }))), {
      channel: 'c',
      time: '2023-11-14T22:13:20.123Z',
      value: 'hello',
      size: 5,
    });
  });

  it('keeps tombstones, bytes and repeated headers', () => {
    const line = JSON.parse(
      tailLine(
        of(null, {
          key: 'k',
          partition: 0,
          offset: '3',
          headers: [
            ['a', '1'],
            ['a', '2'],
            ['__proto__', 'x'],
          ],
        }),
      ),
    ) as Record<string, unknown>;
    assert.equal(line.value, null);
    assert.deepEqual(Object.entries(line.headers as object), [
      ['a', ['1', '2']],
      ['__proto__', 'x'],
    ]);
    assert.deepEqual((JSON.parse(tailLine(of(Buffer.of(0xff)))) as { value: unknown }).value, {
      base64: '/w==',
    });
  });
});

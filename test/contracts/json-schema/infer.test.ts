import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020';
import { emptyShape, observe, schemaOf, type PlainSchema } from '../../../src/contracts/json-schema/infer';
import { jsonFormats } from '../../../src/codecs/jsonFormats';
import { Random, randomFrom, type Json } from './randomSchemas';

function inferred(values: readonly unknown[]): PlainSchema {
  const shape = emptyShape();
  for (const value of values) observe(shape, value);
  return schemaOf(shape);
}

describe('a JSON Schema made from values', () => {
  it('has types, what is always there, lists, objects within, and what may be null', () => {
    assert.deepEqual(
      inferred([
        { id: 1, amount: 2, lines: [{ sku: 'a' }, { sku: 'b', n: 1 }], note: null, tags: [] },
        { id: 9007199254740993n, amount: 0.5, lines: [], note: 'x', tags: [], paid: true },
      ]),
      {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          amount: { type: 'number' },
          lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' }, n: { type: 'integer' } }, required: ['sku'] } },
          note: { type: ['string', 'null'] },
          tags: { type: 'array' },
          paid: { type: 'boolean' },
        },
        required: ['id', 'amount', 'lines', 'note', 'tags'],
      },
    );
    assert.deepEqual(inferred([]), {});
    assert.deepEqual(inferred(['a', 'a', 'a', 'a', 'a', 'a']), { type: 'string' });
  });

  it('names a format only where at least five texts all have it', () => {
    const id = '4bf92f35-77b3-4da6-a3ce-929d0e0e4736';
    const times = ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5+01:00', '2024-02-29T00:00:00-08:00', '2026-12-31T23:59:59z', '2026-06-30t00:00:00Z'];
    assert.deepEqual(inferred([id, id, id, id, id]), { type: 'string', format: 'uuid' });
    assert.deepEqual(inferred([id, id, id, id]), { type: 'string' });
    assert.deepEqual(inferred([id, id, id, id, id, 'x']), { type: 'string' });
    assert.deepEqual(inferred([...times, null]), { type: ['string', 'null'], format: 'date-time' });
    assert.deepEqual(inferred([...times, '2026-02-30T00:00:00Z']), { type: 'string' });
  });

  it('takes names that are data for keys of a map', () => {
    const values = Array.from({ length: 300 }, (_, n) => ({ stock: { [`sku-${n}`]: n % 2 ? n : n / 7, [`sku-${n + 1}`]: null } }));
    assert.deepEqual(inferred(values), {
      type: 'object', required: ['stock'],
      properties: { stock: { type: 'object', additionalProperties: { type: ['number', 'null'] } } },
    });
  });

  it('is kept by every value that it was made from, and by names as they come', function () {
    this.timeout(60_000);
    const ajv = new Ajv2020({ strict: false, formats: { ...jsonFormats }, validateFormats: true });
    for (let n = 0; n < 120; n++) {
      const random = new Random(randomFrom(n), '2020-12');
      const file = random.file();
      const values: Json[] = Array.from({ length: 1 + random.int(40) }, () => random.document(file, file));
      if (n % 10 === 0) values.push(JSON.parse('{"__proto__":{"a":1},"constructor":2,"":[]}') as Json);
      const validate = ajv.compile(inferred(values));
      for (const value of values) assert.ok(validate(value), `${n}: ${JSON.stringify(value)} ${JSON.stringify(validate.errors)}`);
    }
  });
});

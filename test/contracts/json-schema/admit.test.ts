import assert from 'node:assert/strict';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import { admit } from '../../../src/contracts/json-schema/admit';
import type { PlainSchema } from '../../../src/contracts/json-schema/infer';
import { Random, randomFrom, type Json } from './randomSchemas';

const noFormats = (): undefined => undefined;

/** The schema after, and what was said of it. */
function admitted(schema: PlainSchema, ...values: unknown[]): { schema: PlainSchema; says: string[] } {
  const copy = structuredClone(schema);
  const says = values.flatMap((value) => admit(copy, copy, value, noFormats));
  return { schema: copy, says };
}

describe('the least change of a JSON Schema that admits a value', () => {
  it('says each change in a sentence, and makes no other', () => {
    const schema: PlainSchema = {
      type: 'object', required: ['id', 'state'], additionalProperties: false,
      properties: { id: { type: 'integer', minimum: 1 }, state: { enum: ['open'] }, name: { type: 'string', maxLength: 3 }, lines: { type: 'array', items: { $ref: '#/$defs/line' } } },
      $defs: { line: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
    };
    const { schema: after, says } = admitted(schema, { id: 0.5, name: 'Jürgen', lines: [{ n: 1.5 }, {}], extra: [1] }, { id: 7, state: 'paid' });
    assert.deepEqual(says, [
      '/state is no longer required.',
      '/id may be any number, not only an integer.',
      '/id may be as small as 0.5.',
      '/name may be as long as 6.',
      '/lines/*/n may be any number, not only an integer.',
      '/lines/*/n is no longer required.',
      '/extra is allowed, as it was observed.',
      '/state may also be "paid".',
    ]);
    assert.deepEqual(after, {
      type: 'object', required: ['id'], additionalProperties: false,
      properties: {
        id: { type: 'number', minimum: 0.5 }, state: { enum: ['open', 'paid'] }, name: { type: 'string', maxLength: 6 },
        lines: { type: 'array', items: { $ref: '#/$defs/line' } }, extra: { type: 'array', items: { type: 'integer' } },
      },
      $defs: { line: { type: 'object', properties: { n: { type: 'number' } } } },
    });
  });

  it('changes the branch that fits best, and nothing where the value is admitted', () => {
    const schema: PlainSchema = { anyOf: [{ type: 'string' }, { type: 'object', required: ['a', 'b'], properties: { a: { type: 'integer' } } }] };
    assert.deepEqual(admitted(schema, { a: 1 }).says, ['/b is no longer required.']);
    assert.deepEqual(admitted(schema, 'x', { a: 1, b: null }).says, []);
    assert.deepEqual(admitted({ type: 'string' }, null).schema, { type: ['string', 'null'] });
    assert.deepEqual(admitted({ const: 1 }, 2).schema, { enum: [1, 2] });
    assert.deepEqual(admitted({ exclusiveMinimum: 0 }, 0).schema, { minimum: 0 });
    assert.deepEqual(admitted({ pattern: '^a$', uniqueItems: true, multipleOf: 2 }, 'b', [1, 1], 3).schema, {});
    assert.deepEqual(admitted({ prefixItems: [{}], items: false }, [1, 2]).schema, { prefixItems: [{}] });
    assert.deepEqual(admitted({ if: { required: ['card'] }, then: { required: ['number'] } }, { card: 1 }).schema, { if: { required: ['card'] }, then: {} });
    assert.deepEqual(admitted({ dependentRequired: { a: ['b'] } }, { a: 1 }).says, ['/a no longer needs b beside it.']);
  });

  it('admits random values by random schemas, as ajv judges, and ends', function () {
    this.timeout(120_000);
    let [tried, left] = [0, 0];
    for (const [draft, Validator] of [['draft-07', Ajv], ['2020-12', Ajv2020]] as const) {
      for (let n = 0; n < 100; n++) {
        const random = new Random(randomFrom(n * 31 + 7), draft);
        const file = random.file();
        if (typeof file !== 'object' || file === null || Array.isArray(file)) continue;
        const valid = (schema: Json, value: Json): boolean | undefined => {
          try {
            return new Validator({ strict: false, validateFormats: false }).compile(schema as object)(value) === true;
          } catch {
            // ajv's code for unevaluated properties may throw (8.20).
            return undefined;
          }
        };
        for (let m = 0; m < 4; m++) {
          const value = random.document(file, file);
          if (valid(file, value) !== false) continue;
          tried++;
          const copy = structuredClone(file);
          admit(copy, copy, value, noFormats);
          if (valid(copy, value) === true) continue;
          left++;
          // What cannot be widened by little is in it, or leads to what can be.
          assert.match(JSON.stringify(file), /"(not|oneOf|contains|unevaluated\w+|propertyNames|if|minContains|maxContains)"|false/, JSON.stringify([file, value, copy]));
        }
      }
    }
    assert.ok(tried > 60, String(tried));
    assert.ok(left < tried / 5, `${left} of ${tried}`);
  });
});

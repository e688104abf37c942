import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import type { Fault } from '../../src/codecs/decoded';

type Draft = keyof typeof drafts;
const drafts = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
} as const;
const from = (first: Draft): readonly Draft[] => ([4, 6, 7, 2019, 2020] as const).filter((draft) => draft >= first);

/** What is said of a value by a schema, in the first and the last of the drafts that have the keyword. */
interface Case {
  readonly keyword: string;
  readonly schema: object | boolean;
  readonly value: unknown;
  /** As sentences that begin with the place; the same with kinds below, where those differ. */
  readonly says: readonly string[];
  readonly kinds?: readonly string[];
  readonly drafts?: readonly Draft[];
  readonly others?: readonly object[];
  /** Where a value is too large to be searched for all of its faults; else one of `says`. */
  readonly large?: string;
}

const long = 'x'.repeat(5000);
const card = { title: 'Card', type: 'object', required: ['kind', 'number'], properties: { kind: { enum: ['card'] }, number: { type: 'string' } } };
const cash = { type: 'object', required: ['kind', 'amount'], properties: { kind: { enum: ['cash'] }, amount: { type: 'number' } } };
const payment = { properties: { pay: { oneOf: [{ $ref: '#/definitions/card' }, { $ref: 'f0.json' }, { type: 'null' }] } }, definitions: { card } };

const cases: readonly Case[] = [
  { keyword: 'type', schema: { properties: { id: { type: 'integer' } } }, value: { id: 'x' }, says: ['/id is a string, and must be an integer'] },
  { keyword: 'type', schema: { properties: { id: { type: 'integer' } } }, value: { id: 1.5 }, says: ['/id is a number with a fraction, and must be an integer'] },
  { keyword: 'type', schema: { properties: { id: { type: ['string', 'null'] } } }, value: { id: [] }, says: ['/id is an array, and must be a string or null'] },
  { keyword: 'type', schema: { type: 'object' }, value: null, says: ['The value is null, and must be an object'] },
  {
    keyword: 'enum', schema: { properties: { s: { enum: ['new', 'paid', null, 3] } } }, value: { s: 'shipped' },
    says: ['/s is "shipped", and must be "new", "paid", null or 3'], kinds: ['must be "new", "paid", null or 3'],
  },
  {
    keyword: 'enum', schema: { enum: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }, value: { secret: long },
    says: ['The value is an object, and must be "a", "b", "c", "d", "e" or 3 others'], kinds: ['must be "a", "b", "c", "d", "e" or 3 others'],
  },
  {
    keyword: 'enum', schema: { enum: ['a', long] }, value: `line\nline ${long}`,
    says: [`The value is "line line ${'x'.repeat(30)}…", and must be "a" or "${'x'.repeat(60)}…"`], kinds: [`must be "a" or "${'x'.repeat(60)}…"`],
  },
  { keyword: 'const', schema: { const: 'v2' }, value: 'v1', says: ['The value is "v1", and must be "v2"'], kinds: ['must be "v2"'], drafts: from(6) },
  { keyword: 'const', schema: { const: { a: [1] } }, value: { a: [2] }, says: ['The value is an object, and must be {"a":[1]}'], kinds: ['must be {"a":[1]}'], drafts: from(6) },
  { keyword: 'minimum', schema: { minimum: 0 }, value: -5, says: ['The value is -5, and must be at least 0'], kinds: ['must be at least 0'] },
  { keyword: 'maximum', schema: { maximum: 9.5 }, value: 10, says: ['The value is 10, and must be at most 9.5'], kinds: ['must be at most 9.5'] },
  { keyword: 'exclusiveMinimum', schema: { exclusiveMinimum: 0 }, value: 0, says: ['The value is 0, and must be more than 0'], kinds: ['must be more than 0'], drafts: from(6) },
  { keyword: 'exclusiveMaximum', schema: { maximum: 9, exclusiveMaximum: true }, value: 9, says: ['The value is 9, and must be less than 9'], kinds: ['must be less than 9'], drafts: [4] },
  { keyword: 'multipleOf', schema: { multipleOf: 5 }, value: 7, says: ['The value is 7, and must be a multiple of 5'], kinds: ['must be a multiple of 5'] },
  { keyword: 'minLength', schema: { minLength: 3 }, value: '😀', says: ['The value has 1 character, and must have at least 3'], kinds: ['must have at least 3 characters'] },
  { keyword: 'maxLength', schema: { maxLength: 1 }, value: long, says: ['The value has 5000 characters, and must have at most 1'], kinds: ['must have at most 1 character'] },
  { keyword: 'pattern', schema: { pattern: '^[A-Z]{3}$' }, value: long, says: ['The value is text of 5000 characters, and must match the pattern ^[A-Z]{3}$'], kinds: ['must match the pattern ^[A-Z]{3}$'] },
  { keyword: 'pattern', schema: { pattern: `^(${long})+$` }, value: '', says: [`The value is empty, and must match the pattern ^(${'x'.repeat(58)}…`], kinds: [`must match the pattern ^(${'x'.repeat(58)}…`] },
  ...Object.entries({
    'date-time': 'a date-time, such as 2026-01-31T08:30:00Z', date: 'a date, such as 2026-01-31', time: 'a time with its offset, such as 08:30:00Z', email: 'an e-mail address',
    uri: 'a URI with its scheme', uuid: 'a UUID', ipv4: 'an IPv4 address', ipv6: 'an IPv6 address', hostname: 'a host name',
  }).map(([format, words]): Case => ({
    keyword: 'format', schema: { format }, value: '?', says: [`The value is text of 1 character, and must be ${words}`], kinds: [`must be ${words}`], drafts: [4, 6, 7],
  })),
  { keyword: 'minItems', schema: { minItems: 1 }, value: [], says: ['The value has no items, and must have at least 1'], kinds: ['must have at least 1 item'] },
  { keyword: 'maxItems', schema: { maxItems: 2 }, value: [1, 2, 3], says: ['The value has 3 items, and must have at most 2'], kinds: ['must have at most 2 items'] },
  { keyword: 'maxItems', schema: { maxItems: 0 }, value: [1], says: ['The value has 1 item, and must have none'], kinds: ['must have none of its items'] },
  { keyword: 'additionalItems', schema: { items: [{}, {}], additionalItems: false }, value: [1, 2, 3], says: ['The value has 3 items, and must have at most 2'], kinds: ['must have at most 2 items'], drafts: [4, 6, 7, 2019] },
  { keyword: 'items', schema: { prefixItems: [{}, {}], items: false }, value: [1, 2, 3], says: ['The value has 3 items, and must have at most 2'], kinds: ['must have at most 2 items'], drafts: [2020] },
  { keyword: 'items', schema: { items: { type: 'string' } }, value: [1, 'a', 2], says: ['/0 is a number, and must be a string', '/2 is a number, and must be a string'] },
  { keyword: 'unevaluatedItems', schema: { allOf: [{ prefixItems: [{}] }], unevaluatedItems: false }, value: [1, 2], says: ['The value has 2 items, and must have at most 1'], kinds: ['must have at most 1 item'], drafts: [2020] },
  { keyword: 'uniqueItems', schema: { uniqueItems: true }, value: [1, 2, 1], says: ['The value has the same item at 0 and 2, and must have each only once'], kinds: ['has the same item twice, and must have each only once'] },
  { keyword: 'contains', schema: { contains: { type: 'integer' } }, value: ['a', 'b'], says: ['The value must have at least 1 item of the kind that the contract asks for'], drafts: from(6) },
  { keyword: 'contains', schema: { contains: { type: 'integer' }, minContains: 2 }, value: [1, 'b'], says: ['The value must have at least 2 items of the kind that the contract asks for'], drafts: from(2019) },
  { keyword: 'contains', schema: { contains: { type: 'integer' }, minContains: 0, maxContains: 1 }, value: [1, 2], says: ['The value must have at most 1 items of the kind that the contract asks for'], drafts: from(2019) },
  { keyword: 'required', schema: { required: ['order_id', 'a b'] }, value: {}, says: ['The value has no order_id, which is required', 'The value has no "a b", which is required'] },
  { keyword: 'dependencies', schema: { dependencies: { card: ['address'] } }, value: { card: 1 }, says: ['The value has no address, which is required beside card'], drafts: [4, 6, 7] },
  { keyword: 'dependencies', schema: { dependencies: { card: { required: ['address'] } } }, value: { card: 1 }, says: ['The value has no address, which is required'], drafts: [4, 6, 7] },
  { keyword: 'dependentRequired', schema: { dependentRequired: { card: ['address'] } }, value: { card: 1 }, says: ['The value has no address, which is required beside card'], drafts: from(2019) },
  { keyword: 'dependentSchemas', schema: { dependentSchemas: { card: { properties: { n: { type: 'string' } } } } }, value: { card: 1, n: 1 }, says: ['/n is a number, and must be a string'], drafts: from(2019) },
  { keyword: 'minProperties', schema: { minProperties: 2 }, value: { a: 1 }, says: ['The value has 1 property, and must have at least 2'], kinds: ['must have at least 2 properties'] },
  { keyword: 'maxProperties', schema: { maxProperties: 1 }, value: { a: 1, b: 2 }, says: ['The value has 2 properties, and must have at most 1'], kinds: ['must have at most 1 property'] },
  {
    keyword: 'additionalProperties', schema: { additionalProperties: false, properties: { a: {} } }, value: { a: 1, coupon: 2, [`${long} <b>`]: 3 },
    says: ['The value has coupon, which the contract does not have', `The value has "${'x'.repeat(60)}…", which the contract does not have`],
  },
  { keyword: 'unevaluatedProperties', schema: { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }, value: { a: 1, b: 2 }, says: ['The value has b, which the contract does not have'], drafts: from(2019) },
  {
    keyword: 'unevaluatedProperties, where what would have looked at them fails', schema: { allOf: [{ $ref: '#/definitions/base' }], unevaluatedProperties: false, definitions: { base: { properties: { a: { type: 'string' } } } } },
    value: { a: 1 }, says: ['/a is a number, and must be a string'], drafts: from(2019),
  },
  { keyword: 'propertyNames', schema: { propertyNames: { pattern: '^[a-z]+$' } }, value: { a: 1, 'B c': 2 }, says: ['The value has a property "B c", and names of properties must match the pattern ^[a-z]+$'], kinds: ['names of its properties must match the pattern ^[a-z]+$'], drafts: from(6) },
  {
    keyword: 'propertyNames behind a reference', schema: { properties: { p: { propertyNames: { $ref: '#/definitions/name' } } }, definitions: { name: { anyOf: [{ maxLength: 2 }] } } }, value: { p: { long: 1 } },
    says: ['/p has a property long, and names of properties must have at most 2 characters'], kinds: ['names of its properties must have at most 2 characters'], drafts: from(6),
  },
  { keyword: 'false', schema: { properties: { old: false } }, value: { old: 1 }, says: ['/old must not be there'], drafts: from(6) },
  { keyword: 'not', schema: { not: { required: ['a', 'b'] } }, value: { a: 1, b: 2 }, says: ['The value has a and b, which the contract rules out'] },
  { keyword: 'not', schema: { not: { type: ['null', 'array'] } }, value: null, says: ['The value must not be null or an array'] },
  { keyword: 'not', schema: { not: { enum: ['x', 'y'] } }, value: 'x', says: ['The value must not be "x" or "y"'] },
  { keyword: 'not', schema: { not: { const: 'x' } }, value: 'x', says: ['The value must not be "x"'], drafts: from(6) },
  { keyword: 'not', schema: { not: { minimum: 3, maximum: 5 } }, value: 4, says: ['The value is what the contract rules out'] },
  { keyword: 'if', schema: { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } }, value: { a: 1 }, says: ['The value has no b, which is required'], drafts: from(7) },
  { keyword: 'if', schema: { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } }, value: {}, says: ['The value has no c, which is required'], drafts: from(7) },
  { keyword: 'allOf', schema: { allOf: [{ required: ['a'] }, { required: ['a'] }] }, value: {}, says: ['The value has no a, which is required'] },

  { keyword: 'oneOf, the tag says which', schema: payment, others: [cash], value: { pay: { kind: 'card' } }, says: ['/pay has no number, which is required'], large: '/pay fits none of card and f0' },
  { keyword: 'oneOf, the tag says which', schema: payment, others: [cash], value: { pay: { kind: 'cash', amount: '1' } }, says: ['/pay/amount is a string, and must be a number'], large: '/pay fits none of card and f0' },
  { keyword: 'oneOf, the tag is none of them', schema: payment, others: [cash], value: { pay: { kind: 'cheque' } }, says: ['/pay/kind is "cheque", and must be "card" or "cash"'], kinds: ['must be "card" or "cash"'], large: '/pay fits none of card and f0' },
  { keyword: 'oneOf, the tag is absent', schema: payment, others: [cash], value: { pay: {} }, says: ['/pay has no kind, which is required'] },
  { keyword: 'oneOf, the type is none of them', schema: payment, others: [cash], value: { pay: 'x' }, says: ['/pay is a string, and must be an object or null'] },
  { keyword: 'oneOf, several', schema: { oneOf: [{ $ref: '#/definitions/card' }, { title: 'Any', type: 'object' }], definitions: { card } }, value: { kind: 'card', number: '1' }, says: ['The value fits both card and Any, and must fit only one'] },
  { keyword: 'oneOf, several', schema: { oneOf: [{ type: 'string' }, { type: 'number' }, { minimum: 3 }] }, value: 4, says: ['The value fits the forms 2 and 3 of the 3 that the contract allows, and must fit only one'] },
  { keyword: 'anyOf, one of some properties', schema: { anyOf: [{ required: ['email'] }, { required: ['phone'] }] }, value: {}, says: ['The value has neither email nor phone, of which one is required'], large: 'The value fits none of the 2 forms that the contract allows' },
  { keyword: 'anyOf, one of some properties', schema: { anyOf: [{ required: ['a'] }, { required: ['b'] }, { required: ['c'] }] }, value: {}, says: ['The value has none of a, b and c, of which one is required'], large: 'The value fits none of the 3 forms that the contract allows' },
  { keyword: 'anyOf, some enums', schema: { properties: { s: { anyOf: [{ enum: ['a', 'b'] }, { enum: ['c'] }, { type: 'null' }] } } }, value: { s: 'z' }, says: ['/s is "z", and must be "a", "b", "c" or null'], kinds: ['must be "a", "b", "c" or null'] },
  { keyword: 'anyOf, none', schema: { anyOf: [{ minLength: 3 }, { pattern: '^x' }] }, value: 'a', says: ['The value fits none of the 2 forms that the contract allows'] },
  { keyword: 'anyOf, none', schema: { anyOf: [{ title: 'Long', minLength: 3 }, { title: 'Marked', pattern: '^x' }] }, value: 'a', says: ['The value fits none of Long and Marked'] },
  { keyword: 'anyOf beside other faults', schema: { allOf: [{ required: ['q'] }, { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, { required: ['r'] }] }, value: {}, says: ['The value has no q, which is required', 'The value is an object, and must be a string or an array', 'The value has no r, which is required'] },
  { keyword: 'anyOf within itself', schema: { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] }, value: ['a', [[1]]], says: ['/1/0/0 is a number, and must be a string or an array'] },
];

describe('what is said of a value that breaks a JSON Schema', function () {
  this.timeout(60_000);

  for (const { keyword, schema, value, says, kinds, drafts: all = from(4), others = [], large } of cases) {
    it(`${keyword}: ${says[0]!.slice(0, 120)}`, async () => {
      for (const draft of new Set([all[0]!, all.at(-1)!])) {
        const files = [{ $schema: drafts[draft], ...Object(schema) }, ...others].map((one, n) => ({ path: n === 0 ? '/w/x.json' : `/w/f${n - 1}.json`, text: JSON.stringify(one) }));
        const decoder = await decoderFor({ name: 'X', format: 'json-schema', message: '', files });
        assert.equal(decoder.problem, undefined, String(draft));
        const { verdict, errors, faults } = decoder.decode(Buffer.from(JSON.stringify(value)))!;
        assert.deepEqual([verdict, errors], ['violates', says.map((one) => `${one}.`)], String(draft));
        assert.deepEqual(faults.map(({ kind }) => kind), kinds ?? says.map(() => undefined), String(draft));
        const padded = Buffer.from(`${JSON.stringify(value)}${' '.repeat(65 * 1024)}`);
        const [told = ''] = decoder.decode(padded)!.errors;
        assert.ok((large === undefined ? says : [large]).includes(told.slice(0, -1)), `${draft}: ${told}`);
      }
    });
  }

  it('tells the first of very many faults', async () => {
    const schema = { $schema: drafts[2020], properties: { list: { items: { anyOf: [{ type: 'string' }, { required: ['a'] }] } } }, unevaluatedProperties: false };
    const decoder = await decoderFor({ name: 'X', format: 'json-schema', message: '', files: [{ path: '/w/x.json', text: JSON.stringify(schema) }] });
    const list = Buffer.from(JSON.stringify({ list: Array.from({ length: 20_000 }, () => ({})) }));
    const names = Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`n${n}`, 0]))));
    assert.deepEqual(decoder.decode(list)!.errors.slice(0, 2), ['/list/0 has no a, which is required.', '/list/1 has no a, which is required.']);
    for (const value of [list, names]) assert.equal(decoder.decode(value)!.errors.length, 5);
  });

  it('leaves a keyword that it does not know to the validator’s words', async () => {
    const { faultsOf } = await import('../../src/codecs/jsonSchemaReasons');
    const unknown = { keyword: 'later', instancePath: '/a', schemaPath: '#/later', params: {}, message: 'must pass "later" keyword validation' };
    assert.deepEqual(faultsOf([unknown], true, 5), [{ path: '/a', reason: 'must pass "later" keyword validation' }] satisfies Fault[]);
  });
});

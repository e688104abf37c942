import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020';
import { compareContracts } from '../../../src/contracts/compare';
import type { ContractText } from '../../../src/contracts/compat';
import type { FileId } from '../../../src/text/range';
import type { Json } from './randomSchemas';

type Schema = { readonly [key: string]: unknown } | boolean;

/** An order that is closed to other properties. */
const closed = (properties: { readonly [name: string]: Schema }, more: object = {}): Schema => ({ type: 'object', properties, additionalProperties: false, ...more });
/** An order that lets other properties be. */
const open = (properties: { readonly [name: string]: Schema }, more: object = {}): Schema => ({ type: 'object', properties, ...more });
const text = { type: 'string' };
const whole = { type: 'integer' };
const kinds = (...list: string[]): Schema[] => list.map((kind) => closed({ kind: { const: kind }, [kind]: text }, { required: ['kind'] }));

/** What a new version changes, and what that breaks backward and forward, derived by hand; `-` is nothing. */
const edits: readonly (readonly [what: string, before: Schema, after: Schema, backward: string, forward: string])[] = [
  ['nothing', closed({ id: text }), closed({ id: text }), '-', '-'],
  ['a description', closed({ id: text }), closed({ id: { ...text, description: 'The number.' } }, { title: 'Order' }), '-', '-'],
  ['the order of keywords and of required', open({ a: text, b: text }, { required: ['a', 'b'] }), { required: ['b', 'a'], properties: { b: text, a: text }, type: 'object' }, '-', '-'],
  ['an optional property, closed', closed({ id: text }), closed({ id: text, note: text }), '-', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['an optional property, open', open({ id: text }), open({ id: text, note: text }), 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL', '-'],
  ['a property that may be anything, open', open({ id: text }), open({ id: text, note: true }), '-', '-'],
  ['a property covered by others', open({ id: text }, { additionalProperties: text }), open({ id: text, note: text }, { additionalProperties: text }), '-', '-'],
  ['a property not covered by others', open({ id: text }, { additionalProperties: text }), open({ id: text, note: whole }, { additionalProperties: text }), 'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', 'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL'],
  ['an optional property goes, closed', closed({ id: text, note: text }), closed({ id: text }), 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL', '-'],
  ['an optional property goes, open', open({ id: text, note: text }), open({ id: text }), '-', 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL'],
  ['a required property, closed', closed({ id: text }), closed({ id: text, note: text }, { required: ['note'] }), 'REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a required property with a default, closed', closed({ id: text }), closed({ id: text, note: { ...text, default: '' } }, { required: ['note'] }), 'REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a property becomes required', closed({ id: text }), closed({ id: text }, { required: ['id'] }), 'REQUIRED_ATTRIBUTE_ADDED', '-'],
  ['a property with a default becomes required', closed({ id: { ...text, default: 'x' } }), closed({ id: { ...text, default: 'x' } }, { required: ['id'] }), 'REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED', '-'],
  ['a property becomes optional', closed({ id: text }, { required: ['id'] }), closed({ id: text }), '-', 'REQUIRED_ATTRIBUTE_ADDED'],
  ['a renamed property, closed', closed({ id: text }), closed({ key: text }), 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a closed model is opened', closed({ id: text }), open({ id: text }), '-', 'ADDITIONAL_PROPERTIES_REMOVED'],
  ['an open model is closed', open({ id: text }), closed({ id: text }), 'ADDITIONAL_PROPERTIES_REMOVED', '-'],
  ['other properties get a schema', open({ id: text }), open({ id: text }, { additionalProperties: text }), 'ADDITIONAL_PROPERTIES_NARROWED', '-'],
  ['integer to number', closed({ n: whole }), closed({ n: { type: 'number' } }), '-', 'TYPE_NARROWED'],
  ['integer to string', closed({ n: whole }), closed({ n: text }), 'TYPE_CHANGED', 'TYPE_CHANGED'],
  ['null besides', closed({ n: text }), closed({ n: { type: ['string', 'null'] } }), '-', 'TYPE_NARROWED'],
  ['null besides, by anyOf', closed({ n: text }), closed({ n: { anyOf: [text, { type: 'null' }] } }), '-', 'TYPE_CHANGED'],
  ['type list instead of anyOf', closed({ n: { anyOf: [text, { type: 'null' }] } }), closed({ n: { type: ['null', 'string'] } }), '-', '-'],
  ['anyOf instead of a type list', closed({ n: { type: ['null', 'string'] } }), closed({ n: { anyOf: [text, { type: 'null' }] } }), '-', '-'],
  ['oneOf instead of a type list', closed({ n: { type: ['null', 'string'] } }), closed({ n: { oneOf: [text, { type: 'null' }] } }), '-', '-'],
  ['a type at all', closed({ n: {} }), closed({ n: text }), 'TYPE_NARROWED', '-'],
  ['maximum raised', closed({ n: { ...whole, maximum: 5 } }), closed({ n: { ...whole, maximum: 9 } }), '-', 'MAXIMUM_DECREASED'],
  ['minimum raised', closed({ n: { ...whole, minimum: 5 } }), closed({ n: { ...whole, minimum: 9 } }), 'MINIMUM_INCREASED', '-'],
  ['maximum lowered and the type narrowed', closed({ n: { type: 'number', maximum: 10 } }), closed({ n: { ...whole, maximum: 5 } }), 'MAXIMUM_DECREASED TYPE_NARROWED', '-'],
  ['maxLength lowered and null no more', closed({ s: { type: ['string', 'null'], maxLength: 9 } }), closed({ s: { ...text, maxLength: 5 } }), 'MAX_LENGTH_DECREASED TYPE_NARROWED', '-'],
  ['maximum kept and the type narrowed', closed({ n: { type: 'number', maximum: 10 } }), closed({ n: { ...whole, maximum: 10 } }), 'TYPE_NARROWED', '-'],
  ['minimum added', closed({ n: whole }), closed({ n: { ...whole, minimum: 0 } }), 'MINIMUM_ADDED', '-'],
  ['minimum 1 is above 0 of integers', closed({ n: { ...whole, minimum: 1 } }), closed({ n: { ...whole, exclusiveMinimum: 0 } }), '-', '-'],
  ['minimum 1 is not above 0 of numbers', closed({ n: { type: 'number', minimum: 1 } }), closed({ n: { type: 'number', exclusiveMinimum: 0 } }), '-', 'MINIMUM_INCREASED'],
  ['multipleOf refined', closed({ n: { ...whole, multipleOf: 10 } }), closed({ n: { ...whole, multipleOf: 5 } }), '-', 'MULTIPLE_OF_EXPANDED'],
  ['multipleOf added', closed({ n: whole }), closed({ n: { ...whole, multipleOf: 5 } }), 'MULTIPLE_OF_ADDED', '-'],
  ['maxLength lowered', closed({ s: { ...text, maxLength: 9 } }), closed({ s: { ...text, maxLength: 5 } }), 'MAX_LENGTH_DECREASED', '-'],
  ['maxLength added', closed({ s: text }), closed({ s: { ...text, maxLength: 5 } }), 'MAX_LENGTH_ADDED', '-'],
  ['minLength removed', closed({ s: { ...text, minLength: 1 } }), closed({ s: text }), '-', 'MIN_LENGTH_ADDED'],
  ['a pattern', closed({ s: text }), closed({ s: { ...text, pattern: '^[A-Z]' } }), 'PATTERN_ADDED', '-'],
  ['another pattern', closed({ s: { ...text, pattern: '^[A-Z]' } }), closed({ s: { ...text, pattern: '^[A-Z0-9]' } }), 'PATTERN_CHANGED', 'PATTERN_CHANGED'],
  ['a format', closed({ s: text }), closed({ s: { ...text, format: 'date-time' } }), 'FORMAT_ADDED', '-'],
  ['an enum value more', closed({ s: { enum: ['a', 'b'] } }), closed({ s: { enum: ['a', 'b', 'c'] } }), '-', 'ENUM_ARRAY_NARROWED'],
  ['an enum value less', closed({ s: { type: 'string', enum: ['a', 'b'] } }), closed({ s: { type: 'string', enum: ['a'] } }), 'ENUM_ARRAY_NARROWED', '-'],
  ['an enum value for another', closed({ s: { enum: ['a', 'b'] } }), closed({ s: { enum: ['a', 'c'] } }), 'ENUM_ARRAY_CHANGED', 'ENUM_ARRAY_CHANGED'],
  ['an enum of what was text', closed({ s: text }), closed({ s: { ...text, enum: ['a'] } }), 'ENUM_ARRAY_NARROWED', '-'],
  ['an enum that fits the pattern', closed({ s: { enum: ['aa', 'ab'] } }), closed({ s: { type: 'string', pattern: '^a' } }), '-', 'ENUM_ARRAY_NARROWED'],
  ['a const becomes an enum', closed({ s: { const: 1 } }), closed({ s: { enum: [1, 2] } }), '-', 'ENUM_ARRAY_NARROWED'],
  ['another type of items', closed({ l: { type: 'array', items: whole } }), closed({ l: { type: 'array', items: text } }), 'TYPE_CHANGED', 'TYPE_CHANGED'],
  ['a type of items at all', closed({ l: { type: 'array' } }), closed({ l: { type: 'array', items: text } }), 'ADDITIONAL_ITEMS_NARROWED', '-'],
  ['maxItems raised', closed({ l: { type: 'array', maxItems: 2 } }), closed({ l: { type: 'array', maxItems: 5 } }), '-', 'MAX_ITEMS_DECREASED'],
  ['uniqueItems', closed({ l: { type: 'array', items: text } }), closed({ l: { type: 'array', items: text, uniqueItems: true } }), 'UNIQUE_ITEMS_ADDED', '-'],
  ['a place more in a closed tuple', closed({ l: { type: 'array', prefixItems: [text], items: false } }), closed({ l: { type: 'array', prefixItems: [text, whole], items: false } }), '-', 'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a place more in an open tuple', closed({ l: { type: 'array', prefixItems: [text] } }), closed({ l: { type: 'array', prefixItems: [text, whole] } }), 'ITEM_ADDED_TO_OPEN_CONTENT_MODEL', '-'],
  ['an alternative more of oneOf, told apart', { oneOf: kinds('a', 'b') }, { oneOf: kinds('a', 'b', 'c') }, '-', 'SUM_TYPE_NARROWED'],
  ['an alternative less of anyOf', { anyOf: kinds('a', 'b') }, { anyOf: kinds('a') }, 'SUM_TYPE_NARROWED', '-'],
  ['alternatives in another order', { oneOf: kinds('a', 'b', 'c') }, { oneOf: kinds('c', 'a', 'b') }, '-', '-'],
  ['a field in one alternative', { oneOf: [...kinds('a'), closed({ kind: { const: 'z' } }, { required: ['kind'] })] }, { oneOf: [...kinds('a'), closed({ kind: { const: 'z' }, note: text }, { required: ['kind'] })] }, '-', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a schema is moved to $defs', closed({ to: closed({ zip: text }) }), { ...closed({ to: { $ref: '#/$defs/address' } }) as object, $defs: { address: closed({ zip: text }) } }, '-', '-'],
  ['a change behind a $ref', { ...closed({ to: { $ref: '#/$defs/a' } }) as object, $defs: { a: closed({ zip: text }) } }, { ...closed({ to: { $ref: '#/$defs/a' } }) as object, $defs: { a: closed({ zip: whole }) } }, 'TYPE_CHANGED', 'TYPE_CHANGED'],
  ['a recursive schema grows', { $ref: '#/$defs/n', $defs: { n: closed({ next: { $ref: '#/$defs/n' } }) } }, { $ref: '#/$defs/n', $defs: { n: closed({ next: { $ref: '#/$defs/n' }, note: text }) } }, '-', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['allOf is written out', { allOf: [open({ a: text }), open({ b: text })] }, open({ a: text, b: text }), '-', '-'],
  ['allOf gets one more', { allOf: [open({ a: text })] }, { allOf: [open({ a: text }), { required: ['a'] }] }, 'REQUIRED_ATTRIBUTE_ADDED', '-'],
  ['a dependency', closed({ a: text, b: text }), closed({ a: text, b: text }, { dependentRequired: { a: ['b'] } }), 'DEPENDENCY_ARRAY_ADDED', '-'],
  ['if the same, then more', open({ a: text }, { if: { required: ['a'] }, then: { minProperties: 1 } }), open({ a: text }, { if: { required: ['a'] }, then: { minProperties: 2 } }), 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', '-'],
  ['not forbids something', open({ a: text }), open({ a: text }, { not: { required: ['b'] } }), 'NOT_TYPE_EXTENDED', '-'],
  ['unevaluatedProperties for additionalProperties', closed({ a: text }), open({ a: text }, { unevaluatedProperties: false }), '-', '-'],
  ['a property beside unevaluatedProperties', { allOf: [open({ a: text })], unevaluatedProperties: false }, { allOf: [open({ a: text })], properties: { b: text }, unevaluatedProperties: false }, '-', 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
  ['a looser pattern of names', { type: 'object', patternProperties: { '^x-': whole }, additionalProperties: false }, { type: 'object', patternProperties: { '^x-': { type: 'number' } }, additionalProperties: false }, '-', 'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL'],
];

function contract(schema: Json, path: string): ContractText {
  return { format: 'json-schema', fragment: '', file: { id: path as FileId, path, text: JSON.stringify(schema, undefined, 2) } };
}

describe('JSON Schema: ordinary edits', () => {
  for (const [what, before, after, backward, forward] of edits) {
    it(what, () => {
      const findings = compareContracts(contract(before as Json, '/1.schema.json'), contract(after as Json, '/2.schema.json'), () => undefined, () => undefined);
      const checks = (direction: string): string => [...new Set(findings.filter((one) => one.direction === direction).map(({ check }) => check))].sort().join(' ') || '-';
      assert.deepEqual({ backward: checks('backward'), forward: checks('forward') }, { backward, forward });
    });
  }

  it('are schemas that a validator takes', () => {
    const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false });
    for (const [, before, after] of edits) for (const schema of [before, after]) ajv.compile(schema);
  });

  it('points at the property, in both versions', () => {
    const [before, after] = [contract(closed({ n: { ...whole, maximum: 9 } }) as Json, '/1.schema.json'), contract(closed({ n: { ...whole, maximum: 5 } }) as Json, '/2.schema.json')];
    const [finding] = compareContracts(before, after, () => undefined, () => undefined);
    assert.equal(finding?.element, '#/properties/n');
    assert.equal(after.file.text.slice(finding.at.start, finding.at.end), 'maximum');
    assert.equal(before.file.text.slice(finding.beforeAt!.start, finding.beforeAt!.end), 'maximum');
    assert.deepEqual([finding.before, finding.after], ['maximum: 9', 'maximum: 5']);
    assert.equal(finding.message, '#/properties/n: documents of the earlier version may have numbers above 5, which the new version refuses.');
  });

  it('follows references into other files, also in a circle', () => {
    const order = { $id: 'https://shop.example/order.json', ...closed({ to: { $ref: 'address.json#/$defs/address' } }) as object } as unknown as Json;
    const address = (zip: Schema): string => JSON.stringify({ $defs: { address: closed({ zip, last: { $ref: 'order.json' } }) } });
    const read = (zip: Schema, version: string) => (path: string) => (path === `/${version}/address.json` ? { id: path as FileId, path, text: address(zip) } : undefined);
    const findings = compareContracts(contract(order, '/1/order.json'), contract(order, '/2/order.json'), read(text, '1'), read(whole, '2'));
    assert.deepEqual(findings.map(({ check, direction, element, at }) => `${direction} ${check} ${element} ${at.file}`), [
      'backward TYPE_CHANGED #/$defs/address/properties/zip /2/address.json', 'forward TYPE_CHANGED #/$defs/address/properties/zip /2/address.json',
    ]);
  });

  it('ends with long chains of references, and with references in a circle', () => {
    const chain = (last: Schema): Json => ({ $ref: '#/$defs/d0', $defs: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`d${i}`, i === 2_999 ? last : { $ref: `#/$defs/d${i + 1}` }])) }) as Json;
    const [before, after] = [contract(chain(text), '/1'), contract(chain(whole), '/2')];
    assert.ok(compareContracts(before, after, () => undefined, () => undefined).length > 0);
    const circle: { [key: string]: Json } = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/a' }, { not: { $ref: '#' } }] } } };
    compareContracts(contract(circle, '/1'), contract({ ...circle, type: 'string' }, '/2'), () => undefined, () => undefined);
  });

  it('gives what is there of half-typed files', () => {
    const whole_ = JSON.stringify(edits[6]![1]);
    for (let end = 0; end <= whole_.length; end++) {
      const file = { id: '/x' as FileId, path: '/x', text: whole_.slice(0, end) };
      compareContracts(contract(edits[6]![2] as Json, '/1'), { format: 'json-schema', fragment: '', file }, () => undefined, () => undefined);
    }
  });
});

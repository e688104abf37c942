import assert from 'node:assert/strict';
import { applyEdits } from '../../src/text/edits';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** What a file becomes by the fix that is offered, and whether nothing is left to say then. */
function versioned(path: string, body: string): { title?: string; after?: string; isSettled?: boolean } {
  const found = (text: string): ReturnType<typeof lint> => {
    const f = fixtureModel(`=== ${path}\n${text}`);
    return lint(f.model, defaultConfig, { text: f.text }).filter(({ code }) => code === 'schema/unversioned');
  };
  const [problem] = found(body);
  const fix = problem?.fixes?.[0];
  if (fix === undefined) return {};
  assert.equal(fix.safe, false);
  const after = applyEdits(body, fix.edits).text;
  return { title: fix.title, after, isSettled: found(after).length === 0 };
}

describe('giving a contract its first version', () => {
  const schema = (head: string): string => `{ "$schema": "https://json-schema.org/draft/2020-12/schema", ${head}, "type": "object" }\n`;

  it('puts it where the format has a place', () => {
    const cases: [path: string, before: string, after: string][] = [
      ['order.proto', 'syntax = "proto3";\npackage shop.orders;\nmessage Order {}\n', 'syntax = "proto3";\npackage shop.orders.v1;\nmessage Order {}\n'],
      ['order.avsc', '{ "type": "record", "name": "Order", "namespace": "shop", "fields": [] }\n', '{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [] }\n'],
      ['order.avsc', '{ "type": "record", "name": "Order", "fields": [] }\n', '{ "type": "record", "name": "Order", "version": "1", "fields": [] }\n'],
      ['order.json', schema('"$id": "https://example.com/order"'), schema('"$id": "https://example.com/order/v1"')],
      ['order.json', schema('"$id": "https://example.com/order.schema.json"'), schema('"$id": "https://example.com/order-v1.schema.json"')],
      ['order.json', schema('"$id": "urn:example:order"'), schema('"$id": "urn:example:order:v1"')],
    ];
    for (const [path, before, after] of cases) {
      const result = versioned(path, before);
      assert.deepEqual([result.after, result.isSettled], [after, true], before);
    }
  });

  it('offers nothing where a place would have to be made up', () => {
    assert.deepEqual(versioned('order.proto', 'syntax = "proto3";\nmessage Order {}\n'), {});
    assert.deepEqual(versioned('order.json', schema('"title": "Order"')), {});
  });

  it('takes what it proposes for AsyncAPI messages', () => {
    const document = (more: string): string => `asyncapi: 3.0.0
info: { title: checkout, version: 1.0.0 }
channels:
  orders:
    address: orders.placed
    messages:
      OrderPlaced:
${more}        payload: { type: object }
operations:
  placeOrder: { action: send, channel: { $ref: "#/channels/orders" } }
`;
    const codes = (text: string): string[] => {
      const f = fixtureModel(`=== asyncapi.yaml\n${text}`);
      return lint(f.model, defaultConfig, { text: f.text }).map(({ code }) => code).filter((code) => code === 'schema/unversioned');
    };
    assert.deepEqual(codes(document('')), ['schema/unversioned']);
    assert.deepEqual(codes(document('        x-version: 1\n')), []);
  });
});

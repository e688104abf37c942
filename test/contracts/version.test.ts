import assert from 'node:assert/strict';
import { versionIn } from '../../src/text/version';

describe('versions in names', () => {
  const cases: readonly [string, string | undefined, string?][] = [
    ['shop.v2', '2', 'v2'], ['shop.v2.OrderPlaced', '2', 'v2'], ['https://x.example/schemas/v3/order.json', '3', 'v3'],
    ['order/1.0.0', '1.0.0', '1.0.0'], ['OrderPlaced@2', '2', '2'], ['urn:a:b:1.4.0', '1.4.0', '1.4.0'],
    ['OrderPlacedV2', '2', 'V2'], ['order-v7.json', '7', 'v7'], ['order.v1beta1', '1', 'v1'],
    ['OrderPlaced', undefined], ['http://json-schema.org/draft-07/schema', undefined], ['iso8601', undefined], ['order-2024', undefined],
    ['EV3charger', undefined], ['', undefined],
  ];
  for (const [name, version, part] of cases) {
    it(`${name || '(empty)'} → ${version ?? 'none'}`, () => {
      const found = versionIn(name);
      assert.equal(found?.version, version);
      assert.equal(found && name.slice(found.start, found.end), part);
    });
  }
});

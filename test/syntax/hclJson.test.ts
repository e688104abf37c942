import assert from 'node:assert/strict';
import { parseTerraformJson } from '../../src/syntax/hclJson';
import { partsOf, type HclBody, type HclExpression } from '../../src/syntax/hclNodes';
import { mutate, seeded } from '../support/mutate';

const text = `{
  "//": "generated",
  "locals": { "n": 3, "name": "a-\${var.x}" },
  "resource": {
    "kafka_topic": {
      "orders": { "name": "\${local.name}.v1", "partitions": 3, "config": { "k": "\${f(\\"a\\")}" } },
      "two": [{ "name": "x" }]
    }
  }
}`;

describe('HCL in JSON', () => {
  it('gives blocks as the native syntax does', () => {
    const { body, problems } = parseTerraformJson(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(body.blocks.map((b) => [b.type.text, ...b.labels.map((l) => l.text)].join(' ')),
      ['locals', 'resource kafka_topic orders', 'resource kafka_topic two']);
    assert.equal(text.slice(body.blocks[1]!.start, body.blocks[1]!.headEnd), '"orders"');
    assert.deepEqual(body.attributes, []);
  });

  it('reads strings as templates, at their own places', () => {
    const orders = parseTerraformJson(text).body.blocks[1]!;
    const name = orders.body.attributes[0]!.value!;
    assert.equal(name.kind, 'template');
    assert.deepEqual(partsOf(name).map((p) => text.slice(p.start, p.end)), ['local.name']);
    const config = orders.body.attributes[2]!.value!;
    const call = config.kind === 'object' ? partsOf(config.items[0]!.value!)[0]! : config;
    // Escapes move the text, so that the whole string stands for the call.
    assert.equal(text.slice(call.start, call.end), '"${f(\\"a\\")}"');
  });

  it('survives 1,000 mutations', () => {
    const random = seeded(3);
    for (let i = 0; i < 1_000; i++) {
      const broken = mutate(text, random);
      check(parseTerraformJson(broken).body, broken);
    }
  });
});

function check(body: HclBody, whole: string): void {
  const inside = (e: HclExpression): void => {
    assert.ok(0 <= e.start && e.start <= e.end && e.end <= whole.length, whole);
    partsOf(e).forEach(inside);
  };
  for (const a of body.attributes) if (a.value !== undefined) inside(a.value);
  for (const b of body.blocks) check(b.body, whole);
}

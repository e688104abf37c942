import assert from 'node:assert/strict';
import type { FilterRow } from '../../src/live/filterRow';
import { compileExpression } from '../../src/live/expression';
import { parseExact } from '../../src/codecs/exactJson';
import { expressionOfPath } from '../../webview/tail/completion';
import { expressionOf, isScalar, literalOf, parseTree, pathOf } from '../../webview/tail/jsonTree';
import { randomFrom } from './randomJson';

describe('“Filter by this value”', function () {
  this.timeout(180_000);
  const rowOf = (json: string): FilterRow => ({
    source: 0,
    contains: () => false,
    message: { channel: 'c', time: 0, value: Buffer.from(json), headers: [], size: json.length },
    value: () => parseExact(json),
    time: 0,
    verdict: 'valid',
    faults: () => [],
  });

  async function holds(expression: string, json: string): Promise<string> {
    const compiled = await compileExpression(expression);
    return 'test' in compiled ? compiled.test(rowOf(json)) : compiled.problem;
  }

  it('makes an expression that holds for the message it was made from, whatever its names and values', async () => {
    let asked = 0;
    for (let seed = 1; seed <= 60; seed++) {
      // Other ways to write the same strings.
      const json = JSON.stringify(randomFrom(seed)).replaceAll('/', '\\/').replaceAll('é', '\\u00e9');
      const tree = parseTree(json) ?? assert.fail(json);
      for (const [index, node] of tree.nodes.entries()) {
        if (!isScalar(node)) continue;
        asked++;
        const expression = `${expressionOf(tree, index)} == ${literalOf(tree, node)}`;
        assert.equal(await holds(expression, json), 'yes', `${expression} on ${json}`);
        assert.equal(await holds(`!(${expression})`, json), 'no', `not ${expression} on ${json}`);
        assert.equal(expressionOfPath(pathOf(tree, index)), expressionOf(tree, index));
      }
    }
    assert.ok(asked > 100, `${asked} values`);
  });

  it('tells numbers of 64 bits apart', async () => {
    assert.equal(await holds('value.id == 9007199254740993', '{"id":9007199254740993}'), 'yes');
    assert.equal(await holds('value.id == 9007199254740992', '{"id":9007199254740993}'), 'no');
  });
});

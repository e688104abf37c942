import assert from 'node:assert/strict';
import { parseExact } from '../../src/codecs/exactJson';
import { addPaths, parsePath, pathText, textAt } from '../../src/live/paths';

const value = parseExact('{"order":{"id":9007199254740993,"a b":[1]},"items":[{"sku":"x"},{"sku":"y","n":null}],"__proto__":{"p":true}}');
const at = (path: string): string | undefined => {
  const parsed = parsePath(path);
  return parsed && textAt(parsed, value, [['Trace', 'one'], ['trace', 'two']], 240);
};

describe('paths of columns', () => {
  it('lead to fields, items, odd names and headers', () => {
    assert.equal(at('order.id'), '9007199254740993');
    assert.equal(at('items[1].sku'), 'y');
    assert.equal(at('items[1].n'), 'null');
    assert.equal(at('items'), '[{"sku":"x"},{"sku":"y","n":null}]');
    assert.equal(at('order["a b"][0]'), '1');
    assert.equal(at('__proto__.p'), 'true');
    assert.equal(at('header:TRACE'), 'two');
    for (const missing of ['order.none', 'items[7].sku', 'order.id.x', 'header:none', 'constructor']) assert.equal(at(missing), '', missing);
  });

  it('say what is none', () => {
    for (const text of ['', '.a', 'a..b', 'a b', 'a[', 'a[x]', 'header:', 'a["b]']) assert.equal(parsePath(text), undefined, text);
  });

  it('are found in values, and each is read back as it was', () => {
    const found = new Set<string>();
    addPaths(value, found, 100);
    assert.deepEqual([...found], ['order.id', 'order["a b"]', 'order["a b"][0]', 'items', 'items[0].sku', '__proto__.p']);
    for (const path of found) {
      const parsed = parsePath(path);
      assert.ok(parsed && 'steps' in parsed);
      assert.equal(pathText(parsed.steps), path);
    }
    const few = new Set<string>();
    addPaths(value, few, 2);
    assert.equal(few.size, 2);
  });
});

describe('JSON read to the last digit', () => {
  it('makes bigints only of integers that a number would round', () => {
    assert.deepEqual(parseExact('[9007199254740991, 9007199254740993, -12345678901234567890, 1e20, 0.12345678901234567890, "9007199254740993"]'),
      [9007199254740991, 9007199254740993n, -12345678901234567890n, 1e20, 0.12345678901234567890, '9007199254740993']);
    assert.deepEqual(parseExact('{"a\\"9007199254740993":"x\\\\","b":9007199254740993}'), { 'a"9007199254740993': 'x\\', b: 9007199254740993n });
    assert.throws(() => parseExact('{"a":90071992547409931'), SyntaxError);
    assert.deepEqual(parseExact('"\ue000int:90071992547409931"'), '\ue000int:90071992547409931');
  });
});

import assert from 'node:assert/strict';
import { KeyedValues, leavesOf } from '../../../src/readers/shared/keyed';
import { withReferences } from '../../../src/readers/shared/references';
import { parseProperties } from '../../../src/syntax/properties';
import type { FileId } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';

function resolved(text: string): string[] {
  const file: SourceFile = { id: 'file:///a' as FileId, path: '/a.properties', text };
  const values = new KeyedValues(file, leavesOf(file, parseProperties(text).roots[0]));
  return withReferences(values.all, (name) => values.get(name))
    .map((one) => `${one.key}=${one.isOpen ? 'open' : one.value} ${text.slice(one.at.start, one.at.end)}`);
}

describe('references between keys', () => {
  it('take the other key\'s value, and its place where nothing else is written', () => {
    assert.deepEqual(resolved('a=x\nb=${a}\nc=${a},${b}-y\n'), ['a=x x', 'b=x x', 'c=x,x-y ${a},${b}-y']);
  });

  it('win over defaults, which hold where there is no such key', () => {
    assert.deepEqual(resolved('a=x\nb=${a:other}\nc=${none:${a}}\nd=${none}\n'), [
      'a=x x', 'b=x ${a:other}', 'c=x ${none:${a}}', 'd=open ${none}',
    ]);
  });

  it('end where they go round, and where they multiply', () => {
    assert.deepEqual(resolved('a=${b}\nb=${a}\n'), ['a=open ${b}', 'b=open ${a}']);
    const doubling = Array.from({ length: 40 }, (_, i) => `k${i}=\${k${i + 1}}\${k${i + 1}}`).join('\n');
    assert.equal(resolved(`${doubling}\nk40=xxxxxxxxxx`).length, 41);
    const chain = Array.from({ length: 5_000 }, (_, i) => `k${i}=\${k${i + 1}}`).join('\n');
    assert.equal(resolved(`${chain}\nk5000=x`)[0], 'k0=open ${k1}');
  });
});

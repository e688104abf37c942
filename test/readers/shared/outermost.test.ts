import assert from 'node:assert/strict';
import type { FileId } from '../../../src/text/range';
import { outermostKeys } from '../../../src/readers/shared/outermost';
import { allReaders, readerOf } from '../../../src/workspace/read';
import { fuzzedReaders } from '../../support/fuzzCases';
import { resolve } from 'node:path';

describe('outermost keys', () => {
  it('are those of the text that is asked for, whatever was asked for before', () => {
    const [a, b] = ['x: 1\ny: 2\n', '{ "z": { "w": 1 } }'];
    const keys = (text: string): string[] => [...outermostKeys(text)];
    assert.deepEqual([keys(a), keys(b), keys(a), keys('')], [['x', 'y'], ['z'], ['x', 'y'], []]);
  });

  it('let a file be recognized by the same reader, whichever readers were asked about others in between', () => {
    const seeds = fuzzedReaders(resolve(import.meta.dirname, '../../../scripts/bench/seeds')).flatMap((f) => f.seeds);
    const files = seeds.map((seed, i) => ({ ...seed, id: `file:///${i}` as FileId }));
    const alone = files.map((file) => readerOf(file)?.dialect);
    assert.ok(new Set(alone).size > 20);
    // All files by each reader in turn, as no scan would ask.
    const fits = allReaders.map((reader) => files.map((file) => reader.recognizes(file)));
    const mixed = files.map((_, i) => allReaders.find((_reader, r) => fits[r]?.[i])?.dialect);
    assert.deepEqual(mixed, alone);
  });
});

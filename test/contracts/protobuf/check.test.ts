import assert from 'node:assert/strict';
import { proto } from '../../../src/contracts/proto';
import { reading } from '../../support/reading';

/** Each with the one problem that it has, and its place. */
const faults: readonly (readonly [text: string, code: string, place: string])[] = [
  ['message A { string x = 1; string y = 1; }', 'proto/duplicate', '1'],
  ['message A { string x = 1; oneof z { string y = 1; } }', 'proto/duplicate', '1'],
  ['message A { string x = 1; int32 x = 2; }', 'proto/duplicate', 'x'],
  ['message A { reserved 2 to 5; string x = 4; }', 'proto/reserved', '4'],
  ['message A { string x = 4; reserved "x"; }', 'proto/reserved', 'x'],
  ['message A { string x = 0; }', 'proto/number', '0'],
  ['message A { string x = 19500; }', 'proto/number', '19500'],
  ['message A { string x = 536870912; }', 'proto/number', '536870912'],
  ['message A { extensions 100 to max; string x = 101; }', 'proto/number', '101'],
  ['enum E { A = 0; B = 0; }', 'proto/duplicate', '0'],
  ['enum E { A = 0; B = 3; reserved 3; }', 'proto/reserved', '3'],
  ['enum E { A = 0; B = 3; reserved "B"; }', 'proto/reserved', 'B'],
  ['syntax = "proto3"; enum E { A = 1; }', 'proto/enum', '1'],
];

const sound: readonly string[] = [
  'message A { string x = 1; message B { string x = 1; } }',
  'message A { string x = 536870911; reserved 1, 3 to 5; string y = 2; }',
  'enum E { option allow_alias = true; A = 0; B = 0; }',
  'enum E { A = 1; B = -1; }',
  'message A { string x = ; string y = ; }',
];

describe('contracts: what no Protobuf compiler takes', () => {
  for (const [text, code, place] of faults) {
    it(text, () => {
      const r = reading(proto, text, 'a.proto');
      assert.deepEqual(r.problems.map((p) => [p.code, r.textAt(p.at)]), [[code, place]]);
    });
  }

  it('says nothing of what is fine or not written yet', () => {
    for (const text of sound) assert.deepEqual(reading(proto, text, 'a.proto').problems.filter((p) => p.code !== 'syntax/proto'), [], text);
  });

  it('shows the other place', () => {
    const r = reading(proto, 'message A {\n  reserved 2 to 5;\n  string x = 4;\n}', 'a.proto');
    assert.deepEqual(r.problems[0]?.related?.map((other) => r.textAt(other.at)), ['2 to 5']);
  });
});

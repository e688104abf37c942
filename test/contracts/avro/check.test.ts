import assert from 'node:assert/strict';
import { findAvro } from '../../../scripts/setup/avro-home.mjs';
import { avro } from '../../../src/contracts/avro';
import { avroIdl } from '../../../src/contracts/avroIdl';
import type { FileId } from '../../../src/text/range';
import { notRun } from '../../support/not-run';
import { javaOf } from './judges';

const field = (rest: string): string => `{"type":"record","name":"R","fields":[{"name":"f",${rest}}]}`;

/** A schema, and the text that a problem is at; undefined for a good one. The third says what the specification forbids and the reference implementation lets pass. */
const schemas: readonly (readonly [schema: string, at?: string, onlyOurs?: true])[] = [
  [field('"type":"int","default":1')], [field('"type":"int","default":"1"'), '"1"'], [field('"type":"int","default":1.5'), '1.5'],
  [field('"type":"int","default":3000000000'), '3000000000'], [field('"type":"long","default":3000000000')], [field('"type":"float","default":1')],
  [field('"type":"boolean","default":"true"'), '"true"'], [field('"type":"string","default":null'), 'null'], [field('"type":"null","default":null')],
  [field('"type":["null","string"],"default":null')], [field('"type":["null","string"],"default":"x"')], [field('"type":["string","null"],"default":null')],
  [field('"type":["null","string"],"default":5'), '5'], [field('"type":{"type":"array","items":"int"},"default":[]')],
  [field('"type":{"type":"array","items":"int"},"default":[1,"2"]'), '[1,"2"]'], [field('"type":{"type":"map","values":"int"},"default":{"a":1}')],
  [field('"type":{"type":"map","values":"int"},"default":[]'), '[]'], [field('"type":{"type":"record","name":"S","fields":[{"name":"a","type":"int"}]},"default":{}'), '{}'],
  [field('"type":{"type":"record","name":"S","fields":[{"name":"a","type":"int","default":1}]},"default":{}')],
  [field('"type":{"type":"enum","name":"E","symbols":["A"]},"default":"A"')], [field('"type":{"type":"enum","name":"E","symbols":["A"]},"default":"B"'), '"B"', true],
  [field('"type":{"type":"fixed","name":"F","size":2},"default":"abc"'), '"abc"', true], [field('"type":{"type":"enum","name":"E","symbols":["A"],"default":"B"}'), 'E'],
  ['{"type":"record","name":"order-placed","fields":[]}', 'order-placed'], ['{"type":"record","name":"R","namespace":"my-shop","fields":[]}', 'R'],
  ['{"type":"record","name":"R","fields":[{"name":"a b","type":"int"}]}', 'a b'], ['{"type":"enum","name":"E","symbols":["A","1B"]}', '1B'],
  ['{"type":"enum","name":"E","symbols":["A","A"]}', 'A'], ['{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}', 'a'],
  ['{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"enum","name":"R","symbols":["A"]}}]}', 'R'],
];

const problemsOf = (text: string, path = '/a.avsc') => (path.endsWith('.avdl') ? avroIdl : avro).read({ id: path as FileId, path, text }, new Map()).problems;

describe('Avro: what a schema may not say', () => {
  for (const [schema, at] of schemas) {
    it(`${at === undefined ? 'is not told of' : `is told at ${at} of`} ${schema}`, () => {
      assert.deepEqual(problemsOf(schema).map((problem) => schema.slice(problem.at.start, problem.at.end)), at === undefined ? [] : [at]);
    });
  }

  it('is told of IDL too', () => {
    const text = 'protocol P { enum E { A, A } record R { int a = "x"; string? b = null; E e = "A"; } }';
    assert.deepEqual(problemsOf(text, '/a.avdl').map(({ code, at }) => `${code} ${text.slice(at.start, at.end)}`), ['avro/duplicate A', 'avro/default "x"']);
  });

  it('is what the reference implementation refuses', async function () {
    this.timeout(60_000);
    const java = await findAvro() ?? notRun(this, 'Avro’s reference implementation or a Java that compiles is missing', 'node scripts/setup/brokers.mjs');
    const verdicts = javaOf(java, schemas.map(([schema]) => ({ reader: schema, writer: schema })));
    assert.deepEqual(schemas.map(([schema], i) => `${schema} ${verdicts[i]!.startsWith('ERROR')}`), schemas.map(([schema, at, onlyOurs]) => `${schema} ${at !== undefined && onlyOurs !== true}`));
  });
});

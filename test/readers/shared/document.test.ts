import assert from 'node:assert/strict';
import type { ChannelSettings } from '../../../src/model/settings';
import type { FileId, Sourced } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';
import { entry, get, text } from '../../../src/syntax/tree';
import { Document, settingsOf, withSettings } from '../../../src/readers/shared/document';
import { parseExpanded } from '../../../src/readers/shared/expanded';
import { outermostKeys } from '../../../src/readers/shared/outermost';
import { principalName } from '../../../src/readers/shared/principal';

const fileOf = (content: string, path = '/a.yaml'): SourceFile => ({ id: 'file:///a' as FileId, path, text: content });

const at = { file: 'file:///a' as FileId, start: 0, end: 1 };
const said = <T>(value: T): Sourced<T> => ({ value, at });

describe('a document with placeholders', () => {
  it('tells what is known, what is open and what is not there', () => {
    const file = fileOf('a: ${X:7}\nb: ${Y}\nc: TODO\nd: ""\ne: "yes"\nf: [x, "${Z}", y]\ng: -1\n');
    const doc = new Document(file);
    const root = doc.roots[0];
    assert.deepEqual([doc.text(get(root, 'a'))?.value, doc.count(get(root, 'a'))],
      ['7', { value: 7, at: { file: file.id, start: 3, end: 9 } }]);
    assert.deepEqual(['b', 'c', 'd', 'z'].map((key) => doc.said(get(root, key))), ['open', 'open', undefined, undefined]);
    assert.equal(doc.boolean(get(root, 'e')), 'open');
    assert.equal(doc.count(get(root, 'g')), 'open');
    assert.deepEqual(doc.list(get(root, 'f')).map((item) => item.value), ['x', 'y']);
    assert.deepEqual(doc.skipped.map((range) => file.text.slice(range.start, range.end)), ['${Y}', 'TODO', '${Z}']);
  });

  it('knows what a tool puts in itself', () => {
    const doc = new Document(fileOf('a: ${! json("x:y") }\n'), (value) => value.includes('${!'));
    assert.equal(doc.said(get(doc.roots[0], 'a')), 'open');
  });

  it('reports what its grammar forbids', () => {
    assert.deepEqual(new Document(fileOf('a: 1\na: 2\n')).problems.map((p) => [p.code, p.severity]),
      [['syntax/duplicate-key', 'warning']]);
    assert.equal(new Document(fileOf('{"a": }', '/a.json')).problems[0]?.code, 'syntax/json');
  });

  it('keeps settings apart that are open', () => {
    assert.deepEqual(settingsOf({ a: said(1), b: 'open', c: undefined }), { a: said(1), open: ['b'] });
    const first: ChannelSettings = { retention: said(1), partitions: said(1), open: ['replicas', 'cleanup'] };
    assert.deepEqual(withSettings(first, { partitions: 'open', replicas: said(3), minInsyncReplicas: undefined }),
      { retention: said(1), replicas: said(3), open: ['cleanup', 'partitions'] });
    assert.deepEqual(withSettings<ChannelSettings>({ partitions: said(1) }, {}), { partitions: said(1) });
  });
});

describe('YAML that is filled in before it is parsed', () => {
  it('has placeholders within brackets without quotes', () => {
    const source = 'a: [ ${HOST}, amqp://u:${PASS:x}@h/ ]\nb: { c: ${N} }\n';
    const tree = parseExpanded(source);
    assert.deepEqual(tree.problems, []);
    const [first, second] = [get(tree.roots[0], 'a', 0), get(tree.roots[0], 'a', 1)];
    assert.deepEqual([text(first), text(second), text(get(tree.roots[0], 'b', 'c'))],
      ['${HOST}', 'amqp://u:${PASS:x}@h/', '${N}']);
    assert.equal(source.slice(second?.start, second?.end), 'amqp://u:${PASS:x}@h/');
  });

  it('is left as it is where that does not help', () => {
    const source = 'a: [ ${HOST}\nb: "c\n';
    assert.ok(parseExpanded(source).problems.length > 0);
    assert.equal(text(entry(parseExpanded('a: ${X}\n').roots[0], 'a')?.value), '${X}');
  });
});

describe('the outermost keys', () => {
  it('are found without parsing', () => {
    assert.deepEqual([...outermostKeys('# x: y\n"a":\n  b: 1\nc-d: 2\n- e: 1\n$schema: f\n---\ng:\n')], ['a', 'c-d', '$schema', 'g']);
    assert.deepEqual([...outermostKeys('{ "a": {"b": 1}, "c": ["d", {"e": 1}], "f": "g" }')], ['a', 'c', 'f']);
    assert.deepEqual([...outermostKeys('{{ if x }}\na: 1\n')], ['a']);
  });
});

describe('a principal', () => {
  it('is named without its kind, at its own place', () => {
    const file = fileOf('p: User:billing');
    const whole = { value: 'User:billing', at: { file: file.id, start: 3, end: 15 } };
    const name = principalName(file, whole);
    assert.deepEqual([name?.value, file.text.slice(name?.at.start, name?.at.end)], ['billing', 'billing']);
    assert.equal(principalName(file, { ...whole, value: 'User:*' }), undefined);
    assert.equal(principalName(file, { ...whole, value: 'CN=a,O=b' })?.value, 'CN=a,O=b');
    assert.equal(principalName(file, undefined), undefined);
  });
});

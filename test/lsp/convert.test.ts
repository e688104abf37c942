import assert from 'node:assert/strict';
import { Converter } from '../../src/server/convert';
import { settingsOf, showsOf } from '../../src/server/settings';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';

const id = 'file:///a.yaml' as FileId;
const file: SourceFile = { id, path: '/a.yaml', text: 'a: 🚚x\r\nb: ü\n' };
const convert = new Converter((wanted) => (wanted === id ? file : undefined), (wanted) => `client:${wanted}`);

describe('convert', () => {
  it('counts columns in UTF-16 code units', () => {
    const at = { file: id, start: file.text.indexOf('x'), end: file.text.indexOf('x') + 1 };
    assert.deepEqual(convert.range(at), { start: { line: 0, character: 5 }, end: { line: 0, character: 6 } });
    assert.equal(convert.offset(file, { line: 1, character: 3 }), file.text.indexOf('ü'));
  });

  it('moves positions that cannot be into the text', () => {
    assert.equal(convert.offset(file, { line: -1, character: -1 }), 0);
    assert.equal(convert.offset(file, { line: 0, character: 99 }), file.text.indexOf('\r'));
    assert.equal(convert.offset(file, { line: 99, character: 0 }), file.text.length);
    assert.equal(convert.offset(file, { line: Number.NaN, character: 0 }), 0);
  });

  it('gives a place also in a file that is gone', () => {
    const gone = { file: 'file:///gone' as FileId, start: 3, end: 4 };
    assert.deepEqual(convert.range(gone).start, { line: 0, character: 0 });
  });

  it('tells problems with code, source, documentation and related places', () => {
    const at = { file: id, start: 0, end: 1 };
    const problem = { code: 'a/b', severity: 'warning' as const, message: 'm', at, related: [{ at, message: 'r' }] };
    assert.deepEqual(convert.diagnostic(problem, (code) => `https://x/${code}`), {
      range: convert.range(at),
      severity: 2,
      code: 'a/b',
      codeDescription: { href: 'https://x/a/b' },
      source: 'tailrace',
      message: 'm',
      relatedInformation: [{ location: { uri: `client:${id}`, range: convert.range(at) }, message: 'r' }],
    });
    assert.equal('codeDescription' in convert.diagnostic(problem, () => undefined), false);
  });
});

describe('settings', () => {
  it('show what nobody switched off', () => {
    assert.deepEqual(showsOf(null), { lenses: true, inlays: true });
    assert.deepEqual(showsOf({ guarantees: { lens: false, inlay: 'no' } }), { lenses: false, inlays: true });
  });

  it('take what has the right shape', () => {
    const section = {
      rules: { 'a/b': 'off', c: 3 }, exclude: ['x', 1], environment: 'production', profile: '',
      guarantee: 'at-least-once', disabledDialects: ['julie', null],
    };
    assert.deepEqual(settingsOf(section), {
      rules: { 'a/b': 'off' }, exclude: ['x'], environment: 'production', profile: undefined,
      guarantee: 'at-least-once', disabledDialects: ['julie'], compatAgainst: undefined,
    });
    assert.deepEqual(settingsOf(null), {
      rules: {}, exclude: [], environment: undefined, profile: undefined, guarantee: undefined, disabledDialects: [],
      compatAgainst: undefined,
    });
  });
});

import assert from 'node:assert/strict';
import { parseMosquittoConf } from '../../src/syntax/mosquittoConf';

const problems = (text: string): string[] =>
  parseMosquittoConf(text).problems.map((p) => `${p.start}-${p.end} ${p.message}`);

// What the broker makes of these was tried with mosquitto 2.0.11.
describe('mosquitto configuration: syntax', () => {
  it('divides lines at blanks, and keeps values with blanks whole', () => {
    const text = '  listener  1883   0.0.0.0 \r\n\r\nremote_password  my secret pw\nautosave_interval';
    const { lines } = parseMosquittoConf(text);
    assert.deepEqual(lines.map((l) => [l.key.text, l.rest?.text, l.words.map((w) => w.text)]), [
      ['listener', '1883   0.0.0.0', ['1883', '0.0.0.0']],
      ['remote_password', 'my secret pw', ['my', 'secret', 'pw']],
      ['autosave_interval', undefined, []],
    ]);
    for (const { key, rest, words } of lines) {
      for (const word of [key, rest, ...words]) if (word) assert.equal(text.slice(word.start, word.end), word.text);
    }
  });

  it('takes a comment in the first column, and # elsewhere for a word', () => {
    const tree = parseMosquittoConf('# first\ntopic # out 1 # not here\n#\n');
    assert.deepEqual(tree.comments.map((c) => c.text), ['first', '']);
    assert.deepEqual(tree.lines[0]?.words.map((w) => w.text), ['#', 'out', '1', '#', 'not', 'here']);
    assert.deepEqual(tree.problems, []);
  });

  it('says where the broker would not start: tabs beside a key, comments behind blanks', () => {
    assert.match(problems('listener\t1883')[0] ?? '', /^0-8 Mosquitto divides a line at spaces only/);
    assert.match(problems('\tlistener 1883')[0] ?? '', /^1-9 /);
    assert.match(problems('  # note')[0] ?? '', /^2-3 Mosquitto takes a comment only in the first column/);
    assert.deepEqual(problems('topic a\tb'), []);
  });

  it('keeps a template expression in one word', () => {
    assert.deepEqual(parseMosquittoConf('listener {{ .port }} {{x').lines[0]?.words.map((w) => w.text), ['{{ .port }}', '{{x']);
  });

  it('takes lines and words without end', () => {
    assert.equal(parseMosquittoConf('a '.repeat(100_000)).lines[0]?.words.length, 64);
    assert.equal(parseMosquittoConf('\t#\n'.repeat(50_000)).problems.length, 100);
    assert.equal(parseMosquittoConf(`topic ${'{{'.repeat(100_000)}`).lines.length, 1);
  });
});

import assert from 'node:assert/strict';
import { isUnknown, resolvePlaceholders } from '../../src/syntax/placeholder';

describe('resolvePlaceholders', () => {
  const cases: readonly [written: string, text: string, unresolved: readonly string[]][] = [
    ['${env:A:-localhost:9092}', 'localhost:9092', []],
    ['${env:A}', '${env:A}', ['A']],
    ['${A:x}', 'x', []],
    ['${A:-x}', 'x', []],
    ['${A:}', '', []],
    ['${A}', '${A}', ['A']],
    ['${A:${B:c}}/${D:-e}', 'c/e', []],
    ['${A:${B}}', '${B}', ['B']],
    ['{{ .Values.x }}:1', '{{ .Values.x }}:1', ['.Values.x']],
    ['${file:/run/secrets:key}', '${file:/run/secrets:key}', ['/run/secrets:key']],
  ];
  for (const [written, text, unresolved] of cases) {
    it(`reads ${written}`, () => {
      assert.deepEqual(resolvePlaceholders(written), { text, unresolved, had: true });
    });
  }

  it('leaves text without placeholders alone', () => {
    for (const text of ['', 'plain', '$HOME', '${', '${open', '{{ open', '}']) {
      assert.deepEqual(resolvePlaceholders(text), { text, unresolved: [], had: false });
    }
  });

  it('ends on deep nesting', () => {
    assert.ok(resolvePlaceholders('${A:'.repeat(5_000) + 'x' + '}'.repeat(5_000)).had);
  });

  it('knows addresses of which a part is to be filled in', () => {
    for (const text of ['<host>:9092', 'amqp://<your host>:5672/shop', 'kafka.__NAMESPACE__.svc.cluster.local:9071', 'a:9092,<b>:9092']) {
      assert.equal(isUnknown(text), true, text);
    }
    for (const text of ['kafka:9092', 'dev.__ORDERS__', '(?<host>a):9092', 'a<b>c', '__consumer_offsets']) {
      assert.equal(isUnknown(text), false, text);
    }
    assert.equal(isUnknown(`${'a.'.repeat(100_000)}<b>`), false);
  });
});

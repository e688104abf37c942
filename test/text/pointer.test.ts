import assert from 'node:assert/strict';
import { percentDecode } from '../../src/text/percent';
import { escapeStep, unescapeStep } from '../../src/text/pointer';

describe('steps of JSON pointers', () => {
  it('mean the name that they were made of, also where it looks like an escape', () => {
    for (const name of ['', 'orders', 'a/b', '~', '~1', '~01', '/~0/', '%2F']) assert.equal(unescapeStep(escapeStep(name)), name);
    assert.equal(escapeStep('a/b~c'), 'a~1b~0c');
    // RFC 6901, section 4: ~01 is ~1, and no slash.
    assert.equal(unescapeStep('~01'), '~1');
  });

  it('are decoded from a URI where they are well escaped, else left as they are', () => {
    assert.deepEqual(['a%20b', '%zz', '%E0%A4', 'plain'].map(percentDecode), ['a b', '%zz', '%E0%A4', 'plain']);
  });
});

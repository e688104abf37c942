import assert from 'node:assert/strict';
import { newOpener, seal } from '../../src/protocol/sealed';

describe('sealed texts', () => {
  it('are read by the asker only, and hold nothing that can be read', () => {
    const opener = newOpener();
    const sealed = seal('{"password":"hush-hush"}', opener.publicKey);
    assert.equal(opener.open(sealed), '{"password":"hush-hush"}');
    const crossed = JSON.stringify(sealed);
    assert.doesNotMatch(crossed, /hush/);
    assert.ok(!crossed.includes(Buffer.from('hush-hush').toString('base64').slice(0, 10)));
    assert.throws(() => newOpener().open(sealed));
    const changed = Buffer.from(sealed.text, 'base64');
    changed[0] = (changed[0] ?? 0) ^ 1;
    assert.throws(() => opener.open({ ...sealed, text: changed.toString('base64') }));
  });

  it('are never the same twice', () => {
    const { publicKey } = newOpener();
    assert.notDeepEqual(seal('x', publicKey), seal('x', publicKey));
  });
});

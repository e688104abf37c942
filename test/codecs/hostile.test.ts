import assert from 'node:assert/strict';
import { giants, hostileDecoders, runHostile } from '../../scripts/bench/hostile';

describe('hostile payloads', function () {
  this.timeout(60_000);

  it('let nothing escape from any decoder', async () => {
    const { thrown } = await runHostile(1500, 7);
    assert.deepEqual(thrown, []);
  });

  it('of any size are left alone or ended early', async () => {
    const decoders = await hostileDecoders();
    for (const [giant, value] of giants()) {
      if (!/nesting|100 MB|branches|pieces|raw/.test(giant)) continue;
      for (const [name, decoder] of decoders) {
        assert.notEqual(decoder.check(value), 'valid', `${name}, ${giant}`);
        if (value.length > 2 ** 21) assert.equal(decoder.decode(value), undefined, `${name}, ${giant}`);
      }
    }
  });
});

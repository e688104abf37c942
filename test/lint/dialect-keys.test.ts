import assert from 'node:assert/strict';
import { dialectKey } from '../../src/lint/dialectKeys';
import type { SettingName } from '../../src/model/settings';

describe('the keys of dialects', () => {
  it('are those of SmallRye\'s connectors in MicroProfile configuration', () => {
    const keys = (...names: SettingName[]): (string | undefined)[] => names.map((name) => dialectKey('microprofile', name));
    assert.deepEqual(keys('acks', 'autoCommit', 'confirms', 'qos', 'cleanStart'), [
      'acks', 'enable.auto.commit', 'publish-confirms', 'qos', 'auto-clean-session',
    ]);
    // `auto-acknowledgement` takes true and false, the setting manual and auto.
    assert.deepEqual(keys('ack', 'commit'), [undefined, undefined]);
  });
});

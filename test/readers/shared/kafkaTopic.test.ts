import assert from 'node:assert/strict';
import type { FileId, Sourced } from '../../../src/text/range';
import { topicSettings } from '../../../src/readers/shared/kafkaTopic';

const at = { file: 'file:///t' as FileId, start: 3, end: 4 };

function read(values: Readonly<Record<string, string>>): Record<string, unknown> {
  const settings = topicSettings((key) => {
    const value = values[key];
    return value === undefined ? undefined : value === '?' ? 'open' : { value, at };
  });
  return Object.fromEntries(Object.entries(settings).map(([name, said]) =>
    [name, name === 'open' ? said : (said as Sourced<unknown>).value]));
}

describe('a Kafka topic\'s configuration', () => {
  it('is read from Kafka\'s own keys', () => {
    assert.deepEqual(read({
      'retention.ms': '604800000', 'min.insync.replicas': '2', 'cleanup.policy': 'delete, compact',
      'unclean.leader.election.enable': 'FALSE', 'num.partitions': '6', 'replication.factor': '3',
      'compression.type': 'zstd',
    }), {
      retention: 604_800_000, partitions: 6, replicas: 3, minInsyncReplicas: 2, cleanup: 'compact,delete',
      uncleanLeaderElection: false,
    });
  });

  it('knows retention for ever and generated numbers', () => {
    assert.deepEqual(read({ 'retention.ms': '-1' }), { retention: -1 });
    assert.deepEqual(read({ 'max.message.bytes': '2097152' }), { maxMessageSize: 2_097_152 });
    assert.deepEqual(read({ 'retention.ms': '6.048e+08' }), { retention: 604_800_000 });
  });

  it('leaves open what is a placeholder or no value of the setting', () => {
    assert.deepEqual(read({
      'retention.ms': '?', 'min.insync.replicas': 'two', 'cleanup.policy': 'shred', 'replication.factor': '-1',
    }), { open: ['retention', 'replicas', 'minInsyncReplicas', 'cleanup'] });
  });

  it('keeps the place of a value', () => {
    assert.equal(topicSettings(() => ({ value: '2', at })).minInsyncReplicas?.at, at);
    assert.deepEqual(topicSettings(() => undefined), {});
  });
});

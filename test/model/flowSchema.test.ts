import assert from 'node:assert/strict';
import { schemaAt } from '../../src/model/flowSchema/place';

describe('schemaAt', () => {
  const keys = (path: (string | number)[], context = {}): string[] =>
    (schemaAt(path, context)?.keys ?? []).map((key) => key.name);

  it('gives the keys of each block', () => {
    assert.deepEqual(keys([]), ['flow', 'brokers', 'schemas', 'channels', 'services']);
    assert.deepEqual(keys(['services', 'shop']), [
      'owner', 'client', 'instances', 'database', 'failureTests', 'description', 'same-as', 'alias', 'publishes', 'consumes',
    ]);
    assert.deepEqual(keys(['services', 'shop', 'consumes', 'orders', 'onFailure']), [
      'retries',
      'backoff',
      'delay',
      'deadLetter',
      'skip',
    ]);
    assert.deepEqual(keys(['channels', 'mail', 'bindings', 0]), ['exchange', 'routingKey', 'arguments']);
  });

  it('leaves out what belongs to other protocols or kinds', () => {
    const path = ['services', 's', 'consumes', 'c'];
    assert.ok(keys(path).includes('prefetch') && keys(path).includes('group'));
    const kafka = keys(path, { protocol: 'kafka' });
    assert.ok(kafka.includes('group') && kafka.includes('guarantee') && !kafka.includes('prefetch'));
    assert.ok(!keys(['channels', 'c'], { protocol: 'rabbitmq', space: 'exchange' }).includes('maxLength'));
    assert.deepEqual(
      schemaAt(path, (p) => (p[3] === 'c' ? { protocol: 'nats' } : {}))
        ?.keys.map((k) => k.name)
        .at(-1),
      'queueGroup',
    );
  });

  it('tells maps of names, and what values refer to', () => {
    assert.equal(schemaAt(['channels'])?.names, 'channel');
    assert.equal(schemaAt(['services', 's', 'publishes'])?.names, 'channel');
    assert.equal(schemaAt(['services', 's', 'publishes', 0])?.ref, 'channel');
    assert.equal(schemaAt(['channels', 'c', 'broker'])?.ref, 'broker');
    assert.equal(schemaAt(['channels', 'c', 'schema'])?.ref, 'schema');
    assert.equal(schemaAt(['channels', 'c', 'deadLetter'])?.ref, 'channel');
    assert.equal(schemaAt(['channels', 'c', 'bindings'])?.ref, 'channel');
    assert.equal(schemaAt(['schemas', 'A', 'versions', '1'])?.ref, 'file');
    assert.equal(schemaAt(['services', 's', 'client'])?.ref, 'client');
  });

  it('gives values with their meaning, units and examples', () => {
    const acks = schemaAt(['services', 's', 'publishes', 'c', 'acks']);
    assert.deepEqual(
      acks?.values.map((v) => v.value),
      ['0', '1', 'all'],
    );
    assert.ok(acks?.values.every((v) => v.description.length > 10));
    assert.match(acks?.description ?? '', /replicas/);
    assert.deepEqual(
      schemaAt(['services', 's', 'publishes', 'c', 'idempotence'])?.values.map((v) => v.value),
      ['true', 'false'],
    );
    const retention = schemaAt(['channels', 'c', 'retention']);
    assert.equal(retention?.unit, 'duration');
    assert.ok(retention?.examples.includes('7d'));
    assert.deepEqual(retention?.protocols, ['kafka', 'rabbitmq']);
  });

  it('tells how a key is written, and whether it must be', () => {
    const broker = schemaAt(['brokers', 'b'])?.keys.find((k) => k.name === 'protocol');
    assert.deepEqual([broker?.required, broker?.shape], [true, 'value']);
    assert.equal(schemaAt(['channels', 'c'])?.keys.find((k) => k.name === 'stream')?.shape, 'map');
    assert.equal(
      schemaAt(['channels', 'c', 'stream'])?.keys.find((k) => k.name === 'subjects')?.shape,
      'list',
    );
  });

  it('knows nothing of paths that are not there', () => {
    assert.equal(schemaAt(['nothing', 'here']), undefined);
    assert.equal(schemaAt(['channels', 'c', 'partitions', 'x']), undefined);
  });
});

import assert from 'node:assert/strict';
import { effectiveConsume, effectivePublish } from '../../src/delivery/effective';
import type { Setting } from '../../src/model/settings';
import { fixtureModel } from '../support/fixture';

function values(settings: object, ...names: readonly string[]): string {
  return names.map((name) => {
    const one = (settings as Record<string, Setting<unknown> | undefined>)[name];
    return one === undefined || one.from === 'unknown' ? '-' : `${one.value}${one.from === 'default' && one.assumed ? '?' : ''}`;
  }).join(' ');
}

function producer(client: string, settings: string): string {
  const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e } }
services: { s: { client: ${client}, publishes: { t: ${settings} } } }
`);
  return values(effectivePublish(model.publishes[0]!), 'acks', 'idempotence');
}

function consumer(protocol: string, client: string, ...names: readonly string[]): string {
  const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: ${protocol} } }
channels: { t: { broker: e } }
services: { s: { client: ${client}, consumes: { t: {} } } }
`);
  return values(effectiveConsume(model.consumes[0]!), ...names);
}

describe('defaults of SmallRye\'s connectors', () => {
  it('pass acks=1, which switches idempotence off, until somebody sets acks', () => {
    assert.equal(producer('smallrye-kafka', '{}'), '1 false?');
    assert.equal(producer('smallrye-kafka@4.2', '{}'), '1 false');
    assert.equal(producer('smallrye-kafka@4.2', '{ acks: all }'), 'all true');
    assert.equal(producer('smallrye-kafka', '{ acks: all }'), 'all false?');
    assert.equal(producer('quarkus-messaging-kafka@3.8', '{ acks: all }'), 'all false?');
  });

  it('commit themselves, and acknowledge by hand', () => {
    assert.equal(consumer('kafka', 'smallrye-kafka', 'autoCommit', 'offsetReset', 'isolation'), 'false latest read_uncommitted');
    assert.equal(consumer('rabbitmq', 'smallrye-rabbitmq', 'ack', 'prefetch'), 'manual 0');
    assert.equal(consumer('mqtt', 'smallrye-mqtt', 'qos', 'cleanStart', 'sessionExpiry'), '0 true -');
  });
});

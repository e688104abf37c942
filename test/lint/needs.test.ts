import assert from 'node:assert/strict';
import { keepersOf, needsOf, readersOf } from '../../src/lint/needs';
import { fixtureModel } from '../support/fixture';

describe('what is needed of channels', () => {
  const { model } = fixtureModel(`
flow: 1
brokers:
  work: { protocol: rabbitmq }
  inside: { protocol: nats }
channels:
  mail: { broker: work, exchange: topic, needs: { replay: true } }
  mail.all: { broker: work, exchange: fanout, bindings: [mail] }
  mail.out: { broker: work, queue: quorum, bindings: [mail.all] }
  mail.log: { broker: work, queue: stream, bindings: [mail.all, mail] }
  jobs.done: { broker: inside }
  JOBS: { broker: inside, stream: { subjects: [jobs.>] } }
services:
  office:
    publishes:
      mail: { needs: { replay: 7d } }
      jobs.done: {}
  audit:
    consumes:
      mail.log: { needs: { replay: false } }
      jobs.done: { durable: audit }
`);
  const channel = (address: string) => model.channels.find((c) => c.address === address)!;

  it('is told with who says it, channels first', () => {
    assert.deepEqual([...needsOf(model, 'replay')].map((n) => [n.who, n.channel.address, n.value, n.edge?.kind]), [
      ['Somebody', 'mail', true, undefined], ['office', 'mail', 604_800_000, 'publish'], ['audit', 'mail.log', false, 'consume'],
    ]);
    assert.deepEqual([...needsOf(model, 'latency')], []);
  });

  it('is asked of where messages are kept: queues behind exchanges, streams over subjects', () => {
    assert.deepEqual(keepersOf(channel('mail')).map((c) => c.address).sort(), ['mail.log', 'mail.out']);
    assert.deepEqual(keepersOf(channel('jobs.done')).map((c) => c.address), ['JOBS']);
    assert.deepEqual(keepersOf(channel('mail.out')).map((c) => c.address), ['mail.out']);
  });

  it('is about one consumer where that one says it, else about all that read what is kept', () => {
    const [ofChannel, , ofConsume] = [...needsOf(model, 'replay')];
    assert.deepEqual(readersOf(ofConsume!, channel('mail.log')).map((r) => r.service.name), ['audit']);
    assert.deepEqual(readersOf(ofChannel!, channel('JOBS')).map((r) => r.channel?.address), ['jobs.done']);
  });
});

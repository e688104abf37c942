import assert from 'node:assert/strict';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { fixtureModel } from '../support/fixture';

/** A work queue whose dead letters wait in a retry queue, and where they go from there. */
function blocking(retry: string): number | null | undefined {
  const { model } = fixtureModel(`
flow: 1
brokers: { r: { protocol: rabbitmq, version: "4.1" } }
channels:
  work: { broker: r, queue: quorum, deadLetter: later }
  later: { broker: r, queue: quorum, ttl: 30s${retry} }
  lost: { broker: r, queue: quorum }
services:
  shop: { client: amqplib@2.0, publishes: { work: { confirms: true, persistent: true } } }
  mailer: { client: amqplib@2.0, consumes: { work: { ack: manual, requeue: false } } }
  clerk: { client: amqplib@2.0, consumes: { lost: { ack: manual } } }
`);
  return guaranteesOf(model).find(({ flow }) => flow.id === 'shop > work > mailer')?.hazards.blocking.faults;
}

describe('dead letters that come back', () => {
  it('let the others go on while a message that always fails waits', () => {
    assert.equal(blocking(', deadLetter: work'), 2);
  });

  it('let a message that always fails go round without end where it waits nowhere', () => {
    const { model } = fixtureModel(`
flow: 1
brokers: { r: { protocol: rabbitmq, version: "4.1" } }
channels:
  again: { broker: r, exchange: fanout }
  work: { broker: r, queue: quorum, deadLetter: again, bindings: [{ exchange: again }] }
services:
  shop: { client: amqplib@2.0, publishes: { work: { confirms: true, persistent: true } } }
  mailer: { client: amqplib@2.0, consumes: { work: { ack: manual, requeue: false } } }
`);
    assert.equal(guaranteesOf(model).find(({ flow }) => flow.id === 'shop > work > mailer')?.hazards.blocking.faults, 0);
  });

  it('do not where they go elsewhere', () => {
    assert.equal(blocking(', deadLetter: lost'), 2);
  });
});

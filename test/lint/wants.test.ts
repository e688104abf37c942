import assert from 'node:assert/strict';
import { wantsOf } from '../../src/lint/wants';
import { fixtureModel } from '../support/fixture';

/** The wish of each publish and consume, as `service kind`. */
function wishes(flow: string): Record<string, string> {
  const { model } = fixtureModel(flow);
  const wants = wantsOf(model);
  return Object.fromEntries([
    ...model.publishes.map((p) => [`${p.service.name} > ${p.channel?.id}`, wants.publish(p)] as const),
    ...model.consumes.map((c) => [`${c.service.name} < ${c.channel?.id}`, wants.consume(c)] as const),
  ].map(([key, wish]) => [key, wish.kind + (wish.who === undefined ? '' : ` by ${wish.who}`)]));
}

describe('what people want of their messages', () => {
  it('is what an edge declares itself, whatever the other end says', () => {
    assert.deepEqual(wishes(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e } }
services:
  a: { publishes: { t: { guarantee: best-effort } } }
  b: { consumes: { t: { guarantee: exactly-once } } }
`), { 'a > t': 'waived by a', 'b < t': 'declared by b' });
  });

  it('is else what the strictest at the other end declares', () => {
    assert.deepEqual(wishes(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e }, u: { broker: e }, v: { broker: e } }
services:
  a: { publishes: { t: {}, u: {}, v: {} } }
  b: { consumes: { t: { guarantee: best-effort }, u: { guarantee: best-effort }, v: {} } }
  c: { consumes: { t: { guarantee: at-least-once }, v: { guarantee: at-most-once } } }
`), {
      'a > t': 'declared by c', 'a > u': 'waived', 'a > v': 'undeclared',
      'b < t': 'waived by b', 'b < u': 'waived by b', 'b < v': 'undeclared',
      'c < t': 'declared by c', 'c < v': 'waived by c',
    });
  });

  it('travels over routes, but not with dead letters, and ends in cycles', () => {
    assert.deepEqual(wishes(`
flow: 1
brokers: { w: { protocol: rabbitmq } }
channels:
  x: { broker: w, exchange: topic, bindings: [{ exchange: y, routingKey: "#" }] }
  y: { broker: w, exchange: topic, bindings: [{ exchange: x, routingKey: "#" }] }
  q: { broker: w, queue: quorum, bindings: [{ exchange: y, routingKey: a }], deadLetter: d }
  d: { broker: w, exchange: fanout }
  dq: { broker: w, queue: quorum, bindings: [{ exchange: d }] }
services:
  a: { publishes: { x: {} } }
  b: { consumes: { q: { guarantee: at-least-once } } }
  c: { consumes: { dq: {} } }
`), { 'a > x': 'declared by b', 'b < q': 'declared by b', 'c < dq': 'undeclared' });
  });
});

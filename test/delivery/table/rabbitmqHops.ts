import { rowsOn } from './row';

/** An exchange before a quorum queue. */
const row = rowsOn({
  broker: 'protocol: rabbitmq, version: "4.0"',
  channel: 'exchange: topic, durable: true',
  channels: 'orders.q: { broker: main, queue: quorum, durable: true, replicas: 3, overflow: reject-publish, deadLetter: dead, deadLetterStrategy: at-least-once, bindings: [{ exchange: orders, routingKey: "#" }] },'
    + ' dead: { broker: main, queue: quorum, durable: true, replicas: 3 }',
  publisher: 'client: amqplib@0.10',
  publish: 'confirms: true, mandatory: true, persistent: true, maxInFlight: 1, routingKey: order.placed',
  consumer: 'client: amqplib@0.10',
  consume: 'ack: manual, prefetch: 1, requeue: false',
});

const queue = (bindings: string, more = 'deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish'): string =>
  `orders.q: { broker: main, queue: quorum, durable: true, replicas: 3, ${more}, bindings: [${bindings}] }`;

/** Flows of what `billing` rejects. */
const support = 'support: { client: amqplib@0.10, consumes: { dead: { ack: manual, prefetch: 1, requeue: false, onFailure: { retries: 3, deadLetter: parked } } } }';
const letters = (channels: string): { from: string; channels: string; services: string; flow: string } => ({
  from: 'orders.q', services: support, flow: 'shop > orders > orders.q > dead > support',
  channels: `${channels}, parked: { broker: main, queue: quorum, durable: true, replicas: 3 }`,
});

export const rabbitHopRows = [
  row('exchange to queue', { from: 'orders.q' }, [2, 1, null, 2], 'at-least-once', 'An exchange with a binding # hands everything on.'),
  row('exchange to queue, not mandatory, bound to everything', { from: 'orders.q', publish: 'mandatory: false' }, [2, 1, null, 2], 'at-least-once',
    'A binding # leaves nothing unroutable.'),
  row('exchange to queue, not mandatory, bound to the key', {
    from: 'orders.q', publish: 'mandatory: false', channels: queue('{ exchange: orders, routingKey: "order.*" }'),
  }, [2, 1, null, 2], 'at-least-once', 'The key that is published matches the binding.'),
  row('exchange to queue, not mandatory, no key told', {
    from: 'orders.q', publish: 'mandatory: false, routingKey: ~', channels: queue('{ exchange: orders, routingKey: "order.*" }'),
  }, [0, 1, null, 2], 'best-effort', 'A key that matches no binding is confirmed and dropped, and nothing tells the key.'),
  row('exchange to queue, mandatory, no key told', {
    from: 'orders.q', publish: 'routingKey: ~', channels: queue('{ exchange: orders, routingKey: "order.*" }'),
  }, [2, 1, null, 2], 'at-least-once', 'What matches no binding is returned to the publisher, who knows.'),
  row('fanout exchange, not mandatory', {
    from: 'orders.q', publish: 'mandatory: false, routingKey: ~', channel: 'exchange: fanout', channels: queue('orders'),
  }, [2, 1, null, 2], 'at-least-once', 'A fanout exchange looks at no key.'),
  row('exchange with an alternate one, not mandatory, no key told', {
    from: 'orders.q', publish: 'mandatory: false, routingKey: ~', channel: 'alternateExchange: lost',
    channels: `${queue('{ exchange: orders, routingKey: "order.*" }')}, lost: { broker: main, exchange: fanout, durable: true }, lost.q: { broker: main, queue: quorum, durable: true, bindings: [lost] }`,
    flow: 'shop > orders > orders.q > billing',
  }, [2, 1, null, 2], 'at-least-once', 'What matches no binding goes to the alternate exchange, where it is kept.'),
  row('exchange to exchange to queue', {
    from: 'orders.q',
    channels: `all: { broker: main, exchange: fanout, durable: true, bindings: [{ exchange: orders, routingKey: "#" }] }, ${queue('all')}`,
    flow: 'shop > orders > all > orders.q > billing',
  }, [2, 1, null, 2], 'at-least-once', 'Two exchanges that hand everything on change nothing.'),
  row('exchange to a classic queue', {
    from: 'orders.q', channels: 'orders.q: { broker: main, queue: classic, durable: true, deadLetter: dead, bindings: [{ exchange: orders, routingKey: "#" }] }',
  }, [1, 1, null, 1], 'best-effort', 'The queue has one copy.'),
  row('exchange to queue, no confirms', { from: 'orders.q', publish: 'confirms: false' }, [1, 1, null, 2], 'best-effort',
    'The connection drops after the publish.'),
  row('exchange to queue with a backlog that drops the head', {
    from: 'orders.q', channels: queue('{ exchange: orders, routingKey: "#" }', 'maxLength: 100, overflow: drop-head'), consume: 'onFailure: { retries: 3, deadLetter: dead }',
  }, [1, 1, null, 2], 'best-effort', 'The limit is reached and the oldest is dropped.'),
  row('dead letters at least once', letters(queue('{ exchange: orders, routingKey: "#" }')), [2, 1, 1, 2], 'at-least-once',
    'The queue keeps a dead letter until its target has confirmed it; one that is not confirmed is published again, behind others.'),
  row('dead letters by the default strategy', letters(queue('{ exchange: orders, routingKey: "#" }', 'deadLetter: dead, overflow: reject-publish')), [1, 1, null, 2], 'best-effort',
    'The dead letter is published without confirms, and its target is not there.'),
  row('dead letters at least once, by name only', letters(queue('{ exchange: orders, routingKey: "#" }', 'deadLetter: dead, deadLetterStrategy: at-least-once, overflow: drop-head')), [1, 1, null, 2], 'best-effort',
    'Without reject-publish the strategy falls back to at-most-once without a word.'),
  row('dead letters of a classic queue', letters('orders.q: { broker: main, queue: classic, durable: true, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish, bindings: [{ exchange: orders, routingKey: "#" }] }'), [1, 1, null, 1], 'best-effort',
    'Only quorum queues know the strategy, and the queue has one copy.'),
  row('dead letters into a classic queue', {
    ...letters(`${queue('{ exchange: orders, routingKey: "#" }')}, dead: { broker: main, queue: classic, durable: true }`),
  }, [1, 1, 1, 1], 'best-effort', 'The dead letters have one copy.'),
  row('dead letters at least once, to somebody who knows what it has done', {
    ...letters(queue('{ exchange: orders, routingKey: "#" }')),
    services: support.replace('ack: manual', 'ack: manual, idempotentBy: id'),
  }, [2, null, 1, 2], 'exactly-once', 'What is published again has no effect.'),
  row('shovel to another queue', {
    brokers: 'far: { protocol: rabbitmq, version: "4.0" }', channel: 'exchange: ~, queue: quorum, replicas: 3, routes: { orders.far: shovel }', publish: 'routingKey: ~',
    channels: 'orders.far: { broker: far, queue: quorum, durable: true, replicas: 3, deadLetter: far.dead }, far.dead: { broker: far, queue: quorum, durable: true, replicas: 3 }',
    from: 'orders.far',
  }, [2, 1, null, 2], 'at-least-once', 'By default a shovel acknowledges when the target has confirmed, and begins again at what it has not acknowledged, in order.'),
  row('shovel to a classic queue', {
    brokers: 'far: { protocol: rabbitmq, version: "4.0" }', channel: 'exchange: ~, queue: quorum, replicas: 3, routes: { orders.far: shovel }', publish: 'routingKey: ~',
    channels: 'orders.far: { broker: far, queue: classic, durable: true, deadLetter: far.dead }, far.dead: { broker: far, queue: quorum, durable: true, replicas: 3 }',
    from: 'orders.far',
  }, [1, 1, null, 1], 'best-effort', 'The target has one copy.'),
];

import type { GraphData, GraphEdge, GraphNode } from '../../src/protocol/graph';

const none = { errors: 0, warnings: 0, infos: 0 };

/** The shop of the design's picture: two brokers, one undeclared channel, a dead-letter chain. */
export const shop: GraphData = {
  nodes: [
    broker('events', 'kafka', 'Kafka 4.1 · production'),
    broker('work', 'rabbitmq', 'RabbitMQ 4.1 · vhost /shop'),
    {
      ...channel('orders.placed', 'events', 'topic', '12 part. · RF 3 · OrderPlaced@2'),
      problems: { errors: 2, warnings: 1, infos: 0 },
      facts: [
        { name: 'partitions', value: '12' },
        { name: 'replicas', value: '3' },
      ],
      problemList: [
        {
          code: 'producer/acks-all-single-copy',
          severity: 'error',
          message: 'orders.placed has min.insync.replicas 1.',
        },
        { code: 'dlq/no-consumer', severity: 'warning', message: 'Nobody reads orders.placed.dlq.' },
      ],
    },
    channel('orders.scored', 'events', 'topic', '6 part. · RF 3 · Score@1'),
    {
      ...channel('orders.placed.dlq', 'events', 'topic', 'not declared'),
      deadLetter: true,
      undeclared: true,
    },
    channel('mail', 'work', 'exchange', 'topic exchange'),
    channel('mail.receipts', 'work', 'queue', 'quorum · limit 20'),
    {
      ...channel('mail.dead', 'work', 'queue', 'quorum'),
      deadLetter: true,
      problems: { ...none, warnings: 1 },
    },
    service('checkout', 'team-shop · kafka-java 3.9'),
    service('fraud-scorer', 'team-risk · librdkafka 2.5'),
    service('storefront', 'team-shop · amqplib 2.0'),
    service('billing', 'team-pay · spring-kafka 3.3'),
    service('warehouse', 'team-log · kafkajs 2.2'),
    service('mailer', 'team-shop · amqplib 2.0'),
  ],
  edges: [
    publish('checkout', 'orders.placed', 'acks=all'),
    publish('fraud-scorer', 'orders.scored', 'acks=all'),
    publish('storefront', 'mail', 'mail.#'),
    consume('orders.placed', 'billing', 'group billing'),
    { ...consume('orders.placed', 'warehouse', 'group warehouse'), problems: { ...none, errors: 1 } },
    consume('orders.placed', 'fraud-scorer', ''),
    consume('mail.receipts', 'mailer', 'ack manual'),
    route('route', 'mail', 'mail.receipts', 'mail.receipt.*'),
    route('dead-letter', 'mail.receipts', 'mail.dead', ''),
    route('dead-letter', 'orders.placed', 'orders.placed.dlq', ''),
  ],
  problems: { errors: 3, warnings: 2, infos: 0 },
};

/** A random layered graph of `size` nodes in brokers of 40 channels, about 1.5 edges a node; the same every time. */
export function bigGraph(size: number): GraphData {
  let seed = 42;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const channels = Math.floor(size / 2);
  const nodes: GraphNode[] = [];
  const edges = new Map<string, GraphEdge>();
  const keep = (edge: GraphEdge): void => void edges.set(edge.id, edge);
  for (let b = 0; b * 40 < channels; b++) nodes.push(broker(`broker-${b}`, 'kafka', 'Kafka 4.1'));
  for (let i = 0; i < channels; i++)
    nodes.push(channel(`topic-${i}`, `broker-${Math.floor(i / 40)}`, 'topic', '12 part. · RF 3'));
  const services = size - nodes.length;
  for (let i = 0; i < services; i++) nodes.push(service(`service-${i}`, 'team · kafkajs 2.2'));
  for (let i = 0; i < channels; i++) {
    keep(publish(`service-${random(Math.floor(services / 2))}`, `topic-${i}`, 'acks=all'));
    for (let k = 0; k < 2; k++) {
      const reader = `service-${Math.floor(services / 2) + random(Math.ceil(services / 2))}`;
      keep(consume(`topic-${i}`, reader, `group ${reader}`));
    }
  }
  return { nodes, edges: [...edges.values()] };
}

function broker(name: string, protocol: GraphNode['protocol'], detail: string): GraphNode {
  return { id: `broker:${name}`, kind: 'broker', label: name, detail, protocol, problems: none };
}

function channel(name: string, of: string, channelKind: GraphNode['channelKind'], detail: string): GraphNode {
  const protocol = channelKind === 'topic' ? 'kafka' : 'rabbitmq';
  const id = `channel:${name}`;
  return {
    id,
    kind: 'channel',
    label: name,
    detail,
    protocol,
    broker: `broker:${of}`,
    channelKind,
    problems: none,
  };
}

function service(name: string, detail: string): GraphNode {
  return { id: `service:${name}`, kind: 'service', label: name, detail, problems: none };
}

function publish(from: string, to: string, label: string): GraphEdge {
  return {
    id: `publish:${from}>${to}`,
    from: `service:${from}`,
    to: `channel:${to}`,
    kind: 'publish',
    label,
    problems: none,
  };
}

function consume(from: string, to: string, label: string): GraphEdge {
  return {
    id: `consume:${from}>${to}`,
    from: `channel:${from}`,
    to: `service:${to}`,
    kind: 'consume',
    label,
    problems: none,
  };
}

function route(kind: 'route' | 'dead-letter', from: string, to: string, label: string): GraphEdge {
  return {
    id: `${kind}:${from}>${to}`,
    from: `channel:${from}`,
    to: `channel:${to}`,
    kind,
    label,
    problems: none,
  };
}

import { shapeOf } from './shapes';
import type { Counts, DrawEdge, DrawNode } from './types';
import { protocolName } from './words';

/** `2 errors, 1 warning`; empty for none. */
export function problemsText({ errors, warnings, infos }: Counts): string {
  const counts = [
    [errors, 'error'],
    [warnings, 'warning'],
    [infos, 'info'],
  ] as const;
  return counts
    .flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]))
    .join(', ');
}

/** What a node is, in words: `Kafka topic`, `RabbitMQ queue, dead letters`, `service`. */
export function kindText(node: DrawNode): string {
  const protocol =
    node.protocol === undefined || node.kind === 'service' ? '' : `${protocolName(node.protocol)} `;
  const parts = [
    `${protocol}${shapeOf(node)}`,
    node.deadLetter ? 'dead letters' : '',
    node.undeclared ? 'declared nowhere' : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Everything a reader without the picture needs of a node: a tooltip and a screen reader's label. */
export function nodeText(node: DrawNode): string {
  return [node.label, kindText(node), node.detail, problemsText(node.problems)].filter(Boolean).join(', ');
}

/** `checkout publishes to orders.placed, acks=all`. */
export function edgeText(edge: DrawEdge, nameOf: (id: string) => string): string {
  const verbs = {
    publish: 'publishes to',
    consume: 'is consumed by',
    route: 'routes to',
    'dead-letter': 'dead-letters to',
  };
  const sentence = `${nameOf(edge.from)} ${verbs[edge.kind]} ${nameOf(edge.to)}`;
  return [sentence, edge.label, problemsText(edge.problems)].filter(Boolean).join(', ');
}

import type { Message } from 'amqplib';
import { holdingEffects, type Holdable } from './peek';

/** A queue that drops what has come back too often. */
export type Limited = Holdable & { readonly limit: number | 'unknown' };

export function isLimited(kind: Holdable): kind is Limited {
  return kind.limit !== undefined;
}

/**
 * True where a message may not come back once more. `x-delivery-count` says how often it has, and a quorum queue drops
 * it when that becomes more than the limit (rabbit_fifo's `return_one`; seen on 3.10 with an argument, with a policy, and
 * when the connection or the broker ended).
 */
export function isSpent(m: Message, { limit }: Limited): boolean {
  return limit === 'unknown' || deliveriesOf(m) >= limit;
}

function deliveriesOf(m: Message): number {
  const count: unknown = m.properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** What reading and holding does where each return counts, a sentence each. */
export function limitedHoldingEffects(queue: string, kind: Limited): string[] {
  return [
    `Each message that is read and given back, or held when the connection ends, has used up one of the ${kind.limit} returns ` +
      `after which RabbitMQ drops a message of ${queue} (from 4.3 on, only the end of a connection counts).`,
    'One that has none left is not held but put back at once, as a copy at the end of the queue with a new count. It would be lost only ' +
      'if the connection and this program ended in the moment before.',
    ...holdingEffects(queue, kind),
  ];
}

/** What moving unseen does, a sentence each. */
export function unseenEffects(queue: string, { limit }: Limited, waiting: number): string[] {
  return [
    `${waiting === 1 ? 'One message waits' : `${waiting} messages wait`} in ${queue}. What ${waiting === 1 ? 'it is' : 'they are'} cannot be ` +
      'shown before: RabbitMQ counts each look, and drops a message that ' +
      `${limit === 'unknown' ? 'has come back too often; the delivery limit cannot be seen here' : `comes back more than ${limit} times`}.`,
    `From the head on, one after the other is taken, published, confirmed elsewhere, and only then removed from ${queue}. ` +
      'While all goes well, nothing comes back and nothing is counted; what was moved is shown afterwards.',
    'The first that cannot be moved is the last that is tried. It is given back' +
      (limit === 'unknown'
        ? ' as a copy at the end of the queue, for it might be dropped otherwise.'
        : ', which is counted; one that has no return left is put back as a copy at the end of the queue instead.'),
    'If the connection or this program ends in between, the one message on its way comes back, and may be in both places then: a ' +
      'duplicate is possible. If it had no return left, RabbitMQ drops it, and this program publishes it again: it would be lost only ' +
      'if this program, too, ended in the moment before its confirmation.',
  ];
}

/** Why messages cannot be held at all; undefined where they can. */
export function onlyUnseen(queue: string, { limit }: Limited): string | undefined {
  if (limit === 'unknown') {
    return (
      `How often a message of ${queue} may still come back cannot be seen, so that none can be held for you to choose: give the ` +
      'connection the URL of the management API, and a user that may read policies.'
    );
  }
  return limit === 0
    ? `${queue} has a delivery limit of 0: what is held and comes back once is dropped, so that none can be held for you to choose.`
    : undefined;
}

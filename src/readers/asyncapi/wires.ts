import type { Sourced } from '../../text/range';
import type { ChannelSpace } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import type { Bindings } from './bindings';

/** A wire name in its name space, as operations use it. */
export interface Wire {
  readonly name: Sourced<string>;
  readonly space?: ChannelSpace;
}

/** Where messages of a channel go in and come out; they differ for an AMQP exchange with its queue. */
export interface Wires {
  readonly into: Wire;
  readonly outOf: Wire;
  /** For an AMQP exchange: the address is the routing key. */
  readonly routingKey?: Sourced<string>;
}

/** The wire names of a channel, by its protocol's bindings. */
export function wiresOf(
  protocol: Protocol | undefined, bindings: Bindings | undefined, address: Sourced<string>,
): Wires {
  if (protocol === 'rabbitmq' && bindings !== undefined) return amqpWires(bindings, address);
  const name = (protocol === 'kafka' ? bindings?.text('topic') : undefined) ?? address;
  return { into: { name }, outOf: { name } };
}

/**
 * AMQP: a queue, or an exchange with the address as routing key; the default exchange leads to the queue of
 * that name.
 */
function amqpWires(bindings: Bindings, address: Sourced<string>): Wires {
  const queue = bindings.text('queue', 'name');
  if (bindings.text('is')?.value === 'queue') {
    const wire: Wire = { name: queue ?? address, space: 'queue' };
    return { into: wire, outOf: wire };
  }
  const exchange = bindings.text('exchange', 'name');
  const type = bindings.text('exchange', 'type')?.value;
  if (exchange !== undefined && type !== 'default') {
    const into: Wire = { name: exchange, space: 'exchange' };
    return { into, outOf: queue === undefined ? into : { name: queue, space: 'queue' }, routingKey: address };
  }
  const wire: Wire = type === 'default' || bindings.field('exchange', 'name') !== undefined
    || queue !== undefined
    ? { name: queue ?? address, space: 'queue' } : { name: address };
  return { into: wire, outOf: wire };
}

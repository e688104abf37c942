import { percentDecode } from '../../text/percent';
import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact, RouteFact } from '../../model/facts';
import { defined } from '../shared/defined';
import type { MessagingChannel } from './channels';
import { addressOf, placed, reasons, type Context } from './context';
import { dialect } from './dialect';
import { hostBroker } from './hosts';

/**
 * A channel of `smallrye-amqp`, which speaks AMQP 1.0 to any broker. Only addresses in RabbitMQ's own form
 * (its AMQP 1.0 addresses, version 1 with `/queue/…` and version 2 with `/queues/…`) are known to be
 * RabbitMQ's; Artemis and others have plain names.
 */
export function readAmqp1(context: Context, channel: MessagingChannel): void {
  const address = addressOf(channel, 'address');
  if (address === undefined || address.inferred !== undefined) return;
  const target = targetOf(context, address.name);
  if (target === undefined || (channel.direction === 'incoming' && target.space === 'exchange')) return;
  const broker = hostBroker(context, channel.get, 'amqp');
  const ref: ChannelRef = {
    name: target.name, space: target.space, protocol: 'rabbitmq', ...(broker === undefined ? {} : { broker }),
  };
  const common = {
    dialect, extent: channel.extent, service: context.service, channel: ref, protocol: 'rabbitmq' as const,
    inferred: reasons('The address has the form that RabbitMQ gives to its queues and exchanges.',
      channel.connector.inferred),
  };
  context.facts.push(channel.direction === 'incoming'
    ? defined<ConsumeFact>({ kind: 'consume', ...common, settings: {} })
    : defined<PublishFact>({ kind: 'publish', ...common, settings: defined({ routingKey: target.key }) }));
}

interface Target {
  readonly name: Sourced<string>;
  readonly space: NonNullable<RouteFact['from']['space']>;
  readonly key?: Sourced<string>;
}

function targetOf(context: Context, { value, at }: Sourced<string>): Target | undefined {
  const match = /^(\/(?:amq\/)?(queue|queues|exchange|exchanges)\/)([^/]+)(?:\/(.+))?$/.exec(value);
  const [, before = '', kind = '', name = '', key] = match ?? [];
  if (match === null) return undefined;
  const isPlain = context.config.file.text.slice(at.start, at.end) === value;
  const place = (start: number, text: string): Sourced<string> => placed(
    percentDecode(text),
    isPlain ? rangeIn(context.config.file, at.start + start, at.start + start + text.length) : at,
  );
  return {
    name: place(before.length, name), space: kind.startsWith('queue') ? 'queue' : 'exchange',
    ...(key === undefined ? {} : { key: place(before.length + name.length + 1, key) }),
  };
}

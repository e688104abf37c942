import type { Sourced } from '../../text/range';
import type {
  ChannelFact, ChannelRef, ChannelSpace, ConsumeFact, PublishFact, RouteFact,
} from '../../model/facts';
import type { ChannelSettings, ConsumeSettings, PublishSettings } from '../../model/settings';
import { get, isMap, isSeq, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { mapsIn, settingsOf, type Said } from '../shared/document';
import { entryRange, nodeRange } from '../shared/places';
import { baseOf, dialect, kindRange, type Component, type Context } from './context';

/** An `amqp_0_9` input: a queue, what it is declared as, and its bindings. */
export function readAmqpInput(c: Context, component: Component): void {
  const { node } = component;
  const queue = c.doc.text(get(node, 'queue'));
  const broker = brokerOf(c, component);
  if (queue === undefined) return;
  const at = kindRange(c, component);
  const patterns = get(node, 'nack_reject_patterns');
  const rejects = isSeq(patterns) && patterns.items.length > 0;
  const channel = ref(queue, 'queue', broker);
  if (isOn(c, get(node, 'queue_declare', 'enabled'))) readQueue(c, get(node, 'queue_declare'), queue, broker);
  for (const binding of mapsIn(get(node, 'bindings_declare'))) {
    const exchange = c.doc.text(get(binding, 'exchange'));
    if (exchange === undefined) continue;
    c.facts.push(defined<RouteFact>({
      kind: 'route', route: 'binding', dialect, extent: nodeRange(c.file, binding),
      from: ref(exchange, 'exchange', broker), to: channel, key: c.doc.text(get(binding, 'key')),
    }));
  }
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', ...baseOf(c, component, 'rabbitmq'), channel, client: { value: 'amqp091-go', at },
    settings: settingsOf<ConsumeSettings>({
      ack: c.doc.value(get(node, 'auto_ack'), ackOf) ?? { value: 'manual', at },
      prefetch: c.doc.number(get(node, 'prefetch_count')) ?? { value: 10, at },
      requeue: rejects ? undefined : { value: true, at },
    }),
    note: [
      rejects
        ? 'Messages whose errors match nack_reject_patterns are rejected; others that fail are requeued.'
        : 'Messages that the outputs refuse are requeued.',
      get(node, 'auto_ack') === undefined ? 'auto_ack is not set; the default is false.' : undefined,
      get(node, 'prefetch_count') === undefined ? 'prefetch_count is not set; the default is 10.' : undefined,
      component.note,
    ].filter((n) => n !== undefined).join(' '),
  }));
}

/** An `amqp_0_9` output: an exchange; the nameless one hands over to the queue that the key names. */
export function readAmqpOutput(c: Context, component: Component): void {
  const { node } = component;
  const broker = brokerOf(c, component);
  const at = kindRange(c, component);
  const said = c.doc.said(get(node, 'exchange'));
  const exchange = said === 'open' ? undefined : said;
  const queue = said === undefined ? c.doc.text(get(node, 'key')) : undefined;
  const target = exchange ?? queue;
  if (target === undefined) return;
  if (exchange !== undefined && isOn(c, get(node, 'exchange_declare', 'enabled'))) {
    readExchange(c, get(node, 'exchange_declare'), exchange, broker);
  }
  c.facts.push(defined<PublishFact>({
    kind: 'publish', ...baseOf(c, component, 'rabbitmq'), client: { value: 'amqp091-go', at },
    channel: ref(target, exchange === undefined ? 'queue' : 'exchange', broker),
    settings: settingsOf<PublishSettings>({
      confirms: { value: true, at }, mandatory: c.doc.boolean(get(node, 'mandatory')),
      persistent: c.doc.boolean(get(node, 'persistent')),
      routingKey: exchange === undefined ? undefined : c.doc.said(get(node, 'key')),
    }),
    note: [
      'The output waits for the broker\'s confirm of each message.',
      isOn(c, get(node, 'immediate'))
        ? 'immediate: RabbitMQ closes the channel for it (not implemented since 3.0).' : undefined,
      component.note,
    ].filter((n) => n !== undefined).join(' '),
  }));
}

function readQueue(
  c: Context, node: SyntaxNode | undefined, address: Sourced<string>, broker: string | undefined,
): void {
  const args = get(node, 'arguments');
  if (!isMap(node)) return;
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: nodeRange(c.file, node), address, space: 'queue', protocol: 'rabbitmq',
    broker: broker === undefined ? undefined : { value: broker, at: address.at },
    settings: settingsOf<ChannelSettings>({
      durable: c.doc.boolean(get(node, 'durable')) ?? { value: true, at: nodeRange(c.file, node) },
      autoDelete: c.doc.boolean(get(node, 'auto_delete')),
      queue: c.doc.value(get(args, 'x-queue-type'), queueType),
      maxLength: c.doc.number(get(args, 'x-max-length')),
      maxLengthBytes: c.doc.number(get(args, 'x-max-length-bytes')),
      overflow: c.doc.said(get(args, 'x-overflow')), ttl: c.doc.number(get(args, 'x-message-ttl')),
      expires: c.doc.number(get(args, 'x-expires')),
      deliveryLimit: c.doc.number(get(args, 'x-delivery-limit')),
      singleActiveConsumer: c.doc.boolean(get(args, 'x-single-active-consumer')),
    }),
    note: get(node, 'durable') === undefined ? 'durable is not set; the default is true.' : undefined,
  }));
  const dlx = c.doc.text(get(args, 'x-dead-letter-exchange'));
  if (dlx === undefined) return;
  c.facts.push(defined<RouteFact>({
    kind: 'route', route: 'dead-letter', dialect, extent: nodeRange(c.file, node),
    from: ref(address, 'queue', broker), to: ref(dlx, 'exchange', broker),
    key: c.doc.text(get(args, 'x-dead-letter-routing-key')),
  }));
}

function readExchange(
  c: Context, node: SyntaxNode | undefined, address: Sourced<string>, broker: string | undefined,
): void {
  if (!isMap(node)) return;
  const at = nodeRange(c.file, node);
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: at, address, space: 'exchange', protocol: 'rabbitmq',
    broker: broker === undefined ? undefined : { value: broker, at: address.at },
    settings: settingsOf<ChannelSettings>({
      exchange: c.doc.said(get(node, 'type')) ?? { value: 'direct', at },
      durable: c.doc.boolean(get(node, 'durable')) ?? { value: true, at },
    }),
    note: get(node, 'type') === undefined ? 'type is not set; the default is direct.' : undefined,
  }));
  const alternate = c.doc.text(get(node, 'arguments', 'alternate-exchange'));
  if (alternate === undefined) return;
  c.facts.push({
    kind: 'route', route: 'alternate', dialect, extent: at, from: ref(address, 'exchange', broker),
    to: ref(alternate, 'exchange', broker),
  });
}

function brokerOf(c: Context, { node, entry }: Component): string | undefined {
  return c.brokers.of('rabbitmq', get(node, 'urls') ?? get(node, 'url'), node, entryRange(c.file, entry));
}

function ref(name: Sourced<string>, space: ChannelSpace, broker: string | undefined): ChannelRef {
  return defined<ChannelRef>({ name, space, broker, protocol: 'rabbitmq' });
}

function ackOf(text: string): 'auto' | 'manual' | undefined {
  return text === 'true' ? 'auto' : text === 'false' ? 'manual' : undefined;
}

function queueType(text: string): 'classic' | 'quorum' | 'stream' | undefined {
  return text === 'classic' || text === 'quorum' || text === 'stream' ? text : undefined;
}

function isOn(c: Context, node: SyntaxNode | undefined): boolean {
  const said: Said<boolean> = c.doc.boolean(node);
  return said !== undefined && said !== 'open' && said.value;
}

import type { Sourced } from '../../text/range';
import type {
  ChannelFact, ChannelRef, ChannelSpace, ConsumeFact, PublishFact, RouteFact,
} from '../../model/facts';
import type { ChannelSettings, ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { whole, yesNo } from '../shared/kafkaClient';
import type { MessagingChannel } from './channels';
import { addressOf, bindingOf, concurrencyOf, insertPlace, placed, reasons, type Address, type Context } from './context';
import { dialect } from './dialect';
import { hostBroker } from './hosts';
import { attributes, settingsFrom } from './values';

const client = 'smallrye-rabbitmq';

/**
 * A channel of `smallrye-rabbitmq`. The connector declares the exchange, and for incoming channels the queue,
 * its bindings and (with `auto-bind-dlq`) where dead letters go, unless it is told not to.
 */
export function readRabbit(context: Context, channel: MessagingChannel): void {
  const read = new RabbitChannel(context, channel, hostBroker(context, channel.get, 'amqp'));
  if (channel.direction === 'incoming') read.incoming();
  else read.outgoing();
}

class RabbitChannel {
  private readonly say;

  constructor(
    private readonly context: Context,
    private readonly channel: MessagingChannel,
    private readonly broker: string | undefined,
  ) {
    this.say = attributes(channel.get);
  }

  outgoing(): void {
    const { context, channel } = this;
    const exchange = this.exchange();
    const key = this.say.text('default-routing-key');
    if (exchange === undefined) return;
    // The default exchange hands a message to the queue that its routing key names.
    const isDefault = exchange.name.value === '';
    if (isDefault && key === undefined) return;
    context.facts.push(defined<PublishFact>({
      kind: 'publish', dialect, extent: channel.extent, service: context.service, protocol: 'rabbitmq',
      channel: isDefault ? this.ref(key!, 'queue') : this.ref(exchange.name, 'exchange'),
      client: placed(client, channel.name.at), insert: insertPlace(context.config, channel),
      settings: settingsFrom<PublishSettings>(channel.near, {
        confirms: ['publish-confirms', yesNo], routingKey: ['default-routing-key', (said) => said],
      }),
      binding: bindingOf(channel, exchange), inferred: reasons(exchange.inferred, channel.connector.inferred),
    }));
    if (!isDefault) this.declareExchange(exchange);
  }

  incoming(): void {
    const { context, channel, say } = this;
    const queue = addressOf(channel, 'queue.name');
    // `(server.auto)` lets the broker make up a name.
    if (queue === undefined || queue.name.value === '(server.auto)') return;
    const failure = say.text('failure-strategy');
    const requeue = { requeue: true, reject: false }[failure?.value.toLowerCase() ?? ''];
    context.facts.push(defined<ConsumeFact>({
      kind: 'consume', dialect, extent: channel.extent, service: context.service, protocol: 'rabbitmq',
      channel: this.ref(queue.name, 'queue'), client: placed(client, channel.name.at),
      insert: insertPlace(context.config, channel),
      settings: {
        ...settingsFrom<ConsumeSettings>(channel.near, {
          ack: ['auto-acknowledgement', ackOf], prefetch: ['max-outstanding-messages', whole],
        }),
        ...(failure === undefined || requeue === undefined ? {} : { requeue: placed(requeue, failure.at) }),
        // It acknowledges a message that failed as if it had not.
        ...(failure?.value.toLowerCase() === 'accept' ? { onFailure: { skip: placed(true, failure.at) } } : {}),
        ...concurrencyOf(channel),
      },
      binding: bindingOf(channel, queue), inferred: reasons(queue.inferred, channel.connector.inferred),
      note: failure === undefined ? undefined : `failure-strategy=${failure.value}.`,
    }));
    const exchange = this.exchange();
    if (exchange !== undefined && exchange.name.value !== '') this.declareExchange(exchange);
    if (say.no('queue.declare')) return;
    this.declareQueue(queue);
    if (exchange !== undefined && exchange.name.value !== '') this.bind(exchange, queue);
    if (say.yes('auto-bind-dlq')) this.deadLetters(queue);
  }

  /** `""` in quotes is the default exchange. */
  private exchange(): Address | undefined {
    const address = addressOf(this.channel, 'exchange.name');
    return address !== undefined && /^(""|'')$/.test(address.name.value)
      ? { name: placed('', address.name.at) } : address;
  }

  private declareExchange(exchange: Address): void {
    const { channel, say } = this;
    if (say.no('exchange.declare') || /^amq\./.test(exchange.name.value)) return;
    this.declare('exchange', exchange, {
      // The connector's own default, which the broker knows nothing of.
      exchange: say.text('exchange.type') ?? placed('topic', exchange.name.at),
      ...settingsFrom<ChannelSettings>(channel.near, {
        durable: ['exchange.durable', yesNo], autoDelete: ['exchange.auto-delete', yesNo],
      }),
    }, say.text('exchange.type') === undefined
      ? 'exchange.type is not set; the connector declares a topic exchange.'
      : undefined);
  }

  private declareQueue(queue: Address): void {
    this.declare('queue', queue, settingsFrom<ChannelSettings>(this.channel.near, {
      queue: ['queue.x-queue-type', queueType], durable: ['queue.durable', yesNo],
      exclusive: ['queue.exclusive', yesNo],
      autoDelete: ['queue.auto-delete', yesNo], ttl: ['queue.ttl', whole],
      deliveryLimit: ['queue.x-delivery-limit', whole],
      singleActiveConsumer: ['queue.single-active-consumer', yesNo],
    }));
  }

  private bind(exchange: Address, queue: Address): void {
    const { channel, say } = this;
    const listed = channel.own.list('routing-keys');
    const isOpen = channel.near('routing-keys') === 'open';
    for (const key of listed.length > 0 || isOpen ? listed : [placed('#', exchange.name.at)]) {
      this.route('binding', this.ref(exchange.name, 'exchange'), this.ref(queue.name, 'queue'), {
        key, arguments: say.text('arguments')?.value,
        inferred: reasons(exchange.inferred, listed.length > 0
          ? undefined : 'routing-keys is not set; the connector binds with "#", which takes every message.'),
      });
    }
  }

  private deadLetters(queue: Address): void {
    const { channel, say } = this;
    const at = channel.own.get('auto-bind-dlq')?.at ?? queue.name.at;
    const dlx = say.text('dead-letter-exchange') ?? placed('DLX', at);
    const dead = say.text('dead-letter-queue-name') ?? placed(`${queue.name.value}.dlq`, at);
    const key = say.text('dead-letter-routing-key') ?? placed(queue.name.value, at);
    const inferred = 'auto-bind-dlq is on; names that are not set are the connector\'s defaults.';
    if (say.yes('dlx.declare')) {
      this.declare('exchange', { name: dlx, inferred }, {
        exchange: say.text('dead-letter-exchange-type') ?? placed('direct', dlx.at),
      });
    }
    this.declare('queue', { name: dead, inferred }, settingsFrom<ChannelSettings>(channel.near, {
      queue: ['dead-letter-queue-type', queueType], ttl: ['dead-letter-ttl', whole],
    }));
    this.route('dead-letter', this.ref(queue.name, 'queue'), this.ref(dlx, 'exchange'), { key, inferred });
    this.route('binding', this.ref(dlx, 'exchange'), this.ref(dead, 'queue'), { key, inferred });
    const further = say.text('dead-letter-dlx');
    if (further !== undefined) {
      this.route('dead-letter', this.ref(dead, 'queue'), this.ref(further, 'exchange'), {
        key: say.text('dead-letter-dlx-routing-key'),
      });
    }
  }

  private declare(
    space: ChannelSpace, { name, inferred }: Address, settings: ChannelSettings, note?: string,
  ): void {
    const id = `${this.broker ?? ''} ${space} ${name.value}`;
    if (this.context.declared.has(id)) return;
    this.context.declared.add(id);
    this.context.facts.push(defined<ChannelFact>({
      kind: 'channel', dialect, extent: this.channel.extent, address: name, space, protocol: 'rabbitmq',
      broker: this.broker === undefined ? undefined : this.context.brokers.get(this.broker)?.name,
      settings, inferred, note,
    }));
  }

  private route(
    route: 'binding' | 'dead-letter', from: ChannelRef, to: ChannelRef,
    more: Pick<RouteFact, 'arguments' | 'inferred'> & { readonly key?: Sourced<string> | undefined },
  ): void {
    this.context.facts.push(defined<RouteFact>({
      kind: 'route', dialect, extent: this.channel.extent, route, from, to,
      by: `channel ${this.channel.name.value}`, ...more,
    }));
  }

  private ref(name: Sourced<string>, space: ChannelSpace): ChannelRef {
    return {
      name, space, protocol: 'rabbitmq', ...(this.broker === undefined ? {} : { broker: this.broker }),
    };
  }
}

function ackOf(said: Sourced<string>): Sourced<'manual' | 'auto'> | undefined {
  const auto = yesNo(said);
  return auto === undefined ? undefined : placed(auto.value ? 'auto' : 'manual', said.at);
}

function queueType(said: Sourced<string>): Sourced<'classic' | 'quorum' | 'stream'> | undefined {
  const word = (['classic', 'quorum', 'stream'] as const).find((type) => type === said.value.toLowerCase());
  return word === undefined ? undefined : placed(word, said.at);
}

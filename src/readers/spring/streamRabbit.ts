import type { ChannelFact, ChannelRef, PublishFact, RouteFact } from '../../model/facts';
import type { ChannelSettings, ConsumeSettings, PublishSettings } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { whole } from '../shared/kafkaClient';
import { bindingRetries, type Binding } from './bindings';
import type { Context } from './context';
import { confirmsOf, listenerSettings } from './rabbit';
import { countOf, millisecondsOf, Settings } from './settings';

const declared = 'Spring Cloud Stream\'s RabbitMQ binder declares it when the program starts.';

/**
 * One binding of the RabbitMQ binder: a destination is a topic exchange, a group a queue named
 * `<destination>.<group>` that is bound to it (RabbitExchangeQueueProvisioner).
 */
export function rabbitBinding(c: Context, b: Binding, all: Settings, broker: string | undefined): void {
  const own = ownSettings(b, all);
  c.skip([...own.open, ...b.core.open]);
  for (const destination of b.destinations) {
    new RabbitBinding(c, b, own, all, broker, destination).read();
  }
}

function ownSettings(b: Binding, all: Settings): Settings {
  const environment = b.binder?.environment ?? new Settings(all.file, []);
  const both = (path: string, name?: string): Settings => {
    const found = [all, environment].map((from) => from.below(path));
    return new Settings(all.file, found.flatMap((one) => (name === undefined ? one : one.section(name)).all));
  };
  const base = 'spring.cloud.stream.rabbit';
  return new Settings(all.file, [...both(`${base}.default`).all, ...both(`${base}.bindings`, b.name).all]);
}

class RabbitBinding {
  private readonly side: Settings;
  private readonly exchange: Sourced<string>;
  private readonly base: Pick<ChannelFact, 'dialect' | 'extent'>;
  private readonly client: Sourced<string>;

  constructor(
    private readonly c: Context,
    private readonly b: Binding,
    own: Settings,
    private readonly all: Settings,
    private readonly broker: string | undefined,
    destination: Sourced<string>,
  ) {
    this.side = own.below(b.direction === 'publish' ? 'producer' : 'consumer');
    const prefix = this.side.text('prefix')?.value ?? '';
    this.exchange = prefix === '' ? destination : { value: `${prefix}${destination.value}`, at: destination.at };
    this.base = { dialect: c.dialect, extent: b.extent };
    this.client = { value: 'spring-amqp', at: b.at };
  }

  read(): void {
    const type = this.side.text('exchange-type');
    this.channel(this.exchange, 'exchange', defined<ChannelSettings>({
      exchange: type ?? { value: 'topic', at: this.exchange.at },
      durable: this.side.isOn('exchange-durable'), autoDelete: this.side.isOn('exchange-auto-delete'),
    }));
    if (this.b.direction === 'publish') this.publish();
    else this.consume();
  }

  private publish(): void {
    const mode = this.side.text('delivery-mode');
    const confirms = confirmsOf(this.all.below('spring.rabbitmq'));
    const key = this.side.text('routing-key');
    const persistent = mode === undefined || !/^(non_)?persistent$/i.test(mode.value.replace(/-/g, '_')) ? undefined
      : { value: !/^non/i.test(mode.value), at: mode.at };
    this.c.facts.push(defined<PublishFact>({
      kind: 'publish', ...this.base, service: this.c.service, protocol: 'rabbitmq', client: this.client,
      channel: this.ref(this.exchange, 'exchange'), note: `Binding ${this.b.name}.`,
      settings: defined<PublishSettings>({
        confirms: confirms === 'open' ? undefined : confirms, persistent, routingKey: key,
        open: confirms === 'open' ? ['confirms'] : undefined,
      }),
    }));
    // The queues of groups that must be there before anybody consumes.
    for (const group of this.b.core.list('producer.required-groups')) {
      const queue = { value: `${this.exchange.value}.${group.value}`, at: group.at };
      this.channel(queue, 'queue', {});
      this.bind(queue);
    }
  }

  private consume(): void {
    const { b, side } = this;
    const { settings, notes } = this.settings();
    const fact = { kind: 'consume' as const, ...this.base, service: this.c.service, protocol: 'rabbitmq' as const };
    if (b.group === undefined) {
      if (b.hasOpenGroup) {
        this.c.facts.push({
          ...fact, settings, client: this.client, channel: this.ref(this.exchange, 'exchange'),
          note: [...notes, 'The group, which names its queue, is left to a placeholder.'].join(' '),
          inferred: `The file does not say the name of the queue that binding ${b.name} has.`,
        });
        return;
      }
      const queue = { value: `${this.exchange.value}.anonymous.${this.c.service.value}`, at: this.exchange.at };
      const own = { value: true, at: b.at };
      this.channel(queue, 'queue', { exclusive: own, autoDelete: own });
      this.bind(queue);
      this.c.facts.push({
        ...fact, settings, client: this.client, channel: this.ref(queue, 'queue'),
        note: [...notes, 'It has no group: each instance has a queue of its own that is deleted with it, and misses '
          + 'what comes while it is down.'].join(' '),
        inferred: 'The binder ends the name of a queue without group in random characters; the service\'s name stands '
          + 'for them.',
      });
      return;
    }
    const groupOnly = side.isOn('queue-name-group-only')?.value === true;
    const queue = {
      value: groupOnly ? `${side.text('prefix')?.value ?? ''}${b.group.value}`
        : `${this.exchange.value}.${b.group.value}`,
      at: b.group.at,
    };
    this.channel(queue, 'queue', this.queueSettings());
    if (side.isOn('bind-queue')?.value !== false) this.bind(queue);
    const dead = this.deadLetters(queue);
    this.c.facts.push({
      ...fact, channel: this.ref(queue, 'queue'), client: this.client, note: notes.join(' '),
      settings: dead === undefined ? settings
        : { ...settings, onFailure: { ...settings.onFailure, deadLetter: dead } },
      inferred: 'The RabbitMQ binder names a group\'s queue <destination>.<group>.',
    });
  }

  /** The binder's own defaults are not those of listener containers: prefetch 1, and nothing is put back. */
  private settings(): { settings: ConsumeSettings; notes: string[] } {
    const { settings, notes } = listenerSettings(this.side);
    const requeue = this.side.isOn('requeue-rejected');
    const prefetch = this.side.get('prefetch') === undefined ? { value: 1, at: this.b.at } : settings.prefetch;
    return {
      notes: [`Binding ${this.b.name}.`, ...notes],
      settings: defined<ConsumeSettings>({
        ...settings, prefetch, concurrency: settings.concurrency ?? countOf(this.b.core, 'consumer.concurrency'), requeue: requeue ?? { value: false, at: this.b.at },
        onFailure: bindingRetries(this.b),
      }),
    };
  }

  private queueSettings(): ChannelSettings {
    const { side } = this;
    const quorum = side.isOn('quorum.enabled');
    return defined<ChannelSettings>({
      queue: quorum?.value === true ? { value: 'quorum', at: quorum.at } : undefined,
      durable: side.isOn('durable-subscription'), exclusive: side.isOn('exclusive'),
      maxLength: this.number('max-length'), maxLengthBytes: this.number('max-length-bytes'),
      overflow: side.text('overflow-behavior'),
      ttl: this.time('ttl'), expires: this.time('expires'), deliveryLimit: this.number('quorum.delivery-limit'),
      singleActiveConsumer: side.isOn('single-active-consumer'),
    });
  }

  private number(key: string): Sourced<number> | undefined {
    const said = this.side.text(key);
    return said && whole(said);
  }

  private time(key: string): Sourced<number> | undefined {
    const said = this.side.text(key);
    const value = said && millisecondsOf(said.value);
    return said === undefined || value === undefined ? undefined : { value, at: said.at };
  }

  private bind(queue: Sourced<string>): void {
    const type = this.side.text('exchange-type')?.value.toLowerCase() ?? 'topic';
    const written = this.side.text('binding-routing-key');
    const delimiter = this.side.text('binding-routing-key-delimiter')?.value;
    const keys = written === undefined ? [undefined]
      : delimiter === undefined ? [written]
        : written.value.split(delimiter).map((key) => ({ value: key.trim(), at: written.at }));
    for (const key of keys) {
      this.c.facts.push(defined<RouteFact>({
        kind: 'route', route: 'binding', ...this.base, by: `binding ${this.b.name}`, inferred: declared,
        from: this.ref(this.exchange, 'exchange'), to: this.ref(queue, 'queue'),
        key: key ?? (type === 'topic' ? { value: '#', at: queue.at } : undefined),
      }));
    }
  }

  /** `auto-bind-dlq`: a queue `<queue>.dlq` behind the direct exchange `DLX`; the name of the queue. */
  private deadLetters(queue: Sourced<string>): Sourced<string> | undefined {
    const { side } = this;
    const on = side.isOn('auto-bind-dlq');
    if (on?.value !== true) return undefined;
    const prefix = side.text('prefix')?.value ?? '';
    const name = side.text('dead-letter-queue-name') ?? { value: `${queue.value}.dlq`, at: on.at };
    const exchange = side.text('dead-letter-exchange') ?? { value: `${prefix}DLX`, at: on.at };
    const key = side.text('dead-letter-routing-key') ?? { value: queue.value, at: on.at };
    const type = side.text('dead-letter-exchange-type');
    const quorum = side.isOn('dlq-quorum.enabled');
    this.channel(exchange, 'exchange', { exchange: type ?? { value: 'direct', at: on.at } });
    this.channel(name, 'queue', this.deadQueueSettings(quorum));
    const base = { kind: 'route' as const, ...this.base, by: `binding ${this.b.name}`, inferred: declared };
    this.c.facts.push(
      { ...base, route: 'dead-letter', from: this.ref(queue, 'queue'), to: this.ref(exchange, 'exchange'), key },
      { ...base, route: 'binding', from: this.ref(exchange, 'exchange'), to: this.ref(name, 'queue'), key },
    );
    this.onward(name, key);
    return name;
  }

  private deadQueueSettings(quorum: Sourced<boolean> | undefined): ChannelSettings {
    const { side } = this;
    return defined<ChannelSettings>({
      queue: quorum?.value === true ? { value: 'quorum', at: quorum.at } : undefined,
      ttl: this.time('dlq-ttl'), expires: this.time('dlq-expires'), deliveryLimit: this.number('dlq-quorum.delivery-limit'),
      maxLength: this.number('dlq-max-length'), maxLengthBytes: this.number('dlq-max-length-bytes'),
      overflow: side.text('dlq-overflow-behavior'), singleActiveConsumer: side.isOn('dlq-single-active-consumer'),
    });
  }

  /**
   * Where the dead letters go in turn when their time is up: `dlq-ttl` with `dlq-dead-letter-exchange` is how the
   * binder's guide has them tried again later. Without a key of its own a message keeps the one that it came with.
   */
  private onward(dead: Sourced<string>, came: Sourced<string>): void {
    const { side } = this;
    // `dlq-dead-letter-exchange:` without a value is the default exchange, which takes the key for a queue's name.
    const said = side.get('dlq-dead-letter-exchange');
    const key = side.get('dlq-dead-letter-routing-key');
    if (said === undefined || said.isOpen || key?.isOpen === true) return;
    const exchange = side.text('dlq-dead-letter-exchange');
    const written = side.text('dlq-dead-letter-routing-key');
    const base = { kind: 'route' as const, route: 'dead-letter' as const, ...this.base, by: `binding ${this.b.name}`, inferred: declared };
    const from = this.ref(dead, 'queue');
    if (exchange !== undefined) {
      this.c.facts.push(defined<RouteFact>({ ...base, from, to: this.ref(exchange, 'exchange'), key: written ?? came }));
    } else {
      const queue = written ?? came;
      this.c.facts.push({ ...base, from, to: this.ref(queue, 'queue'), key: queue });
    }
  }

  private channel(address: Sourced<string>, space: 'exchange' | 'queue', settings: ChannelSettings): void {
    this.c.facts.push(defined<ChannelFact>({
      kind: 'channel', ...this.base, address, space, protocol: 'rabbitmq', settings, inferred: declared,
      broker: this.c.brokerName(this.broker, 'rabbitmq'),
    }));
  }

  private ref(name: Sourced<string>, space: 'exchange' | 'queue'): ChannelRef {
    return { name, space, protocol: 'rabbitmq', ...(this.broker === undefined ? {} : { broker: this.broker }) };
  }
}

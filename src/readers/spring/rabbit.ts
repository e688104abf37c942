import { own } from '../../text/own';
import type { BrokerFact, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { percentDecode } from '../../text/percent';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { nameOfHost } from '../shared/kafkaBroker';
import { whole } from '../shared/kafkaClient';
import { parseBrokerUrl } from '../shared/url';
import { extentOf, type Context } from './context';
import { booleanOf, countOf, durationOf, type Settings } from './settings';

/** Reads `spring.rabbitmq`: the broker, and the settings of all of the program's publishers and consumers. */
export function readRabbit(c: Context, rabbit: Settings): string | undefined {
  c.skip(rabbit.open);
  const broker = rabbitBroker(rabbit, c.dialect);
  const name = broker && c.broker(broker);
  publishes(c, rabbit, name);
  consumes(c, rabbit, name);
  return name;
}

/** The broker that the settings below `spring.rabbitmq` say: `addresses` wins over `host` and `port`. */
export function rabbitBroker(rabbit: Settings, dialect: string): BrokerFact | undefined {
  const addresses = rabbit.joined('addresses');
  const host = rabbit.text('host');
  const vhostSaid = rabbit.text('virtual-host');
  const ssl = rabbit.isOn('ssl.enabled');
  if (addresses === 'open') return undefined;
  const list = addresses?.value.split(',').map((one) => one.trim()).filter((one) => one !== '') ?? [];
  const parsed = list.map(parseBrokerUrl);
  const first = parsed[0];
  const isTls = ssl ?? (first?.scheme === 'amqps' && addresses ? { value: true, at: addresses.at } : undefined);
  // A file that says neither a scheme nor ssl.enabled says nothing of TLS; so does the address then.
  const scheme = isTls?.value === true ? 'amqps://' : isTls !== undefined || first?.scheme === 'amqp' ? 'amqp://' : '';
  const path = first?.path.replace(/^\//, '') ?? '';
  const vhost = vhostSaid
    ?? (path !== '' && addresses ? { value: percentDecode(path), at: addresses.at } : undefined);
  const port = rabbit.text('port');
  const hosts = addresses === undefined
    ? (host === undefined ? [] : [port === undefined ? host.value : `${host.value}:${port.value}`])
    : parsed.map((one) => one.host).filter((one) => one !== '');
  const at = addresses?.at ?? host?.at ?? vhostSaid?.at;
  if (at === undefined || (hosts.length === 0 && (vhost === undefined || rabbit.get('host')?.isOpen === true))) {
    return undefined;
  }
  const entry = ['addresses', 'addresses[0]', 'host', 'virtual-host'].map((key) => rabbit.get(key))
    .find((leaf) => leaf !== undefined);
  const withPort = hosts.map((one) => (/:\d+$/.test(one) ? one : `${one}:${isTls?.value === true ? 5671 : 5672}`));
  const stream = rabbit.text('stream.host') ?? host;
  const streamPort = rabbit.text('stream.port');
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent: entry?.extent ?? at,
    name: { value: nameOfHost(withPort[0] ?? vhost?.value ?? 'rabbitmq'), at },
    protocol: { value: 'rabbitmq', at },
    url: withPort.length === 0 ? undefined : { value: withPort.map((one) => `${scheme}${one}`).join(','), at },
    vhost, tls: isTls,
    addresses: stream !== undefined && streamPort !== undefined
      ? [{ value: `${stream.value}:${streamPort.value}`, at: streamPort.at }] : undefined,
    inferred: hosts.length === 0
      ? 'The file knows the broker by its virtual host only.' : 'The file knows the broker by its address.',
  });
}

/** Whether publishers wait for confirms; `publisher-confirms` is Boot's word before 2.2. */
export function confirmsOf(rabbit: Settings): Sourced<boolean> | 'open' | undefined {
  const type = rabbit.lookup('publisher-confirm-type');
  if (type === undefined) return rabbit.isOn('publisher-confirms');
  if (type === 'open') return 'open';
  const word = type.value.toLowerCase();
  return /^(correlated|simple|none)$/.test(word) ? { value: word !== 'none', at: type.at } : 'open';
}

function publishes(c: Context, rabbit: Settings, broker: string | undefined): void {
  const template = rabbit.below('template');
  const confirms = confirmsOf(rabbit);
  // Boot: template.mandatory, where it is not set, is what publisher-returns says.
  const mandatory = template.isOn('mandatory') ?? rabbit.isOn('publisher-returns');
  const routingKey = template.text('routing-key');
  const settings = defined<PublishSettings>({
    confirms: confirms === 'open' ? undefined : confirms, mandatory,
    open: confirms === 'open' ? ['confirms'] : undefined,
  });
  const base = {
    kind: 'publish' as const, dialect: c.dialect, service: c.service, protocol: 'rabbitmq' as const,
  };
  if (!template.isEmpty || Object.keys(settings).length > 0) {
    c.facts.push(defined<PublishFact>({
      ...base, extent: extentOf(template.all, c.extent), settings,
      note: confirms === 'open' || confirms?.value !== true ? undefined
        : 'publisher-confirm-type: the broker confirms what it has taken; the program must look at the confirms.',
    }));
  }
  const exchange = template.text('exchange');
  const target = exchange ?? routingKey;
  const entry = template.get(exchange === undefined ? 'routing-key' : 'exchange');
  if (target === undefined || entry === undefined) return;
  c.facts.push(defined<PublishFact>({
    ...base, extent: entry.extent, settings: defined<PublishSettings>({ routingKey }),
    channel: defined({
      name: target, protocol: 'rabbitmq' as const, broker,
      space: exchange === undefined ? 'queue' as const : 'exchange' as const,
    }),
    note: exchange === undefined
      ? 'template.routing-key without template.exchange: the default exchange puts messages into the queue of that name.'
      : 'template.exchange: where RabbitTemplate sends what names no exchange.',
  }));
}

function consumes(c: Context, rabbit: Settings, broker: string | undefined): void {
  const type = rabbit.text('listener.type')?.value.toLowerCase();
  const name = type === 'direct' || type === 'stream' ? type : 'simple';
  const listener = rabbit.below(`listener.${name}`);
  const { settings, notes } = listenerSettings(listener);
  if (type === 'stream') {
    notes.push('listener.type stream: listeners read streams, where acknowledging removes nothing.');
  }
  const base = {
    kind: 'consume' as const, dialect: c.dialect, service: c.service, protocol: 'rabbitmq' as const,
  };
  if (!listener.isEmpty || type === 'stream') {
    c.facts.push(defined<ConsumeFact>({
      ...base, extent: extentOf(listener.all, c.extent), settings,
      note: notes.length === 0 ? undefined : notes.join(' '),
    }));
  }
  const queue = rabbit.text('template.default-receive-queue');
  const entry = rabbit.get('template.default-receive-queue');
  if (queue === undefined || entry === undefined) return;
  c.facts.push({
    ...base, extent: entry.extent,
    channel: defined({ name: queue, space: 'queue' as const, protocol: 'rabbitmq' as const, broker }),
    // What receive() does about acknowledging hangs on whether the channel is transacted.
    settings: { open: ['ack', 'prefetch', 'requeue'] },
    note: 'template.default-receive-queue: where RabbitTemplate.receive takes single messages from. Without a '
      + 'transaction they are acknowledged on delivery.',
  });
}

/**
 * The settings of a listener container. Spring's words for acknowledging are not AMQP's: its `auto` is a
 * manual acknowledgement that the container sends, its `none` is AMQP's automatic one.
 */
export function listenerSettings(listener: Settings): { settings: ConsumeSettings; notes: string[] } {
  const notes: string[] = [];
  const open: string[] = [];
  const mode = listener.lookup('acknowledge-mode');
  let ack: ConsumeSettings['ack'];
  if (mode === 'open') open.push('ack');
  else if (mode !== undefined) {
    const word = mode.value.toLowerCase();
    if (/^(auto|manual|none)$/.test(word)) {
      ack = { value: word === 'none' ? 'auto' : 'manual', at: mode.at };
      notes.push(own(acknowledgeModes, word) ?? '');
    } else open.push('ack');
  }
  const prefetch = listener.lookup('prefetch');
  const requeue = listener.lookup('default-requeue-rejected');
  if (prefetch === 'open') open.push('prefetch');
  if (requeue === 'open') open.push('requeue');
  const retry = listener.isOn('retry.enabled');
  const attempts = listener.text('retry.max-attempts');
  // Boot 4 counts retries where earlier versions count attempts.
  const retries = listener.text('retry.max-retries');
  const tries = attempts && whole(attempts);
  const again = retries && whole(retries);
  if (retry?.value === true) {
    notes.push('retry.enabled: failed messages are tried again in the listener; after the last attempt they are '
      + 'rejected without being put back into the queue.');
  }
  const rejected = retry?.value === true ? { value: false, at: retry.at } : undefined;
  const requeued = requeue === undefined || requeue === 'open' ? undefined : booleanOf(requeue.value);
  return {
    notes,
    settings: defined<ConsumeSettings>({
      ack,
      // A simple container adds consumers up to its maximum; a direct one has a fixed number for each queue.
      concurrency: countOf(listener, 'max-concurrency') ?? countOf(listener, 'concurrency')
        ?? countOf(listener, 'consumers-per-queue'),
      prefetch: prefetch === undefined || prefetch === 'open' ? undefined : whole(prefetch),
      requeue: rejected
        ?? (requeued === undefined || requeue === 'open' || requeue === undefined ? undefined
          : { value: requeued, at: requeue.at }),
      onFailure: retry?.value !== true ? undefined : defined({
        retries: again ?? (tries ? { value: Math.max(0, tries.value - 1), at: tries.at } : { value: 2, at: retry.at }),
        delay: durationOf(listener, 'retry.initial-interval'),
        backoff: Number(listener.text('retry.multiplier')?.value) > 1
          ? { value: 'exponential', at: listener.text('retry.multiplier')!.at } : undefined,
      }),
      open: open.length === 0 ? undefined : open,
    }),
  };
}

const acknowledgeModes: Readonly<Record<string, string>> = {
  auto: 'acknowledge-mode auto is Spring\'s: the container acknowledges after the listener has returned, and '
    + 'rejects when it throws. To the broker that is manual acknowledgement.',
  manual: 'acknowledge-mode manual: the listener acknowledges each message itself.',
  none: 'acknowledge-mode none is what AMQP calls automatic: the broker counts messages as done once they are sent.',
};

import type { BrokerFact, ChannelFact } from '../../model/facts';
import { bindersOf, bindingsOf, type Binder, type Binding } from './bindings';
import type { Context } from './context';
import { rabbitBroker } from './rabbit';
import { Settings } from './settings';
import { binderBroker, kafkaBinding } from './streamKafka';
import { rabbitBinding } from './streamRabbit';

/** The brokers that the file says outside of Spring Cloud Stream, by their names. */
export interface BootBrokers {
  readonly kafka?: string;
  readonly rabbitmq?: string;
}

/** Reads `spring.cloud.stream`: what its bindings publish and consume, on the brokers of their binders. */
export function readStream(c: Context, stream: Settings, all: Settings, boot: BootBrokers): void {
  const bindings = bindingsOf(c, stream, all);
  const brokers = new Map<string, string | undefined>();
  const binders = bindersOf(c, stream);
  for (const binder of binders) {
    c.skip(binder.environment.open);
    const isKafka = kafkaTypes.test(binder.type);
    if (!isKafka && binder.type !== 'rabbit') continue;
    const alike = binders.filter((b) => (isKafka ? kafkaTypes.test(b.type) : b.type === 'rabbit'));
    const protocol = isKafka ? 'kafka' as const : 'rabbitmq' as const;
    const own = isKafka ? kafkaOf(c, binder) : rabbitOf(c, binder);
    const shared = isKafka ? binderBroker(c, withoutBoot(all), boot.kafka) : boot.rabbitmq;
    brokers.set(`${protocol} ${binder.name}`,
      own ?? (alike.length > 1 && !binder.environment.isEmpty ? byName(c, binder, protocol) : shared));
  }
  const kafka = stream.below('kafka').isEmpty ? boot.kafka : binderBroker(c, all, boot.kafka);
  for (const binding of bindings) {
    const { protocol, binder } = binding;
    const key = `${protocol} ${binder?.name}`;
    if (binding.direction === undefined || protocol === undefined) undirected(c, binding);
    else if (protocol === 'kafka') kafkaBinding(c, binding, all, brokers.has(key) ? brokers.get(key) : kafka);
    else rabbitBinding(c, binding, all, brokers.has(key) ? brokers.get(key) : boot.rabbitmq);
  }
}

const kafkaTypes = /^(kafka|reactorkafka|kstream|ktable|globalktable)$/;

function kafkaOf(c: Context, binder: Binder): string | undefined {
  return binderBroker(c, binder.environment, undefined);
}

/**
 * A cluster that the file tells from another one, and whose address it leaves open: what the two carry under
 * one name is not the same.
 */
function byName(c: Context, binder: Binder, protocol: 'kafka' | 'rabbitmq'): string {
  const fact: BrokerFact = {
    kind: 'broker', dialect: c.dialect, extent: binder.at, name: { value: binder.name, at: binder.at },
    protocol: { value: protocol, at: binder.at },
    inferred: 'The file has several binders and leaves this one\'s address open, so the binder\'s name stands for it.',
  };
  return c.broker(fact);
}

/** `spring.kafka` itself has been read already. */
function withoutBoot(all: Settings): Settings {
  return new Settings(all.file, all.all.filter((leaf) => leaf.parts[1]?.toLowerCase() !== 'kafka'));
}

function rabbitOf(c: Context, binder: Binder): string | undefined {
  const fact = rabbitBroker(binder.environment.below('spring.rabbitmq'), c.dialect);
  return fact && c.broker(fact);
}

/** A binding of which the file does not say which way its messages go, or through what. */
function undirected(c: Context, b: Binding): void {
  if (!b.isNamed) return;
  for (const address of b.destinations) {
    const base = {
      dialect: c.dialect, extent: b.extent, inferred: `The binding ${b.name} names it as its destination.`,
      // What a group is hangs on the binder: Kafka's, or part of a queue's name.
      note: b.group === undefined ? 'The file does not say which binder it has.'
        : `Its group is ${b.group.value}; the file does not say which binder it has.`,
    };
    const ref = { name: address, ...(b.protocol === undefined ? {} : { protocol: b.protocol }) };
    if (b.direction === 'publish') {
      c.facts.push({ kind: 'publish', ...base, service: c.service, channel: ref, settings: {} });
    } else if (b.direction === 'consume') {
      c.facts.push({ kind: 'consume', ...base, service: c.service, channel: ref, settings: {} });
    } else {
      const fact: ChannelFact = { kind: 'channel', ...base, address, settings: {} };
      c.facts.push(b.protocol === undefined ? fact : { ...fact, protocol: b.protocol });
    }
  }
}

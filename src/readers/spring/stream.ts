import type { ChannelFact } from '../../model/facts';
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
  for (const binder of bindersOf(stream)) {
    c.skip(binder.environment.open);
    brokers.set(`kafka ${binder.name}`, kafkaOf(c, binder, all, boot));
    brokers.set(`rabbitmq ${binder.name}`, rabbitOf(c, binder, boot));
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

function kafkaOf(c: Context, binder: Binder, all: Settings, boot: BootBrokers): string | undefined {
  if (!/^(kafka|reactorkafka|kstream|ktable|globalktable)$/.test(binder.type)) return undefined;
  return binderBroker(c, binder.environment, binderBroker(c, withoutBoot(all), boot.kafka));
}

/** `spring.kafka` itself has been read already. */
function withoutBoot(all: Settings): Settings {
  return new Settings(all.file, all.all.filter((leaf) => leaf.parts[1]?.toLowerCase() !== 'kafka'));
}

function rabbitOf(c: Context, binder: Binder, boot: BootBrokers): string | undefined {
  if (binder.type !== 'rabbit') return undefined;
  const fact = rabbitBroker(binder.environment.below('spring.rabbitmq'), c.dialect);
  if (fact === undefined) return boot.rabbitmq;
  c.broker(fact);
  return fact.name.value;
}

/** A binding of which the file does not say which way its messages go, or through what. */
function undirected(c: Context, b: Binding): void {
  if (!b.isNamed) return;
  for (const address of b.destinations) {
    const base = { dialect: c.dialect, extent: b.extent, inferred: `The binding ${b.name} names it as its destination.` };
    const ref = { name: address, ...(b.protocol === undefined ? {} : { protocol: b.protocol }) };
    const settings = b.group === undefined ? {} : { group: b.group };
    if (b.direction === 'publish') {
      c.facts.push({ kind: 'publish', ...base, service: c.service, channel: ref, settings: {} });
    } else if (b.direction === 'consume') {
      c.facts.push({ kind: 'consume', ...base, service: c.service, channel: ref, settings });
    } else {
      const fact: ChannelFact = { kind: 'channel', ...base, address, settings: {} };
      c.facts.push(b.protocol === undefined ? fact : { ...fact, protocol: b.protocol });
    }
  }
}

import type { BrokerInventory, InventoryChannel, SettingValue } from '../brokers/inventory';
import type { ConsumeFact, Fact, ServiceFact } from '../model/facts';
import type { ConsumeSettings } from '../model/settings';
import { rabbitmqDefinitions } from '../readers/rabbitmq/reader';
import { nowhere, said } from './real';

/**
 * Queues, exchanges, bindings and policies, read by the reader of definitions files: which policy is in force, and
 * where dead letters go, is decided in one place.
 */
export function rabbitFacts(inventory: BrokerInventory, broker: string): Fact[] {
  const text = JSON.stringify(definitionsOf(inventory, broker));
  const { facts } = rabbitmqDefinitions.read({ id: nowhere.file, path: '/definitions.json', text }, new Map());
  const own = facts.filter((fact) => fact.kind !== 'broker');
  const queues = [...new Set(inventory.consumers.map(({ channel }) => channel))];
  return [...own, ...queues.flatMap((queue): Fact[] => {
    const name = readersOf(queue);
    const service: ServiceFact = { kind: 'service', dialect: 'broker', extent: nowhere, name: said(name) };
    const all = inventory.consumers.filter(({ channel }) => channel === queue).map(({ settings }) => settings);
    const consume: ConsumeFact = {
      kind: 'consume', dialect: 'broker', extent: nowhere, service: said(name), protocol: 'rabbitmq',
      channel: { name: said(queue), space: 'queue', broker, protocol: 'rabbitmq' }, settings: consumeSettings(all),
    };
    return [service, consume];
  })];
}

/** RabbitMQ knows that a queue is read, and not by which program. */
export function readersOf(queue: string): string {
  return `${queue}-readers`;
}

/** What all readers of a queue have alike: which of them is which nobody can tell. */
function consumeSettings(all: readonly Readonly<Record<string, SettingValue>>[]): ConsumeSettings {
  const alike = (key: string): SettingValue | undefined => (all.every((one) => one[key] === all[0]?.[key]) ? all[0]?.[key] : undefined);
  const [prefetch, ack] = [alike('prefetch'), alike('ack')];
  return {
    ...(typeof prefetch === 'number' ? { prefetch: said(prefetch) } : {}),
    ...(ack === 'manual' || ack === 'auto' ? { ack: said(ack) } : {}),
  };
}

/** An inventory as RabbitMQ's own export of definitions would have it. */
function definitionsOf({ channels, bindings, policies }: BrokerInventory, vhost: string): object {
  const isExchange = ({ kind }: InventoryChannel): boolean => kind === 'exchange';
  return {
    vhosts: [{ name: vhost }],
    exchanges: channels.filter(isExchange).map((one) => ({
      name: one.address, vhost, type: one.settings['type'], ...flags(one), arguments: argumentsOf(one),
    })),
    queues: channels.filter((one) => !isExchange(one)).map((one) => ({
      name: one.address, vhost, ...flags(one),
      arguments: { ...argumentsOf(one), ...typeOf(one) },
    })),
    bindings: bindings.map((one) => ({
      source: one.exchange, vhost, destination: one.destination, destination_type: one.destinationKind,
      routing_key: one.routingKey, arguments: one.arguments,
    })),
    policies: policies.filter((one) => one.operator !== true).map((one) => policy(one, vhost)),
    operator_policies: policies.filter((one) => one.operator === true).map((one) => policy(one, vhost)),
  };
}

function policy({ name, pattern, applyTo, priority, definition }: BrokerInventory['policies'][number], vhost: string): object {
  return { vhost, name, pattern, 'apply-to': applyTo, priority, definition };
}

function typeOf({ kind, settings }: InventoryChannel): object {
  const type = settings['x-queue-type'] ?? settings['type'] ?? (kind === 'stream' ? 'stream' : undefined);
  return type === undefined ? {} : { 'x-queue-type': type };
}

const notArguments: ReadonlySet<string> = new Set(['type', 'durable', 'auto_delete', 'exclusive', 'internal']);

function flags({ settings }: InventoryChannel): object {
  const { durable, auto_delete, exclusive } = settings;
  return { durable, auto_delete, exclusive };
}

function argumentsOf({ settings }: InventoryChannel): object {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !notArguments.has(key)));
}

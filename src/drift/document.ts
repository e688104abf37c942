import type { BrokerInventory, InventoryBinding } from '../brokers/inventory';
import { toFlowFile } from '../graph/flowFile';
import type { Channel, Service } from '../model/model';
import type { Protocol } from '../model/settings';
import { durableBlock, readerBlock } from './consumers';
import { nativesSaid } from './names';
import { realBroker, type RealName } from './real';

/** A broker as a flow file would have it. */
export interface ImportedDocument {
  /** The broker's own block. */
  readonly broker: object;
  /** Channels in the order in which a person would write them, by their keys. */
  readonly blocks: readonly { readonly key: string; readonly channel: Channel; readonly block: object }[];
  readonly services: Readonly<Record<string, object>>;
  /** What a flow file cannot say, a sentence each. */
  readonly left: readonly string[];
}

/** Says what is on a broker in the words of a flow file: only what was set, since defaults stay defaults. */
export function documentOf(protocol: Protocol, inventory: BrokerInventory, of: RealName): ImportedDocument {
  const { model } = realBroker(protocol, inventory, of, 'explicit');
  const { document, left } = toFlowFile(model, (path) => path);
  const channels = section(document['channels']);
  const brokers = section(document['brokers']);
  // A flow file has one channel of a name, and an exchange and a queue may share theirs: the first has it.
  const named = new Map(model.channels.toReversed().map((one) => [one.address, one]));
  const blocks = model.channels
    .filter((one) => one.declarations.length > 0 && Object.hasOwn(channels, one.address) && named.get(one.address) === one)
    .sort(byReading)
    .map((channel) => ({ key: channel.address, channel, block: blockOf(channel, channels[channel.address] ?? {}, inventory.bindings) }));
  const keys = new Set(blocks.map(({ key }) => key));
  const services = model.services.flatMap((service) => serviceBlock(service, keys));
  return {
    broker: brokers[of.name] ?? {}, blocks, services: Object.fromEntries(services),
    left: [...left, ...inventory.channels.flatMap((one) => unsaid(protocol, one))].sort(),
  };
}

function section(value: unknown): Record<string, object> {
  return typeof value === 'object' && value !== null ? value as Record<string, object> : {};
}

/** Exchanges come before what they feed; else by name. */
function byReading(a: Channel, b: Channel): number {
  const rank = ({ space }: Channel): number => (space === 'exchange' ? 0 : 1);
  return rank(a) - rank(b) || (a.address < b.address ? -1 : 1);
}

/** What is false by itself nobody writes; and of bindings the inventory knows the arguments. */
function blockOf(channel: Channel, block: object, bindings: readonly InventoryBinding[]): object {
  const entries = Object.entries(block).filter(([key, value]) => !((key === 'autoDelete' || key === 'exclusive') && value === false) && key !== 'bindings');
  const own = bindings.filter((one) => one.exchange !== '' && one.destination === channel.address && one.destinationKind === (channel.space ?? 'queue'));
  const route = channel.routesOut.find(({ kind }) => kind === 'dead-letter');
  const key = route?.to.space === 'exchange' ? route.key?.value : undefined;
  return {
    ...Object.fromEntries(entries),
    ...(key === undefined ? {} : { deadLetterRoutingKey: key }),
    ...(own.length === 0 ? {} : { bindings: own.map(bindingBlock) }),
  };
}

function bindingBlock({ exchange, routingKey, arguments: args }: InventoryBinding): object {
  return { exchange, ...(routingKey === '' ? {} : { routingKey }), ...(Object.keys(args).length === 0 ? {} : { arguments: args }) };
}

function serviceBlock(service: Service, keys: ReadonlySet<string>): [string, object][] {
  const consumes = service.consumes.flatMap((consume): [string, object][] => {
    const { channel, settings, protocol } = consume;
    if (channel === undefined || !keys.has(channel.address)) return [];
    const block = protocol === 'kafka' ? { group: settings.group?.value } : protocol === 'nats' ? durableBlock(consume) : readerBlock(consume);
    return [[channel.address, block]];
  });
  return consumes.length === 0 ? [] : [[service.name, { consumes: Object.fromEntries(consumes) }]];
}

/** Settings that somebody made and that a flow file has no key for. */
function unsaid(protocol: Protocol, { address, kind, explicit, settings }: BrokerInventory['channels'][number]): string[] {
  const known = nativesSaid(protocol, kind);
  const others = explicit.filter((key) => !known.has(key) && settings[key] !== undefined);
  return others.length === 0 ? [] : [`${kind} ${address}: ${others.map((key) => `${key}=${String(settings[key])}`).join(', ')}`];
}

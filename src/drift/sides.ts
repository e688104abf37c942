import type { BrokerInventory, InventoryChannel, InventoryPart } from '../brokers/inventory';
import type { Broker, Channel, FlowModel } from '../model/model';
import type { FileOf } from './fixes';
import type { RealBroker } from './real';

/** Both sides of a broker while they are compared. */
export interface Sides {
  readonly model: FlowModel;
  readonly broker: Broker;
  readonly name: string;
  readonly real: RealBroker;
  readonly fileOf: FileOf;
  /** A declared channel with what it is on the broker. */
  readonly pairs: ReadonlyMap<Channel, Channel>;
  isRead(part: InventoryPart): boolean;
}

/** The line of the inventory that a channel of the real model was read from. */
export function inventoryOf({ inventory }: RealBroker, { address, space }: Channel): InventoryChannel | undefined {
  let byName = indexes.get(inventory);
  if (byName === undefined) {
    byName = new Map(inventory.channels.map((one) => [`${one.kind === 'exchange'} ${one.address}`, one]));
    indexes.set(inventory, byName);
  }
  return byName.get(`${space === 'exchange'} ${address}`);
}

const indexes = new WeakMap<BrokerInventory, Map<string, InventoryChannel>>();

/** The channels that are there: the real model has others too, which a policy or binding only names. */
export function onBroker(real: RealBroker): readonly Channel[] {
  return real.broker.channels.filter((one) => one.declarations.length > 0);
}

/** True for names that brokers bring along, and for those that nobody can tell from the file. */
export function isOfBroker({ address }: Channel): boolean {
  return address === '' || /^(amq\.|__|\$)/.test(address) || /[{}]|\$\(/.test(address);
}

/** What a tail of ours has made is nobody's topology. */
export function isOwnTap(name: string): boolean {
  return name.startsWith('tailrace-tap');
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

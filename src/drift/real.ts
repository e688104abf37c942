import type { BrokerInventory, InventoryChannel } from '../brokers/inventory';
import { buildModel, type FileFacts } from '../model/build';
import type { BrokerFact, Fact } from '../model/facts';
import type { Broker, FlowModel } from '../model/model';
import type { Protocol } from '../model/settings';
import type { FileId, SourceRange, Sourced } from '../text/range';
import { kafkaFacts } from './kafka';
import { natsFacts } from './nats';
import { rabbitFacts } from './rabbitmq';

/** A broker as it is: the very model that files of the same content would give. */
export interface RealBroker {
  readonly protocol: Protocol;
  readonly inventory: BrokerInventory;
  readonly model: FlowModel;
  readonly broker: Broker;
}

/** What stands for the places that an inventory has not. */
export const nowhere: SourceRange = { file: 'broker:inventory' as FileId, start: 0, end: 0 };

export function said<T>(value: T): Sourced<T> {
  return { value, at: nowhere };
}

/** How the model of a real broker names it, and where it is; without user info. */
export interface RealName {
  readonly name: string;
  readonly url?: string;
  readonly tls?: boolean;
  readonly environment?: string;
}

/**
 * Reads an inventory as if it were a file: settings get the model's names and units, policies are in force at their
 * queues, and groups stand for the services that nobody can see.
 * @param only which settings count: all that are in force, or those that were set on the channel itself.
 */
export function realBroker(protocol: Protocol, inventory: BrokerInventory, of: RealName, only: 'all' | 'explicit' = 'all'): RealBroker {
  const facts: Fact[] = [brokerFact(protocol, inventory, of), ...factsOf(protocol, inventory, of.name, only)];
  const file: FileFacts = { id: nowhere.file, path: '/inventory', dialect: 'broker', facts };
  const model = buildModel([file]);
  const broker = model.brokers.find((one) => one.name === of.name);
  if (broker === undefined) throw new Error(`the model of an inventory has no broker ${of.name}`);
  return { protocol, inventory, model, broker };
}

function factsOf(protocol: Protocol, inventory: BrokerInventory, broker: string, only: 'all' | 'explicit'): readonly Fact[] {
  switch (protocol) {
    case 'kafka': return kafkaFacts(inventory, broker, only);
    case 'rabbitmq': return rabbitFacts(inventory, broker);
    case 'nats': return natsFacts(inventory, broker, only);
    // Topics of MQTT are names that messages pass: no broker has a list of them.
    case 'mqtt': return [];
  }
}

function brokerFact(protocol: Protocol, { version }: BrokerInventory, { name, url, tls, environment }: RealName): BrokerFact {
  return {
    kind: 'broker', dialect: 'broker', extent: nowhere, name: said(name), protocol: said(protocol),
    ...(url === undefined ? {} : { url: said(url) }),
    ...(tls === undefined ? {} : { tls: said(tls) }),
    ...(environment === undefined ? {} : { environment: said(environment) }),
    ...(version === undefined ? {} : { version: said(version) }),
  };
}

/** What a channel of an inventory has under one of the broker's own names, as text. */
export function nativeText({ settings }: InventoryChannel, key: string): string | undefined {
  const value = settings[key];
  return value === undefined ? undefined : Array.isArray(value) ? value.join(',') : String(value);
}

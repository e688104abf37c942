import type { ChannelFact } from './facts';
import type { Broker } from './model';

/** What stands behind `broker/` in a flow file's channel key, if its own broker stands before it. */
function unqualified(fact: ChannelFact, broker: Broker): string | undefined {
  const prefix = `${broker.name}/`;
  return fact.dialect === 'flow' && fact.address.value.startsWith(prefix)
    ? fact.address.value.slice(prefix.length) : undefined;
}

/** Tells of an address whether more than one broker has it. */
export function sharedAddresses(known: readonly { fact: ChannelFact; broker: Broker }[]): (address: string) => boolean {
  const brokers = new Map<string, Set<Broker>>();
  for (const { fact, broker } of known) {
    const address = unqualified(fact, broker) ?? fact.address.value;
    const at = brokers.get(address);
    if (at) at.add(broker);
    else brokers.set(address, new Set([broker]));
  }
  return (address) => (brokers.get(address)?.size ?? 0) > 1;
}

/**
 * The address on the wire of a channel that a flow file writes as `broker/address`. MQTT topics are
 * full of slashes, so there the prefix is the broker only if it tells two brokers' topics apart:
 * `fleet/+/position` at a broker called fleet is a topic.
 */
export function wireAddress(fact: ChannelFact, broker: Broker, isShared: (address: string) => boolean): string {
  const rest = unqualified(fact, broker);
  return rest !== undefined && (broker.protocol !== 'mqtt' || isShared(rest)) ? rest : fact.address.value;
}

import { hostsOf } from '../model/address';
import type { BrokerFact } from '../model/facts';
import type { Broker } from '../model/model';

/**
 * True where an address is that of a broker's copy for development (a compose file's), and not its own: what files say
 * of the real one need not hold there.
 */
export function isCopyAt({ url, protocol, copies }: Broker, address: string): boolean {
  if (copies === undefined) return false;
  const hosts = new Set(hostsOf(address, protocol));
  const isAt = (said: string): boolean => hostsOf(said, protocol).some((host) => hosts.has(host));
  const addresses = (fact: BrokerFact): string[] => [fact.url, ...(fact.addresses ?? [])].flatMap((one) => one?.value ?? []);
  const isOfCopy = [...copies].some((fact) => addresses(fact).some(isAt));
  return isOfCopy && !(url !== undefined && isAt(url.value) && ![...copies].some((fact) => fact.url?.at === url.at));
}

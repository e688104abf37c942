import type { Sourced } from '../../text/range';
import { addressesIn } from '../shared/environmentAddresses';
import type { RunBroker } from './brokers';
import { brokerAt } from './addresses';
import type { ComposeService } from './services';

/** The registry that a cluster's records are checked by: the service of this file that is connected to it. */
export function registryOf(
  broker: RunBroker, all: readonly RunBroker[], services: readonly ComposeService[],
): Sourced<string> | undefined {
  const clusters = all.filter((b) => b.known.protocol === 'kafka');
  for (const service of services) {
    if (service.kind !== 'registry' || !service.runs) continue;
    const address = addressesIn(service.environment)[0]?.address.value;
    const own = address === undefined ? undefined : brokerAt(clusters.map((c) => c.known), 'kafka', address);
    const isIts = own === undefined ? clusters.length === 1 : own === broker.known.name;
    if (isIts) return { value: urlOf(service), at: service.name.at };
  }
  // Some images hold a registry beside the broker.
  const node = broker.nodes.find((n) => /fast-data-dev|redpanda/.test(n.imageText));
  return node && { value: `http://${node.name.value}:8081`, at: node.name.at };
}

function urlOf(service: ComposeService): string {
  const said = service.environment.text('SCHEMA_REGISTRY_LISTENERS', 'KARAPACE_PORT', 'QUARKUS_HTTP_PORT');
  const port = /(?:^|:)(\d{2,5})(?:\/|,|$)/.exec(said?.value ?? '')?.[1];
  const isApicurio = /apicurio/.test(service.imageText);
  const scheme = said?.value.startsWith('https') === true ? 'https' : 'http';
  return `${scheme}://${service.name.value}:${port ?? (isApicurio ? '8080' : '8081')}`;
}

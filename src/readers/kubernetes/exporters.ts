import type { Fact } from '../../model/facts';
import { exporterIn } from '../compose/exporters';
import { brokerOfClient } from './clientBroker';
import { commandedBy } from './commands';
import { dialect } from './dialect';
import type { Container } from './pods';
import type { Resource } from './resource';
import { variablesOf } from './variables';

/** Options and variables by which exporters of Kafka are told where the brokers are. */
const serverKeys = /^(-*kafka\.server|KAFKA_BROKERS|KAFKA_SERVER)$/i;

/**
 * An exporter takes no part in the flow, but watches the broker that it is told of. Those of RabbitMQ and NATS are told
 * the address of the server's own monitoring, where no client connects: whose it is cannot be told.
 */
export function exporterFacts(resource: Resource, container: Container, all: readonly Resource[]): Fact[] {
  const { written } = container;
  if (written === undefined) return [];
  const exporter = exporterIn({ imageText: written.value.toLowerCase(), ...commandedBy(container) });
  if (exporter?.protocol !== 'kafka') return [];
  const said = variablesOf(resource.file, container.node, all).all.filter((one) => serverKeys.test(one.key) && !one.isOpen);
  const found = brokerOfClient({
    dialect, resource, protocol: 'kafka', urls: said.map(({ value, at }) => ({ value, at })), extent: container.extent,
    inferred: `${exporter.name} watches it at this address.`,
  }, { monitoredBy: { value: exporter.name, at: written.at } });
  return found === undefined ? [] : [found[0]];
}

import type { Sourced } from '../../text/range';
import type { BrokerFact, CredentialFact } from '../../model/facts';
import { brokerOfClient } from '../kubernetes/clientBroker';
import { defined } from '../shared/defined';
import type { Component } from './component';
import { dialect } from './dialect';

/** What names the address, by the system that the component speaks to. */
const addressKeys = {
  kafka: ['brokers'], rabbitmq: ['connectionString', 'host'], mqtt: ['url'], nats: ['natsURL'],
} as const;

/**
 * The broker of a component, with what it writes out of logins. A pub/sub component lends it its name, by
 * which subscriptions in other files mean it; a binding is one way to one topic, so that there the address
 * names it.
 */
export function brokerOf(
  c: Component,
): { broker: BrokerFact | undefined; logins: readonly CredentialFact[] } {
  const { protocol, resource } = c;
  if (protocol === undefined) return { broker: undefined, logins: [] };
  const isPubsub = c.type.startsWith('pubsub.');
  const keys = addressKeys[protocol];
  const url = c.text(...keys) ?? (protocol === 'rabbitmq' ? addressOfParts(c) : undefined);
  const inferred = isPubsub ? `The pub/sub component ${c.name.value} leads to it.`
    : 'The binding knows the broker by its address.';
  const found = url && brokerOfClient({
    dialect, resource, protocol, urls: [url], extent: c.extent(...keys, 'hostname'), inferred,
    name: isPubsub ? c.name : undefined,
  }, defined<Partial<BrokerFact>>({ tls: tlsOf(c) ?? schemeTls(url),
    registry: c.text('schemaRegistryURL') }));
  if (found !== undefined) {
    const [broker, ...logins] = found;
    return { broker, logins: [...logins, ...c.secrets(broker.name.value)] };
  }
  if (!isPubsub) return { broker: undefined, logins: c.secrets(c.name.value) };
  return {
    broker: {
      kind: 'broker', dialect, extent: resource.extent, name: c.name,
      protocol: { value: protocol, at: c.name.at }, inferred,
    },
    logins: c.secrets(c.name.value),
  };
}

/** RabbitMQ's address in parts: `hostname` with `protocol`. */
function addressOfParts(c: Component): Sourced<string> | undefined {
  const host = c.text('hostname');
  if (host === undefined) return undefined;
  const scheme = c.text('protocol')?.value;
  return scheme === undefined ? host : { value: `${scheme}://${host.value}`, at: host.at };
}

function tlsOf(c: Component): Sourced<boolean> | undefined {
  const off = c.boolean('disableTls');
  if (off !== undefined && off !== 'open' && off.value) return { value: false, at: off.at };
  const certificate = ['caCert', 'clientCert', 'tls_client_cert'].find((key) => c.has(key));
  return certificate === undefined ? undefined : { value: true, at: c.extent(certificate) };
}

function schemeTls({ value, at }: Sourced<string>): Sourced<boolean> | undefined {
  return /^(amqps|ssl|tls|mqtts|wss|nats\+tls):/i.test(value) ? { value: true, at } : undefined;
}

import type { BrokerFact } from '../../model/facts';
import { registryKeys } from '../shared/clientSecrets';
import { brokerByAddress, withoutUserInfo } from '../shared/kafkaBroker';
import type { KeyedValues } from '../shared/keyed';

/**
 * Keys under which connectors reach the cluster of their workers with clients of their own. A connector's
 * file says nothing else of its cluster: Debezium asks for the workers' own, others default to it.
 */
const bootstrapKeys = [
  'schema.history.internal.kafka.bootstrap.servers', 'database.history.kafka.bootstrap.servers',
  'signal.kafka.bootstrap.servers', 'confluent.topic.bootstrap.servers', 'reporter.bootstrap.servers',
  'producer.override.bootstrap.servers', 'consumer.override.bootstrap.servers', 'bootstrap.servers',
];

const securityKeys = [
  'schema.history.internal.producer.security.protocol', 'database.history.producer.security.protocol',
  'confluent.topic.security.protocol', 'producer.override.security.protocol',
  'consumer.override.security.protocol',
];

const converterKeys = ['value', 'key'].flatMap((side) => [
  `${side}.converter.schema.registry.url`, `${side}.converter.apicurio.registry.url`,
  `${side}.converter.avro.schema.registry.url`,
]);

/** The schema registry of a connector's converters. */
export function registryOf(values: KeyedValues): BrokerFact['registry'] {
  return withoutUserInfo(values.text(...converterKeys, ...registryKeys));
}

/** The Kafka cluster as far as a connector's file gives its address. */
export function kafkaBroker(values: KeyedValues, dialect: string): BrokerFact | undefined {
  const bootstrap = values.text(...bootstrapKeys);
  if (bootstrap === undefined) return undefined;
  const entry = values.all.find((one) => one.at.start === bootstrap.at.start);
  const registry = registryOf(values);
  return {
    ...brokerByAddress({
      dialect, extent: entry?.extent ?? bootstrap.at, bootstrap, registry,
      securityProtocol: values.text(...securityKeys),
    }),
    inferred: 'The connector gives this address for topics of its own; '
      + 'it is taken for the cluster of its Connect workers.',
  };
}

import type { Broker } from '../model/model';
import { brokerSettingNames, type BrokerSettings, type Protocol, type Setting } from '../model/settings';
import { kafkaServerDefaults, managedKafka } from './kafkaDefaults';
import { mosquittoDefaults } from './mqttDefaults';
import { natsServerDefaults } from './natsDefaults';
import { rabbitRaftOnly, rabbitServerDefaults } from './rabbitmqDefaults';
import { ownDefaults, withDeclared, type Effective, type Mutable } from './settled';
import { compareVersions } from './version';

/** A broker's settings as they work: declared ones with their place, and the defaults of its software or service. */
export type EffectiveBroker = Effective<BrokerSettings>;

/**
 * What a broker really does. Of one that no file tells of, the defaults of its protocol's usual software hold.
 * @param protocol counts where the broker is not known, or says none itself.
 */
export function effectiveBroker(broker: Broker | undefined, protocol: Protocol | undefined = broker?.protocol): EffectiveBroker {
  const defaults = defaultsOf(broker, broker?.protocol ?? protocol);
  if (broker === undefined) return defaults;
  const result: Mutable<EffectiveBroker> = withDeclared(defaults, declared(broker));
  // RabbitMQ still takes the key there, and it does nothing.
  const version = broker.version?.value;
  if (version !== undefined && compareVersions(version, rabbitRaftOnly) >= 0) delete result.partitionHandling;
  return result;
}

function declared(broker: Broker): BrokerSettings {
  return Object.fromEntries([...brokerSettingNames, 'open' as const].map((name) => [name, broker[name]]));
}

/** What is taken for a server that no file gives a version: older defaults are years gone. */
const usual = { kafka: '3.0', rabbitmq: '4.2', nats: '2.10' } as const;

function defaultsOf(broker: Broker | undefined, protocol: Protocol | undefined): Record<string, Setting<never>> {
  const version = broker?.version?.value;
  switch (protocol) {
    case 'kafka': {
      // Its settings have names and defaults of their own, and a development mode that changes them.
      if (broker?.facts.some((fact) => fact.software === 'redpanda')) return {};
      const managed = managedKafka(broker?.managed?.value, broker?.zones?.value);
      return {
        ...ownDefaults(kafkaServerDefaults, 'Kafka broker', version ?? usual.kafka),
        ...managed && ownDefaults(managed.broker, managed.label, undefined),
      } as Record<string, never>;
    }
    case 'rabbitmq':
      return ownDefaults(rabbitServerDefaults, 'RabbitMQ', version ?? usual.rabbitmq) as Record<string, never>;
    case 'nats':
      return ownDefaults(natsServerDefaults, 'NATS server', version ?? usual.nats) as Record<string, never>;
    case 'mqtt':
      return mqttDefaults(broker, version);
    case undefined:
      return {};
  }
}

/**
 * What only mosquitto is known to do is assumed of other brokers, as the weakest. Whether strangers are let in is told
 * of those alone whose configuration is known: images come with one that lets everybody in.
 */
function mqttDefaults(broker: Broker | undefined, version: string | undefined): Record<string, Setting<never>> {
  const { facts = [] } = broker ?? {};
  const isMosquitto = facts.some((fact) => fact.software === 'mosquitto');
  const isConfigured = facts.some((fact) => fact.dialect === 'mosquitto');
  const { anonymous, ...rest } = ownDefaults(mosquittoDefaults, 'mosquitto', isMosquitto ? version ?? '2.0' : '2.0');
  const own: Record<string, Setting<unknown>> = isConfigured && anonymous !== undefined ? { ...rest, anonymous } : rest;
  if (isMosquitto) return own as Record<string, never>;
  return Object.fromEntries(Object.entries(own)
    .map(([name, setting]) => [name, setting.from === 'default' ? { ...setting, assumed: true } : setting])) as Record<string, never>;
}

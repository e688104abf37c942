import type { ConnectorKind } from './classes';

/**
 * The keys by which connectors of several makers name the far end: Confluent's and jcustenborder's
 * (`rabbitmq.queue`), Lenses' stream reactor (`connect.mqtt.hosts`), Camel's kamelets and endpoints.
 */
export interface BridgeKeys {
  /** Addresses, in the order in which they are asked. */
  readonly address: readonly string[];
  readonly port?: readonly string[];
  readonly vhost?: readonly string[];
  /** What is consumed there by a source, or published to by a sink. */
  readonly channels: readonly string[];
}

export function rabbitmqKeys(kind: ConnectorKind): BridgeKeys {
  const kamelet = `camel.kamelet.spring-rabbitmq-${kind}`;
  return {
    address: [
      'rabbitmq.uri', 'rabbitmq.url', 'rabbitmq.host', 'connect.rabbitmq.host', `${kamelet}.host`,
      `camel.kamelet.rabbitmq-${kind}.addresses`, 'camel.component.rabbitmq.hostname',
    ],
    port: ['rabbitmq.port', 'connect.rabbitmq.port', `${kamelet}.port`, 'camel.component.rabbitmq.portnumber'],
    vhost: ['rabbitmq.virtual.host', 'camel.component.spring-rabbitmq.virtualHost'],
    channels: kind === 'source'
      ? [
        'rabbitmq.queue', 'camel.kamelet.rabbitmq-source.queue', `${kamelet}.queues`,
        'camel.source.endpoint.queues', 'camel.source.endpoint.queue',
      ]
      : ['rabbitmq.exchange', `${kamelet}.exchangeName`, 'camel.sink.path.exchangeName'],
  };
}

export const routingKeys = [
  'rabbitmq.routing.key', 'rabbitmq.queue', 'camel.kamelet.spring-rabbitmq-sink.routingKey',
  'camel.sink.endpoint.routingKey',
];

export function mqttKeys(kind: ConnectorKind): BridgeKeys {
  const kamelets = ['mqtt', 'mqtt5'].map((system) => `camel.kamelet.${system}-${kind}`);
  return {
    address: [
      'mqtt.server.uri', 'mqtt.server_uris', 'mqtt.broker', 'connect.mqtt.hosts',
      ...kamelets.map((k) => `${k}.brokerUrl`), 'camel.component.paho.brokerUrl',
      'camel.component.paho-mqtt5.brokerUrl', `camel.${kind}.endpoint.brokerUrl`,
    ],
    channels: ['mqtt.topics', 'mqtt.topic', ...kamelets.map((k) => `${k}.topic`), `camel.${kind}.path.topic`],
  };
}

export const mqttSettings = {
  qos: ['mqtt.qos', 'connect.mqtt.service.quality'],
  cleanStart: [
    'mqtt.clean.session.enabled', 'mqtt.clean_session', 'mqtt.cleanSession', 'connect.mqtt.clean',
    'connect.mqtt.connection.clean',
  ],
  clientId: ['mqtt.client.id', 'mqtt.client_id', 'mqtt.clientID', 'connect.mqtt.client.id'],
  retain: ['mqtt.retained.enabled'],
} as const;

export function natsKeys(kind: ConnectorKind): BridgeKeys {
  const kamelet = `camel.kamelet.nats-${kind}`;
  return {
    address: [
      'nats.url', 'nats.urls', 'nats.servers', 'nats.server', `${kamelet}.servers`,
      `camel.${kind}.endpoint.servers`, 'camel.component.nats.servers',
    ],
    channels: ['nats.subject', 'nats.subjects', `${kamelet}.topic`, `camel.${kind}.path.topic`],
  };
}

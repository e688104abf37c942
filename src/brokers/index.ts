import type { Protocol } from '../protocol/common';
import { amqpDriver } from './amqp/index';
import type { BrokerDriver } from './driver';
import { kafkaDriver } from './kafka/index';
import { mqttDriver } from './mqtt/index';
import { natsDriver } from './nats/index';
import type { DriverServices } from './services';

/** The drivers by protocol. Making one loads no client library; its first connection does. */
export const drivers: Readonly<Record<Protocol, (services: DriverServices) => BrokerDriver>> = {
  kafka: kafkaDriver,
  rabbitmq: amqpDriver,
  mqtt: mqttDriver,
  nats: natsDriver,
};

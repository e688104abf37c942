import { notRun } from '../not-run';
import { findKafkaInstallation } from './kafka';
import { findMosquittoInstallation } from './mosquitto';
import { findNatsInstallation } from './nats';
import { findRabbitInstallation } from './rabbitmq';
import { findRegistryInstallation } from './registry';
import type { BrokerKind, Installation } from './broker';

export type { BrokerKind, Installation, RunningBroker } from './broker';
export { startKafka } from './kafka';
export type { KafkaOptions } from './kafka';
export { startKafkaCluster } from './kafkaCluster';
export { startSecureKafka, unsignedToken } from './kafkaSecure';
export type { SecureKafka } from './kafkaSecure';
export { kafkaState } from './kafkaState';
export { endsAt, makeTopics } from './kafkaTopics';
export { kafkaUser } from './kafkaUser';
export type { KafkaUser } from './kafkaUser';
export type { KafkaCluster } from './kafkaCluster';
export { startMosquitto } from './mosquitto';
export type { MosquittoOptions } from './mosquitto';
export { startNats } from './nats';
export type { NatsOptions } from './nats';
export { startNatsCluster } from './natsCluster';
export type { NatsCluster } from './natsCluster';
export { natsUser } from './natsUser';
export { startRabbitCluster } from './rabbitCluster';
export type { RabbitCluster } from './rabbitCluster';
export { declaredOnDisk, startRabbit } from './rabbitmq';
export { startRegistry } from './registry';
export type { RabbitOptions } from './rabbitmq';
export { rabbitAdmin } from './rabbitManagement';
export type { Declared, RabbitAdmin } from './rabbitManagement';
export { PASSPHRASE, startRabbitWithTls } from './rabbitTls';
export type { RabbitWithTls } from './rabbitTls';
export { rabbitUser } from './rabbitUser';

const FINDERS: Readonly<Record<BrokerKind, () => Promise<Installation | undefined>>> = {
  kafka: findKafkaInstallation,
  rabbitmq: findRabbitInstallation,
  mosquitto: findMosquittoInstallation,
  nats: findNatsInstallation,
  registry: findRegistryInstallation,
};

/** Where a broker is installed; undefined where it is not. */
export function findBroker(kind: BrokerKind): Promise<Installation | undefined> {
  return FINDERS[kind]();
}

/**
 * For a suite's `before` hook: returns where the broker is installed and gives the hook time to
 * start it. Where it is not installed the suite is not run, which `npm test` tells at its end;
 * with TAILRACE_REQUIRE_BROKERS=1 it fails instead.
 */
export async function requireBroker(hook: Mocha.Context, kind: BrokerKind): Promise<Installation> {
  hook.timeout(240_000);
  return await findBroker(kind) ?? notRun(hook, `${kind} is not installed`, 'node scripts/setup/brokers.mjs');
}

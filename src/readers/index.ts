import type { Reader } from '../model/reader';
import { asyncApi } from './asyncapi/reader';
import { benthos } from './benthos/reader';
import { dockerCompose } from './compose/reader';
import { debeziumServer } from './debezium-server/reader';
import { flowReader } from './flow/reader';
import { kafkaConnect } from './kafka-connect/reader';
import { kafkaConfigMaps } from './kafka-properties/configMaps';
import { kafkaProperties } from './kafka-properties/reader';
import { kubernetesReaders } from './kubernetes/reader';
import { micronaut } from './micronaut/reader';
import { microProfile } from './microprofile/reader';
import { mosquitto } from './mosquitto/reader';
import { natsConf } from './nats-conf/reader';
import { rabbitmqDefinitions } from './rabbitmq/reader';
import { rabbitmqConf } from './rabbitmq-conf/reader';
import { spring } from './spring/reader';
import { terraform } from './terraform/reader';
import { julie } from './julie/reader';
import { kafkaGitops } from './kafka-gitops/reader';
import { topicSpec } from './topic-spec/reader';
import { topicctl } from './topicctl/reader';

/** The table of dialects, in the order in which they are asked: the first that recognizes a file reads it. */
export const readers: readonly Reader[] = [
  flowReader,
  asyncApi,
  rabbitmqDefinitions,
  rabbitmqConf,
  dockerCompose,
  kafkaConnect,
  debeziumServer,
  microProfile,
  // Before Kafka's properties: a program's file may hold a client's keys among its own.
  spring,
  micronaut,
  kafkaProperties,
  ...kubernetesReaders,
  mosquitto,
  natsConf,
  terraform,
  julie,
  kafkaGitops,
  topicctl,
  benthos,
  kafkaConfigMaps,
  // Asked last: it knows a file by its content alone.
  topicSpec,
];

import type { Reader } from '../model/reader';
import { asyncApi } from './asyncapi/reader';
import { flowReader } from './flow/reader';
import { kafkaProperties } from './kafka-properties/reader';
import { kubernetesReaders } from './kubernetes/reader';
import { rabbitmqDefinitions } from './rabbitmq/reader';

/** The table of dialects, in the order in which they are asked: the first that recognizes a file reads it. */
export const readers: readonly Reader[] = [
  flowReader,
  asyncApi,
  rabbitmqDefinitions,
  kafkaProperties,
  ...kubernetesReaders,
];

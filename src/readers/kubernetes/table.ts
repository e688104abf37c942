import { debeziumServers } from '../debezium-server/resource';
import { strimzi } from '../strimzi/reader';
import type { ResourceReader } from './resource';

/** The dialects of Kubernetes resources, in the order in which they name a file that has several. */
export const resourceReaders: readonly ResourceReader[] = [strimzi, debeziumServers];

import { confluentKubernetes } from '../confluent-kubernetes/reader';
import { dapr } from '../dapr/reader';
import { debeziumServers } from '../debezium-server/resource';
import { clowdApp } from '../clowdapp/reader';
import { keda } from '../keda/reader';
import { knative } from '../knative/reader';
import { nack } from '../nack/reader';
import { rabbitmqTopology } from '../rabbitmq-topology/reader';
import { redpandaOperator } from '../redpanda-operator/reader';
import { strimzi } from '../strimzi/reader';
import { kubernetes } from './kubernetes';
import type { ResourceReader } from './resource';

/** The dialects of Kubernetes resources, in the order in which they name a file that has several. */
export const resourceReaders: readonly ResourceReader[] = [
  strimzi, debeziumServers, clowdApp,
  nack, dapr, knative, confluentKubernetes, rabbitmqTopology, redpandaOperator, keda,
  // Asked last: workloads stand beside all of the others.
  kubernetes,
];

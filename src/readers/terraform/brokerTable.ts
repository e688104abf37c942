import type { Protocol } from '../../model/settings';

/** How a provider's resource declares a cluster. */
export interface ClusterKind {
  readonly protocol: Protocol;
  /** The argument with the cluster's name; several where resource and data source differ. */
  readonly names: readonly string[];
  /** Who runs it, for `BrokerFact.managed`. */
  readonly managed: string;
  readonly nodes?: string;
  readonly version?: string;
  /** Only with this argument it is a broker of the protocol: `engine_type = "RabbitMQ"`. */
  readonly only?: { readonly argument: string; readonly value: RegExp };
}

/** Public modules that make a cluster, by the words of their source; they take the names of its arguments. */
export const clusterModules: readonly { readonly source: RegExp; readonly kind: ClusterKind }[] = [{
  source: /msk-(apache-)?kafka-cluster|msk-cluster/i,
  kind: {
    protocol: 'kafka', names: ['name', 'cluster_name'], managed: 'msk', nodes: 'number_of_broker_nodes',
    version: 'kafka_version',
  },
}];

/** Clusters by resource type; data sources of the same type stand for them too. */
export const clusterKinds: Readonly<Record<string, ClusterKind>> = {
  confluent_kafka_cluster: { protocol: 'kafka', names: ['display_name', 'id'], managed: 'confluent-cloud' },
  confluentcloud_kafka_cluster: {
    protocol: 'kafka', names: ['display_name', 'name', 'id'], managed: 'confluent-cloud',
  },
  aiven_kafka: { protocol: 'kafka', names: ['service_name'], managed: 'aiven' },
  aws_msk_cluster: {
    protocol: 'kafka', names: ['cluster_name'], managed: 'msk', nodes: 'number_of_broker_nodes',
    version: 'kafka_version',
  },
  aws_msk_serverless_cluster: { protocol: 'kafka', names: ['cluster_name'], managed: 'msk-serverless' },
  google_managed_kafka_cluster: { protocol: 'kafka', names: ['cluster_id'], managed: 'google-managed-kafka' },
  redpanda_cluster: { protocol: 'kafka', names: ['name', 'id'], managed: 'redpanda-cloud' },
  redpanda_serverless_cluster: { protocol: 'kafka', names: ['name', 'id'], managed: 'redpanda-cloud' },
  upstash_kafka_cluster: { protocol: 'kafka', names: ['cluster_name'], managed: 'upstash' },
  yandex_mdb_kafka_cluster: { protocol: 'kafka', names: ['name'], managed: 'yandex-cloud' },
  digitalocean_database_cluster: {
    protocol: 'kafka', names: ['name'], managed: 'digitalocean', nodes: 'node_count', version: 'version',
    only: { argument: 'engine', value: /^kafka$/i },
  },
  aws_mq_broker: {
    protocol: 'rabbitmq', names: ['broker_name'], managed: 'amazon-mq', version: 'engine_version',
    only: { argument: 'engine_type', value: /^rabbitmq$/i },
  },
  cloudamqp_instance: {
    protocol: 'rabbitmq', names: ['name'], managed: 'cloudamqp', nodes: 'nodes', version: 'rmq_version',
  },
};

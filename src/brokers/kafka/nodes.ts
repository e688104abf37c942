import type Cluster from 'kafkajs/src/cluster/index.js';
import type { NodeConnection } from 'kafkajs/src/cluster/index.js';
import { BrokerError } from '../driver';
import { innermost, topicError } from './failure';
import { metadataAt, type ClusterMetadata, type TopicMetadata } from './metadata';

const LEADER_PATIENCE = 8;
const LEADER_PAUSE = 250;

/**
 * Does again what nodes refuse because leaders are just moving, or because a new topic has not come to them
 * yet; metadata has to be part of the work.
 */
export async function whileLeadersMove<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { name, type } = innermost(error) as { name?: unknown; type?: unknown };
      const moving =
        name === 'KafkaJSProtocolError' &&
        /^(NOT_LEADER_FOR_PARTITION|LEADER_NOT_AVAILABLE|UNKNOWN_TOPIC_OR_PARTITION)$/.test(String(type));
      if (!moving || attempt === LEADER_PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, LEADER_PAUSE));
    }
  }
}

/**
 * The nodes of one cluster and connections to them, made when they are asked for. kafkajs makes and signs in
 * the connections; its own metadata is not used, since it fails whole where one partition has no leader.
 */
export class Nodes {
  private readonly addresses = new Map<number, { readonly host: string; readonly port: number }>();
  private readonly open = new Map<number, NodeConnection>();

  constructor(private readonly cluster: Cluster) {}

  /** What the cluster knows of topics, or of all; refreshes where its nodes are. */
  async metadata(topics: readonly string[] | 'all'): Promise<ClusterMetadata> {
    const found = await metadataAt(await this.any(), topics);
    const before = new Map(this.addresses);
    this.addresses.clear();
    for (const { nodeId, host, port } of found.brokers) {
      this.addresses.set(nodeId, { host, port });
      const known = before.get(nodeId);
      if (known && (known.host !== host || known.port !== port)) this.forget(nodeId);
      before.delete(nodeId);
    }
    for (const nodeId of before.keys()) this.forget(nodeId);
    return found;
  }

  /** One topic. @throws an error of kafkajs's kind where it does not exist or may not be seen. */
  async topic(name: string): Promise<TopicMetadata> {
    const [topic] = (await this.metadata([name])).topics;
    if (!topic || topic.errorCode !== 0) throw topicError(topic?.errorCode ?? 3);
    return topic;
  }

  async byId(nodeId: number): Promise<NodeConnection> {
    let node = this.open.get(nodeId);
    if (!node) {
      if (!this.addresses.has(nodeId)) await this.metadata([]);
      const address = this.addresses.get(nodeId);
      if (!address) throw new BrokerError('other', `Kafka’s broker ${nodeId} is not in the cluster at the moment.`);
      node = this.open.get(nodeId);
      if (!node) {
        node = this.cluster.brokerPool.createBroker({
          logger: this.cluster.rootLogger,
          connectionPool: await this.cluster.connectionPoolBuilder.build(address),
          nodeId,
        });
        this.open.set(nodeId, node);
      }
    }
    await node.connect();
    return node;
  }

  /** The ids of all nodes, in their order, as of the last metadata. */
  ids(): number[] {
    return [...this.addresses.keys()].sort((a, b) => a - b);
  }

  /** The node that a group's offsets and members are asked of. */
  async coordinator(groupId: string): Promise<{ readonly nodeId: number; readonly node: NodeConnection }> {
    const { coordinator } = await (await this.any()).findGroupCoordinator({ groupId });
    return { nodeId: coordinator.nodeId, node: await this.byId(coordinator.nodeId) };
  }

  /** A node that answers: one with a connection, else a server of the list that was given, else any. */
  async any(): Promise<NodeConnection> {
    for (const node of this.open.values()) if (node.isConnected()) return node;
    try {
      await this.cluster.connect();
      return this.cluster.brokerPool.seedBroker;
    } catch (error) {
      // The servers that were given may be down while the others carry on.
      for (const nodeId of this.addresses.keys()) {
        try {
          return await this.byId(nodeId);
        } catch {
          continue;
        }
      }
      throw error;
    }
  }

  async disconnect(): Promise<void> {
    await Promise.all([
      this.cluster.disconnect(),
      ...[...this.open.values()].map((node) => node.disconnect()),
    ]);
  }

  private forget(nodeId: number): void {
    this.open
      .get(nodeId)
      ?.disconnect()
      .catch(() => {});
    this.open.delete(nodeId);
  }
}

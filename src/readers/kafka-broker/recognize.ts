/** With two of these, or one that says it alone, a properties file configures a Kafka broker. */
const surely = [
  'process.roles', 'advertised.listeners', 'inter.broker.listener.name', 'offsets.topic.replication.factor',
];
const likely = [
  'broker.id', 'node.id', 'listeners', 'log.dirs', 'log.dir', 'zookeeper.connect', 'num.partitions',
  'controller.quorum.voters', 'controller.quorum.bootstrap.servers', 'num.network.threads',
  'default.replication.factor', 'auto.create.topics.enable', 'listener.security.protocol.map',
  'log.retention.hours', 'authorizer.class.name',
];

/** True for a broker's or controller's `server.properties`, by its keys. */
export function isBrokerConfiguration(keys: ReadonlySet<string>): boolean {
  return !keys.has('connector.class')
    && (surely.some((key) => keys.has(key)) || likely.filter((key) => keys.has(key)).length >= 2);
}

/** True for a MirrorMaker 2 configuration: clusters by name, and flows from one to another. */
export function isMirrorMaker(keys: ReadonlySet<string>): boolean {
  if (!keys.has('clusters')) return false;
  return [...keys].some((key) => /^[^\s>]+->[^\s.]+\./.test(key) || key.endsWith('.bootstrap.servers'));
}

import type { Fact } from '../../model/facts';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import type { DebeziumFlavour } from './classes';
import { consumeFrom, isOn, publishTo, type Connector } from './context';
import { topicPrefix } from './debezium';
import { sanitized, type TopicName } from './topicName';

/** The databases whose schemas change under the log, so that Debezium keeps their history in a topic. */
const keepsHistory: ReadonlySet<DebeziumFlavour> =
  new Set(['mysql', 'sqlserver', 'oracle', 'db2', 'informix']);

/** Prefixes of the history's settings, since Debezium 2 and before. */
const historyPrefixes = ['schema.history.internal.', 'database.history.'];

/** Topics beside those of tables that pass the chain of transforms, as they are named in the file. */
export function besideTables(c: Connector): readonly TopicName[] {
  const { values } = c;
  const prefix = topicPrefix(values);
  const delimiter = values.text('topic.delimiter')?.value ?? '.';
  const topics: TopicName[] = [];
  const interval = values.text('heartbeat.interval.ms');
  if (prefix !== undefined && interval !== undefined && /^[1-9]\d*$/.test(interval.value)) {
    const before = values.text('topic.heartbeat.prefix', 'heartbeat.topics.prefix');
    topics.push({
      text: sanitized(`${before?.value ?? '__debezium-heartbeat'}${delimiter}${prefix.value}`), at: interval.at,
      why: `With heartbeat.interval.ms Debezium writes heartbeats, after the prefix ${prefix.value}.`,
    });
  }
  if (prefix !== undefined && isOn(values, 'provide.transaction.metadata')) {
    const said = values.text('topic.transaction');
    topics.push({
      text: sanitized(`${prefix.value}${delimiter}${said?.value ?? 'transaction'}`),
      at: (said ?? values.text('provide.transaction.metadata') ?? prefix).at,
      why: 'With provide.transaction.metadata Debezium writes transactions, '
        + `after the prefix ${prefix.value}.`,
    });
  }
  if (prefix !== undefined && isOn(values, 'include.schema.changes')) {
    topics.push({
      text: sanitized(prefix.value), at: prefix.at,
      why: 'With include.schema.changes Debezium writes changes of schemas to a topic named as the prefix.',
    });
  }
  return topics;
}

/** Topics that Debezium handles with clients of its own: the schema history, signals, notifications. */
export function internalFacts(c: Connector, flavour: DebeziumFlavour): Fact[] {
  return [...(keepsHistory.has(flavour) ? history(c) : []), ...signals(c), ...notifications(c)];
}

function history(c: Connector): Fact[] {
  const { values } = c;
  const prefix = historyPrefixes.find((p) => values.get(`${p}kafka.topic`) !== undefined);
  const topic = prefix === undefined ? undefined : values.text(`${prefix}kafka.topic`);
  const store = values.text('schema.history.internal', 'database.history')?.value;
  const isElsewhere = store !== undefined && !/kafka/i.test(store);
  if (prefix === undefined || topic === undefined || isElsewhere) return [];
  const name = { text: topic.value, at: topic.at };
  const note = 'The connector keeps the history of the schemas here and reads it when it starts; '
    + 'nobody else should.';
  return [
    publishTo(c, name, publishSettings(values.lookup(`${prefix}producer.`)), note),
    consumeFrom(c, name, consumeSettings(values.lookup(`${prefix}consumer.`)), note),
  ].filter((f) => f !== undefined);
}

function signals(c: Connector): Fact[] {
  const { values } = c;
  const channels = values.list('signal.enabled.channels');
  const said = values.text('signal.kafka.topic');
  // Before 2.3 the topic alone switched signals on.
  const enabled = channels.length === 0 ? said !== undefined : channels.some((one) => one.value === 'kafka');
  const prefix = topicPrefix(values);
  if (!enabled || values.get('signal.kafka.topic')?.isOpen === true) return [];
  const at = channels.find((one) => one.value === 'kafka')?.at;
  const topic: TopicName | undefined = said !== undefined ? { text: said.value, at: said.at }
    : prefix === undefined || at === undefined ? undefined
      : {
        text: `${prefix.value}-signal`, at,
        why: 'signal.kafka.topic is not set: the topic is named after the prefix.',
      };
  if (topic === undefined) return [];
  const group = values.text('signal.kafka.groupId');
  const own = consumeSettings(values.lookup('signal.consumer.'));
  const settings = group === undefined ? own : { ...own, group };
  const fact = consumeFrom(c, topic, settings, 'Others send signals to the connector here.');
  return fact === undefined ? [] : [fact];
}

function notifications(c: Connector): Fact[] {
  const topic = c.values.text('notification.sink.topic.name');
  const channels = c.values.list('notification.enabled.channels');
  if (topic === undefined || !channels.some((one) => one.value === 'sink')) return [];
  const settings = publishSettings(c.values.lookup('producer.override.'));
  return [publishTo(c, { text: topic.value, at: topic.at }, settings)].filter((f) => f !== undefined);
}

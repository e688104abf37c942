import type { ChannelFact } from '../../model/facts';
import { topicSettings } from '../shared/kafkaTopic';
import type { KeyedValues } from '../shared/keyed';
import { declares, type Connector } from './context';
import { javaMatches } from './javaRegex';
import { isPlain, type TopicName } from './topicName';

/** What Connect gives to the topics that a source makes it create (`topic.creation.*`, since Kafka 2.6). */
export function createdTopics(c: Connector, topics: readonly TopicName[]): ChannelFact[] {
  if (c.values.get('topic.creation.default.replication.factor') === undefined) return [];
  return topics.flatMap((topic) => {
    if (!isPlain(topic.text)) return [];
    const group = groupOf(c.values, topic.text);
    const why = `Connect creates the topic with these settings if it is missing (topic.creation.${group}).`;
    return declares(c, topic, settingsOf(c.values, group), why);
  });
}

/** The first group whose expressions take the name in; the default group takes in what is left. */
function groupOf(values: KeyedValues, topic: string): string {
  const fits = (key: string): boolean =>
    values.list(key).some((one) => javaMatches(one.value, topic) === true);
  const group = values.list('topic.creation.groups').slice(0, 50).find(({ value }) =>
    fits(`topic.creation.${value}.include`) && !fits(`topic.creation.${value}.exclude`));
  return group?.value ?? 'default';
}

function settingsOf(values: KeyedValues, group: string): ChannelFact['settings'] {
  const own = values.lookup(`topic.creation.${group}.`);
  const general = values.lookup('topic.creation.default.');
  return topicSettings((key) => {
    // Partitions and replication factor alone are inherited from the default group.
    const creation = key === 'num.partitions' ? 'partitions' : key;
    const isInherited = creation === 'partitions' || creation === 'replication.factor';
    const said = own(creation) ?? (isInherited ? general(creation) : undefined);
    // -1 leaves it to the broker.
    return said !== 'open' && said?.value === '-1' && key !== 'retention.ms' ? undefined : said;
  });
}

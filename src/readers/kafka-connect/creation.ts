import type { ChannelFact } from '../../model/facts';
import { topicSettings } from '../shared/kafkaTopic';
import type { KeyedValues } from '../shared/keyed';
import { declares, type Connector } from './context';
import { javaMatcher } from './javaRegex';
import { isPlain, type TopicName } from './topicName';

/** What Connect gives to the topics that a source makes it create (`topic.creation.*`, since Kafka 2.6). */
export function createdTopics(c: Connector, topics: readonly TopicName[]): ChannelFact[] {
  if (c.values.get('topic.creation.default.replication.factor') === undefined) return [];
  const groups = groupsOf(c.values);
  return topics.flatMap((topic) => {
    if (!isPlain(topic.text)) return [];
    // The default group takes in what is left.
    const group = groups.find((one) => one.takesIn(topic.text))?.name ?? 'default';
    const why = `Connect creates the topic with these settings if it is missing (topic.creation.${group}).`;
    return declares(c, topic, settingsOf(c.values, group), why);
  });
}

/** The groups in their order, of which the first that takes a name in decides. */
function groupsOf(values: KeyedValues): { readonly name: string; takesIn(topic: string): boolean }[] {
  return values.list('topic.creation.groups').slice(0, 50).map(({ value: name }) => {
    const matchers = (key: string): ReturnType<typeof javaMatcher>[] =>
      values.list(`topic.creation.${name}.${key}`).slice(0, 100).map((one) => javaMatcher(one.value));
    const [include, exclude] = [matchers('include'), matchers('exclude')];
    return {
      name,
      takesIn: (topic) => include.some((m) => m(topic) === true) && !exclude.some((m) => m(topic) === true),
    };
  });
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

import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelFact, ConsumeFact, PublishFact } from '../../model/facts';
import type { ChannelSettings, ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import type { KeyedValues } from '../shared/keyed';
import { isPlain, refOf, type TopicName } from './topicName';

/** One connector while its facts are made. */
export interface Connector {
  readonly values: KeyedValues;
  readonly dialect: string;
  readonly extent: SourceRange;
  readonly name: Sourced<string>;
  /** True where the connector is named after its file: then its consumer group is not known. */
  readonly nameIsInferred: boolean;
  /** The class as written; undefined where it is a placeholder. */
  readonly type: Sourced<string> | undefined;
  /** Each task is a thread with a consumer, or producer, of its own. */
  readonly tasks?: Sourced<number> | undefined;
  /** The Kafka cluster of the Connect workers, in the file's words. */
  readonly broker: string | undefined;
  /** What cannot be told of the connector, for hover. */
  readonly notes: string[];
}

/** A publish to a topic; undefined where nothing of its name is known. */
export function publishTo(
  c: Connector, topic: TopicName, settings: PublishSettings, note?: string,
): PublishFact | undefined {
  const channel = refOf(topic, c.broker);
  if (channel === undefined) return undefined;
  return defined<PublishFact>({
    kind: 'publish', dialect: c.dialect, extent: c.extent, service: c.name, channel, protocol: 'kafka',
    settings, inferred: topic.why, note,
  });
}

/** A consume from a Kafka topic whose name is known. */
export function consumeFrom(
  c: Connector, topic: TopicName, settings: ConsumeSettings, note?: string,
): ConsumeFact | undefined {
  const channel = refOf(topic, c.broker);
  if (channel === undefined) return undefined;
  return defined<ConsumeFact>({
    kind: 'consume', dialect: c.dialect, extent: c.extent, service: c.name, channel, protocol: 'kafka',
    settings, inferred: topic.why, note,
  });
}

/** A declaration of a topic that Connect or the connector makes with settings of the file. */
export function declares(
  c: Connector, topic: TopicName, settings: ChannelSettings, why: string,
): ChannelFact[] {
  if (!isPlain(topic.text) || Object.keys(settings).length === 0) return [];
  return [defined<ChannelFact>({
    kind: 'channel', dialect: c.dialect, extent: c.extent, address: { value: topic.text, at: topic.at },
    protocol: 'kafka', settings, inferred: why,
    // Of the cluster's name no word stands at the topic.
    broker: c.broker === undefined
      ? undefined : { value: c.broker, at: { ...c.extent, end: c.extent.start } },
  })];
}

/** True for `true` in any case. */
export function isOn(values: KeyedValues, key: string): boolean {
  return values.text(key)?.value.toLowerCase() === 'true';
}

import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { ChannelFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { topicSettings } from '../shared/kafkaTopic';
import type { Keyed } from '../shared/keyed';
import { isNameOf } from '../shared/namedTopics';
import { dialect } from './dialect';
import type { ComposeService } from './services';

/**
 * The topics that a broker's image makes when it starts: `KAFKA_CREATE_TOPICS` (wurstmeister) and
 * `CREATE_TOPICS` (Debezium), lists of `name:partitions:replicas[:cleanup policy]`.
 */
export function createdTopics(file: SourceFile, node: ComposeService, broker: string): ChannelFact[] {
  const { environment, image } = node;
  return ['KAFKA_CREATE_TOPICS', 'CREATE_TOPICS'].flatMap((key) => {
    const one = environment.get(key);
    if (one === undefined || one.value.length > maxLength) return [];
    // Other images do not know the variable: whoever wrote it meant the topics all the same.
    const inferred = image.family === 'kafka' || image.family === 'bitnami' || image.family === 'redpanda'
      ? `${key} names it; this image does not read that variable, so it makes no topic.` : undefined;
    return partsOf(file, one).flatMap((part) => topicOf(part, one, broker, inferred));
  });
}

const maxLength = 20_000;

interface Part {
  readonly text: string;
  /** The place of a piece of the part, by its offsets. */
  readonly at: (start: number, end: number) => ChannelFact['extent'];
}

/** The separator is a comma, and by another variable whatever one likes: blanks, semicolons, line breaks. */
function partsOf(file: SourceFile, one: Keyed): Part[] {
  let cursor = one.at.start;
  return one.value.split(/[,;\s]+/).flatMap((text): Part[] => {
    if (text === '') return [];
    const start = file.text.indexOf(text, cursor);
    if (start < 0 || start + text.length > one.at.end) return [{ text, at: () => one.at }];
    cursor = start + text.length;
    return [{ text, at: (a, b) => rangeIn(file, start + a, start + b) }];
  });
}

function topicOf(
  { text, at }: Part, one: Keyed, broker: string, inferred: string | undefined,
): ChannelFact[] {
  const [name = '', ...numbers] = text.split(':');
  if (!isNameOf('topic', name)) return [];
  const offsets = [name, ...numbers].map((_, i, all) =>
    all.slice(0, i).reduce((sum, part) => sum + part.length + 1, 0));
  const order = ['num.partitions', 'replication.factor', 'cleanup.policy'];
  const settings = topicSettings((key) => {
    const i = order.indexOf(key);
    const value = i < 0 ? undefined : numbers[i];
    const start = offsets[i + 1] ?? 0;
    if (value === undefined || value === '') return undefined;
    return value.includes('$') ? 'open' : { value, at: at(start, start + value.length) };
  });
  const address = { value: name, at: at(0, name.length) };
  return [defined<ChannelFact>({
    kind: 'channel', dialect, extent: one.extent, address, protocol: 'kafka', settings,
    broker: { value: broker, at: address.at }, inferred,
  })];
}

import type { SourceRange } from '../../text/range';
import type { ChannelRef } from '../../model/facts';

/** Stands in a topic's name for any text that only the data tells; no name has this sign. */
export const wild = '\uE010';
/** Stands for one part of a name without a dot: a table that the file does not list. */
export const part = '\uE011';

/** A topic that a connector writes, as far as its configuration tells the name. */
export interface TopicName {
  /** The name, with `wild` and `part` for what is not known. */
  readonly text: string;
  /** The words that it is made from: a table in a list, a replacement, a prefix. */
  readonly at: SourceRange;
  /** How the name came about, where it does not stand there as it is. */
  readonly why?: string;
}

export function isPlain(name: string): boolean {
  return !name.includes(wild) && !name.includes(part);
}

/**
 * How a fact refers to a topic. A name with unknown parts is a pattern over the topics that others name;
 * undefined where nothing of the name is known.
 */
export function refOf(topic: TopicName, broker: string | undefined): ChannelRef | undefined {
  const base = { protocol: 'kafka' as const, ...(broker === undefined ? {} : { broker }) };
  const { text, at } = topic;
  if (isPlain(text)) return text === '' ? undefined : { ...base, name: { value: text, at } };
  if (!/[A-Za-z0-9]/.test(text)) return undefined;
  if (text.endsWith(wild) && isPlain(text.slice(0, -1))) {
    return { ...base, name: { value: text.slice(0, -1), at }, match: 'prefix' };
  }
  return { ...base, name: { value: patternOf(text), at }, match: 'regex' };
}

/** The regular expression of a name with unknown parts. */
export function patternOf(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(wild, '.*').replaceAll(part, '[^.]+');
}

/** A name with `${variables}` that the connector fills in from the data. */
export function fromTemplate(template: string): string {
  return template.replace(/\$\{[^{}]*\}|\{\{[^{}]*\}\}/g, wild);
}

/** Kafka's law of topic names (Topic.validate); Debezium puts `_` in the place of other characters. */
export function sanitized(name: string): string {
  return name.replace(/[^\w.\uE010\uE011-]/g, '_');
}

/** Of equal names the first. */
export function distinct(topics: readonly TopicName[]): TopicName[] {
  const seen = new Set<string>();
  return topics.filter((t) => !seen.has(t.text) && seen.add(t.text));
}

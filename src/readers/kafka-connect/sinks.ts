import type { Sourced } from '../../text/range';
import type { ChannelRef, Fact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { topicSettings } from '../shared/kafkaTopic';
import { declares, publishTo, type Connector } from './context';
import { kcqlTopics } from './sources';

/** What a sink consumes, and where it puts what it cannot handle. */
export function sinkFacts(c: Connector): Fact[] {
  const settings = sinkSettings(c);
  const note = noteOf(c);
  const refs = topicsOf(c);
  if (refs.length === 0) {
    c.notes.push('The file does not say which topics the sink reads.');
    return [];
  }
  const base = { dialect: c.dialect, extent: c.extent };
  const facts: Fact[] = refs.map((channel) => defined<Fact>({
    kind: 'consume', ...base, service: c.name, channel, protocol: 'kafka', settings, note,
  }));
  const target = settings.onFailure?.deadLetter;
  if (target !== undefined) {
    const to: ChannelRef = defined({ name: target, protocol: 'kafka' as const, broker: c.broker });
    facts.push(...declares(c, { text: target.value, at: target.at }, deadLetterSettings(c),
      'Connect creates the dead-letter topic with this replication factor if it is missing.'));
    facts.push(...refs.map((from): Fact => ({
      kind: 'route', ...base, route: 'dead-letter', from, to, by: `connector ${c.name.value}`,
    })));
  }
  return [...facts, ...reports(c)];
}

/** The topics as the sink subscribes to them: a list, or an expression over all topics' names. */
export function topicsOf(c: Connector): readonly ChannelRef[] {
  const base = defined({ protocol: 'kafka' as const, broker: c.broker });
  const regex = c.values.text('topics.regex');
  if (regex !== undefined) return [{ ...base, name: regex, match: 'regex' }];
  const seen = new Set<string>();
  const listed = c.values.list('topics');
  // Connect asks for `topics`; statements of the stream reactor name them a second time.
  const names = listed.length > 0 ? listed : kcqlTopics(c.values).map((k) => k.from);
  return names.filter((one) => !seen.has(one.value) && seen.add(one.value))
    .map((name) => ({ ...base, name }));
}

function sinkSettings(c: Connector): ConsumeSettings {
  const { values } = c;
  const own = consumeSettings(values.lookup('consumer.override.'));
  // WorkerSinkTask: a sink's consumers are a group of their own, named after the connector.
  const group = own.group
    ?? (c.nameIsInferred ? undefined : { value: `connect-${c.name.value}`, at: c.name.at });
  const deadLetter = values.text('errors.deadletterqueue.topic.name');
  const isOpen = values.get('errors.deadletterqueue.topic.name')?.isOpen === true;
  const open = [...(own.open ?? []), ...(isOpen ? ['onFailure'] : [])];
  const tolerance = values.text('errors.tolerance');
  const skip = tolerance?.value.toLowerCase() === 'all' && !isOpen && deadLetter === undefined
    ? { value: true, at: tolerance.at } : undefined;
  const onFailure = defined({ backoff: backoffOf(c), deadLetter, skip });
  return defined<ConsumeSettings>({
    ...own, group, concurrency: c.tasks, onFailure: Object.keys(onFailure).length === 0 ? undefined : onFailure,
    open: open.length === 0 ? undefined : open,
  });
}

/** Between retries Connect waits longer each time, up to a limit (RetryWithToleranceOperator). */
function backoffOf(c: Connector): Sourced<string> | undefined {
  const timeout = c.values.text('errors.retry.timeout');
  return timeout === undefined || timeout.value === '0' ? undefined : { value: 'exponential', at: timeout.at };
}

function noteOf(c: Connector): string | undefined {
  const { values } = c;
  const notes: string[] = [];
  if (!c.nameIsInferred && values.get('consumer.override.group.id') === undefined) {
    notes.push('Connect names the consumer group of a sink after the connector.');
  }
  const tolerates = values.text('errors.tolerance')?.value.toLowerCase() === 'all';
  const deadLetter = values.get('errors.deadletterqueue.topic.name');
  if (tolerates && (deadLetter === undefined || deadLetter.value === '')) {
    notes.push('errors.tolerance is all and there is no dead-letter topic: records that fail are skipped.');
  }
  if (!tolerates && deadLetter !== undefined) {
    notes.push('errors.tolerance is none: the connector stops at a record that fails, '
      + 'the dead-letter topic stays empty.');
  }
  return notes.length === 0 ? undefined : notes.join(' ');
}

function deadLetterSettings(c: Connector): ReturnType<typeof topicSettings> {
  const factor = c.values.lookup('errors.deadletterqueue.topic.');
  return topicSettings((key) => (key === 'replication.factor' ? factor(key) : undefined));
}

/** Topics in which Confluent's HTTP and other sinks report each record (`reporter.*`). */
function reports(c: Connector): Fact[] {
  const settings = publishSettings(c.values.lookup('reporter.producer.'));
  return ['reporter.result.topic.name', 'reporter.error.topic.name'].flatMap((key) => {
    const topic = c.values.text(key);
    const fact = topic && publishTo(c, { text: topic.value, at: topic.at }, settings);
    return fact === undefined ? [] : [fact];
  });
}

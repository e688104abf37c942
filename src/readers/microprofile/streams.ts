import type { ChannelFact, ConsumeFact, PublishFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { processingGuarantee, streamsConsume } from '../shared/kafkaStreams';
import type { KeyedValues, Lookup } from '../shared/keyed';
import { placed, type Context } from './context';
import { dialect } from './dialect';
import { addKafkaBroker } from './kafka';

const extension = 'quarkus.kafka-streams.';
const passedOn = 'kafka-streams.';

/** True if the program is a Kafka Streams one (the Quarkus extension kafka-streams). */
export function hasStreams(values: KeyedValues): boolean {
  return values.all.some((one) => one.key.startsWith(extension) || one.key.startsWith(passedOn));
}

/**
 * The topics that the program waits for, and the settings of its client. The topology itself is code; which
 * of the topics are read and which are written, no key says.
 */
export function readStreams(context: Context): void {
  const { values } = context.config;
  const bootstrap = values.text(`${extension}bootstrap-servers`, `${passedOn}bootstrap.servers`,
    'kafka.bootstrap.servers');
  const get: Lookup = (key) => values.lookup(passedOn)(key)
    ?? values.lookup(extension)(key.replaceAll('.', '-'))
    ?? values.lookup(extension)(key) ?? values.lookup('kafka.')(key);
  const broker = bootstrap === undefined ? undefined
    : context.brokers.get(addKafkaBroker(context, bootstrap, get));
  for (const { name, extent } of topicsOf(context)) {
    context.facts.push(defined<ChannelFact>({
      kind: 'channel', dialect, extent, address: name, protocol: 'kafka', broker: broker?.name, settings: {},
      inferred: `Kafka Streams waits for the topics of ${extension}topics before it starts.`,
    }));
  }
  const first = values.all.find((one) => one.key.startsWith(extension) || one.key.startsWith(passedOn));
  if (first === undefined) return;
  const application = values.text(`${extension}application-id`, `${passedOn}application.id`,
    'quarkus.application.name');
  const said = processingGuarantee(values.text(`${passedOn}processing.guarantee`,
    `${extension}processing-guarantee`), application);
  const common = {
    dialect, extent: first.extent, service: context.service, protocol: 'kafka' as const, note: said?.note,
    client: placed('kafka-streams', first.keyAt),
  };
  const inner = (side: 'producer' | 'consumer'): Lookup => (key) =>
    (side === 'consumer' ? values.lookup(`${passedOn}main.consumer.`)(key) : undefined)
      ?? values.lookup(`${passedOn}${side}.`)(key) ?? values.lookup(passedOn)(key);
  // Settings without a channel hold for all edges of a service, also for those of the connector.
  if (!context.facts.some((fact) => fact.kind === 'publish' && fact.protocol === 'kafka')) {
    context.facts.push(defined<PublishFact>({
      kind: 'publish', ...common, settings: { ...said?.publish, ...publishSettings(inner('producer')) },
    }));
  }
  if (!context.facts.some((fact) => fact.kind === 'consume' && fact.protocol === 'kafka')) {
    context.facts.push(defined<ConsumeFact>({
      kind: 'consume', ...common, settings: defined({
        ...said?.consume, ...consumeSettings(inner('consumer')), ...streamsConsume(values.lookup(passedOn)), group: application,
      }),
    }));
  }
}

/** The topics, each where its name is written: in the list, or in the key that the list refers to. */
function topicsOf(context: Context): { name: ChannelFact['address']; extent: ChannelFact['extent'] }[] {
  const { values } = context.config;
  const one = values.get(`${extension}topics`);
  if (one === undefined) {
    return values.list(`${extension}topics`).map((name) => ({ name, extent: name.at }));
  }
  const parts = one.written === undefined || /\$\{[^{}]*[,{]/.test(one.written) ? [] : one.written.split(',');
  const references = parts.map((part) => /^\$\{([^{}:]+)\}$/.exec(part.trim())?.[1]);
  if (parts.length === 0 || references.every((name) => name === undefined)) {
    return values.list(`${extension}topics`).map((name) => ({ name, extent: one.extent }));
  }
  return references.flatMap((reference, i) => {
    const found = reference === undefined ? undefined : values.text(reference);
    if (found !== undefined) return [{ name: found, extent: one.extent }];
    const text = (parts[i] ?? '').trim();
    return reference !== undefined || text === '' || text.includes('$') ? []
      : [{ name: placed(text, one.at), extent: one.extent }];
  });
}

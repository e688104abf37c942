import type { ConsumeFact, PublishFact } from '../../model/facts';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { processingGuarantee, streamsConsume } from '../shared/kafkaStreams';
import type { Lookup } from '../shared/keyed';
import { extentOf, type Context } from '../spring/context';
import type { Section, Settings } from '../spring/settings';

/** What stands below `kafka.` and is no property of Kafka's clients. */
const own = ['producers', 'consumers', 'streams', 'embedded', 'health', 'metrics', 'enabled'];

/**
 * Reads Micronaut's `kafka.`: properties right below hold for all clients; `producers.<name>`,
 * `consumers.<group>` and `streams.<name>` have their own, with `default` beneath. The name of the broker.
 */
export function readKafka(c: Context, kafka: Settings): string | undefined {
  c.skip(kafka.open);
  const broker = readBroker(c, kafka);
  for (const section of kafka.below('producers').sections()) producer(c, kafka, section);
  for (const section of kafka.below('consumers').sections()) consumer(c, kafka, section);
  for (const section of kafka.below('streams').sections()) streams(c, kafka, section);
  if (!c.facts.some((f) => f.kind === 'publish' || f.kind === 'consume')) common(c, kafka);
  return broker;
}

function readBroker(c: Context, kafka: Settings): string | undefined {
  const said = kafka.joined('bootstrap.servers');
  if (said === undefined || said === 'open') return undefined;
  const entry = kafka.get('bootstrap.servers') ?? kafka.get('bootstrap.servers[0]');
  const fact = brokerByAddress({
    dialect: c.dialect, extent: entry?.extent ?? said.at, bootstrap: said,
    securityProtocol: kafka.text('security.protocol'), registry: kafka.text('schema.registry.url'),
  });
  return c.broker(fact);
}

/** The client's own property, else that of `default`, else that of all clients. */
function lookupOf(kafka: Settings, kind: string, name: string): Lookup {
  const places = [kafka.below(kind).section(name), kafka.below(`${kind}.default`), kafka];
  return (key) => {
    if (own.includes(key)) return undefined;
    for (const place of places) {
      const found = place.lookup(key);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function base(c: Context, section: Section): Pick<PublishFact, 'dialect' | 'service' | 'protocol' | 'extent'> {
  return { dialect: c.dialect, service: c.service, protocol: 'kafka', extent: extentOf(section.inside.all, c.extent) };
}

function producer(c: Context, kafka: Settings, section: Section): void {
  c.facts.push({
    kind: 'publish', ...base(c, section), settings: publishSettings(lookupOf(kafka, 'producers', section.name), c.wrong),
    note: `kafka.producers.${section.name}: the producer that @KafkaClient names so.`,
  });
}

function consumer(c: Context, kafka: Settings, section: Section): void {
  const settings = consumeSettings(lookupOf(kafka, 'consumers', section.name), c.wrong);
  const isDefault = section.name === 'default';
  // Listeners find their configuration by their group.
  const group = settings.group ?? (isDefault ? undefined : { value: section.name, at: nameRange(c, section) });
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', ...base(c, section), settings: { ...settings, ...(group === undefined ? {} : { group }) },
    note: isDefault ? 'kafka.consumers.default: what holds for all listeners.'
      : `kafka.consumers.${section.name}: the listeners of the group (or with the id) of that name.`,
    inferred: settings.group === undefined && group !== undefined
      ? 'Micronaut finds a listener\'s configuration by its group, so the section\'s name is taken for the group.'
      : undefined,
  }));
}

/** Where the section's name stands: in its key, or in YAML above its first setting. */
function nameRange(c: Context, section: Section): Sourced<string>['at'] {
  const { keyAt } = section.first;
  if (keyAt.file !== c.file.id) return keyAt;
  const inKey = c.file.text.slice(keyAt.start, keyAt.end).indexOf(section.name);
  const at = inKey >= 0 ? keyAt.start + inKey : c.file.text.lastIndexOf(section.name, keyAt.start);
  return at < 0 ? keyAt : { ...keyAt, start: at, end: at + section.name.length };
}

function streams(c: Context, kafka: Settings, section: Section): void {
  const lookup = lookupOf(kafka, 'streams', section.name);
  const said = (key: string): Sourced<string> | undefined => {
    const found = lookup(key);
    return found === 'open' ? undefined : found;
  };
  const id = said('application.id');
  const eos = processingGuarantee(said('processing.guarantee'), id);
  const all = {
    ...base(c, section), client: { value: 'kafka-streams', at: section.first.keyAt },
    ...(eos === undefined ? {} : { note: eos.note }),
  };
  const inner = (prefix: string): Lookup => (key) => lookup(prefix + key) ?? lookup(key);
  c.facts.push(
    { kind: 'publish', ...all, settings: { ...eos?.publish, ...publishSettings(inner('producer.'), c.wrong) } },
    {
      kind: 'consume', ...all,
      settings: {
        ...eos?.consume, ...consumeSettings(inner('consumer.'), c.wrong), ...streamsConsume(lookup), ...(id ? { group: id } : {}),
      },
    },
  );
}

/** Properties of all clients, where no client has a section of its own. */
function common(c: Context, kafka: Settings): void {
  const lookup: Lookup = (key) => (own.includes(key) ? undefined : kafka.lookup(key));
  const extent = extentOf(kafka.all, c.extent);
  const edge = { dialect: c.dialect, service: c.service, protocol: 'kafka' as const, extent };
  const publish = publishSettings(lookup, c.wrong);
  const consume = consumeSettings(lookup, c.wrong);
  const says = (settings: object): boolean => Object.keys(settings).some((key) => key !== 'clientId');
  if (says(publish)) c.facts.push({ kind: 'publish', ...edge, settings: publish });
  if (says(consume)) c.facts.push({ kind: 'consume', ...edge, settings: consume });
}

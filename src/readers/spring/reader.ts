import { variablesIn } from '../../syntax/placeholder';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { Fact, ServiceFact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import type { Protocol } from '../../model/settings';
import { defined } from '../shared/defined';
import { withoutUserInfo } from '../shared/kafkaBroker';
import { isTestOnly } from '../shared/profile';
import { Context, extentOf } from './context';
import { dialect } from './dialect';
import { merged, readDocuments } from './documents';
import { insertPlaces } from './insert';
import { otherClusters, readKafka, retryTopics, type KafkaClients } from './kafka';
import { amongSiblings, isForAll, overridesOf, serviceName, settingsOf, siblingsOf } from './naming';
import { activeProfiles, conditionOf, matches, namesIn, profileOfName } from './profiles';
import { isSpring } from './recognize';
import { retryRoutes } from './retries';
import { readRabbit } from './rabbit';
import { credentials } from './secrets';
import { canonicalKey, type Leaf, Settings } from './settings';
import { readStream } from './stream';
import { mayName, ownTopics } from './topics';

/** Spring Boot configuration: `application.yml` and its like, with their profiles. */
export const spring: Reader = { dialect, recognizes: isSpring, read };

function read(
  file: SourceFile, others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const { documents, problems } = readDocuments(file);
  const parts = documents.map(({ leaves, root }) => ({ leaves, root, condition: conditionOf(leaves) }));
  const everything = parts.flatMap((part) => part.leaves);
  if (!isAboutMessaging(everything)) return { facts: [], problems: [] };

  const always = merged(file, parts.filter((p) => p.condition === undefined)
    .map((p) => p.leaves.filter((leaf) => /profiles/i.test(leaf.key))));
  const isActive = activeProfiles(always, namesIn(parts.flatMap((p) => p.condition ?? [])), options.profile);
  const own = profileOfName(baseName(file.path), options.profile);
  const holds = !isTestOnly(file.path, options.profile) && (own === undefined || isActive(own));
  const inForce = parts.filter((p) => holds && (p.condition === undefined || matches(p.condition, isActive)));
  // Other files are asked for before anything is made of this one.
  const isAbout = inForce.length > 0;
  const [lowerPaths, abovePaths] = isAbout ? [siblingsOf(file), overridesOf(file, options.profile)] : [[], []];
  const lower = settingsOf(file, lowerPaths, others, isActive);
  const above = settingsOf(file, abovePaths, others, isActive);
  const settings = isAbout ? amongSiblings(file, inForce.map((p) => p.leaves), lower, above) : new Settings(file, []);
  const isTest = isTestOnly(file.path, options.profile);
  const secrets = isTest ? [] : secretsOf(file, parts.map((p) => p.leaves), settings);
  if (settings.isEmpty) return { facts: secrets, problems };

  const first = settings.all.find((leaf) => /^spring\.(kafka|rabbitmq|cloud)/i.test(leaf.parts.join('.')));
  const place = (first ?? settings.all[0])?.keyAt;
  const { name, inferred } = serviceName(file, settings, [above, lower], place, 'spring.application.name');
  const c = new Context(file, dialect, name, extentOf(inForce.flatMap((p) => p.leaves), rangeIn(file, 0, 0)));
  readAll(c, settings, lower, insertPlaces(file, inForce.map((p) => p.root)));
  const facts = withService(c, settings, inferred);
  return {
    facts: [...facts, ...secrets], problems: [...problems, ...c.problems], skipped: c.skipped,
    wants: [...lowerPaths, ...abovePaths],
  };
}

/** True if any key is about messaging; the rest of Spring's keys are nobody's concern here. */
function isAboutMessaging(leaves: readonly Leaf[]): boolean {
  return leaves.some((leaf) => /servers|kafka|rabbitmq|stream/i.test(leaf.key)
    && /^spring\.(kafka|rabbitmq|cloud\.stream)\.|(^|\.)bootstrap\.?servers(\[\d+\])?$/.test(
      canonicalKey(leaf.parts.join('.')))
    || (mayName(leaf) && !/^(spring|logging|management|server)\b/i.test(leaf.key)));
}

function readAll(c: Context, settings: Settings, lower: Settings, insert: ReturnType<typeof insertPlaces>): void {
  const kafka = settings.below('spring.kafka');
  const rabbit = settings.below('spring.rabbitmq');
  const stream = settings.below('spring.cloud.stream');
  let clients: KafkaClients | undefined;
  let rabbitBroker: string | undefined;
  const isDeclared = (protocol: 'kafka' | 'rabbitmq'): boolean => !lower.below(`spring.${protocol}`).isEmpty;
  if (!kafka.isEmpty) clients = readKafka(c, kafka, insert);
  if (!rabbit.isEmpty) rabbitBroker = readRabbit(c, rabbit);
  if (!stream.isEmpty) {
    readStream(c, stream, settings, defined({
      kafka: clients?.publishTo ?? clients?.consumeFrom, rabbitmq: rabbitBroker,
    }));
  }
  otherClusters(c, settings);
  const hasKafka = !kafka.isEmpty || isDeclared('kafka') || !settings.below('spring.cloud.stream.kafka').isEmpty
    || c.facts.some((f) => f.kind === 'broker' && f.protocol?.value === 'kafka');
  const hasRabbit = !rabbit.isEmpty || isDeclared('rabbitmq') || !settings.below('spring.cloud.stream.rabbit').isEmpty;
  const protocols = (['kafka', 'rabbitmq'] as const).filter((p) => (p === 'kafka' ? hasKafka : hasRabbit));
  const both = protocols.length > 1;
  ownTopics(c, settings, {
    protocols,
    publishTo: (p) => (p === 'kafka' ? clients?.publishTo : rabbitBroker),
    consumeFrom: (p) => (p === 'kafka' ? clients?.consumeFrom : rabbitBroker),
    client: (p): Sourced<string> | undefined => (!both ? undefined
      : { value: p === 'kafka' ? (clients?.client ?? 'spring-kafka') : 'spring-amqp', at: c.service.at }),
  });
  const retry = retryTopics(kafka);
  if (retry !== undefined) retryRoutes(c, retry);
}

/** The service goes before what it does. A file that only names topics in passing is no program's by that. */
function withService(c: Context, settings: Settings, inferred: string | undefined): Fact[] {
  const edges = c.facts.filter((f) => f.kind === 'publish' || f.kind === 'consume');
  const section = settings.all.find((leaf) =>
    /^spring\.(kafka|rabbitmq|cloud\.stream\.(kafka|rabbit|binders))\./.test(canonicalKey(leaf.parts.join('.'))));
  if (edges.length === 0 && section === undefined) return [...c.facts];
  // What a config server hands to every program says where the broker is, and is no program itself.
  if (inferred !== undefined && isForAll(c.file) && edges.every((f) => f.channel === undefined)) {
    return c.facts.filter((f) => f.kind !== 'publish' && f.kind !== 'consume');
  }
  const protocols = new Set(edges.map((f) => f.protocol));
  const clientOf = (protocol: Protocol | undefined): Sourced<string> | undefined => {
    if (protocol !== 'kafka' && protocol !== 'rabbitmq') return undefined;
    const own = settings.all.find((leaf) => canonicalKey(leaf.parts.join('.')).startsWith(`spring.${protocol}.`));
    const at = own?.keyAt ?? section?.keyAt ?? c.service.at;
    return { value: protocol === 'kafka' ? 'spring-kafka' : 'spring-amqp', at };
  };
  const named = settings.below('spring.kafka').isEmpty
    ? (settings.below('spring.rabbitmq').isEmpty ? undefined : 'rabbitmq' as const) : 'kafka' as const;
  const isStreams = edges.length > 0
    && edges.every((f) => f.protocol === 'kafka' && f.client?.value === 'kafka-streams');
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent: c.extent, name: c.service, inferred,
    placeholders: variablesIn(c.file.text),
    client: isStreams ? edges[0]?.client : clientOf(named ?? edges[0]?.protocol),
  });
  // Where a program speaks two protocols, its client is said for each.
  const facts = c.facts.map((f): Fact => {
    if (protocols.size < 2 || (f.kind !== 'publish' && f.kind !== 'consume') || f.client !== undefined) return f;
    const client = clientOf(f.protocol);
    return client === undefined ? f : { ...f, client };
  });
  const brokers = facts.filter((f) => f.kind === 'broker');
  return [...brokers, service, ...facts.filter((f) => f.kind !== 'broker')];
}

const secretWords = /pass|secret|jaas|user|addresses|key|registry/i;

/** Secrets of all documents, also of profiles that are not in force: whoever reads the file reads them. */
function secretsOf(file: SourceFile, documents: readonly (readonly Leaf[])[], settings: Settings): Fact[] {
  return documents.flatMap((leaves) => {
    if (!leaves.some((leaf) => secretWords.test(leaf.key))) return [];
    const own = merged(file, [leaves.filter((leaf) => /kafka|rabbit|stream/i.test(leaf.key))]);
    const address = (protocol: Protocol, section: Settings): string => {
      const keys = protocol === 'kafka'
        ? ['spring.kafka.bootstrap-servers', 'spring.cloud.stream.kafka.binder.brokers']
        : ['spring.rabbitmq.addresses', 'spring.rabbitmq.host'];
      for (const from of [section, own, settings]) {
        for (const key of keys) {
          const said = from.joined(key);
          if (said !== undefined && said !== 'open') return withoutUserInfo(said)!.value;
        }
      }
      return baseName(file.path);
    };
    return credentials(file, dialect, own, address);
  });
}

import { variablesIn } from '../../syntax/placeholder';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Fact, ServiceFact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import type { Protocol } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { withoutUserInfo } from '../shared/kafkaBroker';
import { isTestOnly } from '../shared/profile';
import { Context, extentOf } from '../spring/context';
import { merged, readDocuments } from '../spring/documents';
import { amongSiblings, overridesOf, serviceName, settingsOf, siblingsOf } from '../spring/naming';
import { activeProfiles, profileOfName } from '../spring/profiles';
import { credentials, type SecretSections } from '../spring/secrets';
import { canonicalKey, type Leaf, Settings } from '../spring/settings';
import { ownTopics } from '../spring/topics';
import { dialect } from './dialect';
import { readKafka } from './kafka';
import { readMqtt, readNats, readRabbit } from './others';
import { isMicronaut } from './recognize';

/** Micronaut configuration: `application.yml` and its like, an environment in a file's name. */
export const micronaut: Reader = { dialect, recognizes: isMicronaut, read };

const nameKey = 'micronaut.application.name';
const roots = ['kafka', 'rabbitmq', 'mqtt', 'nats'] as const;
/** How a program reaches its brokers. */
const connection =
  /^(kafka\.(bootstrap\.servers(\[\d+\])?|security\.protocol)|rabbitmq\.(uri|host|port|addresses|virtualhost))$/;
const secretSections: SecretSections = roots.map((root) => [new RegExp(`^${root}\\.`), root] as const);

function read(
  file: SourceFile, others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const { documents, problems } = readDocuments(file);
  const leaves = documents.flatMap((document) => document.leaves);
  if (!leaves.some((leaf) => isAboutMessaging(leaf))) return { facts: [], problems: [] };
  const own = merged(file, documents.map((document) => document.leaves));
  const isTest = isTestOnly(file.path, options.profile);
  const secrets = isTest ? []
    : credentials(file, dialect, own, (p) => addressOf(file, own, p), secretSections);
  const environment = profileOfName(baseName(file.path), options.profile);
  const isActive = activeProfiles(new Settings(file, []), [], options.profile);
  if (isTest || (environment !== undefined && !isActive(environment))) return { facts: secrets, problems };

  const [lowerPaths, abovePaths] = [siblingsOf(file), overridesOf(file, options.profile)];
  const lower = settingsOf(file, lowerPaths, others, isActive);
  const above = settingsOf(file, abovePaths, others, isActive);
  const settings = amongSiblings(file, documents.map((document) => document.leaves), lower, above, connection);
  const first = leaves.find((leaf) => isAboutMessaging(leaf));
  const { name, inferred } = serviceName(file, settings, [above, lower], first?.keyAt, nameKey);
  const c = new Context(file, dialect, name, extentOf(leaves, rangeIn(file, 0, 0)));
  readAll(c, settings, lower);
  return {
    facts: [...withService(c, settings, inferred), ...secrets], problems: [...problems, ...c.problems],
    skipped: c.skipped, wants: [...lowerPaths, ...abovePaths],
  };
}

function isAboutMessaging(leaf: Leaf): boolean {
  return /^(kafka|rabbitmq|mqtt|nats)\./i.test(leaf.key) || /topic|queue|exchange/i.test(leaf.key);
}

function readAll(c: Context, settings: Settings, lower: Settings): void {
  const said = (root: string): boolean =>
    !settings.below(root).isEmpty && settings.isOn(`${root.split('.')[0]}.enabled`)?.value !== false;
  const kafka = said('kafka') ? readKafka(c, settings.below('kafka')) : undefined;
  const rabbit = said('rabbitmq') ? readRabbit(c, settings.below('rabbitmq')) : undefined;
  if (said('mqtt.client')) readMqtt(c, settings.below('mqtt.client'));
  if (said('nats')) readNats(c, settings.below('nats'));
  const protocols = (['kafka', 'rabbitmq'] as const).filter((root) => said(root) || !lower.below(root).isEmpty);
  const broker = (p: Protocol): string | undefined => (p === 'kafka' ? kafka : p === 'rabbitmq' ? rabbit : undefined);
  ownTopics(c, settings, {
    protocols, publishTo: broker, consumeFrom: broker,
    client: (p) => (protocols.length < 2 ? undefined : clientOf(settings, p, c)),
  });
}

/** The Java clients that Micronaut's modules wrap; of MQTT it has three, of NATS none is known by name. */
function clientOf(settings: Settings, protocol: Protocol | undefined, c: Context): Sourced<string> | undefined {
  if (protocol !== 'kafka' && protocol !== 'rabbitmq') return undefined;
  const at = settings.all.find((leaf) => canonicalKey(leaf.parts[0] ?? '') === protocol)?.keyAt ?? c.service.at;
  return { value: protocol === 'kafka' ? 'kafka-java' : 'rabbitmq-java', at };
}

function withService(c: Context, settings: Settings, inferred: string | undefined): Fact[] {
  const named = roots.find((root) => !settings.below(root).isEmpty);
  const edges = c.facts.filter((f) => f.kind === 'publish' || f.kind === 'consume');
  if (named === undefined && edges.length === 0) return [...c.facts];
  const isStreams = edges.length > 0 && edges.every((f) => f.client?.value === 'kafka-streams');
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent: c.extent, name: c.service, inferred,
    placeholders: variablesIn(c.file.text),
    client: isStreams ? edges[0]?.client : clientOf(settings, named ?? edges[0]?.protocol, c),
  });
  const brokers = c.facts.filter((f) => f.kind === 'broker');
  return [...brokers, service, ...c.facts.filter((f) => f.kind !== 'broker')];
}

function addressOf(file: SourceFile, settings: Settings, protocol: Protocol): string {
  const keys: Readonly<Record<Protocol, readonly string[]>> = {
    kafka: ['kafka.bootstrap.servers'], rabbitmq: ['rabbitmq.uri', 'rabbitmq.addresses', 'rabbitmq.host'],
    mqtt: ['mqtt.client.server-uri', 'mqtt.client.server-host'], nats: ['nats.addresses'],
  };
  for (const key of keys[protocol]) {
    const said = settings.joined(key);
    if (said !== undefined && said !== 'open') return withoutUserInfo(said)!.value;
  }
  return baseName(file.path);
}

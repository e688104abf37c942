import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import type { OtherFiles, Reader, ReadResult } from '../../model/reader';
import type { Protocol } from '../../model/settings';
import type { SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document } from '../shared/document';
import { openVariables, serviceFactsFromEnvironment } from '../shared/environment';
import { isOtherEnvironment, isTestOnly } from '../shared/profile';
import { brokerAt } from './addresses';
import { applicationFacts } from './applications';
import { brokersOf, type RunBroker } from './brokers';
import { commandFacts, type FindBroker } from './commands';
import { createdTopics } from './createdTopics';
import { dialect, namedByCompose } from './dialect';
import { exportersOf } from './exporters';
import { isCompose, isVariables } from './recognize';
import { registryOf } from './registries';
import { secretsOf } from './secrets';
import { readServices, type ComposeService } from './services';
import { readVariablesOf, variablesOf } from './variables';

/** Compose files: brokers by their images, programs by their environment; and files of variables. */
export const dockerCompose: Reader = {
  dialect,
  recognizes: (file) => isCompose(file) || isVariables(file),
  read: (file, others, _before, options = {}) => {
    const result = isVariables(file) ? readVariables(file) : readCompose(file, others);
    return holds(file, options.profile) ? result : { ...result, ...onlySecrets(result) };
  },
};

/** False for stacks of tests, and for variables of an environment that is not the chosen one. */
function holds(file: SourceFile, profile: string | undefined): boolean {
  if (isTestOnly(file.path, profile)) return false;
  const name = baseName(file.path).replace(/\.?env(\.\w+)?$/i, '');
  return !isVariables(file) || name === '' || !isOtherEnvironment(`environments/${name}/`, profile);
}

/** A secret is written for all to read, whatever it is used for. */
function onlySecrets({ facts }: ReadResult): Partial<ReadResult> {
  return { facts: facts.filter((fact) => fact.kind === 'credential'), links: [], skipped: [] };
}

function readCompose(file: SourceFile, others: OtherFiles): ReadResult {
  const doc = new Document(file);
  const root: SyntaxNode | undefined = doc.roots.find((r) => r !== undefined);
  const variables = variablesOf(file, others);
  const services = readServices(file, root, variables);
  const brokers = brokersOf(file, root, services);
  const known = brokers.map((b) => b.known);
  const find: FindBroker = (protocol, address) => {
    const at = address === undefined ? undefined : brokerAt(known, protocol, address);
    const own = known.filter((k) => k.protocol === protocol);
    return at ?? (own.length === 1 ? own[0]!.name : undefined);
  };
  const watching = exportersOf(file, services, known);
  const facts: Fact[] = [];
  const open: SourceRange[] = [...doc.skipped];
  for (const service of services) {
    if (!service.runs) continue;
    const broker = brokers.find((b) => b.nodes.includes(service));
    facts.push(...broker === undefined
      ? programFacts(file, service, services, brokers, find)
      : brokerFacts(file, service, broker, brokers, services, watching.get(broker.known.name)));
    facts.push(...withService(service, facts, commandFacts(file, service, find)));
    if (broker === undefined) open.push(...openVariables(service.environment));
  }
  return {
    facts, problems: doc.problems, links: brokers.flatMap((b) => b.links), skipped: distinct(open),
    wants: variables.wants,
  };
}

/** A node of a broker: the broker at its first node, topics and logins at each. */
function brokerFacts(
  file: SourceFile, service: ComposeService, broker: RunBroker, all: readonly RunBroker[],
  services: readonly ComposeService[], monitoredBy: Sourced<string> | undefined,
): Fact[] {
  const { name, protocol } = broker.known;
  const registry = protocol === 'kafka' ? registryOf(broker, all, services) : undefined;
  const fact = defined<BrokerFact>({ ...broker.fact, registry: registry ?? broker.fact.registry, monitoredBy });
  return [
    ...(broker.nodes[0] === service ? [fact] : []),
    ...(protocol === 'kafka' ? createdTopics(file, service, name) : []),
    ...secretsOf(file, service, name),
  ];
}

function programFacts(
  file: SourceFile, service: ComposeService, services: readonly ComposeService[],
  brokers: readonly RunBroker[], find: FindBroker,
): Fact[] {
  const known = brokers.map((b) => b.known);
  const of = (isMeant: (b: RunBroker) => boolean): Protocol[] =>
    brokers.filter(isMeant).map((b) => b.known.protocol);
  const needed = of((b) => b.nodes.some((node) => service.needs.has(node.name.value)));
  return applicationFacts(file, service, services, {
    brokerAt: (protocol, address) => brokerAt(known, protocol, address),
    protocols: needed.length > 0 ? needed : of(() => true), find,
  });
}

/** Edges out of a command line need the service that they are of. */
function withService(service: ComposeService, before: readonly Fact[], found: readonly Fact[]): Fact[] {
  const hasEdge = found.some((f) => f.kind === 'publish' || f.kind === 'consume');
  const isThere = before.some((f) => f.kind === 'service' && f.name.value === service.name.value);
  if (!hasEdge || isThere) return [...found];
  const { name, extent } = service;
  return [{ kind: 'service', dialect, extent, name, inferred: namedByCompose }, ...found];
}

/** A file of variables says brokers and names, but not whose they are. */
function readVariables(file: SourceFile): ReadResult {
  const values = readVariablesOf(file);
  const extent = rangeIn(file, 0, file.text.length);
  const facts = serviceFactsFromEnvironment(values, { dialect, extent });
  return { facts, problems: [], skipped: openVariables(values) };
}

function distinct(all: readonly SourceRange[]): SourceRange[] {
  const seen = new Set<number>();
  return all.filter((at) => !seen.has(at.start) && seen.add(at.start) !== undefined)
    .sort((a, b) => a.start - b.start);
}

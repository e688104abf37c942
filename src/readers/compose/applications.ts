import type { Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import type { Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { serviceFactsFromEnvironment } from '../shared/environment';
import { textOfCommand } from './commandText';
import type { FindBroker } from './commands';
import { dialect, namedByCompose } from './dialect';
import { isToolRun } from './kafkaClusters';
import { valuesOf } from './options';
import { connectFacts, ksqlFacts, runsOf } from './workers';
import type { ComposeService } from './services';

/** What the rest of the file says that a program's variables are understood by. */
export interface Around {
  readonly brokerAt: (protocol: Protocol, address: string) => string | undefined;
  /** What it speaks where its variables name no address. */
  readonly protocols: readonly Protocol[];
  readonly find: FindBroker;
}

/** The facts of a service that is no broker; consoles and coordinators have none. */
export function applicationFacts(
  file: SourceFile, service: ComposeService, services: readonly ComposeService[], around: Around,
): Fact[] {
  if (service.kind === 'tool' || service.kind === 'registry') return [];
  const isSetUp = isToolRun(service) || setUp.test(service.name.value);
  const shared = templateOf(service, services);
  // The first instance speaks for all.
  if (shared !== undefined && shared.instances[0] !== service) return [];
  const facts = serviceFactsFromEnvironment(valuesOf(file, service), {
    dialect, service: shared?.template.name ?? service.name, extent: service.extent, folder: service.folder,
    // A broker that this file does not run may be that of another compose file: without a scope it can be.
    brokerAt: around.brokerAt, protocols: around.protocols, note: runsOf(service),
    inferred: shared === undefined ? namedByCompose
      : `${list(shared.instances)} are instances of it: they extend it, and it does not run itself.`,
  });
  const variables = service.environment.all.map((one) => one.key);
  const module = service.kind === undefined ? /([\w.-]+?)(?:[:@][^/]*)?$/.exec(service.imageText)?.[1] : undefined;
  const instances = shared === undefined ? service.replicas : instancesOf(shared.instances);
  const own = facts.map((fact) => (fact.kind !== 'service' ? fact : {
    ...fact, ...(variables.length > 0 ? { variables } : {}), ...(module === undefined ? {} : { module }),
    ...(instances === undefined ? {} : { instances }),
  }));
  // A worker's variables are Connect's and ksqlDB's own keys, not those of some program.
  const rest = facts.filter((fact) => fact.kind === 'broker' || fact.kind === 'credential');
  const isServer = service.kind === 'connect' || service.kind === 'ksql';
  if (isServer && isIdle(service)) return rest;
  if (service.kind === 'connect') {
    return [...rest, ...connectFacts(file, service, (address) => around.brokerAt('kafka', address))];
  }
  if (service.kind === 'ksql') return [...rest, ...ksqlFacts(service)];
  // It makes topics and ends: it takes no part in the flow, though what it names is there.
  return isSetUp ? own.filter((fact) => declaring.has(fact.kind)) : own;
}

/** True for a container that only waits for somebody to type: a server's image, for its tools. */
function isIdle(service: ComposeService): boolean {
  return idle.test(textOfCommand(service).trim());
}

const idle = /^(\/(usr\/)?bin\/)?((ba|da|z)?sh|cat|sleep +infinity|tail +-f +\/dev\/null)$/;

const declaring: ReadonlySet<Fact['kind']> = new Set(['broker', 'channel', 'credential']);

/** Names of containers that prepare a broker before the programs start. */
const setUp = /(^|[-_.])(init|setup|create|creator|provision|bootstrap)([-_.]|\d*$)/i;

/**
 * The template that several services of the file extend and that never runs itself (`replicas: 0`): they are
 * one program in several containers.
 */
function templateOf(
  service: ComposeService, services: readonly ComposeService[],
): { template: ComposeService; instances: ComposeService[] } | undefined {
  const template = services.find((s) => s.name.value === service.base);
  if (template === undefined || template.runs) return undefined;
  const instances = services.filter((s) => s.base === service.base && s.runs && saysTheSame(s, template));
  return instances.length > 1 && instances.includes(service) ? { template, instances } : undefined;
}

/** Each of them is a copy, and may be one several times. */
function instancesOf(services: readonly ComposeService[]): Sourced<number> | undefined {
  const first = services[0];
  const value = services.reduce((sum, one) => sum + (one.replicas?.value ?? 1), 0);
  return first && { value, at: first.name.at };
}

/** True if a service adds no variables to those of its template. */
function saysTheSame(service: ComposeService, template: ComposeService): boolean {
  const text = ({ environment }: ComposeService): string =>
    environment.all.map((one) => `${one.key}=${one.value}`).join('\n');
  return text(service) === text(template);
}

function list(services: readonly ComposeService[]): string {
  const names = services.map((s) => s.name.value);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, Fact, ServiceFact } from '../../model/facts';
import { protocols, type Protocol } from '../../model/settings';
import { hostsOf } from '../../model/address';
import { get } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { openVariables, serviceFactsFromEnvironment } from '../shared/environment';
import { knownText } from '../shared/places';
import { brokerFacts, brokerProtocol } from './brokers';
import { dialect } from './dialect';
import { brokerAt } from './manifest';
import { exporterFacts } from './exporters';
import { qualifiedAddresses } from './network';
import { toolFacts } from './commands';
import { containersOf, moduleOf, podOf, type Container, type Pod } from './pods';
import { replicasOf } from './replicas';
import type { Resource, ResourceFacts } from './resource';
import { variablesOf } from './variables';

/** A workload: a broker by its image, or a program by what its variables and options say of messaging. */
export function workloadFacts(resource: Resource, all: readonly Resource[]): ResourceFacts {
  const pod = podOf(resource);
  if (pod === undefined) return { facts: [] };
  const containers = containersOf(pod);
  const broker = containers.find((c) => brokerProtocol(pod, c) !== undefined);
  if (broker !== undefined) {
    return { facts: brokerFacts(pod, broker, variablesOf(resource.file, broker.node, all), all) };
  }
  const program = programFacts(containers.filter((c) => !beside.has(c.image.kind ?? '')), {
    resource, all, dialect, instances: replicasOf(resource, all), ...nameOf(pod, containers),
  });
  return { ...program, facts: [...containers.flatMap((c) => exporterFacts(resource, c, all)), ...program.facts] };
}

/** Consoles, exporters, registries: they take no part in the flow. */
const beside: ReadonlySet<string> = new Set(['tool', 'registry']);

/** Whose containers they are. */
export interface Program {
  readonly resource: Resource;
  readonly all: readonly Resource[];
  readonly dialect: string;
  readonly name: Sourced<string> | undefined;
  /** Why it has that name, where the file does not say it. */
  readonly inferred?: string;
  /** What it speaks where its own variables name no address. */
  readonly protocols?: readonly Protocol[] | undefined;
  readonly instances?: Sourced<number> | undefined;
}

/** What the containers of one program say together: one service, whatever their number. */
export function programFacts(containers: readonly Container[], program: Program): ResourceFacts {
  const { resource, all, name } = program;
  const skipped: SourceRange[] = [];
  const variables: string[] = [];
  const atAddress = brokerAt(all, resource);
  const found = containers.flatMap((container): readonly Fact[] => {
    const values = variablesOf(resource.file, container.node, all);
    skipped.push(...openVariables(values));
    variables.push(...values.all.map((one) => one.key));
    const worker = container.image.kind === 'connect' ? container.written ?? name : undefined;
    const tools = toolFacts(resource.file, container, name, program.dialect, atAddress);
    // A tool out of a broker's image is no program of its own: what it is told is only where to do its work.
    if (protocols.some((protocol) => protocol === container.image.kind)) return tools;
    return [...tools, ...serviceFactsFromEnvironment(values, defined({
      dialect: program.dialect, service: name, extent: resource.extent, inferred: program.inferred,
      protocols: program.protocols, brokerAt: atAddress,
      client: worker && { value: 'kafka-connect', at: worker.at },
    }))].map((fact) => (fact.kind === 'broker' ? inNamespace(fact, resource.namespace) : fact));
  });
  const services = found.filter((fact) => fact.kind === 'service');
  const others = once(found.filter((fact) => fact.kind !== 'service'));
  // A sidecar of Dapr alone says nothing: components that name the program in their scopes do.
  if (name === undefined || services.length === 0) return { facts: others, skipped };
  const image = containers.find((container) => container.image.kind === undefined)?.written;
  const service = defined<ServiceFact>({
    kind: 'service', dialect: program.dialect, extent: resource.extent, name, inferred: program.inferred,
    client: services.find((s) => s.client !== undefined)?.client, instances: program.instances, module: moduleOf(image),
    variables: variables.length > 0 ? variables : undefined,
  });
  const brokers = others.filter((fact) => fact.kind === 'broker');
  return { facts: [...brokers, service, ...others.filter((fact) => fact.kind !== 'broker')], skipped };
}

/** The containers of one program mostly repeat each other; each secret has its own place. */
function once(facts: readonly Fact[]): Fact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    if (fact.kind === 'credential') return true;
    const key = JSON.stringify(fact, (name, value: unknown) => (/^(at|extent)$/.test(name) ? undefined : value));
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** A broker known by its address: a bare host is a Service of the program's namespace; others name it in full. */
function inNamespace(broker: BrokerFact, namespace: string | undefined): BrokerFact {
  const { url, protocol } = broker;
  if (url === undefined || namespace === undefined) return broker;
  const hosts = { value: hostsOf(url.value, protocol?.value).join(','), at: url.at };
  const addresses = qualifiedAddresses(hosts, namespace);
  if (addresses.length === 0) return broker;
  return { ...broker, namespace, addresses: [...broker.addresses ?? [], ...addresses] };
}

/** Dapr's id of the program, else the workload's name, else that of its container where a chart fills that in. */
function nameOf(pod: Pod, containers: readonly Container[]): Pick<Program, 'name' | 'inferred'> {
  const { resource } = pod;
  const name = daprId(pod) ?? resource.name;
  const container = containers.find((c) => !beside.has(c.image.kind ?? '') && c.name !== '');
  const said = knownText(resource.file, container && get(container.node, 'name'));
  if (name !== undefined || said === undefined || said === 'open') return { name };
  const inferred = 'The name of the workload is filled in elsewhere; it is named after its container.';
  return { name: said, inferred };
}

/** The id of a program with a sidecar of Dapr. */
export function daprId(pod: Pod): Sourced<string> | undefined {
  const annotation = (key: string): ReturnType<typeof knownText> =>
    knownText(pod.resource.file, get(pod.metadata, 'annotations', key));
  const enabled = annotation('dapr.io/enabled');
  const id = annotation('dapr.io/app-id');
  if (enabled === undefined || enabled === 'open' || enabled.value.toLowerCase() !== 'true') return undefined;
  return id === 'open' ? undefined : id;
}

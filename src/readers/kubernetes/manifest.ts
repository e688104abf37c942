import type { Protocol } from '../../model/settings';
import { brokerProtocol } from './brokers';
import { hostForms } from './network';
import { containersOf, mountedBy, podOf, type Pod } from './pods';
import type { Resource } from './resource';
import { servicesOf } from './services';

/** A broker of the manifest, as programs in it find it. */
export interface KnownBroker {
  readonly name: string;
  readonly protocol: Protocol;
  readonly resource: Resource;
  /** The names of its Services. */
  readonly services: readonly string[];
}

/** What is asked of a manifest's objects again and again: found once, as manifests of thousands of objects exist. */
export interface Manifest {
  readonly brokers: readonly KnownBroker[];
  /** Maps of configuration by `kind/name`. */
  readonly maps: ReadonlyMap<string, Resource>;
  /** The workloads that mount a map, by `kind/name`. */
  readonly users: ReadonlyMap<string, readonly Pod[]>;
  /** Workloads by their own names. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
}

const known = new WeakMap<readonly Resource[], Manifest>();

export function manifestOf(all: readonly Resource[]): Manifest {
  let found = known.get(all);
  if (found === undefined) known.set(all, (found = made(all)));
  return found;
}

function made(all: readonly Resource[]): Manifest {
  const services = all.filter((r) => r.kind === 'Service' && r.group === '');
  const brokers: KnownBroker[] = [];
  const maps = new Map<string, Resource>();
  const users = new Map<string, Pod[]>();
  const pods = new Map<string, Pod[]>();
  for (const resource of all) {
    const name = resource.name?.value;
    if (/^(ConfigMap|Secret)$/.test(resource.kind) && resource.group === '' && name !== undefined) {
      const key = `${resource.kind}/${name}`;
      if (!maps.has(key)) maps.set(key, resource);
      continue;
    }
    const pod = podOf(resource);
    if (pod === undefined) continue;
    for (const mounted of mountedBy(pod)) push(users, `${mounted.kind}/${mounted.name}`, pod);
    if (name === undefined) continue;
    push(pods, name, pod);
    const protocol = containersOf(pod).map((c) => brokerProtocol(pod, c)).find((p) => p !== undefined);
    if (protocol === undefined) continue;
    const own = servicesOf(pod, services).flatMap((s) => (s.name ? [s.name.value] : []));
    brokers.push({ name, protocol, resource, services: own.length > 0 ? own : [name] });
  }
  return { brokers, maps, users, pods };
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else if (!list.includes(item)) list.push(item);
}

/** The name of the broker of this manifest that an address leads to, seen from one of its objects. */
export function brokerAt(
  all: readonly Resource[], from: Resource,
): (protocol: Protocol, address: string) => string | undefined {
  const { brokers } = manifestOf(all);
  return (protocol, address) => brokers.find((broker) => broker.protocol === protocol && leadsTo(broker, from, address))?.name;
}

function leadsTo(broker: KnownBroker, from: Resource, address: string): boolean {
  const hosts = new Set(address.split(',').map(hostOf));
  const { namespace } = broker.resource;
  // A bare host is a Service of the program's own namespace.
  const isApart = namespace !== undefined && from.namespace !== undefined && namespace !== from.namespace;
  if (isApart && !address.includes('.')) return false;
  return broker.services.some((service) => hostForms(service, namespace ?? from.namespace).some((form) => hosts.has(form)));
}

function hostOf(address: string): string {
  return address.trim().replace(/^[a-z][\w.+-]*:\/\//i, '').replace(/[:/].*$/s, '');
}

import { hostsOf, isLocalAddress } from '../model/address';
import type { Broker } from '../model/model';
import type { RuleContext } from './context';

const tryOuts = /^(dev|develop|development|local|localhost|test|testing|ci|demo|sandbox|example|examples)$/i;

/** Dialects that declare brokers to run in a cluster of machines. */
const orchestrated: ReadonlySet<string> = new Set([
  'strimzi', 'confluent-kubernetes', 'redpanda-operator', 'rabbitmq-topology', 'kubernetes',
]);

/**
 * True for brokers that are there to try things out: their environment says so, or nobody says the
 * environment and the address is this machine or a bare name as compose files use (`kafka:9092`).
 * Replication and encryption are no faults there.
 */
export function isLocal(broker: Broker | undefined, context: RuleContext): boolean {
  const environment = broker?.environment?.value ?? context.environment;
  if (environment !== undefined) return tryOuts.test(environment);
  const facts = broker?.facts.filter((fact) => !broker.copies?.has(fact)) ?? [];
  // In Kubernetes a bare name is a Service's, and nothing says that it is there to try things out.
  if (facts.some((fact) => fact.inferred === undefined && orchestrated.has(fact.dialect))) return false;
  const addresses = facts.flatMap((f) => [f.url, ...(f.addresses ?? [])]).filter((a) => a !== undefined);
  return addresses.length > 0 && addresses.every((address) => isLocalUrl(address.value));
}

const known = new Map<string, boolean>();

/**
 * Rules ask for each channel of a broker. Half-typed addresses come by in an editor; memory must not grow
 * with them.
 */
function isLocalUrl(url: string): boolean {
  let local = known.get(url);
  if (local === undefined) {
    if (known.size > 500) known.clear();
    known.set(url, (local = isLocalAddress(url) || isComposeAddress(url)));
  }
  return local;
}

/** True if the broker's environment says that it is there to try things out. */
export function isTryOut(broker: Broker | undefined, context: RuleContext): boolean {
  const environment = broker?.environment?.value ?? context.environment;
  return environment !== undefined && tryOuts.test(environment);
}

/**
 * True if somebody says that the broker's environment is one that counts. Only there a setting that
 * no file states is worth a word: what a cluster's own defaults are, its files rarely tell.
 */
export function isStatedProduction(broker: Broker | undefined, context: RuleContext): boolean {
  return (broker?.environment?.value ?? context.environment) !== undefined && !isLocal(broker, context);
}

/** True if every host is a single label: a container's or a service's name, never a public one. */
function isComposeAddress(url: string): boolean {
  const hosts = hostsOf(url, undefined).map((host) => host.replace(/:[^:]*$/, ''));
  return hosts.length > 0 && hosts.every((host) => host === 'localhost' || /^[a-z0-9_-]+$/.test(host));
}

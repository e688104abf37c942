import { hostsOf, isLocalAddress, isTlsUrl } from '../model/address';
import type { BrokerFact } from '../model/facts';
import type { Broker } from '../model/model';
import type { Protocol } from '../model/settings';
import { resolvePlaceholders } from '../syntax/placeholder';
import type { FileId, Sourced } from '../text/range';
import { brokerAddress, type BrokerAddress } from './brokerUrl';

/** How a tail on this machine gets to a broker. */
export interface TailAddress extends BrokerAddress {
  readonly tls: boolean;
  readonly environment?: string;
}

/** Dialects whose files are about the inside of a Kubernetes cluster: a bare host there is one of its services. */
const inCluster: ReadonlySet<string> = new Set([
  'strimzi', 'confluent-kubernetes', 'nats-jetstream', 'knative', 'dapr', 'kubernetes', 'clowder-clowdapp',
  'rabbitmq-topology', 'redpanda-operator', 'keda',
]);

/** Drivers other than Kafka's want to be told what they speak. */
const schemes: Readonly<Record<Exclude<Protocol, 'kafka'>, { readonly plain: string; readonly tls: string }>> = {
  rabbitmq: { plain: 'amqp://', tls: 'amqps://' },
  mqtt: { plain: 'mqtt://', tls: 'mqtts://' },
  nats: { plain: 'nats://', tls: 'tls://' },
};

/**
 * The address of a broker that this machine can resolve: what a flow file says, else the broker's own URL, else a
 * port that a compose file publishes. Names of a compose network or of a Kubernetes cluster lead nowhere from here.
 * @param textOf gives a file's text, in which the URL may hold placeholders for this environment.
 * @returns undefined where no file says such an address.
 */
export function tailAddress(
  broker: Broker,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): TailAddress | undefined {
  const set = setHere(broker, textOf, environment);
  if (set !== undefined) return addressAt(set, broker, broker.protocol, textOf, environment);
  const found = chosen(broker);
  if (found === undefined) return undefined;
  const { url, fact } = found;
  // What is known of the real broker does not hold for its copy.
  const of = fact !== undefined && broker.copies?.has(fact) === true ? fact : broker;
  return addressAt(url, of, broker.protocol, textOf, environment);
}

/** The URL of a flow file that only this environment knows, as it stands there; undefined where a variable is not set. */
function setHere(
  broker: Broker,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): Sourced<string> | undefined {
  const at = broker.facts.find((fact) => fact.openUrl !== undefined)?.openUrl;
  if (at === undefined) return undefined;
  const unset = { value: '', at };
  return brokerAddress(unset, textOf(at.file), environment).url === '' ? undefined : unset;
}

/** Variables without a default, and not set here, that a flow file leaves a broker's address to. */
export function unsetVariables(
  broker: Broker,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const at = broker.facts.find((fact) => fact.openUrl !== undefined)?.openUrl;
  if (at === undefined) return [];
  return resolvePlaceholders(textOf(at.file).slice(at.start, at.end), (name) => environment[name]).unresolved;
}

/** The address that one of a broker's declarations gives; undefined where this machine cannot resolve it. */
export function declaredAddress(
  broker: Broker,
  fact: BrokerFact,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): TailAddress | undefined {
  const isInside = insideOf(broker.facts);
  const canReach = (url: string): boolean =>
    fact.dialect === 'flow' || (fact.scope === undefined ? !isInside(url) : isLocalAddress(url));
  const url = [fact.url, ...(fact.addresses ?? [])].find((one) => one !== undefined && canReach(one.value));
  if (url === undefined) return undefined;
  const rest = broker.copies?.has(fact) === true ? undefined : broker;
  const of = {
    tls: fact.tls ?? rest?.tls, vhost: fact.vhost ?? rest?.vhost, environment: fact.environment ?? rest?.environment,
  };
  return addressAt(url, of, broker.protocol, textOf, environment);
}

function addressAt(
  url: Sourced<string>,
  of: Pick<BrokerFact, 'tls' | 'vhost' | 'environment'>,
  protocol: Protocol | undefined,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): TailAddress {
  const address = brokerAddress(url, textOf(url.at.file), environment);
  const tls = of.tls?.value ?? isTlsUrl(address.url);
  return {
    ...address,
    url: written(address.url, protocol, tls, of.vhost?.value),
    tls,
    ...(of.environment === undefined ? {} : { environment: of.environment.value }),
  };
}

function chosen({ url, facts }: Broker): { readonly url: Sourced<string>; readonly fact?: BrokerFact } | undefined {
  const said = facts.find((fact) => fact.dialect === 'flow' && fact.url !== undefined);
  if (said?.url !== undefined) return { url: said.url };
  const isInside = insideOf(facts);
  if (url !== undefined && !isInside(url.value)) return { url };
  for (const fact of facts) {
    if (fact.scope === undefined) continue;
    const local = [fact.url, ...(fact.addresses ?? [])].find((one) => one !== undefined && isLocalAddress(one.value));
    if (local !== undefined) return { url: local, fact };
  }
  const other = facts.find((fact) => fact.url !== undefined && !isInside(fact.url.value));
  return other?.url && { url: other.url, fact: other };
}

/** Tells whether one of an address's hosts means something inside of a network only. */
function insideOf(facts: readonly BrokerFact[]): (url: string) => boolean {
  const names = new Set<string>();
  const namespaces = new Set<string>();
  for (const fact of facts) {
    if (fact.namespace !== undefined) namespaces.add(fact.namespace);
    const own = fact.scope !== undefined || inCluster.has(fact.dialect) ? [fact.url] : [];
    for (const one of [...own, ...(fact.addresses ?? [])]) {
      if (one === undefined) continue;
      for (const name of hostNames(one.value)) if (!name.includes('.') && name !== 'localhost') names.add(name);
    }
  }
  return (url) =>
    hostNames(url).some((name) => names.has(name) || /\.svc(\.|$)/.test(name)
      || namespaces.has(name.slice(name.indexOf('.') + 1)));
}

function hostNames(url: string): string[] {
  return hostsOf(url, undefined).map((host) => host.slice(0, host.lastIndexOf(':')));
}

/** Hosts and ports alone become URLs; a virtual host that stands elsewhere becomes their path. */
function written(url: string, protocol: Protocol | undefined, tls: boolean, vhost: string | undefined): string {
  if (protocol === undefined || protocol === 'kafka') return url;
  const [scheme] = /^[a-z][\w.+-]*:\/\//i.exec(url) ?? [];
  const full = scheme === undefined ? schemes[protocol][tls ? 'tls' : 'plain'] + url : url;
  if (protocol !== 'rabbitmq' || vhost === undefined || vhost === '/' || full.includes(',')) return full;
  return /^[^:]+:\/\/[^/?#]+\/?$/.test(full) ? `${full.replace(/\/$/, '')}/${encodeURIComponent(vhost)}` : full;
}

import type { Sourced } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import { entry, get, isMap, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { entryRange } from '../shared/places';
import { dialect } from './dialect';

/** An `Account`: where NACK reaches the server, and as whom. Streams and consumers name it. */
export function accountFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, root, extent } = resource;
  if (name === undefined) return [];
  const spec = get(root, 'spec');
  const servers = ask.list(get(spec, 'servers'));
  // Two accounts of one server keep their streams apart, though they share its addresses.
  const isShared = all.some((other) => other !== resource && other.kind === 'Account'
    && ask.list(get(other.root, 'spec', 'servers')).some((s) =>
      servers.some((own) => own.value === s.value)));
  const found = brokerOfClient({
    dialect, resource, protocol: 'nats', urls: servers, name, extent,
    inferred: 'An Account of NACK stands for what its streams lie in.',
  }, { tls: tlsOf(ask, spec) });
  if (found === undefined) return [named(name, extent)];
  const [broker, ...logins] = found;
  if (!isShared) return [broker, ...logins];
  const { url, addresses: _, ...apart } = broker;
  return [{ ...apart, note: `An account of its own at ${url?.value ?? 'the server'}.` }, ...logins];
}

function tlsOf(ask: Asking, spec: SyntaxNode | undefined): Sourced<boolean> | undefined {
  const tls = entry(spec, 'tls');
  return tls !== undefined && isMap(tls.value) ? { value: true, at: entryRange(ask.file, tls) } : undefined;
}

function named(name: Sourced<string>, extent: BrokerFact['extent']): BrokerFact {
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'nats', at: name.at },
    inferred: 'An Account of NACK stands for what its streams lie in.',
  });
}

/**
 * Where a stream or consumer lies: by its own servers, else by its account; else NACK's own server decides.
 */
export interface Place {
  readonly facts: readonly Fact[];
  readonly broker: Sourced<string> | undefined;
}

export function placeOfStream(ask: Asking, resource: Resource, all: readonly Resource[]): Place {
  const spec = get(resource.root, 'spec');
  const servers = entry(spec, 'servers');
  const urls = ask.list(servers?.value);
  if (servers !== undefined && urls.length > 0) {
    const facts = brokerOfClient({ dialect, resource, protocol: 'nats', urls,
      extent: entryRange(ask.file, servers) }, {
      tls: tlsOf(ask, spec),
    }) ?? [];
    return { facts, broker: facts[0]?.name };
  }
  const account = ask.text(get(spec, 'account'));
  if (account === undefined) return { facts: [], broker: undefined };
  const isHere = all.some((r) => r.kind === 'Account' && r.name?.value === account.value);
  const first = all.find((r) => r.kind !== 'Account'
    && ask.text(get(r.root, 'spec', 'account'))?.value === account.value);
  return { facts: isHere || first !== resource ? [] : [named(account, account.at)], broker: account };
}

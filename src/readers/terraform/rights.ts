import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import { defined } from '../shared/defined';
import type { RunsAs } from './connectors';
import { dialect, type Context } from './context';
import type { ChannelName } from './handles';
import type { Principal } from './principals';

/** A right that somebody is given. */
export interface Right {
  readonly principal: Principal;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly on: 'topic' | 'group';
  readonly name: ChannelName;
  readonly match?: 'prefix' | 'regex';
  readonly broker: Sourced<string> | undefined;
  readonly extent: SourceRange;
}

/**
 * Rights on topics are edges; a right on just one group says in which group the same principal reads.
 * @param runsAs connectors with the accounts that they work under: such an account is no service of its own.
 */
export function readRights(c: Context, rights: readonly Right[], runsAs: readonly RunsAs[]): void {
  const groups = groupsOf(rights);
  const said = saidBy(c, runsAs);
  const named = new Set<string>();
  for (const r of rights) {
    if (r.on !== 'topic' || !(r.reads || r.writes)) continue;
    const connector = connectorOf(r, runsAs);
    const own = r.principal.service;
    const service = connector === undefined ? own : { ...own, value: connector };
    const right = {
      ...r,
      reads: r.reads && !said.has(edgeOf(service.value, 'consume', r.name.value)),
      writes: r.writes && !said.has(edgeOf(service.value, 'publish', r.name.value)),
    };
    if (connector === undefined && !named.has(service.value)) {
      named.add(service.value);
      c.facts.push({
        kind: 'service', dialect, extent: r.extent, name: service,
        note: `An ACL gives rights to ${r.principal.as}; the service is named after it.`,
      });
    }
    c.facts.push(...edgesOf(right, service, groups.get(ownerOf(r)) ?? []));
  }
}

function edgesOf(
  r: Right, service: Sourced<string>, groups: readonly Sourced<string>[],
): (PublishFact | ConsumeFact)[] {
  const broker = r.broker?.value;
  const { handle, ...name } = r.name;
  const channel = defined<ChannelRef>({ name, protocol: 'kafka', broker, match: r.match, handle });
  const what = r.match === undefined ? 'the topic'
    : r.match === 'prefix' ? 'topics that begin so' : 'topics of this form';
  const base = { dialect, extent: r.extent, service, channel, protocol: 'kafka' as const };
  const { as } = r.principal;
  const found: (PublishFact | ConsumeFact)[] = [];
  if (r.writes) {
    found.push({ kind: 'publish', ...base, settings: {}, inferred: `An ACL lets ${as} write to ${what}.` });
  }
  if (r.reads) {
    const [group] = groups;
    const isKnown = group !== undefined && group.value !== '' && groups.every((g) => g.value === group.value);
    found.push({
      kind: 'consume', ...base, settings: isKnown ? { group } : {},
      inferred: `An ACL lets ${as} read ${what}${isKnown ? `, another one the group ${group.value}` : ''}.`,
    });
  }
  return found;
}

function ownerOf(r: Right): string {
  return `${r.broker?.value ?? ''}\n${r.principal.service.value}`;
}

/** The groups that each principal may read in; a prefix is one that nobody knows, with an empty name. */
function groupsOf(rights: readonly Right[]): Map<string, Sourced<string>[]> {
  const groups = new Map<string, Sourced<string>[]>();
  for (const r of rights) {
    if (r.on !== 'group' || !r.reads) continue;
    const own = groups.get(ownerOf(r)) ?? [];
    own.push(r.match === undefined ? r.name : { ...r.name, value: '' });
    groups.set(ownerOf(r), own);
  }
  return groups;
}

/** The one connector that works under the account of a right. */
function connectorOf(r: Right, runsAs: readonly RunsAs[]): string | undefined {
  const own = runsAs.filter((one) => one.account === r.principal.account);
  return own.length === 1 ? own[0]?.connector : undefined;
}

/** What connectors with an account say themselves. */
function saidBy(c: Context, runsAs: readonly RunsAs[]): ReadonlySet<string> {
  const names = new Set(runsAs.map((one) => one.connector));
  return new Set(c.facts.flatMap((f) =>
    ((f.kind === 'publish' || f.kind === 'consume') && f.channel !== undefined && names.has(f.service.value)
      ? [edgeOf(f.service.value, f.kind, f.channel.name.value)] : [])));
}

function edgeOf(service: string, kind: 'publish' | 'consume', topic: string): string {
  return `${kind} ${service}\n${topic}`;
}

import type { FileId } from '../text/range';
import type { FileFacts } from './build';
import type { ConsumeFact, Fact, PublishFact } from './facts';
import type { ServiceDraft, ServiceTable } from './joinServices';
import { added, mergeSettings, type ChannelDraft } from './channelDraft';
import type { ChannelTable } from './joinChannels';
import type { Channel, Consume, DanglingRef, Publish, Service } from './model';

type EdgeFact = PublishFact | ConsumeFact;
type Settings = Publish['settings'] & Consume['settings'];

interface EdgeDraft {
  readonly service: ServiceDraft;
  readonly channel: ChannelDraft | undefined;
  readonly facts: EdgeFact[];
}

/**
 * Joins publishes or consumes. Declarations of the same service at the same channel are one edge
 * (unless their groups differ), the first in order decides a setting. Settings that a file states
 * for a whole client hold for all edges of its service and protocol that do not say otherwise.
 */
export function joinEdges<K extends 'publish' | 'consume'>(
  kind: K,
  files: readonly FileFacts[],
  services: ServiceTable,
  channels: ChannelTable,
  dangling: DanglingRef[],
): (K extends 'publish' ? Publish : Consume)[] {
  const drafts = new Map<number, EdgeDraft[]>();
  const wide = new Map<ServiceDraft, { fact: EdgeFact; used: boolean }[]>();

  for (const file of files) {
    for (const fact of file.facts) {
      if (!isKind(fact, kind)) continue;
      const service = services.resolve(file.id, fact.service);
      if (fact.channel === undefined) {
        const own = wide.get(service) ?? [];
        own.push({ fact, used: false });
        wide.set(service, own);
        continue;
      }
      const channel = resolve(kind, fact, file.id, channels, dangling);
      const key = service.serial * maxChannels + channel.serial;
      const same = drafts.get(key);
      const joined = same?.find((d) => sameGroup(d.facts, fact));
      if (joined) joined.facts.push(fact);
      else if (same) same.push({ service, channel, facts: [fact] });
      else drafts.set(key, [{ service, channel, facts: [fact] }]);
    }
  }

  const edges = [...drafts.values()].flat();
  const result = edges.map((draft) => {
    const protocol = draft.channel?.protocol ?? draft.facts[0]?.protocol;
    const defaults = wide.get(draft.service)?.filter((w) => (w.fact.protocol ?? protocol) === protocol);
    if (defaults === undefined) return toEdge(kind, draft, draft.facts);
    for (const d of defaults) d.used = true;
    return toEdge(kind, draft, [...draft.facts, ...defaults.map((d) => d.fact)]);
  });
  for (const [service, facts] of wide) {
    for (const { fact, used } of facts) {
      if (!used) result.push(toEdge(kind, { service, channel: undefined, facts: [fact] }, [fact]));
    }
  }
  return result as (K extends 'publish' ? Publish : Consume)[];
}

/** More channels than a workspace can have, so that a service's and a channel's number make one. */
const maxChannels = 2 ** 26;

function isKind(fact: Fact, kind: 'publish' | 'consume'): fact is EdgeFact {
  return fact.kind === kind;
}

function resolve(
  kind: 'publish' | 'consume', fact: EdgeFact, file: FileId, channels: ChannelTable, dangling: DanglingRef[],
): ChannelDraft {
  const ref = fact.channel!;
  // A publisher of RabbitMQ writes to exchanges and a consumer reads queues, if a name is both.
  const { channel, known } = channels.resolve(ref, file, { space: kind === 'publish' ? 'exchange' : 'queue' });
  if (!known) {
    dangling.push({
      what: 'channel', name: ref.name.value, at: ref.name.at, by: `service ${fact.service.value}`, role: kind,
      candidates: channels.declaredAddresses(ref.protocol), ...(ref.mustExist === 'if-near' ? { ifNear: true } : {}),
    });
  }
  return channel;
}

function sameGroup(facts: readonly EdgeFact[], fact: EdgeFact): boolean {
  if (fact.kind === 'publish') return true;
  const groups = new Set(facts.map((f) => (f.kind === 'consume' ? f.settings.group?.value : undefined)));
  return groups.has(fact.settings.group?.value) || fact.settings.group === undefined || groups.has(undefined);
}

function toEdge(kind: 'publish' | 'consume', draft: EdgeDraft, facts: readonly EdgeFact[]): Publish | Consume {
  const fact = facts[0]!;
  const service = draft.service as ServiceDraft & Service;
  const channel = draft.channel as (ChannelDraft & Channel) | undefined;
  const edge = {
    kind, service, channel, protocol: channel?.protocol ?? fact.protocol,
    at: fact.channel?.name.at ?? fact.service.at,
    settings: facts.length === 1 ? fact.settings : joinedSettings(facts),
    fact, facts,
  } as unknown as Publish | Consume;
  if (edge.kind === 'publish') {
    draft.service.publishes = added(draft.service.publishes, edge);
    if (draft.channel) draft.channel.publishes = added(draft.channel.publishes, edge);
  } else {
    draft.service.consumes = added(draft.service.consumes, edge);
    if (draft.channel) draft.channel.consumes = added(draft.channel.consumes, edge);
  }
  return edge;
}

/**
 * Of each setting the first that a fact says. What a fact that was only concluded leaves open (an access rule knows
 * nothing of acks) is not open where another one speaks for the program itself.
 */
function joinedSettings(facts: readonly EdgeFact[]): Settings {
  const all = facts.reduce<Settings>((sum, f) => mergeSettings(sum, f.settings as Settings), {} as Settings);
  if (all.open === undefined) return all;
  const speaking = facts.some((f) => f.inferred === undefined) ? facts.filter((f) => f.inferred === undefined) : facts;
  const said = all as Readonly<Record<string, unknown>>;
  const open = [...new Set(speaking.flatMap((f) => f.settings.open ?? []))].filter((name) => said[name] === undefined);
  const { open: _, ...rest } = all;
  return (open.length === 0 ? rest : { ...rest, open }) as Settings;
}

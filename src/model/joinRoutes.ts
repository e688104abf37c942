import type { FileFacts } from './build';
import type { RouteFact, RouteKind } from './facts';
import { added, type ChannelDraft } from './channelDraft';
import type { ChannelTable } from './joinChannels';
import { isPattern, patternsOverlap } from './match';
import type { Channel, DanglingRef, Route } from './model';

/** Joins routes of files, then adds those that the brokers' own matching makes. */
export function joinRoutes(files: readonly FileFacts[], channels: ChannelTable, dangling: DanglingRef[]): Route[] {
  const routes = new Map<string, Route & { facts: RouteFact[] }>();
  const link = (from: ChannelDraft, to: ChannelDraft, fact: RouteFact): void => {
    // A copy goes to another cluster; where nobody says to which, it would lead from the topic to itself.
    if (from === to && fact.route === 'mirror') return;
    const key = `${fact.route}\n${from.serial}\n${to.serial}\n${fact.key?.value ?? ''}\n${fact.arguments ?? ''}`;
    const same = routes.get(key);
    if (same !== undefined) {
      same.facts.push(fact);
      return;
    }
    const route = {
      kind: fact.route, from: from as Channel, to: to as Channel, key: fact.key, fact, facts: [fact], at: fact.extent,
    };
    routes.set(key, route);
    from.routesOut = added(from.routesOut, route);
    to.routesIn = added(to.routesIn, route);
  };

  for (const file of files) {
    for (const fact of file.facts) {
      if (fact.kind !== 'route') continue;
      const from = channels.resolve(fact.from, file.id, { space: fact.route === 'binding' ? 'exchange' : 'queue' });
      const to = channels.resolve(fact.to, file.id, {
        space: fact.route === 'dead-letter' || fact.route === 'alternate' ? 'exchange' : 'queue',
        broker: from.channel.broker,
        // The same name on another broker is another channel, also where nobody says of the first whose it is.
        other: fact.from.broker !== undefined && fact.to.broker !== undefined && fact.from.broker !== fact.to.broker ? from.channel : undefined,
      });
      for (const [end, ref] of [[from, fact.from], [to, fact.to]] as const) {
        if (end.known) continue;
        dangling.push({
          what: 'channel', name: ref.name.value, at: ref.name.at, role: fact.route,
          by: fact.by ?? `${end === to ? from.channel.kind : to.channel.kind} ${end === to ? from.channel.address : to.channel.address}`,
          candidates: channels.declaredAddresses(ref.protocol ?? from.channel.protocol),
        });
      }
      link(from.channel, to.channel, fact);
    }
  }
  addMatches(channels.all, link);
  markDeadLetters(channels.all);
  return [...routes.values()];
}

/** What brings messages of many names at once into a filter. */
const bringing: ReadonlySet<RouteKind> = new Set(['bridge', 'import', 'mapping']);

/** True for a filter that messages come into as such: a user may publish to it, a bridge brings them. */
function isFed(c: ChannelDraft, patterns: ReadonlySet<ChannelDraft>): boolean {
  return patterns.has(c)
    && (c.publishes.length > 0 || c.routesIn.some((route) => bringing.has(route.kind)));
}

/** True for a channel whose messages go on to somebody. */
function isRead(c: ChannelDraft): boolean {
  return c.consumes.length > 0 || c.settings.stream !== undefined
    || c.routesOut.some((route) => bringing.has(route.kind));
}

/**
 * A topic or subject feeds each filter, and each stream's subjects, that take it in. So does a filter that is
 * fed itself, which also feeds the single topics that it stands for.
 */
function addMatches(all: readonly ChannelDraft[], link: (from: ChannelDraft, to: ChannelDraft, fact: RouteFact) => void): void {
  const patterns = new Set(all.filter((c) => isPattern(c.protocol, c.address)));
  const fed = new Set(all.filter((c) => isFed(c, patterns)));
  const read = new Set(fed.size === 0 ? [] : all.filter(isRead));
  // What is only read from a filter that is fed by itself brings nothing into it.
  const idle = new Set(fed.size === 0 ? [] : all.filter((c) => c.publishes.length === 0 && c.routesIn.length === 0));
  const targets = all.flatMap((c) => {
    if (c.protocol !== 'mqtt' && c.protocol !== 'nats') return [];
    const subjects = c.settings.stream?.subjects?.map((s) => s.value) ?? [];
    const own = patterns.has(c) || (read.has(c) && subjects.length === 0);
    const filters = [...subjects, ...(own ? [c.address] : [])];
    // A single topic takes in nothing but what a filter brings.
    const patterned = subjects.length > 0 || patterns.has(c);
    return filters.length === 0 ? [] : [{ channel: c, filters, patterned }];
  });
  const sources = new Sources(all, fed);
  for (const { channel, filters, patterned } of targets) {
    for (const source of sources.of(channel, patterned)) {
      if (source === channel) continue;
      if (patterns.has(source) && !(fed.has(source) && read.has(channel))) continue;
      if (!fed.has(source) && fed.has(channel) && idle.has(source)) continue;
      if (source.settings.stream?.subjects !== undefined) continue;
      const filter = filters.find((f) => patternsOverlap(channel.protocol, f, source.address));
      if (filter === undefined) continue;
      link(source, channel, {
        kind: 'route', route: 'match', dialect: 'model', extent: channel.at,
        from: { name: { value: source.address, at: source.at } },
        to: { name: { value: channel.address, at: channel.at } },
        key: filter === channel.address ? undefined : { value: filter, at: channel.at },
        inferred: `${filter} takes in ${source.address}`,
      });
    }
  }
}

/** The channels that may feed another one, by protocol and broker: there may be thousands of each. */
class Sources {
  private readonly lists = new Map<string, Map<unknown, readonly ChannelDraft[]>>();

  constructor(private readonly all: readonly ChannelDraft[], private readonly fed: ReadonlySet<ChannelDraft>) {}

  /** In order of the model. @param patterned false for a single topic, which only filters that are fed bring something. */
  of({ protocol, broker }: ChannelDraft, patterned: boolean): readonly ChannelDraft[] {
    return this.list(`${protocol ?? ''} ${patterned}`, broker, () => {
      const ofProtocol = this.list(`${protocol ?? ''} ${patterned}`, this, () =>
        this.all.filter((c) => c.protocol === protocol && (patterned || this.fed.has(c))));
      return broker === undefined ? ofProtocol
        : ofProtocol.filter((c) => c.broker === undefined || c.broker === broker);
    });
  }

  private list(key: string, broker: unknown, make: () => readonly ChannelDraft[]): readonly ChannelDraft[] {
    let byBroker = this.lists.get(key);
    if (byBroker === undefined) this.lists.set(key, (byBroker = new Map()));
    let found = byBroker.get(broker);
    if (found === undefined) byBroker.set(broker, (found = make()));
    return found;
  }
}

/**
 * A channel holds dead letters if a dead-letter route leads to it, or if all that flows into it comes
 * from channels that do (a dead-letter exchange and the queue behind it).
 */
function markDeadLetters(all: readonly ChannelDraft[]): void {
  const waiting = all.filter((c) => c.routesIn.some((r) => r.kind === 'dead-letter'));
  while (waiting.length > 0) {
    const channel = waiting.pop()!;
    if (channel.isDeadLetter) continue;
    channel.isDeadLetter = true;
    for (const { kind, to } of channel.routesOut) {
      const next = to as unknown as ChannelDraft;
      if (kind === 'binding' && next.publishes.length === 0 && next.routesIn.every((r) => r.kind === 'dead-letter' || r.from.isDeadLetter)) {
        waiting.push(next);
      }
    }
  }
}

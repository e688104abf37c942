import type { BrokerFact, ChannelRef, Fact } from '../model/facts';
import type { EmbeddedFile, ReadResult } from '../model/reader';
import type { FileId, SourceRange, Sourced } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** Files inside files inside files: a ConfigMap in a ConfigMap says nothing that a broker reads. */
export const maxNesting = 2;

/**
 * Reads a file that stands inside another one by the reader of its own dialect, and puts all places to where
 * they are in the outer file. Undefined if no reader knows it.
 */
export function readEmbedded(
  outer: SourceFile,
  inner: EmbeddedFile,
  read: (file: SourceFile) => ReadResult | undefined,
): ReadResult | undefined {
  const result = read({ id: outer.id, path: inner.path, text: inner.text });
  if (result === undefined) return undefined;
  const moved = move(result, outer.id, inner.outer) as ReadResult;
  const names = namesFrom(moved.facts, inner);
  return { ...moved, facts: moved.facts.map((fact) => settled(fact, names)) };
}

/** What the outer file calls things that the inner one has no name for. */
interface Names {
  readonly service: Sourced<string> | undefined;
  readonly inferred: string | undefined;
  /** Services that nothing but the inner file's place gave a name. */
  readonly services: ReadonlySet<string>;
  readonly broker: Sourced<string> | undefined;
  readonly brokers: ReadonlySet<string>;
}

function namesFrom(facts: readonly Fact[], { service, inferred, broker }: EmbeddedFile): Names {
  const unnamed = facts.flatMap((f) => (f.kind === 'service' && f.inferred !== undefined ? [f.name.value] : []));
  return {
    service, inferred, services: new Set(unnamed),
    broker, brokers: new Set(facts.flatMap((f) => (f.kind === 'broker' && isOwn(f) ? [f.name.value] : []))),
  };
}

/** The server whose configuration it is: what has an address to connect to, or a vhost of its own, is another. */
function isOwn(fact: BrokerFact): boolean {
  return fact.url === undefined && (fact.vhost === undefined || fact.vhost.value === '/');
}

/** Merges what the inner files gave into the outer file's result. */
export function withEmbedded(result: ReadResult, inner: readonly ReadResult[]): ReadResult {
  return {
    ...result,
    facts: [...result.facts, ...inner.flatMap((r) => r.facts)],
    problems: [...result.problems, ...inner.flatMap((r) => r.problems)],
    links: [...(result.links ?? []), ...inner.flatMap((r) => r.links ?? [])],
    skipped: [...(result.skipped ?? []), ...inner.flatMap((r) => r.skipped ?? [])],
    wants: result.wants,
  };
}

/** A fact of an inner file: its fixes would not keep the outer file's indentation, and the outer file names it. */
function settled(fact: Fact, names: Names): Fact {
  const { service, inferred, services, broker, brokers } = names;
  const ref = (one: ChannelRef): ChannelRef =>
    (broker !== undefined && brokers.has(one.broker ?? '') ? { ...one, broker: broker.value } : one);
  switch (fact.kind) {
    case 'service':
      return service !== undefined && services.has(fact.name.value)
        ? { ...fact, name: service, inferred } : fact;
    case 'broker': {
      if (broker === undefined || !isOwn(fact)) return fact;
      // Where a server listens in its container, the outer file says from outside.
      const { addresses: _, ...rest } = fact;
      return { ...rest, name: broker };
    }
    case 'channel':
      return broker !== undefined && fact.broker !== undefined && brokers.has(fact.broker.value)
        ? { ...fact, broker: { value: broker.value, at: fact.broker.at } } : fact;
    case 'route': return { ...fact, from: ref(fact.from), to: ref(fact.to) };
    case 'publish':
    case 'consume': {
      const { insert: _, channel, ...rest } = fact;
      const named = service !== undefined && services.has(fact.service.value) ? service : fact.service;
      return { ...rest, service: named, ...(channel === undefined ? {} : { channel: ref(channel) }) } as Fact;
    }
    default: return fact;
  }
}

function isRange(value: object): value is SourceRange {
  return 'file' in value && 'start' in value && 'end' in value;
}

/**
 * The same value with all places in it put through `place`, but for those in files of their own that the inner
 * file's reader asked for. Facts are plain trees without cycles.
 */
function move(value: unknown, id: FileId, place: (offset: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => move(item, id, place));
  if (typeof value !== 'object' || value === null) return value;
  if (isRange(value)) {
    return value.file === id ? { file: id, start: place(value.start), end: place(value.end) } : value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, move(item, id, place)]));
}

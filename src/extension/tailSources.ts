import type { TapPlan, TapStart } from '../brokers/driver';
import type { SourceStatus, TailRequest, TailSource } from '../protocol/tail';
import { reasonOf } from './reason';
import type { Way } from './resolveConnection';
import type { TailSubject } from './tailSubject';

/** One channel of a tail on its way to being tapped. */
export interface Reached {
  readonly subject: TailSubject;
  readonly way: Way;
  readonly source: TailSource;
}

/** A channel that is not asked for at all, and why. */
export interface Unreached {
  readonly subject: TailSubject;
  readonly error: unknown;
}

/** What the worker is asked for. A tail of several channels begins at each as far as that channel can. */
export function sourceOf(subject: TailSubject, way: Way, start: TapStart): TailSource {
  return {
    protocol: way.protocol,
    connect: way.options,
    target: subject.target,
    start,
    broker: way.label,
    id: subject.key,
    ...(subject.contract && { contract: subject.contract }),
  };
}

/** The start that a channel can give: what its plan does not offer is left out. */
export function startWithin(start: TapStart, { starts, untils = [], partitions }: TapPlan): TapStart {
  const { partitions: chosen, until, ...from } = start;
  return {
    ...(starts.includes(start.at) ? from : { at: 'latest' as const }),
    ...(until && untils.includes(until.at) && { until }),
    ...(chosen && partitions && { partitions: chosen }),
  };
}

export function requestOf(sources: readonly TailSource[], limits: TailRequest['limits'], accepted: boolean): TailRequest | undefined {
  const [first, ...more] = sources;
  return first && { ...first, limits, accepted, ...(more.length > 0 && { more }) };
}

/** What several taps make and may change together, and the starts that all of them can give. */
export function planOfAll(plans: readonly TapPlan[]): TapPlan {
  const [first] = plans;
  if (first && plans.length === 1) return first;
  const both = <T>(lists: readonly (readonly T[])[]): readonly T[] => (lists[0] ?? []).filter((one) => lists.every((list) => list.includes(one)));
  return {
    verdict: plans.some(({ verdict }) => verdict === 'ask') ? 'ask' : 'ok',
    makes: plans.flatMap(({ makes }) => makes),
    changes: plans.flatMap(({ changes }) => changes),
    // An offset means another message in each of them.
    starts: both(plans.map(({ starts }) => starts)).filter((at) => at !== 'offset'),
    untils: both(plans.map(({ untils }) => untils ?? [])).filter((at) => at !== 'offset'),
  };
}

/** Colours by which the list tells its channels apart. */
const TAGS = 8;

/**
 * The colours of channels: each keeps the one that it had, also while it is out of the list. A new one gets the one that the fewest
 * of the list have, and of those the one that was given least.
 */
export function withTags(tags: ReadonlyMap<string, number>, keys: readonly string[]): ReadonlyMap<string, number> {
  const given = new Map(tags);
  const having = (tag: number, of: Iterable<string>): number => [...of].filter((key) => given.get(key) === tag).length;
  for (const key of keys) {
    if (given.has(key)) continue;
    const cost = Array.from({ length: TAGS }, (_, tag) => having(tag, keys) * 1000 + having(tag, given.keys()));
    given.set(key, cost.indexOf(Math.min(...cost)));
  }
  return given;
}

/** How a channel stands that could not be reached, among those that are tailed. */
export function statusOfUnreached({ subject, error }: Unreached): SourceStatus {
  return {
    id: subject.key,
    channel: subject.channel,
    kind: subject.target.kind,
    protocol: subject.protocol ?? 'kafka',
    broker: subject.brokerLabel,
    about: '',
    state: { is: 'refused', reason: reasonOf(error) },
    received: 0,
    undecodable: 0,
    violating: 0,
  };
}

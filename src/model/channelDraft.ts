import type { SourceRange, Sourced } from '../text/range';
import type { ChannelFact, ChannelSpace } from './facts';
import type { Broker, Channel, ChannelKind, Consume, Publish, Route } from './model';
import type { ChannelSettings, Protocol } from './settings';

/** A channel while the model is being joined. */
export interface ChannelDraft {
  /** A number of its own, to tell drafts apart before they have ids. */
  readonly serial: number;
  id: string;
  readonly address: string;
  kind: ChannelKind;
  space: ChannelSpace | undefined;
  protocol: Protocol | undefined;
  broker: Broker | undefined;
  brokerGuess: string | undefined;
  settings: ChannelSettings;
  declarations: ChannelFact[];
  schema: Channel['schema'];
  publishes: Publish[];
  consumes: Consume[];
  routesOut: Route[];
  routesIn: Route[];
  isDeadLetter: boolean;
  at: SourceRange;
}

/** True if a channel may be the one that is meant: nothing said of either contradicts. */
export function fits(c: ChannelDraft, protocol: Protocol | undefined, space: ChannelSpace | undefined): boolean {
  return (
    (protocol === undefined || c.protocol === undefined || c.protocol === protocol) &&
    (space === undefined || c.space === undefined || c.space === space)
  );
}

/** The id of a channel among those of its address; see `Channel.id`. */
export function idOf(draft: ChannelDraft, same: readonly ChannelDraft[]): string {
  if (same.length === 1) return draft.address;
  const sameBroker = same.filter((c) => c.broker === draft.broker);
  const local = sameBroker.length > 1 ? `${draft.space ?? draft.protocol ?? 'channel'}:${draft.address}` : draft.address;
  return sameBroker.length === same.length || draft.broker === undefined ? local : `${draft.broker.id}/${local}`;
}

/** What the protocol calls a channel of these settings. */
export function kindOf(c: ChannelDraft): ChannelKind {
  if (c.settings.queue?.value === 'stream') return 'stream';
  if (c.settings.queue !== undefined || c.space === 'queue') return 'queue';
  if (c.settings.exchange !== undefined || c.space === 'exchange') return 'exchange';
  if (c.settings.stream !== undefined) return 'stream';
  if (c.protocol === 'kafka' || c.protocol === 'mqtt') return 'topic';
  if (c.protocol === 'nats') return 'subject';
  if (c.protocol === 'rabbitmq') return 'queue';
  return 'channel';
}

/**
 * A list with one more item: the same list, grown in place, unless it was empty. Most lists of a model end
 * with one item, and engines set aside room for sixteen more when they grow one.
 */
export function added<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

/**
 * Of each setting the first declaration counts, also one with a value that nobody can tell: what another file
 * says is not what holds then. Mostly there is one declaration only, which is taken as it is.
 */
export function mergeSettings<T extends object>(first: T, second: T): T {
  if (isEmpty(first)) return second;
  const merged: T = { ...second };
  const { open } = first as Open;
  for (const key of open ?? []) delete (merged as Record<string, unknown>)[key];
  for (const key of Object.keys(first) as (keyof T)[]) if (first[key] !== undefined) merged[key] = first[key];
  const more = (second as Open).open;
  if (more === undefined) return merged;
  const left = more.filter((key) => !Object.hasOwn(first, key) && open?.includes(key) !== true);
  return { ...merged, open: [...(open ?? []), ...left] };
}

interface Open {
  readonly open?: readonly string[];
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** The schema reference of a channel's first declaration that has one. */
export function writtenSchema(c: ChannelDraft): { fact: ChannelFact; schema: Sourced<string> } | undefined {
  for (const fact of c.declarations) if (fact.schema) return { fact, schema: fact.schema };
  return undefined;
}

import { effectiveChannel } from '../delivery/effective';
import type { Channel, Consume } from '../model/model';
import type { Setting } from '../model/settings';
import type { Sourced } from '../text/range';
import { keepsDeadLetters } from './deadLetters';
import { channelWords } from './words';

/** For how long somebody may be away, and who says it. */
export interface Absence {
  readonly time: Sourced<number>;
  readonly who: string;
}

/** How long the consumer may be away without missing a message: what it says itself, else what its channel says. */
export function absenceOf(consume: Consume): Absence | undefined {
  const own = consume.settings.needs?.offline;
  if (own !== undefined) return { time: own, who: consume.service.name };
  return consume.channel && absenceAt(consume.channel);
}

/** The longest time that somebody may be away from the channel, in milliseconds; 0 where nobody says one. */
export function longestAbsence(channel: Channel): number {
  return Math.max(absenceAt(channel)?.time.value ?? 0, ...channel.consumes.map((consume) => absenceOf(consume)?.time.value ?? 0));
}

/** The same where the channel says it, for whoever consumes from it. */
export function absenceAt(channel: Channel): Absence | undefined {
  const { needs } = channel.settings;
  return needs?.offline === undefined ? undefined : { time: needs.offline, who: `a consumer of ${channelWords(channel)}` };
}

/** The JetStream streams that keep what the channel gets: its own, and those whose subjects take it in. */
export function streamsOf(channel: Channel): Channel[] {
  const streams = channel.routesOut.filter((r) => r.kind === 'match' && r.to.settings.stream !== undefined).map((r) => r.to);
  return channel.settings.stream === undefined ? streams : [channel, ...streams];
}

/**
 * Messages a second that are published to the channel and to what it takes in, as far as publishers state a
 * rate; undefined if none does. It is a lower bound.
 */
export function arrivalRate(channel: Channel): { readonly rate: number; readonly stated: readonly Sourced<number>[] } | undefined {
  const sources = new Set([channel, ...channel.routesIn.filter((r) => r.kind === 'match').map((r) => r.from)]);
  const stated = [...sources].flatMap((c) => c.publishes.map((p) => p.settings.rate)).filter((rate) => rate !== undefined);
  return stated.length === 0 ? undefined : { rate: stated.reduce((sum, rate) => sum + rate.value, 0), stated };
}

/** Something that takes messages away by time. */
export interface Limit {
  /** The setting's name in a flow file. */
  readonly key: string;
  readonly where: string;
  readonly keeps: string;
  readonly setting: Setting<number> | undefined;
  /** True if it deletes what was read, too: it then also bounds how far back one can read. */
  readonly isAge: boolean;
}

/** What deletes a channel's messages by time. */
export function limitsOf(channel: Channel): Limit[] {
  const where = channelWords(channel);
  const { retention, cleanup, ttl, expires } = effectiveChannel(channel);
  const declared = (value: Sourced<number> | undefined): Setting<number> | undefined =>
    value && { from: 'declared', ...value };
  const streams = streamsOf(channel).map((stream): Limit => ({
    key: 'maxAge', where: channelWords(stream), keeps: 'keeps messages for', setting: declared(stream.settings.stream?.maxAge), isAge: true,
  }));
  if (channel.protocol === 'kafka') {
    // Compaction keeps the last record of each key; only `delete` removes by age.
    if (cleanup !== undefined && (cleanup.from === 'unknown' || !cleanup.value.includes('delete'))) return [];
    return [{ key: 'retention', where, keeps: 'keeps records for', setting: retention, isAge: true }];
  }
  if (channel.space !== 'queue') return streams;
  // What expires is not gone where the queue has a dead-letter exchange.
  const expiring = keepsDeadLetters(channel) ? undefined : ttl;
  return [
    { key: 'retention', where, keeps: 'keeps messages for', setting: declared(channel.settings.retention), isAge: true },
    { key: 'ttl', where, keeps: 'drops messages that wait for', setting: expiring, isAge: false },
    { key: 'expires', where, keeps: 'is deleted after', setting: expires, isAge: false },
  ];
}

import type { Channel } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import type { Alert } from '../../model/settings';
import { channelId } from '../build';
import { waitsThere, type MatchedChannel } from './match';
import type { Breach, ChannelReading, ConsumerReading } from './types';
import { grouped, spanWords } from './words';

type Measure = Breach['measure'];
type Measured = Readonly<Partial<Record<Measure, number>>>;

const measures: readonly Measure[] = ['lag', 'depth', 'unacked', 'age'];

/**
 * The thresholds (`alert:`) of a channel and of its consumes that the figures exceed. A channel's lag is
 * that of its slowest reader; a consume's depth, unacknowledged and age are its queue's, since AMQP has
 * no figures for one consumer.
 * @param at when the broker told them, milliseconds since 1970
 */
export function breachesOf({ channel, reading, readers, strangers }: MatchedChannel, at: number): Breach[] {
  const all = [...readers.values(), ...strangers];
  const lags = all.map(({ lag }) => lag).filter((lag) => lag !== undefined);
  const found = breaches(
    channelId(channel.id), nameOf(channel), channel.settings.alert,
    { ...measured(channel, reading, undefined, at), ...(lags.length > 0 && { lag: Math.max(...lags) }) },
  );
  for (const consume of channel.consumes) {
    const who = `${consume.service.name} at ${nameOf(channel)}`;
    const figures = measured(channel, reading, readers.get(consume), at);
    found.push(...breaches(`consume:${channel.id}>${consume.service.name}`, who, consume.settings.alert, figures));
  }
  return found;
}

function measured(
  channel: Channel, reading: ChannelReading | undefined, reader: ConsumerReading | undefined, at: number,
): Measured {
  const unacked = reader?.ackPending ?? reading?.unacked;
  const oldest = waitsThere(channel) ? reading?.oldest : undefined;
  return {
    ...(reader?.lag !== undefined && { lag: reader.lag }),
    ...(reading?.depth !== undefined && { depth: reading.depth }),
    ...(unacked !== undefined && { unacked }),
    ...(oldest !== undefined && { age: Math.max(0, at - oldest) }),
  };
}

function breaches(element: string, who: string, alert: Alert | undefined, figures: Measured): Breach[] {
  if (alert === undefined) return [];
  return measures.flatMap((measure): Breach[] => {
    const limit = alert[measure]?.value;
    const value = figures[measure];
    if (limit === undefined || value === undefined || !(value > limit)) return [];
    return [{
      key: `${element} ${measure}`,
      element,
      measure,
      at: alert.at,
      message: sentence(who, measure, value, limit),
      badge: { text: `${measure} above ${valueWords(measure, limit)}`, tone: 'error', sign: 'alert', far: true },
    }];
  });
}

function sentence(who: string, measure: Measure, value: number, limit: number): string {
  const most = measure === 'age' ? valueWords('age', limit) : grouped(limit);
  switch (measure) {
    case 'lag':
      return `${who}: ${messages(value)} behind, and the alert allows ${most}. ` +
        'More arrives than is worked off: see whether the consumer runs, and how fast it is.';
    case 'depth':
      return `${who}: ${messages(value)} lie there, and the alert allows ${most}. ` +
        'See who is to read them, and whether they fail.';
    case 'unacked':
      return `${who}: ${messages(value)} delivered and not acknowledged, and the alert allows ${most}. ` +
        'A consumer is slow, hangs, or never acknowledges.';
    case 'age':
      return `${who}: the oldest message has waited for ${spanWords(value)}, and the alert allows ${most}. ` +
        'See whether its consumer runs, and whether this message fails again and again.';
  }
}

function messages(count: number): string {
  return `${grouped(count)} message${count === 1 ? '' : 's'}`;
}

function nameOf(channel: Channel): string {
  return channel.address === '' ? 'the default exchange' : channel.address;
}

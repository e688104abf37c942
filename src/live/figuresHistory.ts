import type { BrokerFigures, ChannelFigures, ConsumerFigures } from '../brokers/figures';
import type { FigureKey, FigureSeries, Reading } from '../protocol/figures';

/** Samples that are kept of each figure. */
export const samplesKept = 60;
/** Rates are means over so many milliseconds. */
const rateWindow = 15_000;
/** A trend is that of the last so many samples; of fewer than `leastForTrend` none is told. */
const trendSamples = 12;
const leastForTrend = 4;
/** A group may have thousands of partitions; nobody reads more of them than these, the worst first. */
const partitionsTold = 64;

type Trend = 'rising' | 'falling' | 'steady';
type Values = Readonly<Record<string, number | undefined>>;
type Counters = readonly (number | undefined)[];

/** The past of one channel or reader. */
class Track {
  /** Of the last `rateWindow`, the oldest first. */
  private counted: { readonly at: number; readonly counters: Counters }[] = [];
  private readonly samples: { readonly at: number; readonly values: Values }[] = [];

  /**
   * Messages a second by counters, over the samples of the last seconds: brokers renew their counters, and
   * groups commit, in steps of their own. None at the first sample, after a pause, and where a counter is
   * smaller than it was: then the broker has begun to count anew.
   */
  rates(at: number, counters: Counters, longestPause: number): (number | undefined)[] {
    const last = this.counted.at(-1);
    const isPause = last !== undefined && (at <= last.at || at - last.at > longestPause);
    if (isPause) this.samples.push({ at, values: {} });
    const isAnew = last !== undefined && counters.some((now, i) => now !== undefined && now < (last.counters[i] ?? 0));
    if (isPause || isAnew) this.counted = [];
    // Where samples are farther apart than the window, the last one counts.
    while (this.counted.length > 1 && at - this.counted[0]!.at > rateWindow) this.counted.shift();
    const rates = counters.map((now, i) => {
      const then = this.counted.find((sample) => sample.counters[i] !== undefined);
      const before = then?.counters[i];
      return then && now !== undefined && before !== undefined ? ((now - before) / (at - then.at)) * 1000 : undefined;
    });
    this.counted.push({ at, counters });
    return rates;
  }

  keep(at: number, values: Values): void {
    this.samples.push({ at, values });
    if (this.samples.length > samplesKept) this.samples.splice(0, this.samples.length - samplesKept);
  }

  trend(name: string): Trend | undefined {
    const values: number[] = [];
    for (let i = this.samples.length - 1; i >= 0 && values.length < trendSamples; i--) {
      const value = this.samples[i]!.values[name];
      if (value === undefined) break;
      values.unshift(value);
    }
    return values.length < leastForTrend ? undefined : trendOf(values);
  }

  series(): FigureSeries[] {
    const names = new Set(this.samples.flatMap(({ values }) => Object.keys(values).filter((name) => values[name] !== undefined)));
    return [...names].map((name) => ({
      name,
      points: this.samples.map(({ at, values }) => [at, values[name] ?? null] as const),
    }));
  }
}

/**
 * Whether values rise: the later half lies above the earlier one by more than a twentieth, and by more
 * than one message, so that a few that come and go are no trend.
 */
export function trendOf(values: readonly number[]): Trend {
  const half = Math.floor(values.length / 2);
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [earlier, later] = [mean(values.slice(0, half)), mean(values.slice(-half))];
  const least = Math.max(1, earlier * 0.05);
  return later - earlier > least ? 'rising' : earlier - later > least ? 'falling' : 'steady';
}

/** The samples of one broker: makes rates and trends of what it counts, and keeps the last ones. */
export class FigureHistory {
  private tracks = new Map<string, Track>();

  /** @param longestPause milliseconds between two samples up to which a difference is a rate: longer is no sampling, but sleep. */
  constructor(private longestPause: number) {}

  set pause(longest: number) {
    this.longestPause = longest;
  }

  add(sample: BrokerFigures): Reading {
    const seen = new Map<string, Track>();
    const track = (key: FigureKey): Track => {
      const name = nameOf(key);
      const known = this.tracks.get(name) ?? new Track();
      seen.set(name, known);
      return known;
    };
    const reading: Reading = {
      at: sample.at,
      channels: sample.channels.map((channel) => this.channel(track({ channel: channel.address, kind: channel.kind }), channel, sample.at)),
      consumers: sample.consumers.map((one) => this.consumer(track({ channel: one.channel, kind: one.kind, reader: one.name }), one, sample.at)),
      broker: sample.broker,
      notes: sample.notes,
    };
    // What is gone begins anew when it comes back.
    this.tracks = seen;
    return reading;
  }

  /** A channel's or a reader's figures over time; empty where nothing is known of it. */
  series(key: FigureKey): readonly FigureSeries[] {
    return this.tracks.get(nameOf(key))?.series() ?? [];
  }

  private channel(track: Track, figures: ChannelFigures, at: number): Reading['channels'][number] {
    const { published, delivered, rateIn, rateOut, ...rest } = figures;
    const [counted, handed] = track.rates(at, [published, delivered], this.longestPause);
    // RabbitMQ tells rates too, but late and in jumps: they serve only where it tells no counter.
    const rates = {
      rateIn: published === undefined ? rateIn : counted,
      rateOut: delivered === undefined ? rateOut : handed,
    };
    track.keep(at, {
      'rate in': rates.rateIn, 'rate out': rates.rateOut,
      depth: figures.ready === undefined ? figures.depth : undefined,
      ready: figures.ready, unacked: figures.unacked,
    });
    const trend = track.trend(figures.ready === undefined ? 'depth' : 'ready');
    return { ...rest, ...given(rates), ...given({ trend }) };
  }

  private consumer(track: Track, figures: ConsumerFigures, at: number): Reading['consumers'][number] {
    const { done, lagByPartition: by, ...rest } = figures;
    const lagByPartition = by && [...by].sort((a, b) => b.lag - a.lag || a.partition - b.partition).slice(0, partitionsTold);
    const [rate] = track.rates(at, [done], this.longestPause);
    track.keep(at, { lag: figures.lag, rate, 'ack pending': figures.ackPending });
    const trend = track.trend('lag');
    return { ...rest, ...given({ lagByPartition, rate, trend }) };
  }
}

function nameOf({ channel, kind, reader }: FigureKey): string {
  return JSON.stringify([kind, channel, reader ?? null]);
}

/** Without what is undefined: over a wire it would be no different, and figures that are not known are left out. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

import type { BrokerFigure } from '../../model/figures';
import type { Channel, Consume } from '../../model/model';
import { brokerId, channelId } from '../build';
import type { DrawFact } from '../types';
import { waitsThere, type MatchedChannel } from './match';
import type {
  ChannelReading, ConsumerReading, ElementFigures, FigureBadge, Health, Reading,
} from './types';
import { counted, countWords, grouped, rateWords, sizeWords, spanWords } from './words';

/** What a broker's reading comes to on the drawing: the broker's node, its channels, and the edges at them. */
export function drawFigures(broker: string, reading: Reading, matched: readonly MatchedChannel[]): ElementFigures[] {
  const id = brokerId(broker);
  return [
    brokerFigures(id, reading),
    ...matched.flatMap((one) => [
      ...channelFigures(id, one, reading.at),
      ...consumeFigures(id, one),
      ...feedFigures(id, one),
    ]),
  ];
}

/** A broker tells dozens of figures of itself; the first ones fit its frame. */
const brokerBadges = 2;

function brokerFigures(id: string, { broker, notes }: Reading): ElementFigures {
  const isFault = ({ name }: BrokerFigure): boolean => /^under-replicated/.test(name);
  const moving = broker.filter((one) => one.value > 0 && !isFault(one));
  const short = moving.slice(0, brokerBadges).map(brokerWords);
  const faults = broker.filter((one) => one.value > 0 && isFault(one));
  const badges: FigureBadge[] = [
    ...faults.map((one) => ({ text: brokerWords(one), tone: 'warning', sign: 'alert', far: true }) as const),
    short.length > 0 ? { text: short.join(' · '), tone: 'plain' } : { text: 'live', tone: 'muted' },
  ];
  return {
    id,
    broker: id,
    badges,
    facts: broker.map(({ name, value, unit }) => ({ name, value: withUnit(value, unit) })),
    ...(notes.length > 0 && { notes }),
  };
}

/** `3 brokers`, `1 client connected`, `34/s messages in`. */
function brokerWords({ name, value, unit }: BrokerFigure): string {
  const words = value === 1 && unit === undefined ? name.replace(/^(\S*[^s])s\b/, '$1').replace(/partitions$/, 'partition') : name;
  return `${withUnit(value, unit)} ${words}`;
}

function withUnit(value: number, unit: string | undefined): string {
  if (unit === 'B' || unit === 'bytes') return sizeWords(value);
  if (unit === '/s') return rateWords(value);
  return [countWords(value), unit].filter(Boolean).join(' ');
}

function channelFigures(broker: string, matched: MatchedChannel, at: number): ElementFigures[] {
  const { channel, reading, strangers } = matched;
  const badges: FigureBadge[] = [];
  const waiting = deadLetters(matched);
  if (waiting) badges.push(waiting);
  if (reading) {
    const text = moving(channel, reading, waiting !== undefined);
    if (text !== '') badges.push({ text, tone: 'plain' });
    if (reading.underReplicated !== undefined && reading.underReplicated > 0)
      badges.push({ text: `${reading.underReplicated} under-replicated`, tone: 'warning', sign: 'alert', far: true });
  }
  const unknown = strangerBadge(matched);
  if (unknown) badges.push(unknown);
  if (reading === undefined && badges.length === 0) return [];
  return [{
    id: channelId(channel.id),
    broker,
    badges,
    ...(reading?.rateIn !== undefined && { rate: reading.rateIn }),
    ...healthOf(badges, reading?.rateIn),
    facts: reading ? channelFacts(channel, reading, at) : [],
    ...(strangers.length > 0 && { strangers: strangers.map(strangerFact) }),
    ...(reading && { key: { channel: reading.address, kind: reading.kind } }),
  }];
}

/**
 * What lies in a dead-letter channel. A topic keeps what was read as well: where every group has read
 * all of it, that is said, since then nobody needs to hurry.
 */
function deadLetters({ channel, reading, readers, strangers }: MatchedChannel): FigureBadge | undefined {
  const depth = reading?.depth;
  if (!channel.isDeadLetter || depth === undefined || depth <= 0) return undefined;
  const lags = [...readers.values(), ...strangers].map(({ lag }) => lag);
  const allRead = lags.length > 0 && lags.every((lag) => lag === 0);
  const text = counted(depth, 'dead letter');
  return allRead
    ? { text: `${text}, all read`, tone: 'warning', sign: 'alert', far: true }
    : { text, tone: 'error', sign: 'alert', far: true };
}

/** `12 ready · 3 unacked · 4.1/s` of a queue, `1.2 k/s · 3.4 M stored` of what keeps what was read. */
function moving({ kind, isDeadLetter }: Channel, reading: ChannelReading, saysDepth: boolean): string {
  const { ready, unacked, depth, rateIn, rateOut } = reading;
  const rate = isDeadLetter && !(rateIn ?? 0) ? undefined : (rateIn ?? rateOut);
  const isQueue = kind === 'queue' || ready !== undefined;
  if (isQueue) {
    const waits = saysDepth ? undefined : (ready ?? depth);
    return joined(
      waits !== undefined && `${countWords(waits)} ready`,
      unacked !== undefined && unacked > 0 && `${countWords(unacked)} unacked`,
      rate !== undefined && rateWords(rate),
    );
  }
  return joined(
    rate !== undefined && rateWords(rate),
    depth !== undefined && !saysDepth && (isDeadLetter ? 'empty' : `${countWords(depth)} stored`),
  );
}

function strangerBadge({ channel, reading, strangers }: MatchedChannel): FigureBadge | undefined {
  const word = channel.protocol === 'kafka' ? 'group' : 'consumer';
  // RabbitMQ tells how many read a queue, not who they are.
  const isUnread = channel.protocol === 'rabbitmq' && channel.consumes.length === 0;
  const count = isUnread ? (reading?.consumers ?? 0) : strangers.length;
  if (count === 0) return undefined;
  return { text: `+${counted(count, word)} no file knows`, tone: 'muted' };
}

function strangerFact(stranger: ConsumerReading): DrawFact {
  return { name: stranger.name, value: joined(stranger.lag !== undefined && `lag ${countWords(stranger.lag)}`, stranger.state) };
}

function channelFacts(channel: Channel, reading: ChannelReading, at: number): DrawFact[] {
  const { oldest } = reading;
  return facts({
    'rate in': reading.rateIn === undefined ? undefined : rateWords(reading.rateIn),
    'rate out': reading.rateOut === undefined ? undefined : rateWords(reading.rateOut),
    depth: number(reading.depth),
    ready: number(reading.ready),
    unacked: number(reading.unacked),
    redelivered: number(reading.redelivered),
    size: reading.bytes === undefined ? undefined : sizeWords(reading.bytes),
    consumers: number(reading.consumers),
    [waitsThere(channel) ? 'oldest waits for' : 'goes back']: oldest === undefined ? undefined : spanWords(at - oldest),
    partitions: number(reading.partitions),
    'under-replicated': number(reading.underReplicated),
  });
}

/** The edges from a channel to its consumers: each its group or durable, else what the queue tells of all. */
function consumeFigures(broker: string, { channel, reading, readers }: MatchedChannel): ElementFigures[] {
  const services = new Map<string, Consume>();
  // Of several consumes of one service, which are one edge, the one that the broker knows by name counts.
  for (const consume of channel.consumes) {
    const known = services.get(consume.service.name);
    if (known === undefined || (!readers.has(known) && readers.has(consume))) services.set(consume.service.name, consume);
  }
  return [...services].flatMap(([service, consume]): ElementFigures[] => {
    const id = `consume:${channel.id}>${service}`;
    const reader = readers.get(consume);
    if (reader) return [readerFigures(id, broker, reader)];
    if (channel.kind === 'queue' && reading) return [queueReader(id, broker, reading, services.size === 1)];
    return [];
  });
}

function readerFigures(id: string, broker: string, reader: ConsumerReading): ElementFigures {
  const { lag, trend, state, members, rate, ackPending, redelivered } = reader;
  const behind = lag !== undefined && lag > 0;
  const nobody = members === 0 || /^(empty|dead)$/i.test(state ?? '');
  const text = joined(
    lag !== undefined && `lag ${countWords(lag)}`,
    ackPending !== undefined && ackPending > 0 && `${countWords(ackPending)} ack pending`,
    redelivered !== undefined && redelivered > 0 && `${countWords(redelivered)} redelivered`,
    rate !== undefined && rate > 0 && rateWords(rate),
    state !== undefined && !/^(stable|bound)$/i.test(state) && stateWords(state),
  );
  const sign = behind && trend !== undefined && trend !== 'steady' ? trend : undefined;
  const tone = behind && (nobody || trend === 'rising') ? 'warning' : 'plain';
  const badges: FigureBadge[] = text === '' ? [] : [{ text, tone, ...(sign && { sign }) }];
  return {
    id, broker, badges,
    ...(rate !== undefined && { rate }),
    ...healthOf(badges, rate),
    facts: facts({
      name: reader.name,
      lag: number(lag),
      trend: lag === undefined ? undefined : trend,
      rate: rate === undefined ? undefined : rateWords(rate),
      state,
      members: number(members),
      'ack pending': number(ackPending),
      redelivered: number(redelivered),
    }),
    ...(reader.lagByPartition && {
      partitions: reader.lagByPartition.map(({ partition, lag: of }) => ({ name: `partition ${partition}`, value: grouped(of) })),
    }),
    key: { channel: reader.channel, kind: reader.kind, reader: reader.name },
  };
}

/** `PreparingRebalance` as people say it. An empty group has offsets, and nobody who reads. */
function stateWords(state: string): string {
  if (/^(empty|dead)$/i.test(state)) return 'no members';
  return state.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** AMQP's consumers have no names: what is known of one is what is known of all at its queue. */
function queueReader(id: string, broker: string, queue: ChannelReading, alone: boolean): ElementFigures {
  const { ready, unacked, consumers, rateOut, trend, address, kind } = queue;
  const nobody = consumers === 0 && (ready ?? 0) > 0;
  const text = joined(
    nobody && 'nobody reads',
    unacked !== undefined && unacked > 0 && `${countWords(unacked)} unacked`,
    alone && rateOut !== undefined && rateOut > 0 && rateWords(rateOut),
  );
  const badges: FigureBadge[] = text === '' ? [] : [{ text, tone: nobody ? 'warning' : 'plain' }];
  const rate = alone ? rateOut : undefined;
  return {
    id, broker, badges,
    ...(rate !== undefined && { rate }),
    ...healthOf(badges, rate),
    facts: facts({
      'of the queue, ready': number(ready),
      unacked: number(unacked),
      consumers: number(consumers),
      redelivered: number(queue.redelivered),
      trend,
      'rate out': rateOut === undefined ? undefined : rateWords(rateOut),
    }),
    key: { channel: address, kind },
  };
}

/** The one edge that feeds a channel moves what comes in; of several nobody knows which moves how much. */
function feedFigures(broker: string, { channel, reading }: MatchedChannel): ElementFigures[] {
  const rate = reading?.rateIn;
  if (rate === undefined) return [];
  const ids = new Set([
    ...channel.publishes.map(({ service }) => `publish:${service.name}>${channel.id}`),
    ...channel.routesIn.map((route) => `${route.kind === 'dead-letter' ? 'dead-letter' : 'route'}:${route.from.id}>${channel.id}`),
  ]);
  const [id, ...others] = ids;
  if (id === undefined || others.length > 0) return [];
  const badges: FigureBadge[] = id.startsWith('publish:') && rate > 0 ? [{ text: rateWords(rate), tone: 'plain' }] : [];
  return [{
    id, broker, badges, rate,
    ...healthOf(badges, rate),
    facts: facts({ rate: rateWords(rate) }),
    ...(reading && { key: { channel: reading.address, kind: reading.kind } }),
  }];
}

function healthOf(badges: readonly FigureBadge[], rate: number | undefined): { readonly health?: Health } {
  for (const tone of ['error', 'warning'] as const) if (badges.some((badge) => badge.tone === tone)) return { health: tone };
  return rate !== undefined && rate > 0 ? { health: 'good' } : {};
}

function joined(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(' · ');
}

function number(value: number | undefined): string | undefined {
  return value === undefined ? undefined : grouped(value);
}

function facts(values: Readonly<Record<string, string | undefined>>): DrawFact[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}


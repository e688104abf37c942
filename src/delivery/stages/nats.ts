import type { Channel, Consume, Publish } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import { effectiveConsume, effectiveStream, isJetStream } from '../effective';
import { hazards } from '../guarantee';
import { queueRead, type QueueRead } from '../machines/queueRead';
import { storeWrite, type StoreWrite } from '../machines/storeWrite';
import { outageOf } from './outage';
import { competes, storeExploration } from './rabbitmq';
import { explored, Knobs, noteDeduplication, type Stage } from './stage';

/** A publisher at a subject: of core NATS, which keeps nothing, or of a stream (`channel` is the one with the stream). */
export function natsWriteStage(publish: Publish, channel: Channel, reader: Consume, stations: Stage['stations']): Stage {
  const own = new Knobs('publish', publish.service.name, stations.source);
  if (channel.settings.stream === undefined && !isJetStream(reader)) {
    const spec: StoreWrite = {
      pipelined: true, duplicates: 'kept', copies: 1, volatile: 'restart', why: 'core NATS keeps nothing', disks: false, unroutable: false,
    };
    return { stations, knobs: own.list, exploration: storeExploration(spec), passing: '{source} sends m1 to {channel}.' };
  }
  const { settings } = publish;
  const waits = own.take('waitForAck', settings.waitForAck && { from: 'declared', ...settings.waitForAck }, false, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program wait for the PubAck, and publish again what got none' },
  ]);
  const awaits = own.declared('awaitResult', settings.awaitResult, true, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program handle publishes that failed' },
  ]) || settings.outbox?.value === true;
  const window = own.declared('maxInFlight', settings.maxInFlight, 256, [
    { value: 256 }, { value: 1, needsCode: true, cost: 'awaits each PubAck before the next message, which costs throughput' },
  ]);
  const id = own.declared('messageId', settings.messageId, '');
  const stream = new Knobs('stream', `stream ${channel.address}`, stations.channel, own);
  const effective = effectiveStream(channel);
  const storage = stream.take('storage', effective?.storage, 'memory', [{ value: 'memory' }, { value: 'file', cost: 'writes messages to disk' }]);
  const replicas = stream.take('replicas', effective?.replicas, 1, [{ value: 1 }, { value: 3, cost: 'keeps three copies, on three servers' }]);
  const remembers = id === '' ? 0 : stream.take('duplicateWindow', effective?.duplicateWindow, 0);
  const { stream: limits } = channel.settings;
  const isLimited = (limits?.maxMessages?.value ?? -1) > 0 || (limits?.maxBytes?.value ?? -1) > 0;
  const discard = isLimited ? stream.take('discard', effective?.discard, 'old', [
    { value: 'old' }, { value: 'new', cost: 'refuses what does not fit, which publishers must handle' },
  ]) : undefined;
  const spec: StoreWrite = {
    answer: waits && awaits ? 'PubAck' : undefined, pipelined: window !== 1, duplicates: remembers > 0 ? 'window' : 'kept',
    copies: Math.min(Math.max(replicas, 1), 5), disks: replicas > 1, unroutable: false,
    ...volatility(channel, storage, replicas, stations.channel, own),
    full: discard === undefined ? undefined : discard === 'old' ? 'drops' : 'refuses', outage: outageOf(reader, channel),
  };
  return {
    stations, knobs: own.list, exploration: storeExploration(spec),
    passing: waits ? '{source} sends m1; {channel} stores it and answers.' : '{source} sends m1 to {channel}.',
  };
}

/**
 * What a stream does to what another stream hands on to it. It takes up its source where its own log ends, so that
 * what it loses comes again; it only stops where too few of its servers are left.
 */
export function natsHoldStage(channel: Channel, stations: Stage['stations']): Stage {
  const own = new Knobs('stream', `stream ${channel.address}`, stations.channel);
  const replicas = own.take('replicas', effectiveStream(channel)?.replicas, 1, [{ value: 1 }, { value: 3, cost: 'keeps three copies, on three servers' }]);
  const spec: StoreWrite = {
    answer: 'PubAck', pipelined: false, duplicates: 'session', copies: Math.min(Math.max(replicas, 1), 5), disks: false, volatile: 'no', unroutable: false,
  };
  return { stations, knobs: own.list, exploration: explored('nats-hold', { spec, wanted: ['blocking'], machine: () => storeWrite(spec, 1) }), passing: '' };
}

function volatility(
  channel: Channel, storage: string, replicas: number, station: number, into: Knobs,
): Pick<StoreWrite, 'volatile' | 'why'> {
  if (replicas > 1) return { volatile: 'no' };
  if (storage === 'memory') return { volatile: 'restart', why: 'the stream is in memory only' };
  const { broker } = channel;
  const interval = new Knobs('broker', broker === undefined ? 'the NATS server' : `broker ${broker.name}`, station, into)
    .take('syncInterval', broker?.syncInterval === undefined ? {
      from: 'default', value: 120_000, of: 'NATS server', source: 'https://docs.nats.io/nats-concepts/jetstream#persistent-and-consistent-distributed-storage',
    } : { from: 'declared', ...broker.syncInterval }, 120_000, [
      { value: 120_000 }, { value: 0, cost: 'writes each message through to the disk before it is acknowledged' },
    ]);
  return interval > 0 ? { volatile: 'power', why: `what came in the last ${valueWords('syncInterval', interval)} was not yet written through to the disk` } : { volatile: 'no' };
}

/** A subscriber of core NATS, or a consumer of a stream. */
export function natsReadStage(consume: Consume, channel: Channel, stations: Stage['stations']): Stage {
  const own = new Knobs('consume', consume.service.name, stations.target);
  noteDeduplication(consume, own);
  const { settings } = consume;
  const isShared = (settings.queueGroup ?? settings.durable) !== undefined && competes(consume, channel, own);
  const spec: QueueRead = channel.settings.stream === undefined && !isJetStream(consume) ? {
    ack: 'on-sending', word: 'ack', competing: isShared, ahead: false, away: 'missed', why: 'core NATS keeps nothing for it',
    failure: settings.onFailure?.skip?.value === true ? 'drop' : 'redeliver',
  } : jetStreamRead(consume, own, isShared);
  return {
    stations, knobs: own.list,
    exploration: explored('queue-read', { spec, wanted: hazards, machine: () => queueRead(spec) }),
    passing: '{target} works on m1.',
  };
}

function jetStreamRead(consume: Consume, own: Knobs, isShared: boolean): QueueRead {
  const { settings } = consume;
  const effective = effectiveConsume(consume);
  const policy = own.take('ackPolicy', effective.ackPolicy, 'none', [
    { value: 'none' }, { value: 'explicit', needsCode: true, cost: 'makes the program acknowledge when its work is done' },
  ]);
  const durable = settings.durable !== undefined && settings.durable.value !== false;
  own.take<string | boolean>('durable', settings.durable && { from: 'declared', ...settings.durable }, false, durable ? [] : [
    { value: false }, { value: true, cost: 'lets the server keep the consumer while it is away' },
  ]);
  const wait = own.take('ackWait', effective.ackWait, 30_000);
  const work = settings.processingTime?.value;
  const isImpatient = work !== undefined && policy !== 'none' && wait < work;
  if (work !== undefined) own.declared('processingTime', settings.processingTime, 0);
  const maxDeliver = own.take('maxDeliver', effective.maxDeliver, -1);
  const pending = own.take('maxAckPending', effective.maxAckPending, 1000, [
    { value: 1000 }, { value: 1, cost: 'hands out one message at a time, which costs throughput' },
  ]);
  return {
    ack: policy === 'none' ? 'on-sending' : 'after-work', word: 'ack',
    // The limit is of the consumer that all instances share.
    competing: isShared && pending !== 1, ahead: pending !== 1,
    away: durable ? 'kept' : 'missed', why: 'its consumer is not durable, and the server forgets it',
    ...failureOf(consume, maxDeliver, pending),
    impatient: isImpatient ? { wait: valueWords('ackWait', wait), work: valueWords('processingTime', work) } : undefined,
  };
}

/** The server delivers again what got no ack, until `maxDeliver`; a program may set aside by itself what fails too often. */
function failureOf({ settings: { onFailure } }: Consume, maxDeliver: number, pending: number): Pick<QueueRead, 'failure' | 'limit'> {
  if (onFailure?.skip?.value === true) return { failure: 'drop' };
  const limit = maxDeliver > 0 ? `${maxDeliver} deliveries` : undefined;
  if (onFailure?.deadLetter !== undefined) {
    const retries = onFailure.retries?.value ?? -1;
    return { failure: 'dead-letter', limit: limit ?? (retries >= 0 ? `${retries + 1} tries` : 'its last try') };
  }
  if (limit !== undefined) return { failure: 'left', limit };
  return { failure: pending === 1 ? 'requeue' : 'redeliver' };
}

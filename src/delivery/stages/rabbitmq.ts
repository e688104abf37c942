import { isStaticKey, patternsOverlap } from '../../model/match';
import type { Channel, Consume, Publish } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import { edgeClient, effectiveChannel, effectiveConsume, effectivePublish } from '../effective';
import { hazards } from '../guarantee';
import { queueRead, type QueueRead } from '../machines/queueRead';
import { storeWrite, type StoreWrite } from '../machines/storeWrite';
import { compareVersions } from '../version';
import { comesBack, deadLetters } from './deadLetters';
import { outageOf } from './outage';
import { explored, instancesOf, Knobs, noteDeduplication, type Stage } from './stage';

/** A publisher at a queue, through the exchange and binding that lead there; `exchange` is absent for the default one. */
export function rabbitWriteStage(
  publish: Publish, exchange: Channel | undefined, queue: Channel, reader: Consume, stations: Stage['stations'],
): Stage {
  const own = new Knobs('publish', publish.service.name, stations.source);
  const effective = effectivePublish(publish);
  const confirms = own.take('confirms', effective.confirms, false, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program wait for confirms, and publish again what got none' },
  ]);
  const awaits = own.declared('awaitResult', publish.settings.awaitResult, true, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program handle publishes that failed' },
  ]) || publish.settings.outbox?.value === true;
  const persistent = own.take('persistent', effective.persistent, false, [
    { value: false }, { value: true, cost: 'writes each message to disk' },
  ]);
  const window = own.declared('maxInFlight', publish.settings.maxInFlight, 1000, [
    { value: 1000 }, { value: 1, needsCode: true, cost: 'awaits each confirm before the next message, which costs throughput' },
  ]);
  const mayBeMissed = exchange !== undefined && mayMiss(publish, exchange);
  const type = effectiveChannel(queue).queue;
  const isOnOneNode = (queue.broker?.nodes?.value ?? 1) > 1 && (type === undefined || type.from === 'unknown' || !isReplicated(type.value));
  const isSilent = (mayBeMissed || isOnOneNode) && !own.take('mandatory', effective.mandatory, false, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program handle what comes back' },
  ]);
  const spec: StoreWrite = {
    ...storeOf(queue, reader, own, stations.channel, persistent),
    answer: confirms && awaits ? 'confirm' : undefined, pipelined: window !== 1, duplicates: 'kept',
    unroutable: mayBeMissed && isSilent, droppedWhenDown: isOnOneNode && isSilent ? true : undefined,
  };
  return {
    stations, knobs: own.list, exploration: storeExploration(spec),
    passing: confirms ? '{source} sends m1; {channel} takes and confirms it.' : '{source} sends m1 to {channel}.',
  };
}

/** True for the types whose messages lie on several nodes. */
function isReplicated(type: string): boolean {
  return type === 'quorum' || type === 'stream';
}

/** What a queue itself does to messages that another channel, or a tool, hands on to it. */
export function rabbitHoldStage(queue: Channel, reader: Consume, stations: Stage['stations']): Stage {
  const own = new Knobs('channel', `${queue.kind} ${queue.address}`, stations.channel);
  const spec: StoreWrite = {
    ...storeOf(queue, reader, own, stations.channel, true), answer: 'confirm', pipelined: false, duplicates: 'session', unroutable: false,
  };
  return {
    stations, knobs: own.list,
    exploration: explored('rabbit-hold', { spec, wanted: ['loss', 'blocking'], machine: () => storeWrite(spec, 1) }), passing: '',
  };
}

export function storeExploration(spec: StoreWrite): Stage['exploration'] {
  return explored('store-write',
    { spec, wanted: ['loss', 'duplication', 'blocking'], machine: () => storeWrite(spec, 1) },
    { spec, wanted: ['reordering'], machine: () => storeWrite(spec, 2) });
}

function storeOf(
  queue: Channel, reader: Consume, into: Knobs, station: number, persistent: boolean,
): Pick<StoreWrite, 'copies' | 'volatile' | 'why' | 'disks' | 'full' | 'expiry' | 'outage'> {
  const own = new Knobs('channel', `${queue.kind} ${queue.address}`, station, into);
  const effective = effectiveChannel(queue);
  const { settings } = queue;
  const type = own.take('queue', effective.queue, 'classic', [
    { value: 'classic' }, { value: 'quorum', cost: 'keeps the queue on three nodes; an existing queue must be declared anew' },
  ]);
  const hasMembers = isReplicated(type);
  const copies = hasMembers ? own.take('replicas', groupSize(queue), 3) : 1;
  const isLasting = hasMembers || own.declared('durable', settings.durable, true, [{ value: false }, { value: true }]);
  const isOwned = !hasMembers && (settings.exclusive?.value === true || settings.autoDelete?.value === true);
  const volatile = !hasMembers && (!isLasting || !persistent || settings.exclusive?.value === true) ? 'restart' : 'no';
  const hasDeadLetter = deadLetters(queue);
  const isLimited = (settings.maxLength?.value ?? settings.maxLengthBytes?.value) !== undefined;
  const overflow = isLimited ? own.take<string>('overflow', effective.overflow, 'drop-head', [
    { value: 'drop-head' }, { value: 'reject-publish', cost: 'refuses what does not fit, which publishers must handle' },
  ]) : undefined;
  const ttl = settings.ttl === undefined || hasDeadLetter ? undefined : own.declared('ttl', settings.ttl, 0);
  // A queue that is deleted dead-letters nothing.
  const unused = settings.expires === undefined ? undefined : own.declared('expires', settings.expires, 0);
  const kept = [ttl, unused].filter((limit) => limit !== undefined && !Number.isNaN(limit)) as number[];
  return {
    copies: Math.min(Math.max(copies, 1), 7), volatile, disks: true,
    why: volatile === 'no' ? undefined : !isLasting || isOwned ? `{channel} does not outlive it` : 'm1 was sent as transient',
    full: overflow === undefined || (overflow === 'drop-head' && hasDeadLetter) ? undefined : overflow === 'drop-head' ? 'drops' : 'refuses',
    expiry: kept.length === 0 ? undefined : valueWords('ttl', Math.min(...kept)),
    outage: type === 'stream' || !hasDeadLetter ? outageOf(reader, queue) : undefined,
  };
}

function groupSize(queue: Channel): ReturnType<typeof effectiveChannel>['replicas'] {
  const { replicas } = queue.settings;
  if (replicas !== undefined) return { from: 'declared', ...replicas };
  const nodes = queue.broker?.nodes;
  // A group has as many members as there are nodes, three at most.
  if (nodes !== undefined && nodes.value < 3) return { from: 'declared', ...nodes };
  return { from: 'default', value: 3, of: 'quorum queues', source: 'https://www.rabbitmq.com/docs/quorum-queues#replication-factor' };
}

/** True if a message may have a routing key that no binding takes, and nothing catches it. */
function mayMiss(publish: Publish, exchange: Channel): boolean {
  const type = exchange.settings.exchange?.value;
  if (exchange.address === '' || exchange.routesOut.some((route) => route.kind === 'alternate')) return false;
  const keys = exchange.routesOut.filter((route) => route.kind === 'binding').map((route) => route.key?.value ?? '');
  if (type === 'fanout' || (type === 'topic' && keys.includes('#'))) return false;
  const key = publish.settings.routingKey?.value;
  return key === undefined || !isStaticKey(key) || !keys.some((pattern) => takes(type, pattern, key));
}

/** True if a binding of an exchange takes a routing key, or if nobody can tell. */
export function mayTake(exchange: Channel, pattern: string | undefined, key: string | undefined): boolean {
  const type = exchange.settings.exchange?.value;
  if (key === undefined || !isStaticKey(key) || (type !== 'topic' && type !== 'direct')) return true;
  return takes(type, pattern ?? '', key);
}

function takes(type: string | undefined, pattern: string, key: string): boolean {
  return type === 'topic' ? patternsOverlap('rabbitmq', pattern, key) : pattern === key;
}

/** A consumer of a queue or stream. */
export function rabbitReadStage(consume: Consume, queue: Channel, stations: Stage['stations']): Stage {
  const own = new Knobs('consume', consume.service.name, stations.target);
  noteDeduplication(consume, own);
  const effective = effectiveConsume(consume);
  const ack = own.take('ack', effective.ack, 'auto', [
    { value: 'auto' }, { value: 'manual', needsCode: true, cost: 'makes the program acknowledge when its work is done' },
  ]);
  const processing = own.declared<string>('processing', consume.settings.processing, 'sync', [
    { value: 'async' }, { value: 'sync', needsCode: true, cost: 'makes the handler wait for its work' },
  ]);
  const prefetch = own.take('prefetch', effective.prefetch, 0, [
    { value: 0 }, { value: 1, cost: 'hands out one message at a time, which costs throughput' },
  ]);
  const isSingle = new Knobs('channel', `${queue.kind} ${queue.address}`, stations.channel, own)
    .declared('singleActiveConsumer', queue.settings.singleActiveConsumer, false, [
      { value: false }, { value: true, cost: 'lets one consumer work at a time' },
    ]);
  // A handler that returns before its work is done lets its framework acknowledge too early.
  const acked = ack === 'auto' ? 'on-sending' : processing === 'async' && frameworkAcks(consume) ? 'before-work' : 'after-work';
  const spec: QueueRead = {
    ack: acked, word: 'ack', competing: !isSingle && competes(consume, queue, own), ahead: prefetch !== 1, away: 'kept',
    ...failureOf(consume, queue, own, acked === 'after-work'), impatient: impatienceOf(consume, queue, own),
  };
  return {
    stations, knobs: own.list,
    exploration: explored('queue-read', { spec, wanted: hazards, machine: () => queueRead(spec) }),
    passing: '{target} works on m1.',
  };
}

/** The broker takes back what stays unacknowledged for longer than its consumer timeout. */
function impatienceOf(consume: Consume, queue: Channel, own: Knobs): QueueRead['impatient'] {
  const { processingTime } = consume.settings;
  if (processingTime === undefined || queue.settings.queue?.value === 'stream') return undefined;
  const wait = effectiveChannel(queue).consumerTimeout;
  const work = own.declared('processingTime', processingTime, 0);
  if (wait === undefined || wait.from === 'unknown' || !(wait.value < work)) return undefined;
  new Knobs('channel', `queue ${queue.address}`, own.list[0]?.station ?? 0, own).take('consumerTimeout', wait, wait.value);
  return { wait: valueWords('consumerTimeout', wait.value), work: valueWords('processingTime', work) };
}

function frameworkAcks(consume: Consume): boolean {
  const id = edgeClient(consume)?.id;
  return id === 'spring-amqp' || id === 'smallrye-rabbitmq';
}

/** True where several consumers share what the channel holds. */
export function competes(consume: Consume, channel: Channel, own: Knobs): boolean {
  const others = channel.consumes.filter((other) => other.service !== consume.service).length;
  const instances = new Knobs('service', consume.service.name, own.list[0]?.station ?? 0, own)
    .declared('instances', consume.service.instances, 1);
  const threads = own.declared('concurrency', consume.settings.concurrency, 1);
  return others > 0 || instances * threads > 1 || instancesOf(consume.service) > 1;
}

function failureOf(consume: Consume, queue: Channel, own: Knobs, acknowledges: boolean): Pick<QueueRead, 'failure' | 'limit' | 'returns'> {
  const { onFailure } = consume.settings;
  const isSetAside = onFailure?.deadLetter !== undefined || deadLetters(queue);
  const end = isSetAside ? 'dead-letter' : 'drop';
  if (onFailure?.skip?.value === true) return { failure: 'drop' };
  if (onFailure?.retries !== undefined && onFailure.retries.value >= 0) {
    return { failure: end, limit: `${onFailure.retries.value + 1} tries` };
  }
  // What is acknowledged before the work can neither be rejected nor come back.
  if (!acknowledges) return { failure: 'redeliver' };
  const back = isSetAside ? comesBack(queue) : undefined;
  if (back !== undefined) return { failure: back === 'later' ? 'comes-back' : 'requeue', returns: 'end' };
  if (queue.settings.queue?.value === 'stream') return { failure: 'requeue' };
  const requeue = own.take('requeue', effectiveConsume(consume).requeue ?? {
    from: 'default', value: true, of: 'basic.nack and basic.reject', source: 'https://www.rabbitmq.com/docs/nack',
  }, true);
  if (!requeue) return { failure: end };
  const limit = effectiveChannel(queue).deliveryLimit;
  const isQuorum = queue.settings.queue?.value === 'quorum';
  if (!isQuorum) return { failure: 'requeue' };
  // Without a limit to count towards, a quorum queue puts at its end what is given back.
  if (limit === undefined || limit.from === 'unknown' || limit.value < 0) return { failure: 'requeue', returns: 'end' };
  // Since 4.3 a nack counts for nothing, and nothing tells whether a program nacks or rejects; Spring's rollback is a nack.
  const version = queue.broker?.version?.value;
  if (version !== undefined && compareVersions(version, '4.3') >= 0) return { failure: 'requeue' };
  const counted = new Knobs('channel', `queue ${queue.address}`, own.list[0]?.station ?? 0, own).take('deliveryLimit', limit, 20);
  return { failure: end, limit: `${counted} deliveries that fail` };
}

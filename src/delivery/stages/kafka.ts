import type { Channel, Consume, Publish } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import { clientOf } from '../clients';
import { edgeClient, effectiveChannel, effectiveConsume, effectivePublish } from '../effective';
import { hazards } from '../guarantee';
import { kafkaRead, type KafkaRead } from '../machines/kafkaRead';
import { kafkaWrite, type KafkaWrite } from '../machines/kafkaWrite';
import { queueRead } from '../machines/queueRead';
import { spread } from '../machines/spread';
import { deadLetters } from './deadLetters';
import { outageOf } from './outage';
import { explored, Knobs, noteDeduplication, type Stage } from './stage';

const roundTrip = 'adds a round trip to the followers to each send';

/** A producer at a topic; `reader` is who reads there, which decides whether aborted records are seen. */
export function kafkaWriteStage(
  publish: Publish, channel: Channel, reader: Consume, stations: Stage['stations'],
): Stage {
  const own = new Knobs('publish', publish.service.name, stations.source);
  const topic = new Knobs('channel', `topic ${channel.address}`, stations.channel, own);
  const effective = effectivePublish(publish);
  const { settings } = publish;
  const acks = own.take('acks', effective.acks, '0', [
    { value: '0' }, { value: '1' }, { value: 'all', cost: roundTrip },
  ]);
  const idempotence = own.take('idempotence', effective.idempotence, false, [{ value: false }, { value: true }]);
  const inFlight = own.take('maxInFlight', effective.maxInFlight, 5, [
    { value: 5 }, { value: 1, cost: 'lets one request at a time be under way, which costs throughput' },
  ]);
  const retries = own.take('retries', effective.retries, 2_147_483_647);
  const transactionalId = own.declared('transactionalId', settings.transactionalId, '');
  const isOutbox = own.declared('outbox', settings.outbox, false);
  const awaits = own.declared('awaitResult', settings.awaitResult, true, [
    { value: false }, { value: true, needsCode: true, cost: 'makes the program handle sends that failed' },
  ]);
  const { partitions, replicas: replication, minInsyncReplicas, uncleanLeaderElection } = effectiveChannel(channel);
  const isSpread = partitions?.from !== 'unknown' && (partitions?.value ?? 1) > 1 && settings.open?.includes('key') !== true
    && own.declared('key', settings.key, '', [{ value: '' }, { value: 'what belongs together', needsCode: true, cost: 'sends what has one key to one partition' }]) === '';
  const replicas = topic.take('replicas', replication, 1, [
    { value: 1 }, { value: 2, cost: 'keeps another copy' }, { value: 3, cost: 'keeps three copies, on three brokers' },
  ]);
  const minInsync = topic.take('minInsyncReplicas', minInsyncReplicas, 1, [
    { value: 1 }, { value: 2, cost: 'stops publishing while fewer than two replicas are in sync' },
  ]);
  const unclean = topic.take('uncleanLeaderElection', uncleanLeaderElection, true, [
    { value: true }, { value: false, cost: 'leaves a partition without a leader until a replica in sync is back' },
  ]);
  const isTransactional = transactionalId !== '';
  const spec: KafkaWrite = {
    acks,
    // Idempotence that cannot work is refused where it was asked for, and silently off where it was a default.
    idempotence: (idempotence || isTransactional) && acks === 'all' && retries > 0 && inFlight <= 5,
    // A program that looks at results sends again what its client gave up.
    pipelined: inFlight > 1, retries: retries > 0 || awaits || isOutbox,
    // What decides nothing is left out, so that fewer specifications are distinct.
    replicas: Math.min(Math.max(replicas, 1), 5), minInsync: acks === 'all' ? Math.min(Math.max(minInsync, 1), 5) : 1, unclean: unclean && replicas > 1,
    restart: !isTransactional ? 'again' : isPartOfTransaction(publish) ? 'source' : 'transaction',
    seesAborted: isTransactional && effectiveConsume(reader).isolation?.from !== 'unknown' && isolationOf(reader) === 'read_uncommitted',
    // The commit of a transaction fails with each of its sends, whoever looks at those.
    ignoresFailure: !awaits && !isOutbox && !isTransactional,
  };
  if (isTransactional) new Knobs('consume', reader.service.name, stations.target, own).take('isolation', effectiveConsume(reader).isolation, 'read_uncommitted', [
    { value: 'read_uncommitted' }, { value: 'read_committed', cost: 'shows records only once their transaction is committed' },
  ]);
  // Two copies show all that three show of the order.
  const small = { ...spec, replicas: Math.min(spec.replicas, 2), minInsync: Math.min(spec.minInsync, 2) };
  return {
    stations, knobs: own.list,
    exploration: explored('kafka-write',
      { spec, wanted: ['loss', 'duplication', 'blocking'], machine: () => kafkaWrite(spec, 1) },
      isSpread ? { spec: {}, wanted: ['reordering'], machine: spread }
        : { spec: small, wanted: ['reordering'], machine: () => kafkaWrite(small, 2) }),
    passing: acks === '0' ? '{source} sends m1 to {channel}.' : '{source} sends m1; {channel} stores and acknowledges it.',
  };
}

function isolationOf(consume: Consume): string {
  const { isolation } = effectiveConsume(consume);
  return isolation === undefined || isolation.from === 'unknown' ? 'read_uncommitted' : isolation.value;
}

/** True where the service reads what it works on in the same transaction. */
function isPartOfTransaction({ service }: Publish): boolean {
  return service.consumes.some((consume) => consume.settings.commit?.value === 'transaction');
}

/** A consumer of a topic; `writes` tells whether it publishes its output in the transaction that commits its offsets. */
export function kafkaReadStage(consume: Consume, channel: Channel, stations: Stage['stations'], writes: boolean): Stage {
  const own = new Knobs('consume', consume.service.name, stations.target);
  noteDeduplication(consume, own);
  if (consume.settings.shareGroup?.value === true) return shareGroupStage(consume, own, stations);
  const effective = effectiveConsume(consume);
  const { settings } = consume;
  const commitSaid = own.declared<string>('commit', settings.commit, '', [
    { value: 'before-processing' }, { value: 'after-processing', needsCode: true, cost: 'repeats work after a crash' },
  ]);
  const auto = own.take('autoCommit', commitSaid !== '' && settings.autoCommit === undefined
    ? { from: 'default', value: false, of: 'a consumer that commits by itself', source: '' } : effective.autoCommit, true, [
    { value: true }, { value: false, needsCode: true, cost: 'makes the program commit by itself' },
  ]);
  const processing = own.declared<string>('processing', settings.processing, 'sync', [
    { value: 'async' }, { value: 'sync', needsCode: true, cost: 'makes the handler wait for its work' },
  ]);
  const library = edgeClient(consume)?.id ?? clientOf(consume.service)?.id;
  // librdkafka counts a record as done when it hands it over; a client that nobody knows may be built on it.
  const storesAhead = auto && effective.autoOffsetStore !== undefined && own.take('autoOffsetStore', effective.autoOffsetStore, true, [
    { value: true }, { value: false, needsCode: true, cost: 'makes the program store each offset' },
  ]);
  const commit: KafkaRead['commit'] = commitSaid === 'transaction' && writes ? 'transaction'
    : commitSaid === 'before-processing' ? 'before'
      : auto ? (processing === 'async' || storesAhead ? 'timer-ahead' : 'timer')
        : processing === 'async' && commitSaid === '' ? 'timer-ahead' : 'after';
  const failure = failureOf(consume, own, library);
  const spec: KafkaRead = { commit, failure, outage: outageOf(consume, channel) };
  return {
    stations, knobs: own.list,
    exploration: explored('kafka-read', { spec, wanted: hazards, machine: () => kafkaRead(spec) }),
    passing: '{target} works on m1.',
  };
}

function failureOf(consume: Consume, own: Knobs, library: string | undefined): KafkaRead['failure'] {
  const { onFailure } = consume.settings;
  if (onFailure?.deadLetter !== undefined || (onFailure?.skip?.value !== true && consume.channel !== undefined && deadLetters(consume.channel))) return 'dead-letter';
  // Spring's error handler logs what failed ten times, and goes on (DefaultErrorHandler); others hand on no further record.
  const usual = library === 'spring-kafka'
    ? { from: 'default', value: true, of: 'Spring Kafka', source: 'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html' } as const : undefined;
  const skip = own.take('onFailure.skip', onFailure?.skip === undefined ? usual ?? {
    from: 'default', value: false, of: 'a consumer that says nothing of failures', source: '',
  } : { from: 'declared', ...onFailure.skip }, false);
  return skip ? 'skip' : 'block';
}

/** A share group hands out record by record and counts attempts (KIP-932). */
function shareGroupStage(consume: Consume, own: Knobs, stations: Stage['stations']): Stage {
  own.declared('shareGroup', consume.settings.shareGroup, true);
  const isSetAside = consume.settings.onFailure?.deadLetter !== undefined;
  const spec = {
    ack: 'after-work', word: 'acknowledgement', competing: true, ahead: true, away: 'kept',
    failure: isSetAside ? 'dead-letter' : 'drop', limit: valueWords('maxDeliver', 5) + ' deliveries',
  } as const;
  return {
    stations, knobs: own.list,
    exploration: explored('queue-read', { spec, wanted: hazards, machine: () => queueRead(spec) }),
    passing: '{target} works on m1.',
  };
}

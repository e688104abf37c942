import type { Consume, Route } from '../../model/model';
import { effectiveChannel } from '../effective';
import { kafkaWrite, type KafkaWrite } from '../machines/kafkaWrite';
import { relay, type Relay } from '../machines/relay';
import { natsHoldStage } from './nats';
import { rabbitHoldStage } from './rabbitmq';
import { explored, Knobs, type Stage } from './stage';

/**
 * The step from one channel to the next: by the broker itself, or by a tool beside it, and what the next channel does
 * to what it is given.
 */
export function relayStages(route: Route, reader: Consume, from: number, to: number): Stage[] {
  const own = new Knobs('channel', `${route.from.kind} ${route.from.address}`, from);
  const spec = relayOf(route, own);
  const stations = { source: from, channel: from, target: to };
  const moved: Stage = {
    stations, knobs: own.list,
    exploration: explored('relay', { spec, wanted: ['loss', 'duplication', 'reordering'], machine: () => relay(spec) }),
    passing: '{channel} hands m1 on to {target}.',
  };
  const hold = { source: from, channel: to, target: to };
  if (route.to.protocol === 'rabbitmq' && route.to.space === 'queue') return [moved, rabbitHoldStage(route.to, reader, hold)];
  if (route.to.settings.stream !== undefined) return [moved, natsHoldStage(route.to, hold)];
  if (route.to.protocol === 'kafka') return [moved, kafkaHoldStage(route, hold)];
  return [moved];
}

function relayOf(route: Route, own: Knobs): Relay {
  switch (route.kind) {
    case 'dead-letter':
      return route.from.protocol === 'rabbitmq' ? deadLetterOf(route, own) : {
        duplication: { faults: 1, text: 'Who sets m1 aside crashes between writing it to {target} and marking it as done, and does both again.' },
      };
    case 'retry':
      return {
        duplication: { faults: 1, text: 'Who sends m1 to {target} crashes before it has marked it as done, and sends it again.' },
        reordering: { faults: 0, text: 'm1 fails and waits in {target}, while m2 is worked on.' },
      };
    case 'shovel':
    case 'mirror':
      return {
        duplication: {
          faults: 1, text: `The ${route.kind} crashes between writing m1 to {target} and noting it in {channel}, and copies it again.`,
        },
      };
    case 'bridge': {
      const qos = own.declared('qos', route.fact.qos, 0);
      return qos === 0
        ? { loss: { faults: 1, text: 'The bridge loses its connection with m1 on its way, and repeats nothing with QoS 0.' } }
        : { duplication: { faults: 1, text: 'The bridge loses its connection before it has the answer for m1, and sends it again.' } };
    }
    default:
      // A broker's own bindings, filters, mappings and stream sources move a message within what it has stored.
      return {};
  }
}

/** RabbitMQ dead-letters without confirms, unless the source is a quorum queue that is told otherwise and refuses when full. */
function deadLetterOf({ from }: Route, own: Knobs): Relay {
  const strategy = own.declared<string>('deadLetterStrategy', from.settings.deadLetterStrategy, 'at-most-once', [
    { value: 'at-most-once' }, { value: 'at-least-once', cost: 'keeps dead letters in the source until the target confirms' },
  ]);
  const isQuorum = from.settings.queue?.value === 'quorum';
  const overflow = strategy === 'at-least-once' ? own.take<string>('overflow', effectiveChannel(from).overflow, 'drop-head', [
    { value: 'drop-head' }, { value: 'reject-publish' },
  ]) : undefined;
  return strategy === 'at-least-once' && isQuorum && overflow === 'reject-publish'
    ? {
      duplication: { faults: 1, text: 'The confirm for the dead letter is lost, and {channel} sends it to {target} again.' },
      // rabbit_fifo_dlx_worker goes on with others, and takes up what was not confirmed when its timer fires.
      reordering: { faults: 1, text: '{target} does not confirm m1; {channel} goes on with m2, and sends m1 again after a while.' },
    }
    : { loss: { faults: 1, text: '{target} is not there when {channel} dead-letters m1; nothing waits for a confirm.' } };
}

/** Who writes there waits for all replicas in sync and has one request under way: Connect's and Streams' way. */
function kafkaHoldStage(route: Route, stations: Stage['stations']): Stage {
  const own = new Knobs('channel', `topic ${route.to.address}`, stations.channel);
  const effective = effectiveChannel(route.to);
  const spec: KafkaWrite = {
    acks: 'all', idempotence: false, pipelined: false, retries: true, restart: 'source', seesAborted: false, ignoresFailure: false,
    replicas: Math.min(own.take('replicas', effective.replicas, 1, [{ value: 1 }, { value: 3, cost: 'keeps three copies, on three brokers' }]), 5),
    minInsync: Math.min(own.take('minInsyncReplicas', effective.minInsyncReplicas, 1, [
      { value: 1 }, { value: 2, cost: 'stops writing while fewer than two replicas are in sync' },
    ]), 5),
    unclean: own.take('uncleanLeaderElection', effective.uncleanLeaderElection, true),
  };
  return {
    stations, knobs: own.list,
    exploration: explored('kafka-hold', { spec, wanted: ['loss', 'blocking'], machine: () => kafkaWrite(spec, 1) }), passing: '',
  };
}

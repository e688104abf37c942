import type { Broker, Channel, Consume, Publish } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import { edgeClient, effectiveConsume, effectivePublish } from '../effective';
import { effectiveBroker } from '../effectiveBroker';
import { hazards } from '../guarantee';
import { generatedClientIds } from '../mqttDefaults';
import { queueRead, type QueueRead } from '../machines/queueRead';
import type { StoreWrite } from '../machines/storeWrite';
import { storeExploration } from './rabbitmq';
import { explored, instancesOf, Knobs, noteDeduplication, type Stage } from './stage';

/** A publisher at an MQTT broker, which holds messages for the sessions of its subscribers. */
export function mqttWriteStage(publish: Publish, channel: Channel, stations: Stage['stations']): Stage {
  const own = new Knobs('publish', publish.service.name, stations.source);
  const qos = own.take('qos', effectivePublish(publish).qos, 0, qualities);
  const window = own.declared('maxInFlight', publish.settings.maxInFlight, 20, [
    { value: 20 }, { value: 1, cost: 'lets one message at a time be under way, which costs throughput' },
  ]);
  const spec: StoreWrite = {
    ...brokerStore(channel.broker, stations.channel, own),
    answer: qos === 0 ? undefined : qos === 1 ? 'PUBACK' : 'PUBCOMP', pipelined: window !== 1,
    duplicates: qos === 2 ? 'session' : 'kept',
  };
  return {
    stations, knobs: own.list, exploration: storeExploration(spec),
    passing: qos === 0 ? '{source} sends m1 to the broker.' : '{source} sends m1; the broker takes it and answers.',
  };
}

const qualities = [
  { value: 0 }, { value: 1, cost: 'repeats a message until it is answered' }, { value: 2, cost: 'takes two round trips for each message' },
] as const;

function brokerStore(
  broker: Broker | undefined, station: number, into: Knobs,
): Pick<StoreWrite, 'copies' | 'volatile' | 'why' | 'disks' | 'unroutable' | 'full'> {
  const own = new Knobs('broker', broker === undefined ? 'the MQTT broker' : `broker ${broker.name}`, station, into);
  const persistence = own.take('persistence', broker?.persistence === undefined
    ? { from: 'default', value: false, of: 'mosquitto', source: 'https://mosquitto.org/man/mosquitto-conf-5.html', assumed: true }
    : { from: 'declared', ...broker.persistence }, false, [{ value: false }, { value: true, cost: 'writes sessions and messages to disk' }]);
  const { syncInterval, maxQueuedMessages } = effectiveBroker(broker, 'mqtt');
  const interval = !persistence ? 0 : own.take('syncInterval', syncInterval, 1_800_000, [
    { value: 1_800_000 }, { value: 0, cost: 'writes at each change' },
  ]);
  // As with queues, a limit counts where somebody has set it.
  const most = broker?.maxQueuedMessages === undefined ? 0 : own.take('maxQueuedMessages', maxQueuedMessages, 1000, [
    { value: 1000 }, { value: 0, cost: 'lets the broker keep any number of messages for a client that is away' },
  ]);
  return {
    copies: 1, disks: false, unroutable: false,
    volatile: !persistence ? 'restart' : interval > 0 ? 'kill' : 'no',
    full: most > 0 ? 'drops-new' : undefined,
    why: persistence ? 'what came since its last save was in memory only' : 'it keeps sessions and their messages in memory only',
  };
}

/** A subscriber: its session, and when it answers. What is sent to it comes with the lower quality of both ends. */
export function mqttReadStage(publish: Publish, consume: Consume, channel: Channel, stations: Stage['stations']): Stage {
  const own = new Knobs('consume', consume.service.name, stations.target);
  noteDeduplication(consume, own);
  const effective = effectiveConsume(consume);
  const granted = own.take('qos', effective.qos, 0, qualities);
  const sent = publish.protocol === 'mqtt' ? new Knobs('publish', publish.service.name, stations.source, own).take('qos', effectivePublish(publish).qos, 0, qualities) : granted;
  const qos = Math.min(granted, sent);
  const clean = own.take('cleanStart', effective.cleanStart, true, [{ value: true }, { value: false, cost: 'lets the broker keep messages while the client is away' }]);
  const expiry = consume.settings.sessionExpiry === undefined ? undefined : own.declared('sessionExpiry', consume.settings.sessionExpiry, 0);
  const processing = own.declared<string>('processing', consume.settings.processing, 'sync', [
    { value: 'async' }, { value: 'sync', needsCode: true, cost: 'makes the handler wait for its work before the client answers' },
  ]);
  const ack = own.declared<string>('ack', consume.settings.ack, '');
  const window = own.declared('maxInFlight', consume.settings.maxInFlight, 20, [
    { value: 20 }, { value: 1, cost: 'hands out one message at a time, which costs throughput' },
  ]);
  const offline = consume.settings.needs?.offline?.value ?? channel.settings.needs?.offline?.value ?? 0;
  const isForgotten = !clean && makesUpItsId(consume, own);
  const missed = qos === 0 || clean || expiry === 0 || isForgotten;
  // With QoS 2 clients hand a message over at PUBREL, when PUBREC has made them answerable for it; what they remember
  // of it is in their memory.
  const isEarly = ack !== 'manual' && (processing === 'async' || qos === 2);
  const spec: QueueRead = {
    ack: qos === 0 ? 'on-sending' : isEarly ? 'before-work' : 'after-work', word: qos === 2 ? 'PUBREC' : 'PUBACK',
    // Work beside other work needs a second message.
    competing: (channel.address.startsWith('$share/') && instancesOf(consume.service) > 1) || (own.declared('concurrency', consume.settings.concurrency, 1) > 1 && window !== 1),
    ahead: window !== 1,
    failure: consume.settings.onFailure?.skip?.value === true ? 'drop' : 'redeliver', away: missed ? 'missed' : 'kept',
    outage: expiry !== undefined && expiry < offline ? { away: valueWords('offline', offline), kept: valueWords('sessionExpiry', expiry) } : undefined,
    why: qos === 0 ? 'with QoS 0 nothing is kept for it' : clean ? 'its session began anew, and nothing was kept for it'
      : isForgotten ? 'it comes back with another client id, and its session is never taken up again' : 'its session ended with its connection',
  };
  return {
    stations, knobs: own.list,
    exploration: explored('queue-read', { spec, wanted: hazards, machine: () => queueRead(spec) }),
    passing: '{target} works on m1.',
  };
}

/** True where the client takes another id at each start: a session belongs to an id. */
function makesUpItsId(consume: Consume, own: Knobs): boolean {
  const client = edgeClient(consume);
  const { clientId, open } = consume.settings;
  if (client === undefined || !generatedClientIds.has(client.id) || open?.includes('clientId') === true) return false;
  return own.declared('clientId', clientId, '', [
    { value: '' }, { value: consume.service.name, cost: 'must be another one for each instance' },
  ]) === '';
}

import type { Channel, Consume, Publish, Route } from '../model/model';
import type { Protocol } from '../model/settings';
import type { Flow } from './guarantee';
import { kafkaReadStage, kafkaWriteStage } from './stages/kafka';
import { mqttReadStage, mqttWriteStage } from './stages/mqtt';
import { natsReadStage, natsWriteStage } from './stages/nats';
import { rabbitReadStage, rabbitWriteStage } from './stages/rabbitmq';
import { relayStages } from './stages/relay';
import type { Stage } from './stages/stage';

/** A part of a flow between two programs: who publishes, the channels, who consumes, and where they stand. */
interface Leg {
  readonly publish: Publish;
  readonly consume: Consume;
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
  /** The station of the publisher; the channels and the consumer follow. */
  readonly first: number;
}

/** The stages of a flow in the order in which a message passes them; none for a part whose protocol is not known. */
export function assemble(flow: Flow): readonly Stage[] {
  return legsOf(flow).flatMap(stagesOf);
}

/** False for flows over something of which no file says what it is: nothing can be derived for them. */
export function isKnown(flow: Flow): boolean {
  return legsOf(flow).every(({ publish, channels }) => protocolOf(channels[0]!, publish) !== undefined);
}

function legsOf(flow: Flow): Leg[] {
  const legs: Leg[] = [];
  let publish = flow.publish;
  let channels: Channel[] = [];
  let first = 0;
  let next = 0;
  let taken = 0;
  const end = (consume: Consume): void => {
    const routes = flow.routes.slice(taken, taken + channels.length - 1);
    taken += channels.length - 1;
    legs.push({ publish, consume, channels, routes, first });
    first += channels.length + 1;
    channels = [];
  };
  for (const station of flow.stations) {
    if (station.kind === 'channel') channels.push(station.channel);
    else if (station.kind === 'processor') {
      const via = flow.via[next++]!;
      end(via.consume);
      publish = via.publish;
    }
  }
  end(flow.consume);
  return legs;
}

/** Routes within one broker's own store of a message: what is published is stored at their end. */
const immediate: ReadonlySet<string> = new Set(['binding', 'alternate', 'match', 'mapping']);

function stagesOf({ publish, consume, channels, routes, first }: Leg): Stage[] {
  const protocol = protocolOf(channels[0]!, publish);
  if (protocol === undefined) return [];
  // An exchange, a subject or a topic keeps nothing: the first channel that does is where the publish ends.
  let stored = 0;
  while (stored < routes.length && immediate.has(routes[stored]!.kind) && !keeps(channels[stored]!)) stored++;
  const target = first + channels.length + 1;
  const stations = { source: first, channel: first + stored + 1, target };
  const stages = [writeStage(protocol, publish, channels[0]!, channels[stored]!, consume, stations)];
  for (let i = stored; i < routes.length; i++) stages.push(...relayStages(routes[i]!, consume, first + i + 1, first + i + 2));
  const last = channels.at(-1)!;
  const end = { source: first, channel: target - 1, target };
  const lastProtocol = protocolOf(last, consume) ?? protocol;
  stages.push(readStage(lastProtocol, publish, consume, last, end));
  return stages;
}

function keeps(channel: Channel): boolean {
  return channel.space === 'queue' || channel.settings.stream !== undefined || channel.protocol === 'kafka';
}

function protocolOf(channel: Channel, edge: Publish | Consume): Protocol | undefined {
  return channel.protocol ?? channel.broker?.protocol ?? edge.protocol;
}

function writeStage(
  protocol: Protocol, publish: Publish, entry: Channel, stored: Channel, consume: Consume, stations: Stage['stations'],
): Stage {
  switch (protocol) {
    case 'kafka': return kafkaWriteStage(publish, stored, consume, stations);
    case 'rabbitmq': return rabbitWriteStage(publish, entry.space === 'exchange' ? entry : undefined, stored, consume, stations);
    case 'mqtt': return mqttWriteStage(publish, stored, stations);
    case 'nats': return natsWriteStage(publish, stored, consume, stations);
  }
}

function readStage(protocol: Protocol, publish: Publish, consume: Consume, channel: Channel, stations: Stage['stations']): Stage {
  switch (protocol) {
    case 'kafka': return kafkaReadStage(consume, channel, stations, writesInTransaction(consume));
    case 'rabbitmq': return rabbitReadStage(consume, channel, stations);
    case 'mqtt': return mqttReadStage(publish, consume, channel, stations);
    case 'nats': return natsReadStage(consume, channel, stations);
  }
}

/** True where the service publishes to Kafka in transactions: its output and its offsets can then be one. */
function writesInTransaction({ service }: Consume): boolean {
  return service.publishes.some((publish) => publish.protocol === 'kafka' && publish.settings.transactionalId !== undefined);
}

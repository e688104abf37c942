import type { Flow } from '../delivery/guarantee';
import type { Channel, Consume, Publish } from '../model/model';

/** A part of a flow that one message goes without being written anew: from a publish over channels to a consume. */
export interface Leg {
  readonly publish: Publish;
  /** In the order in which the message passes them; routes lead from one to the next. */
  readonly channels: readonly Channel[];
  readonly consume: Consume;
}

/** A flow cut at the services that read and write on the way. */
export function legsOf(flow: Flow): Leg[] {
  const publishes = [flow.publish, ...flow.via.map((one) => one.publish)];
  const consumes = [...flow.via.map((one) => one.consume), flow.consume];
  const channels: Channel[][] = [[]];
  for (const station of flow.stations) {
    if (station.kind === 'channel') channels.at(-1)!.push(station.channel);
    else if (station.kind === 'processor') channels.push([]);
  }
  return publishes.map((publish, i) => ({ publish, channels: channels[i] ?? [], consume: consumes[i]! }));
}

/** The publishes of a flow, in the order of its legs. */
export function publishesOf(flow: Flow): Publish[] {
  return [flow.publish, ...flow.via.map((one) => one.publish)];
}

/** The consumes of a flow, in the order of its legs. */
export function consumesOf(flow: Flow): Consume[] {
  return [...flow.via.map((one) => one.consume), flow.consume];
}

import type { Channel, Consume, FlowModel, Publish } from '../model/model';
import type { Needs } from '../model/settings';
import type { SourceRange } from '../text/range';
import { streamsOf } from './retained';

type NeedName = Exclude<keyof Needs, 'at' | 'open'>;
type ValueOf<K extends NeedName> = NonNullable<Needs[K]>['value'];

/** Something that is needed of a channel, and who says so. */
export interface Need<T> {
  readonly value: T;
  readonly at: SourceRange;
  /** A service's name; `Somebody` where the channel says it for all who use it. Begins a sentence. */
  readonly who: string;
  readonly channel: Channel;
  /** Absent where the channel says it. */
  readonly edge?: Publish | Consume;
}

/** All that is needed of one kind, by channels and by those who use them. */
export function* needsOf<K extends NeedName>(model: FlowModel, name: K): Generator<Need<ValueOf<K>>> {
  for (const channel of model.channels) {
    const said = channel.settings.needs?.[name];
    if (said !== undefined) yield { value: said.value as ValueOf<K>, at: said.at, who: 'Somebody', channel };
  }
  for (const edge of [...model.publishes, ...model.consumes]) {
    const said = edge.settings.needs?.[name];
    if (said === undefined || edge.channel === undefined) continue;
    yield { value: said.value as ValueOf<K>, at: said.at, who: edge.service.name, channel: edge.channel, edge };
  }
}

/** Where messages that are published to the channel are kept: queues behind an exchange, streams over a subject, else itself. */
export function keepersOf(channel: Channel): Channel[] {
  if (channel.space === 'exchange') return queuesBehind(channel);
  const streams = channel.protocol === 'nats' ? streamsOf(channel) : [];
  return streams.length > 0 ? streams : [channel];
}

function queuesBehind(exchange: Channel): Channel[] {
  const seen = new Set([exchange]);
  const found: Channel[] = [];
  // A set grows while it is gone through: exchanges behind exchanges come in turn.
  for (const channel of seen) {
    if (channel.space === 'queue') found.push(channel);
    else for (const route of channel.routesOut) if (route.kind === 'binding') seen.add(route.to);
  }
  return found;
}

/** Those who read what is kept there; a need of one of them is about that one alone. */
export function readersOf<T>(need: Need<T>, keeper: Channel): readonly Consume[] {
  if (need.edge?.kind === 'consume') return [need.edge];
  const subjects = keeper.routesIn.filter((route) => route.kind === 'match').map((route) => route.from);
  return [...keeper.consumes, ...subjects.flatMap((subject) => subject.consumes)];
}

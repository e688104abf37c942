import type { Channel, Consume, FlowModel, Publish, Route, Service } from '../model/model';
import { clientOf } from './clients';
import { edgeClient } from './effective';
import type { Flow, Station } from './guarantee';
import { mayTake } from './stages/rabbitmq';

/** Routes at most in one flow, and services that read and write on its way. */
const longest = 8;
const mostProcessors = 3;
/** Flows through services on the way are as many as there are pairs of ends; past this number they are left out. */
const mostThrough = 5000;

/** All ways of messages of a model, sorted by id. */
export function flowsOf(model: FlowModel): readonly Flow[] {
  const flows: Flow[] = [];
  for (const publish of model.publishes) {
    for (const way of waysFrom(publish)) flows.push(toFlow(publish, way, []));
  }
  let through = 0;
  for (const publish of model.publishes) {
    // A chain begins where messages come from, not in its middle.
    if (isProcessor(publish.service)) continue;
    for (const flow of chainsFrom(publish)) {
      if (++through > mostThrough) break;
      flows.push(flow);
    }
  }
  const ids = new Map<string, number>();
  return flows.map((flow) => {
    // Two groups of one service, or two ways to one queue, give two flows of one name.
    const count = (ids.get(flow.id) ?? 0) + 1;
    ids.set(flow.id, count);
    return count === 1 ? flow : { ...flow, id: `${flow.id} (${count})` };
  }).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

interface Way {
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
  readonly consume: Consume;
}

/** Where what is published can end up: at each consumer of the channel, and of those that routes lead to. */
function* waysFrom(publish: Publish): Generator<Way> {
  if (publish.channel === undefined) return;
  yield* walk(publish, [publish.channel], []);
}

function* walk(publish: Publish, channels: readonly Channel[], routes: readonly Route[]): Generator<Way> {
  const last = channels.at(-1)!;
  for (const consume of last.consumes) yield { channels, routes, consume };
  if (channels.length > longest) return;
  for (const route of last.routesOut) {
    if (channels.includes(route.to)) continue;
    const key = publish.settings.routingKey?.value;
    // A dead letter may have a key of its own.
    const isAsPublished = !routes.some(({ kind }) => kind === 'dead-letter');
    if (route.kind === 'binding' && isAsPublished && !mayTake(last, route.key?.value, key)) continue;
    yield* walk(publish, [...channels, route.to], [...routes, route]);
  }
}

/** Ways that go on through services which read and write. Dead letters on the way are ways of their own. */
function* chainsFrom(publish: Publish): Generator<Flow> {
  const begin = (from: Publish, before: Flow['via'], head: readonly Channel[], routes: readonly Route[], seen: ReadonlySet<Service>): Flow[] => {
    const found: Flow[] = [];
    for (const way of waysFrom(from)) {
      if (way.routes.some(({ kind }) => kind === 'dead-letter' || kind === 'retry')) continue;
      const channels = [...head, ...way.channels];
      const all = [...routes, ...way.routes];
      if (before.length > 0) found.push(toFlow(publish, { channels, routes: all, consume: way.consume }, before));
      const { service } = way.consume;
      if (before.length >= mostProcessors || seen.has(service) || !isProcessor(service)) continue;
      for (const next of service.publishes) {
        if (next.channel === undefined || next.channel.isDeadLetter || channels.includes(next.channel)) continue;
        found.push(...begin(next, [...before, { consume: way.consume, publish: next }], channels, all, new Set([...seen, service])));
      }
    }
    return found;
  };
  yield* begin(publish, [], [], [], new Set([publish.service]));
}

/** True for a service whose output comes of its input: it says so by a transaction, or its framework does nothing else. */
function isProcessor(service: Service): boolean {
  if (service.publishes.length === 0 || service.consumes.length === 0) return false;
  return service.consumes.some((consume) => consume.settings.commit?.value === 'transaction')
    || clientOf(service)?.id === 'kafka-streams'
    || service.consumes.some((consume) => edgeClient(consume)?.id === 'kafka-streams')
    || service.facts.some(({ dialect }) => dialect === 'redpanda-connect');
}

function toFlow(publish: Publish, way: Way, via: Flow['via']): Flow {
  const stations: Station[] = [{ kind: 'publisher', service: publish.service }];
  const names = [publish.service.name];
  let next = 0;
  for (const channel of way.channels) {
    // The output of a service on the way begins behind the channel that it reads.
    if (via[next] !== undefined && via[next]!.publish.channel === channel) {
      stations.push({ kind: 'processor', service: via[next]!.consume.service });
      names.push(via[next]!.consume.service.name);
      next++;
    }
    stations.push({ kind: 'channel', channel });
    names.push(channel.id === '' ? '(default)' : channel.id);
  }
  stations.push({ kind: 'consumer', service: way.consume.service });
  names.push(way.consume.service.name);
  return {
    id: names.join(' > '), publish, consume: way.consume, stations, channels: way.channels, routes: way.routes, via,
  };
}

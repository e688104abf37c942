import type { Channel, Consume, Publish, Route, Service } from '../model/model';
import type { Flow, SettingOwner, Station } from './guarantee';
import type { SourceRange } from '../text/range';

/** A setting of a flow with another value. */
export interface Change {
  readonly station: number;
  readonly owner: SettingOwner;
  /** As a flow file names it; `onFailure.skip` for one of a block. */
  readonly key: string;
  readonly value: string | number | boolean;
}

/** The flow as it would be with other settings: copies of what changes, the rest as it is. */
export function changed(flow: Flow, changes: readonly Change[]): Flow {
  return changes.reduce(changedOnce, flow);
}

function changedOnce(flow: Flow, change: Change): Flow {
  const { owner, station, key, value } = change;
  const of = (at: SourceRange): object => ({ [key.slice(key.indexOf('.') + 1)]: { value, at } });
  switch (owner) {
    case 'publish': return withPublish(flow, station, (publish) => ({
      ...publish, settings: without({ ...publish.settings, ...of(publish.at) }, key, value),
    }));
    case 'consume': return withConsume(flow, station, (consume) => {
      const { settings } = consume;
      const next = key.startsWith('onFailure.') ? { ...settings, onFailure: { ...settings.onFailure, ...of(consume.at) } } : { ...settings, ...of(consume.at) };
      return { ...consume, settings: without(next, key, value) };
    });
    case 'service': {
      const rename = (service: Service): Service => ({ ...service, ...of(service.at) });
      return withConsume(withPublish(flow, station, (p) => ({ ...p, service: rename(p.service) })), station, (c) => ({ ...c, service: rename(c.service) }));
    }
    case 'route': return flow;
    case 'channel': return withChannel(flow, station, (channel) => ({ ...channel, settings: { ...channel.settings, ...of(channel.at) } }));
    case 'stream': return withChannel(flow, station, (channel) => ({
      ...channel, settings: { ...channel.settings, stream: { at: channel.at, ...channel.settings.stream, ...of(channel.at) } },
    }));
    case 'broker': return withChannel(flow, station, (channel) => ({
      ...channel, broker: { id: '', name: '', facts: [], channels: [], ...channel.broker, ...of(channel.at) },
    }));
  }
}

/** A text that is emptied is a setting that nobody makes. */
function without<S extends object>(settings: S, key: string, value: unknown): S {
  if (value !== '') return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== key)) as S;
}

function withPublish(flow: Flow, station: number, change: (publish: Publish) => Publish): Flow {
  if (station === 0) return { ...flow, publish: change(flow.publish) };
  const at = processorAt(flow.stations, station);
  return { ...flow, via: flow.via.map((pair, i) => (i === at ? { ...pair, publish: change(pair.publish) } : pair)) };
}

function withConsume(flow: Flow, station: number, change: (consume: Consume) => Consume): Flow {
  if (station === flow.stations.length - 1) return { ...flow, consume: change(flow.consume) };
  const at = processorAt(flow.stations, station);
  return { ...flow, via: flow.via.map((pair, i) => (i === at ? { ...pair, consume: change(pair.consume) } : pair)) };
}

/** Which of the services on the way stands at a station; -1 for none. */
function processorAt(stations: readonly Station[], station: number): number {
  return stations[station]?.kind !== 'processor' ? -1
    : stations.slice(0, station).filter(({ kind }) => kind === 'processor').length;
}

/** A changed channel is the one that edges and routes of the flow lead to. */
function withChannel(flow: Flow, station: number, change: (channel: Channel) => Channel): Flow {
  const at = flow.stations[station];
  if (at?.kind !== 'channel') return flow;
  const before = at.channel;
  const after = change(before);
  const channel = (c: Channel): Channel => (c === before ? after : c);
  const edge = <E extends Publish | Consume>(e: E): E => (e.channel === before ? { ...e, channel: after } : e);
  const route = (r: Route): Route => (r.from === before || r.to === before ? { ...r, from: channel(r.from), to: channel(r.to) } : r);
  return {
    ...flow, publish: edge(flow.publish), consume: edge(flow.consume), channels: flow.channels.map(channel), routes: flow.routes.map(route),
    stations: flow.stations.map((s) => (s.kind === 'channel' && s.channel === before ? { ...s, channel: after } : s)),
    via: flow.via.map((pair) => ({ consume: edge(pair.consume), publish: edge(pair.publish) })),
  };
}

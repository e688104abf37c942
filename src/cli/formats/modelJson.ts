import {
  effectiveChannel, effectiveConsume, effectivePublish, effectiveStream,
} from '../../delivery/effective';
import type { JsonPlace } from '../../graph/json';
import type { Fact } from '../../model/facts';
import type { Broker, Channel, Consume, FlowModel, Publish, Route, Schema, Service } from '../../model/model';
import { brokerSettingNames, type Setting } from '../../model/settings';
import type { SourceRange, Sourced } from '../../text/range';

/** A setting as `tailrace model` prints it. Durations are milliseconds, sizes bytes. */
interface JsonSetting {
  readonly value: unknown;
  /** `inferred`: the file does not say it outright, see the declaration's `inferred`. */
  readonly from: 'declared' | 'default' | 'inferred' | 'unknown';
  readonly at?: JsonPlace;
  /** Whose default it is, and where that is documented. */
  readonly of?: string;
  readonly source?: string;
  readonly assumed?: true;
}

type Settings = Readonly<Record<string, JsonSetting>>;

/**
 * All facts of a model, one a broker, channel, service, publish, consume, route, schema and contract, each with
 * its declarations (dialect and place) and settings; with a line break at its end.
 * @param place turns a range into a place; it alone knows texts and paths.
 */
export function modelJson(model: FlowModel, place: (at: SourceRange) => JsonPlace): string {
  const writer = new Writer(place);
  const facts = [
    ...model.brokers.map((b) => writer.broker(b)),
    ...model.channels.map((c) => writer.channel(c)),
    ...model.services.map((s) => writer.service(s)),
    ...model.publishes.map((p) => writer.edge(p)),
    ...model.consumes.map((c) => writer.edge(c)),
    ...model.routes.map((r) => writer.route(r)),
    ...model.schemas.map((s) => writer.schema(s)),
    ...model.contracts.map((c) => ({
      kind: 'contract', name: c.name.value, format: c.format, version: c.version?.value, ...writer.declared([c], c.name.at),
    })),
  ];
  const files = [...model.files.values()]
    .map(({ id, dialect }) => ({ file: place({ file: id, start: 0, end: 0 }).file, dialect }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return `${JSON.stringify({ version: 1, files, facts }, undefined, 2)}\n`;
}

class Writer {
  constructor(private readonly place: (at: SourceRange) => JsonPlace) {}

  broker(broker: Broker): object {
    const { topicDefaults, joins } = broker;
    const names = ['url', 'registry', 'version', 'managed', 'environment', 'vhost', ...brokerSettingNames] as const;
    const own = names.map((name) => [name, broker[name] as Sourced<unknown> | undefined] as const);
    return {
      kind: 'broker', id: broker.id, name: broker.name, protocol: broker.protocol ?? null,
      ...this.declared(broker.facts, broker.facts[0]!.name.at),
      settings: this.plain(own, broker.facts),
      ...(topicDefaults ? { topicDefaults: this.plain(Object.entries(topicDefaults), broker.facts) } : {}),
      ...this.joined(joins),
    };
  }

  channel(channel: Channel): object {
    const stream = effectiveStream(channel);
    return {
      kind: 'channel', id: channel.id, address: channel.address, type: channel.kind,
      protocol: channel.protocol ?? null, broker: channel.broker?.id ?? null,
      ...(channel.brokerGuess === undefined ? {} : { brokerInferred: channel.brokerGuess }),
      ...(channel.schema ? { schema: channel.schema.written.value } : {}),
      ...this.declared(channel.declarations, channel.at),
      settings: {
        ...this.settings(effectiveChannel(channel), channel.declarations),
        ...(stream ? this.settings(stream, channel.declarations, 'stream.') : {}),
      },
    };
  }

  service(service: Service): object {
    const { instances, database } = service;
    const settings = this.plain([['instances', instances], ['database', database]], service.facts);
    return {
      kind: 'service', name: service.name, client: service.client?.value ?? null, owner: service.owner?.value,
      ...(instances ?? database ? { settings } : {}),
      ...this.declared(service.facts, service.at), ...this.joined(service.joins),
    };
  }

  edge(edge: Publish | Consume): object {
    const settings = edge.kind === 'publish' ? effectivePublish(edge) : effectiveConsume(edge);
    return {
      kind: edge.kind, service: edge.service.name, channel: edge.channel?.id ?? null, protocol: edge.protocol ?? null,
      ...this.declared(edge.facts, edge.at), settings: this.settings(settings, edge.facts),
    };
  }

  route(route: Route): object {
    return {
      kind: 'route', route: route.kind, from: route.from.id, to: route.to.id, key: route.key?.value,
      ...this.declared(route.facts, route.at),
    };
  }

  schema(schema: Schema): object {
    const { fact } = schema;
    return {
      kind: 'schema', name: schema.name, format: fact.format?.value, compatibility: fact.compatibility?.value,
      versions: schema.versions.map((v) => v.version), ...this.declared([fact], fact.name.at),
    };
  }

  /** The first declaration's dialect and place, then all of them; a channel that is only mentioned has none. */
  declared(facts: readonly Fact[], at: SourceRange): object {
    return {
      dialect: facts[0]?.dialect ?? null,
      at: this.place(at),
      declarations: facts.map((fact) => ({
        dialect: fact.dialect, at: this.place(fact.extent),
        ...(fact.inferred === undefined ? {} : { inferred: fact.inferred }),
        ...(fact.note === undefined ? {} : { note: fact.note }),
      })),
    };
  }

  private joined(joins: Broker['joins']): object {
    if (!joins?.length) return {};
    return { joins: joins.map(({ at, why }) => ({ at: this.place(at), inferred: why })) };
  }

  private settings(effective: object, facts: readonly Fact[], prefix = ''): Settings {
    const found: Record<string, JsonSetting> = {};
    for (const [name, setting] of Object.entries(effective as Record<string, Setting<unknown> | undefined>).sort(byName)) {
      // Blocks of settings (`stream`) are none themselves.
      if (setting?.from !== undefined) found[prefix + name] = this.setting(setting, facts);
    }
    return found;
  }

  private plain(all: readonly (readonly [string, unknown])[], facts: readonly Fact[]): Settings {
    const found: Record<string, JsonSetting> = {};
    for (const [name, value] of [...all].sort(byName)) {
      const said = value as Partial<Sourced<unknown>> | undefined;
      if (said?.value === undefined || said.at === undefined) continue;
      found[name] = this.setting({ from: 'declared', value: said.value, at: said.at }, facts);
    }
    return found;
  }

  private setting(setting: Setting<unknown>, facts: readonly Fact[]): JsonSetting {
    if (setting.from === 'unknown') return { value: null, from: 'unknown' };
    // What a template fills in is there and nobody can tell it.
    if (Number.isNaN(setting.value)) return { value: null, from: 'unknown' };
    if (setting.from === 'declared') {
      const isInferred = facts.some((fact) => fact.inferred !== undefined && holds(fact, setting.at));
      return { value: setting.value, from: isInferred ? 'inferred' : 'declared', at: this.place(setting.at) };
    }
    const { value, of, source, assumed } = setting;
    // JSON has no number for it.
    return { value: value === Infinity ? 'unlimited' : value, from: 'default', of, source, ...(assumed === true ? { assumed } : {}) };
  }
}

function holds(fact: Fact, at: SourceRange): boolean {
  return fact.extent.file === at.file && fact.extent.start <= at.start && at.end <= fact.extent.end;
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

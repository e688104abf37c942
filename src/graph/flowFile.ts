import { alternatives, blockSchema, resolveSchema, type BlockKind } from '../model/flowSchema/schema';
import type { Broker, Channel, Consume, FlowModel, Publish, Route, Schema } from '../model/model';
import { valueWords } from '../model/settingWords';
import type { Protocol } from '../model/settings';
import type { Sourced } from '../text/range';

/** A flow file as plain values, in the order of its keys. */
export type FlowDocument = Record<string, unknown>;

/** A flow file that says what a model says, and what it could not take over. */
export interface Converted {
  readonly document: FlowDocument;
  /** A sentence each, sorted. */
  readonly left: readonly string[];
}

/**
 * Makes one flow file of all that the files of a workspace say. Only what they say: defaults stay defaults.
 * @param relative writes an absolute path as the flow file must name it.
 */
export function toFlowFile(model: FlowModel, relative: (path: string) => string): Converted {
  const left: string[] = [];
  const keys = channelKeys(model, left);
  const keyOf = (channel: Channel): string | undefined => keys.get(channel);
  const document: FlowDocument = { flow: 1 };
  const brokers = model.brokers.filter((b) => {
    if (b.protocol === undefined) left.push(`broker ${b.id}: no file says which protocol it speaks`);
    return b.protocol !== undefined;
  });
  const brokersOut = Object.fromEntries(brokers.map((b) => [b.id, brokerBlock(b)]));
  if (brokers.length > 0) document['brokers'] = brokersOut;
  const schemas = Object.fromEntries(model.schemas.flatMap((s) => schemaBlock(s, relative, left)));
  if (Object.keys(schemas).length > 0) document['schemas'] = schemas;
  const channels = model.channels.flatMap((c) => {
    const key = keyOf(c);
    return key === undefined ? [] : [[key, channelBlock(c, keyOf, brokersOut, schemas)] as const];
  });
  if (channels.length > 0) document['channels'] = Object.fromEntries(channels);
  const services = model.services.map((s) => [s.name, {
    ...plain({ owner: s.owner, client: s.client, instances: s.instances, database: s.database, failureTests: s.failureTests }),
    ...edges('publishes', s.publishes, keyOf, left), ...edges('consumes', s.consumes, keyOf, left),
  }] as const);
  if (services.length > 0) document['services'] = Object.fromEntries(services);
  return { document, left: left.sort() };
}

/** The key of each channel in the flow file; an exchange and a queue of one name cannot both have it. */
function channelKeys(model: FlowModel, left: string[]): Map<Channel, string> {
  const keys = new Map<Channel, string>();
  const used = new Set<string>();
  const brokersOf = new Map<string, Set<Broker | undefined>>();
  for (const { address, broker } of model.channels) brokersOf.set(address, (brokersOf.get(address) ?? new Set()).add(broker));
  for (const channel of model.channels) {
    const isShared = (brokersOf.get(channel.address)?.size ?? 0) > 1;
    const key = isShared && channel.broker ? `${channel.broker.id}/${channel.address}` : channel.address;
    if (channel.address === '') continue;
    if (used.has(key)) left.push(`${channel.kind} ${channel.address}: a flow file has one channel of a name, and this is the second`);
    else keys.set(channel, key);
    used.add(key);
  }
  return keys;
}

function brokerBlock(broker: Broker): object {
  return { protocol: broker.protocol, ...settingsOf('broker', broker, broker) };
}

function schemaBlock(schema: Schema, relative: (path: string) => string, left: string[]): [string, object][] {
  const { fact } = schema;
  const path = (target: { path: string; fragment: string }): string =>
    `${relative(target.path)}${target.fragment === '' ? '' : `#${target.fragment}`}`;
  const versions = schema.versions.flatMap((v) => (v.target ? [[v.version, path(v.target.value)] as const] : []));
  const source = schema.source?.target;
  if (versions.length === 0 && source === undefined) {
    left.push(`schema ${schema.name}: it is written inside another file, which a flow file cannot point to`);
    return [];
  }
  return [[schema.name, {
    ...plain({ format: fact.format, compatibility: fact.compatibility }),
    ...(versions.length > 0 ? { versions: Object.fromEntries(versions) } : { source: path(source!.value) }),
  }]];
}

function channelBlock(
  channel: Channel, keyOf: (c: Channel) => string | undefined, brokers: object, schemas: object,
): object {
  const { broker, schema, settings } = channel;
  const out = keyedRoutes(channel, keyOf);
  return {
    ...(broker && broker.id in brokers ? { broker: broker.id } : {}),
    ...(schema && schema.name in schemas ? { schema: schema.written.value } : {}),
    ...(channel.protocol === 'rabbitmq' && settings.exchange === undefined && channel.kind === 'exchange' ? { exchange: 'direct' } : {}),
    ...(channel.protocol === 'rabbitmq' && settings.queue === undefined && channel.kind === 'queue' ? { queue: 'classic' } : {}),
    ...settingsOf('channel', settings, channel),
    ...blocksOf(['stream', 'needs', 'alert'], channel.settings),
    ...out,
  };
}

/** What flows on from a channel, and the bindings by which a channel is fed. */
function keyedRoutes(channel: Channel, keyOf: (c: Channel) => string | undefined): object {
  const first = (kind: Route['kind']): string | undefined => {
    const route = channel.routesOut.find((r) => r.kind === kind);
    return route && keyOf(route.to);
  };
  const bindings = channel.routesIn.filter((r) => r.kind === 'binding' && keyOf(r.from) !== undefined).map((r) => ({
    exchange: keyOf(r.from), ...(r.key === undefined ? {} : { routingKey: r.key.value }),
  }));
  const others = channel.routesOut.flatMap((r) => {
    const key = keyOf(r.to);
    const isOther = !['binding', 'dead-letter', 'alternate', 'match'].includes(r.kind);
    return isOther && key !== undefined ? [[key, r.kind] as const] : [];
  });
  const deadLetter = first('dead-letter');
  const alternate = first('alternate');
  return {
    ...(bindings.length > 0 ? { bindings } : {}),
    ...(deadLetter === undefined ? {} : { deadLetter }),
    ...(alternate === undefined ? {} : { alternateExchange: alternate }),
    ...(others.length > 0 ? { routes: Object.fromEntries(others) } : {}),
  };
}

function edges(
  key: 'publishes' | 'consumes', all: readonly (Publish | Consume)[], keyOf: (c: Channel) => string | undefined,
  left: string[],
): object {
  const found = new Map<string, object>();
  for (const edge of all) {
    const name = edge.channel && keyOf(edge.channel);
    if (name === undefined) continue;
    if (!found.has(name)) found.set(name, edgeBlock(edge));
    else left.push(`service ${edge.service.name}: it consumes ${name} in more than one group, and a flow file has one`);
  }
  return found.size === 0 ? {} : { [key]: Object.fromEntries(found) };
}

function edgeBlock(edge: Publish | Consume): object {
  if (edge.kind === 'publish') {
    return { ...settingsOf('publish', edge.settings, edge.channel), ...blocksOf(['needs'], edge.settings) };
  }
  const failure = blocksOf(['onFailure'], edge.settings);
  return {
    ...settingsOf('consume', edge.settings, edge.channel),
    ...blocksOf(['needs', 'alert'], edge.settings),
    ...(Object.keys(failure['onFailure'] ?? {}).length > 0 ? failure : {}),
  };
}

/** Those of the named blocks of settings that are there. */
function blocksOf(names: readonly BlockKind[], settings: object): Record<string, object> {
  const all = settings as Readonly<Partial<Record<string, object>>>;
  return Object.fromEntries(names.flatMap((name) => {
    const block = all[name];
    return block === undefined ? [] : [[name, settingsOf(name, block)]];
  }));
}

/** The settings of a block that a flow file has keys for, as it writes them. */
function settingsOf(kind: BlockKind, settings: object, of?: { protocol?: Protocol; kind?: string }): Record<string, unknown> {
  const properties = blockSchema(kind).properties ?? {};
  const written = settings as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(properties).flatMap((name) => {
    const schema = resolveSchema(properties[name]!);
    const value = written[name];
    const protocols = schema['x-protocols'];
    if (protocols && of?.protocol && !protocols.includes(of.protocol)) return [];
    if (schema['x-on'] && of && schema['x-on'] !== of.kind && of.kind !== 'stream') return [];
    if (Array.isArray(value)) return [[name, value.map((item: Sourced<unknown>) => item.value)]];
    const said = value as Partial<Sourced<unknown>> | undefined;
    if (said?.value === undefined || Number.isNaN(said.value)) return [];
    const units = alternatives(schema).some((leaf) => leaf['x-unit'] !== undefined) || schema['x-unit'] !== undefined;
    return [[name, units ? valueWords(name, said.value) : said.value]];
  }));
}

function plain(all: Readonly<Record<string, Sourced<unknown> | undefined>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).flatMap(([name, said]) => (said === undefined ? [] : [[name, said.value]])));
}

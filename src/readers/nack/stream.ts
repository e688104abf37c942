import type { ChannelFact, ChannelRef, Fact, RouteFact, RouteKind } from '../../model/facts';
import type { StreamSettings } from '../../model/settings';
import { parseDuration } from '../../model/units';
import { entry, get, type SyntaxNode } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn, settingsOf, type Said } from '../shared/document';
import { contentRange, nodeRange } from '../shared/places';
import { placeOfStream } from './account';
import { dialect } from './dialect';

/**
 * A `Stream`: a channel by the stream's name, and the streams and subjects that it takes from and gives to.
 */
export function streamFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = entry(resource.root, 'spec');
  if (spec === undefined) return [];
  const place = placeOfStream(ask, resource, all);
  const said = ask.said(get(spec.value, 'name'));
  // The name of the stream is required; where it is missing NACK refuses the resource.
  const address = said === undefined ? resource.name : known(said);
  if (address === undefined) return [...place.facts];
  const at = contentRange(ask.file, spec.key);
  const subjects = ask.list(get(spec.value, 'subjects'));
  const storage = ask.word(get(spec.value, 'storage'), ['file', 'memory']);
  const settings = settingsOf<Omit<StreamSettings, 'at' | 'subjects'>>({
    name: address, storage: storage ?? { value: 'memory', at },
    replicas: ask.number(get(spec.value, 'replicas')),
    retention: ask.word(get(spec.value, 'retention'), ['limits', 'interest', 'workqueue']),
    discard: ask.word(get(spec.value, 'discard'), ['old', 'new']),
    duplicateWindow: duration(ask, get(spec.value, 'duplicateWindow')),
    maxAge: duration(ask, get(spec.value, 'maxAge')),
    maxMessages: ask.number(get(spec.value, 'maxMsgs')), maxBytes: ask.number(get(spec.value, 'maxBytes')),
  });
  const notes = [
    storage === undefined
      ? 'storage is not set, and NACK\'s default is memory: a restart of the server loses the messages.'
        : undefined,
    yes(ask, get(spec.value, 'noAck')) ? 'noAck: publishers get no acknowledgement.' : undefined,
    transformNote(ask, get(spec.value, 'subjectTransform')),
  ].filter((n) => n !== undefined);
  const channel = defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address, protocol: 'nats', broker: place.broker,
    settings: { stream: { at, ...settings, ...(subjects.length === 0 ? {} : { subjects }) } },
    description: ask.text(get(spec.value, 'description'))?.value, note: notes.join(' ') || undefined,
  });
  return [...place.facts, channel, ...takenIn(ask, spec.value, channel),
    ...republished(ask, spec.value, channel)];
}

export function duration(ask: Asking, node: SyntaxNode | undefined): Said<number> {
  const said = ask.said(node);
  if (said === undefined || said === 'open') return said;
  const value = parseDuration(said.value);
  return value === undefined ? 'open' : { value, at: said.at };
}

function yes(ask: Asking, node: SyntaxNode | undefined): boolean {
  return known(ask.boolean(node))?.value === true;
}

function transformNote(ask: Asking, node: SyntaxNode | undefined): string | undefined {
  const to = ask.text(get(node, 'dest'));
  return to && `Subjects ${ask.text(get(node, 'source'))?.value ?? '>'} are stored as ${to.value}.`;
}

/** What fills the stream: the stream that it mirrors, or those that it collects. */
function takenIn(ask: Asking, spec: SyntaxNode | undefined, channel: ChannelFact): Fact[] {
  const mirror = get(spec, 'mirror');
  return [
    ...(mirror === undefined ? [] : [mirror]).flatMap((node) => fromStream(ask, node, 'mirror', channel)),
    ...mapsIn(get(spec, 'sources')).flatMap((node) => fromStream(ask, node, 'stream-source', channel)),
  ];
}

function fromStream(ask: Asking, node: SyntaxNode, route: RouteKind, channel: ChannelFact): RouteFact[] {
  const name = ask.text(get(node, 'name'));
  if (name === undefined) return [];
  const prefix = ask.text(get(node, 'externalApiPrefix'));
  const filter = ask.text(get(node, 'filterSubject'));
  return [defined<RouteFact>({
    kind: 'route', route, dialect, extent: nodeRange(ask.file, node), by: `Stream ${channel.address.value}`,
    // A stream of another account or domain is no neighbour of the name.
    from: defined<ChannelRef>({
      name, protocol: 'nats', broker: prefix === undefined ? channel.broker?.value : undefined,
    }),
    to: self(channel), key: filter,
    note: prefix && `The stream lies behind the API prefix ${prefix.value}, in another account or domain.`,
  })];
}

/** `republish`: what is stored goes on to further subjects. */
function republished(ask: Asking, spec: SyntaxNode | undefined, channel: ChannelFact): RouteFact[] {
  const e = entry(spec, 'republish');
  const to = ask.text(get(e?.value, 'destination'));
  // A subject made of parts of another (`$1`, `{{…}}`) is no name.
  if (e?.value === undefined || to === undefined || /[${}]/.test(to.value)) return [];
  return [defined<RouteFact>({
    kind: 'route', route: 'mapping', dialect, extent: nodeRange(ask.file, e.value), from: self(channel),
    to: defined<ChannelRef>({ name: to, protocol: 'nats', broker: channel.broker?.value }),
    key: ask.text(get(e.value, 'source')), by: `Stream ${channel.address.value}`,
    note: 'The stream publishes again what it has stored.',
  })];
}

function self(channel: ChannelFact): ChannelRef {
  return defined<ChannelRef>({ name: channel.address, protocol: 'nats', broker: channel.broker?.value });
}

/** The streams behind a bucket (`KV_orders`, `OBJ_files`): the server makes them, clients see the bucket. */
export function bucketFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const place = placeOfStream(ask, resource, all);
  const spec = entry(resource.root, 'spec');
  const bucket = ask.text(get(spec?.value, 'bucket'));
  if (spec === undefined || bucket === undefined) return [...place.facts];
  const isKeys = resource.kind === 'KeyValue';
  const at = contentRange(ask.file, spec.key);
  const stream = `${isKeys ? 'KV' : 'OBJ'}_${bucket.value}`;
  const external = { value: true, at };
  const settings = settingsOf<Omit<StreamSettings, 'at' | 'subjects'>>({
    name: { value: stream, at: bucket.at }, storage: ask.word(get(spec.value, 'storage'), ['file', 'memory']),
    replicas: ask.number(get(spec.value, 'replicas')), maxAge: duration(ask, get(spec.value, 'ttl')),
    maxBytes: ask.number(get(spec.value, 'maxBytes')),
  });
  const subjects = (isKeys ? [`$KV.${bucket.value}.>`] : [`$O.${bucket.value}.C.>`, `$O.${bucket.value}.M.>`])
    .map((value) => ({ value, at: bucket.at }));
  return [...place.facts, defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address: { value: stream, at: bucket.at },
    protocol: 'nats',
    broker: place.broker, settings: { external, stream: { at, ...settings, subjects } },
    description: ask.text(get(spec.value, 'description'))?.value,
    inferred: `The server keeps the ${isKeys ? 'keys' : 'objects'} of bucket ${bucket.value} in this stream.`,
    note: 'Who uses the bucket, no file says.',
  })];
}

import { usersOf } from '../users';
import type { Channel } from '../../model/model';
import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';
import type { Ide } from '../context';

/** What a key's value names. */
type Named = 'topic' | 'queue' | 'exchange' | 'channel' | 'strimzi-cluster';

interface Place {
  readonly names: Named;
  /** Several with commas; in a list of YAML each has its own line or item. */
  readonly many?: true;
}

/** Keys whose values are names in programs' configuration: the last part of a path is enough to know them. */
const programs: readonly (readonly [RegExp, Place])[] = [
  [/(^|[.-])destination$/i, { names: 'channel', many: true }],
  [/(^|[.-])topics?$/i, { names: 'topic', many: true }],
  [/(^|[.-])queues?$/i, { names: 'queue', many: true }],
  [/(^|[.-])exchange$/i, { names: 'exchange' }],
];

const keysOf: Readonly<Record<string, readonly (readonly [RegExp, Place])[]>> = {
  spring: programs,
  microprofile: programs,
  micronaut: programs,
  kubernetes: [[/^strimzi\.io\/cluster$/, { names: 'strimzi-cluster' }], ...programs],
  strimzi: [[/^strimzi\.io\/cluster$/, { names: 'strimzi-cluster' }], [/^topics$/, { names: 'topic', many: true }]],
  'kafka-connect': [
    [/^topics$/, { names: 'topic', many: true }],
    [/^errors\.deadletterqueue\.topic\.name$/, { names: 'topic' }],
  ],
};

/** A key, its sign, and what is typed of the value before the cursor; YAML, JSON and properties alike. */
const line = /^\s*(?:-\s+)?["']?([\w./%[\]-]+)["']?\s*[:=]\s*(["']?)([^"'#{}]*)$/;

/** Names of channels and clusters where a file of another dialect names them: the addresses on the wire. */
export function completePlaces(ide: Ide, file: SourceFile, dialect: string, offset: number): readonly Completion[] {
  const keys = keysOf[dialect];
  if (keys === undefined) return [];
  const start = Math.max(file.text.lastIndexOf('\n', offset - 1) + 1, offset - 1000);
  const match = line.exec(file.text.slice(start, offset));
  const place = match && keys.find(([pattern]) => pattern.test(match[1] ?? ''))?.[1];
  if (!match || !place) return [];
  const value = match[3] ?? '';
  const typed = (place.many ? value.slice(value.lastIndexOf(',') + 1) : value).trimStart();
  // `${TOPIC:orders}` is the program's own way to the name.
  if (/[$\s]/.test(typed)) return [];
  const rest = /^[^\s,"'#}\]]*/.exec(file.text.slice(offset, offset + 300))?.[0] ?? '';
  const at = { start: offset - typed.length, end: offset + rest.length };
  if (place.names === 'strimzi-cluster') return clusters(ide, at);
  const own = typed + rest;
  const found = new Map<string, Completion>();
  for (const channel of ide.model.channels) {
    if (!isNamed(channel, place.names) || found.has(channel.address)) continue;
    // What is being typed is a channel already.
    const isOwn = channel.address === own && channel.at.file === file.id && channel.at.start === at.start;
    if (isOwn) continue;
    found.set(channel.address, {
      label: channel.address, kind: 'channel', insert: channel.address, ...at,
      detail: [channel.kind, channel.broker?.id].filter((part) => part !== undefined).join(' · '), docs: usersOf(channel),
    });
  }
  return [...found.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
}

function isNamed(channel: Channel, names: Named): boolean {
  // A name that YAML or a list would read as something else is for its writer to quote.
  if (!/^[\w./-]+$/.test(channel.address)) return false;
  switch (names) {
    case 'topic':
      return channel.kind === 'topic' || channel.kind === 'channel';
    case 'queue':
      return channel.space === 'queue';
    case 'exchange':
      return channel.space === 'exchange';
    default:
      return channel.space !== 'queue';
  }
}

function clusters(ide: Ide, at: { readonly start: number; readonly end: number }): readonly Completion[] {
  const names = ide.model.brokers.flatMap((broker) => broker.facts)
    .filter((fact) => fact.dialect === 'strimzi' && fact.inferred === undefined).map((fact) => fact.name.value);
  return [...new Set(names)].sort().map((label) =>
    ({ label, kind: 'broker', insert: label, ...at, detail: 'Strimzi Kafka cluster' }));
}

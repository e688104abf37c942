import { own } from '../../text/own';
import type { SourceRange, Sourced } from '../../text/range';
import type { ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get, isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { settingsOf } from '../shared/document';
import { contentRange, entryRange } from '../shared/places';
import { dialect, type Context } from './context';

/** The clients that a service's type tells; an `application` may be written with any. */
const clients: Readonly<Record<string, string>> = {
  'kafka-streams': 'kafka-streams', 'kafka-connect': 'kafka-connect',
};

/** The key of the group, by type; a Connect cluster's `group-id` is that of its workers among themselves. */
const groupKeys: Readonly<Record<string, string>> = {
  application: 'group-id', 'kafka-streams': 'application-id',
};

/** A service with what it produces and consumes; of a Connect cluster, each connector is one as well. */
export function readService(c: Context, service: Entry): void {
  const name = c.doc.text(service.key);
  const type = c.doc.text(get(service.value, 'type'));
  if (name === undefined) return;
  const extent = entryRange(c.file, service);
  const client = type && own(clients, type.value) ? { value: own(clients, type.value) ?? '', at: type.at } : undefined;
  c.facts.push(defined({ kind: 'service' as const, dialect, extent, name, client }));
  readEdges(c, service.value, extent, name, groupOf(c, service, name, type?.value));
  if (type?.value !== 'kafka-connect') return;
  readStorage(c, service, name);
  const connectors = get(service.value, 'connectors');
  for (const connector of isMap(connectors) ? connectors.entries : []) {
    const own = c.doc.text(connector.key);
    if (own === undefined) continue;
    const place = entryRange(c.file, connector);
    c.facts.push(defined({ kind: 'service' as const, dialect, extent: place, name: own, client }));
    readEdges(c, connector.value, place, own, {});
  }
}

/** The group as written, else the service's name, which the tool grants as the group then. */
function groupOf(
  c: Context, service: Entry, name: Sourced<string>, type: string | undefined,
): { settings?: ConsumeSettings; note?: string } {
  const key = type === undefined ? undefined : own(groupKeys, type);
  if (key === undefined) return {};
  const node = get(service.value, key);
  if (node !== undefined) return { settings: settingsOf<ConsumeSettings>({ group: c.doc.said(node) }) };
  return {
    settings: { group: name },
    note: `${key} is not set; kafka-gitops grants the group that is named as the service.`,
  };
}

function readEdges(
  c: Context, node: SyntaxNode | undefined, extent: SourceRange, service: Sourced<string>,
  group: { readonly settings?: ConsumeSettings; readonly note?: string },
): void {
  for (const name of c.doc.list(get(node, 'produces'))) {
    c.facts.push(publish(extent, service, name));
  }
  for (const name of c.doc.list(get(node, 'consumes'))) {
    c.facts.push(consume(extent, service, name, group.settings, group.note));
  }
}

/** `connect-configs-<service>` and its like, where nothing else is said (docs/services.md). */
const storage = { config: 'configs', offset: 'offsets', status: 'status' } as const;

/** The topics in which a Connect cluster keeps its own state: those it names, declared ones by default. */
function readStorage(c: Context, service: Entry, name: Sourced<string>): void {
  for (const [key, word] of Object.entries(storage)) {
    const node = get(service.value, 'storage-topics', key);
    const written = c.doc.text(node);
    const usual = `connect-${word}-${name.value}`;
    if (written === undefined && (node !== undefined || !c.topics.has(usual))) continue;
    const at = isScalar(service.key) ? contentRange(c.file, service.key) : name.at;
    const topic = written ?? { value: usual, at };
    const extent = entryRange(c.file, service);
    const inferred = written === undefined
      ? `storage-topics.${key} is not set; the cluster keeps its state in ${usual}.` : undefined;
    c.facts.push(defined<PublishFact>({ ...publish(extent, name, topic), inferred }));
    c.facts.push(defined<ConsumeFact>({ ...consume(extent, name, topic), inferred }));
  }
}

function publish(extent: SourceRange, service: Sourced<string>, name: Sourced<string>): PublishFact {
  return {
    kind: 'publish', dialect, extent, service, channel: { name, protocol: 'kafka' }, protocol: 'kafka',
    settings: {},
  };
}

function consume(
  extent: SourceRange, service: Sourced<string>, name: Sourced<string>, settings: ConsumeSettings = {},
  note?: string,
): ConsumeFact {
  return defined<ConsumeFact>({
    kind: 'consume', dialect, extent, service, channel: { name, protocol: 'kafka' }, protocol: 'kafka',
    settings, note,
  });
}

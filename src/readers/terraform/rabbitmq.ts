import { own } from '../../text/own';
import type { SourceRange } from '../../text/range';
import type { BrokerFact, ChannelFact, ChannelRef, Fact } from '../../model/facts';
import { get, text, type MapNode } from '../../syntax/tree';
import { readUsers } from '../rabbitmq/credentials';
import { defaultVhost, vhostOf, type Context as RabbitContext } from '../rabbitmq/context';
import { readBindings, readExchanges } from '../rabbitmq/exchanges';
import { readFederation } from '../rabbitmq/federation';
import { readPermissions } from '../rabbitmq/permissions';
import { readPolicies } from '../rabbitmq/policies';
import { readQueues } from '../rabbitmq/queues';
import { readShovels } from '../rabbitmq/shovels';
import { defined } from '../shared/defined';
import { nodeRange, sourcedText } from '../shared/places';
import { dialect, type Context } from './context';
import { definitionsOf, elsewhere, unknownVhost, type RabbitEntry } from './rabbitmqTree';

/** Reads the resources of the RabbitMQ provider, by the reader of definitions. */
export function readRabbit(c: Context, entries: readonly RabbitEntry[]): void {
  if (entries.length === 0) return;
  const root = definitionsOf(entries);
  const r: RabbitContext = { file: c.file, root, ownVhost: defaultVhost, facts: [], problems: [] };
  const policies = readPolicies(c.file, root, (node) => vhostOf(r, node).value);
  readVhosts(r, entries);
  readExchanges(r, policies);
  readQueues(r, policies);
  readBindings(r);
  readShovels(r);
  readFederation(r, policies);
  readUsers(r);
  readPermissions(r);
  const open = new Map(entries.filter((e) => e.open.length > 0).map((e) => [e.node.start, e.open]));
  const handles = new Map(entries.map(({ node, handle }) =>
    [`${node.start} ${text(get(node, 'name')) ?? ''}`, handle]));
  c.facts.push(...r.facts.flatMap((fact) => known(withOpen(fact, open), handles)));
  c.problems.push(...policies.problems);
}

/** Each vhost is a broker: a resource of its own, or only named by what lies in it. */
function readVhosts(r: RabbitContext, entries: readonly RabbitEntry[]): void {
  const seen = new Set<string>();
  const add = (name: BrokerFact['name'], extent: SourceRange, more: Partial<BrokerFact>): void => {
    if (name.value === '' || name.value.startsWith(unknownVhost) || seen.has(name.value)) return;
    seen.add(name.value);
    r.facts.push(defined<BrokerFact>({
      kind: 'broker', dialect, extent, name, protocol: { value: 'rabbitmq', at: name.at }, vhost: name,
      ...more,
    }));
  };
  for (const { list, node } of entries) {
    const name = list === 'vhosts' ? sourcedText(r.file, get(node, 'name')) : undefined;
    if (name === undefined) continue;
    add(name, nodeRange(r.file, node), { description: text(get(node, 'description')) });
  }
  for (const { list, node } of entries) {
    if (list !== 'queues' && list !== 'exchanges') continue;
    const { value, at } = vhostPlace(r, node);
    add({ value, at }, at, {
      inferred: get(node, 'vhost') === undefined ? 'Without a vhost the provider takes "/".'
        : 'Exchanges and queues of this vhost are here; the vhost itself is not a resource of this file.',
    });
  }
}

function vhostPlace(r: RabbitContext, node: MapNode): { readonly value: string; readonly at: SourceRange } {
  const written = sourcedText(r.file, get(node, 'vhost'));
  const name = sourcedText(r.file, get(node, 'name'));
  return written ?? { value: r.ownVhost, at: name?.at ?? nodeRange(r.file, node) };
}

/** Settings by the argument that states them. */
const settingOf: Readonly<Record<string, keyof ChannelFact['settings']>> = {
  'x-queue-type': 'queue', 'x-max-length': 'maxLength', 'x-max-length-bytes': 'maxLengthBytes',
  'x-overflow': 'overflow', 'x-message-ttl': 'ttl', 'x-expires': 'expires',
  'x-delivery-limit': 'deliveryLimit',
  'x-dead-letter-strategy': 'deadLetterStrategy', 'x-single-active-consumer': 'singleActiveConsumer',
  'x-max-age': 'retention',
};

/** A queue's arguments that are written but not known: no default holds for them. */
function withOpen(fact: Fact, open: ReadonlyMap<number, readonly string[]>): Fact {
  if (fact.kind !== 'channel' || fact.space !== 'queue') return fact;
  const names = open.get(fact.extent.start);
  if (names === undefined) return fact;
  const stated = names.includes('*') ? Object.values(settingOf) : names.flatMap((n) => own(settingOf, n) ?? []);
  const settings = { ...fact.settings };
  for (const name of stated) delete settings[name as 'queue'];
  return { ...fact, settings: stated.length === 0 ? settings : { ...settings, open: [...new Set(stated)] } };
}

/** The fact in this dialect's name, without vhosts that the file does not say. */
function known(fact: Fact, handles: ReadonlyMap<string, string>): Fact[] {
  const said = { ...fact, dialect };
  if (said.kind === 'permission' && said.vhost.value.startsWith(unknownVhost)) return [];
  if (said.kind === 'channel') {
    const handle = handles.get(`${said.extent.start} ${said.address.value}`);
    const { broker, ...rest } = said;
    const isKnown = broker?.value.startsWith(unknownVhost) !== true;
    return [defined({ ...rest, broker: isKnown ? broker : undefined, handle })];
  }
  if (said.kind === 'route') {
    const by = said.by?.replaceAll(elsewhere, '');
    return [defined({ ...said, from: knownRef(said.from), to: knownRef(said.to), by })];
  }
  return [said];
}

function knownRef(ref: ChannelRef): ChannelRef {
  const { broker, ...rest } = ref;
  const named = ref.name.value.startsWith(elsewhere) ? ref.name.value.slice(elsewhere.length) : undefined;
  return defined<ChannelRef>({
    ...rest, name: named === undefined ? ref.name : { ...ref.name, value: named }, handle: named,
    broker: broker?.startsWith(unknownVhost) ? undefined : broker,
  });
}

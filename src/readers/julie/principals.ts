import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { entry, get, isMap, isScalar, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { mapsIn, settingsOf, type Said } from '../shared/document';
import { contentRange, nodeRange } from '../shared/places';
import { principalName } from '../shared/principal';
import { dialect, type Context, type Project } from './context';

/** One principal's entry with what all its edges have in common. */
interface User {
  readonly node: MapNode;
  readonly service: Sourced<string>;
  readonly client?: Sourced<string>;
}

/** Above this many, the rights of a project's principals are said by what its topics' names begin with. */
const maxRights = 5_000;

/** Who may read all topics of a project, and who may write them. */
export function readProjectUsers(c: Context, node: MapNode, project: Project): void {
  for (const side of ['consumers', 'producers'] as const) {
    const users = usersIn(c, get(node, side));
    const refs = users.length * project.topics.length > maxRights && project.prefix !== 'open'
      ? [{ ...ref({ value: project.prefix, at: project.at }), match: 'prefix' as const }]
      : project.topics.map((topic) => ref(topic.full));
    const right = side === 'consumers' ? 'read' : 'write';
    const inferred =
      `The project ${project.name} gives this principal the right to ${right} all of its topics.`;
    for (const user of users) {
      for (const channel of refs) edge(c, side, user, channel, { inferred });
    }
  }
}

/** Who may read or write one topic. */
export function readTopicUsers(c: Context, node: MapNode, topic: Sourced<string>): void {
  for (const side of ['consumers', 'producers'] as const) {
    for (const user of usersIn(c, get(node, side))) edge(c, side, user, ref(topic), {});
  }
}

/** Kafka Streams applications, and the servers of ksqlDB, which are such applications. */
export function readStreams(
  c: Context, node: SyntaxNode | undefined, key: SyntaxNode, project?: Project,
): void {
  for (const user of usersIn(c, node, clientAt(c, 'kafka-streams', key))) {
    const eos = get(user.node, 'exactlyOnce');
    const isEos = c.doc.boolean(eos);
    const id = c.doc.text(get(user.node, 'applicationId'));
    const exactly = isEos !== undefined && isEos !== 'open' && isEos.value ? isEos.at : undefined;
    const place = <T>(value: T): Sourced<T> | undefined => exactly && { value, at: exactly };
    topicEdges(c, user, project, {
      read: defined<ConsumeSettings>({
        group: id, commit: place('transaction' as const), isolation: place('read_committed' as const),
      }),
      write: defined<PublishSettings>({
        idempotence: place(true), transactionalId: place(id?.value ?? user.service.value),
      }),
      note: exactly
        && 'exactlyOnce: Streams writes and commits in transactions and reads only what is committed.',
    });
  }
}

/** Connect workers: the topics of their connectors, and those in which they keep their own state. */
export function readConnectors(
  c: Context, node: SyntaxNode | undefined, key: SyntaxNode, project?: Project,
): void {
  for (const user of usersIn(c, node, clientAt(c, 'kafka-connect', key))) {
    topicEdges(c, user, project, { read: {}, write: {} });
    for (const name of ['status_topic', 'offset_topic', 'configs_topic']) {
      readOwnTopic(c, user, name, `${name} is where the Connect workers keep their state.`);
    }
  }
}

/** Schema registries (`topic` holds the schemas), Control Center, ksqlDB servers of the platform. */
export function readPlatform(c: Context, platform: SyntaxNode | undefined): void {
  for (const part of isMap(platform) ? platform.entries : []) {
    for (const user of usersIn(c, get(part.value, 'instances'))) {
      readOwnTopic(c, user, 'topic', 'The registry keeps its schemas in this topic.');
    }
  }
}

function readOwnTopic(c: Context, user: User, key: string, note: string): void {
  const topic = c.doc.text(get(user.node, key));
  if (topic === undefined) return;
  edge(c, 'consumers', user, ref(topic), { note });
  edge(c, 'producers', user, ref(topic), { note });
}

/** `topics.read` and `topics.write`, which hold whole names of topics. */
function topicEdges(
  c: Context, user: User, project: Project | undefined,
  settings: { read: ConsumeSettings; write: PublishSettings; note?: string },
): void {
  for (const [key, side] of [['read', 'consumers'], ['write', 'producers']] as const) {
    for (const topic of c.doc.list(get(user.node, 'topics', key))) {
      const own = project?.topics.find((t) => t.short === topic.value && t.full.value !== topic.value);
      const whole = own
        && `JulieOps takes ${topic.value} for the whole name; the project's topic is ${own.full.value}.`;
      const note = [settings.note, whole].filter((n) => n !== undefined).join(' ') || undefined;
      edge(c, side, user, ref(topic), { note }, settings[key]);
    }
  }
}

/** The entries of a list of principals; each is a service. */
function usersIn(c: Context, list: SyntaxNode | undefined, client?: Sourced<string>): User[] {
  return mapsIn(list).flatMap((node) => {
    const service = principalName(c.file, c.doc.text(get(node, 'principal')));
    if (service === undefined) return [];
    c.facts.push(defined({
      kind: 'service' as const, dialect, extent: nodeRange(c.file, node), name: service,
      owner: c.doc.text(get(node, 'metadata', 'owner')),
    }));
    return [defined<User>({ node, service, client })];
  });
}

function edge(
  c: Context, side: 'consumers' | 'producers', user: User, channel: ChannelRef,
  why: { readonly inferred?: string; readonly note?: string }, more: object = {},
): void {
  const base = {
    dialect, extent: nodeRange(c.file, user.node), service: user.service, channel, protocol: 'kafka' as const,
    client: user.client, ...why,
  };
  const say = (key: string): SyntaxNode | undefined => get(user.node, key);
  if (side === 'consumers') {
    const settings = settingsOf<ConsumeSettings>({ group: groupOf(c, user) });
    c.facts.push(defined<ConsumeFact>({ kind: 'consume', ...base, settings: { ...settings, ...more } }));
  } else {
    const settings = settingsOf<PublishSettings>({
      transactionalId: c.doc.said(say('transactionId')), idempotence: c.doc.boolean(say('idempotence')),
    });
    c.facts.push(defined<PublishFact>({ kind: 'publish', ...base, settings: { ...settings, ...more } }));
  }
}

/** The group of a consumer. A connector's `group` is that of the workers among themselves. */
function groupOf(c: Context, user: User): Said<string> {
  const said = user.client === undefined ? c.doc.said(get(user.node, 'group')) : undefined;
  // The right to all groups names none.
  return said !== undefined && said !== 'open' && said.value === '*' ? undefined : said;
}

function ref(name: Sourced<string>): ChannelRef {
  return { name, protocol: 'kafka' };
}

/** The client is known from the section that a principal stands in. */
function clientAt(c: Context, value: string, key: SyntaxNode): Sourced<string> | undefined {
  return isScalar(key) ? { value, at: contentRange(c.file, key) } : undefined;
}

/** The entry of a section whose principals stand below `access_control`, or right in it. */
export function accessOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return isMap(node) && entry(node, 'access_control') !== undefined ? get(node, 'access_control') : node;
}

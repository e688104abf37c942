import { masked } from '../../syntax/placeholder';
import { get, isMap, isScalar, isSeq, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';

/** An entry of a registry: a map with the topic's name in it, or below the name as a key. */
export interface TopicEntry {
  readonly node: MapNode;
  /** Where the name stands apart from the rest (`metadata.name` beside `spec`). */
  readonly name?: SyntaxNode;
  /** The key that names the topic, in maps of topics. */
  readonly key?: Entry;
}

/** A list or map of topics, with the map it stands in. */
export interface Section {
  readonly entries: readonly TopicEntry[];
  readonly parent: MapNode | undefined;
  /** The key that leads to it. */
  readonly key: Entry | undefined;
  /** What holds for all entries that do not say it themselves. */
  readonly defaults: SyntaxNode | undefined;
}

/** How a key is compared: `replication_factor`, `replicationFactor` and `replication-factor` are one. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[-_.]/g, '');
}

/** Entries by their plain keys, of two alike the first; a registry's entries are asked for many. */
const tables = new WeakMap<MapNode, ReadonlyMap<string, Entry>>();

function tableOf(node: MapNode): ReadonlyMap<string, Entry> {
  let table = tables.get(node);
  if (table === undefined) {
    table = new Map([...node.entries].reverse().map((e) => [plain(e.key.text), e]));
    tables.set(node, table);
  }
  return table;
}

/** A member of an entry by any spelling of one of its names (written plainly: `replicationfactor`). */
export function member(node: SyntaxNode | undefined, ...names: readonly string[]): Entry | undefined {
  if (!isMap(node)) return undefined;
  const table = tableOf(node);
  for (const name of names) {
    const found = table.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const nameKeys = ['topic', 'topicname'] as const;
export const partitionKeys = ['partitions', 'numpartitions', 'partitioncount', 'partitionscount'] as const;
export const replicationKeys = ['replicationfactor', 'replication', 'replicas'] as const;
export const valueSchemaKeys = ['valueschema', 'valueavroschema', 'valueschemaname'] as const;
export const inputKeys = ['inputtopic', 'inputtopics', 'sourcetopic', 'sourcetopics'] as const;
export const outputKeys = ['outputtopic', 'outputtopics', 'targettopic', 'targettopics'] as const;
export const configKeys = [
  'config', 'configs', 'configuration', 'topicconfig', 'topicconfigs', 'settings',
] as const;

const keySchemaKeys = ['keyschema', 'keyavroschema', 'keyschemaname'] as const;
const nativeKeys = [
  'retentionms', 'retentionbytes', 'cleanuppolicy', 'mininsyncreplicas', 'compressiontype', 'maxmessagebytes',
  'segmentms', 'segmentbytes', 'deleteretentionms', 'uncleanleaderelectionenable', 'mincompactionlagms',
  'retentionhours', 'retentiondays', 'retentionminutes',
] as const;

/** Words that name what all topics have in common, not a topic. */
const notTopics = /^_?(defaults?|common|globals?|templates?|all|x-.*)$/i;

/** Keys below which people list topics. */
const listKey = /topic|^(data|streams?|channels)$/i;

/** Deeper, a list of topics is not what the file is about. */
const maxDepth = 5;

/**
 * The lists and maps of topics in a document: there at least one entry has a name and two of the things that
 * only Kafka's topics have together.
 */
export function sectionsOf(root: SyntaxNode | undefined, isTopicsFile: boolean): Section[] {
  const found: Section[] = [];
  if (isMap(root) && isTopicsFile) {
    const section = mapSection(root, undefined, undefined);
    if (section?.entries.length === root.entries.length) return [section];
  }
  walk(root, undefined, undefined, 0, found);
  return found;
}

function walk(
  node: SyntaxNode | undefined, key: Entry | undefined, parent: MapNode | undefined, depth: number,
  found: Section[],
): void {
  if (depth > maxDepth) return;
  const isNamed = key === undefined || listKey.test(key.key.text);
  const section = !isNamed ? undefined : isSeq(node) ? listSection(node.items, key, parent)
    : isMap(node) && key !== undefined ? mapSection(node, key, parent) : undefined;
  if (section !== undefined) {
    found.push(section);
    return;
  }
  if (isMap(node)) for (const e of node.entries) if (!e.merged) walk(e.value, e, node, depth + 1, found);
  // Of a list only its maps are looked into: plays of Ansible, environments.
  if (isSeq(node)) {
    for (const item of node.items) {
      if (isMap(item)) for (const e of item.entries) if (!e.merged) walk(e.value, e, item, depth + 1, found);
    }
  }
}

function listSection(
  items: readonly (SyntaxNode | undefined)[], key: Entry | undefined, parent: MapNode | undefined,
): Section | undefined {
  const maps = items.filter(isMap).map(unwrapped);
  const inTopics = key !== undefined && /topic/i.test(key.key.text);
  const isNamed = (topic: TopicEntry): boolean => topic.name !== undefined || hasName(topic.node);
  if (!maps.some((topic) => isTopic(topic.node, isNamed(topic), inTopics))) return undefined;
  const entries = maps.filter((topic) => isNamed(topic) || member(topic.node, ...inputKeys) !== undefined);
  return { entries, parent, key, defaults: defaultsOf(parent) };
}

/** The map of defaults in a map of topics, or beside it. */
function defaultsOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  const found = member(node, 'defaults', 'default', 'topicdefaults', 'defaulttopicconfig')?.value;
  return isMap(found) ? found : undefined;
}

/** `metadata: { name }` beside `spec`, as resources of Kubernetes are written. */
function unwrapped(node: MapNode): TopicEntry {
  const [name, spec] = [get(node, 'metadata', 'name'), get(node, 'spec')];
  return isMap(spec) && isName(name) && name !== undefined ? { node: spec, name } : { node };
}

function mapSection(node: MapNode, key: Entry | undefined, parent: MapNode | undefined): Section | undefined {
  const entries = node.entries.flatMap((e) =>
    (isMap(e.value) && isName(e.key) && !notTopics.test(e.key.text) ? [{ node: e.value, key: e }] : []));
  const fitting = entries.filter((e) => isTopic(e.node, true, true));
  if (fitting.length === 0) return undefined;
  // In a map of topics all entries are alike; others are about something else (`topics: { policy: … }`).
  const alike = entries.filter((e) => fitting.includes(e) || hasAny(e.node));
  return { entries: alike, parent, key, defaults: defaultsOf(node) ?? defaultsOf(parent) };
}

function hasName(node: MapNode): boolean {
  return isName(member(node, ...nameKeys)?.value) || isName(get(node, 'name'));
}

/** What Kafka takes for a topic's name (`Topic.validate`), or a text with a placeholder in it. */
function isName(node: SyntaxNode | undefined): boolean {
  if (!isScalar(node)) return false;
  return /^[\w.-]{1,249}$/.test(node.text) || /[${<@%]/.test(node.text) || node.text.includes(masked);
}

/** True for a map that has a topic's name and two things that belong to topics of Kafka. */
function isTopic(node: MapNode, isNamed: boolean, inTopics: boolean): boolean {
  const has = (names: readonly string[]): boolean => member(node, ...names) !== undefined;
  const hasSchema = has(valueSchemaKeys) || has(keySchemaKeys);
  const hasTopic = isName(member(node, ...nameKeys)?.value);
  if (has(inputKeys) && (hasSchema || hasTopic || has(outputKeys))) return true;
  if (hasSchema && (hasTopic || (inTopics && isNamed))) return true;
  const telling = [has(partitionKeys), has(replicationKeys), hasNative(node)].filter((t) => t).length;
  return (hasTopic || isNamed) && telling >= 2;
}

function hasNative(node: MapNode): boolean {
  const config = member(node, ...configKeys)?.value;
  return member(node, ...nativeKeys) !== undefined || member(config, ...nativeKeys) !== undefined;
}

function hasAny(node: MapNode): boolean {
  return hasNative(node)
    || member(node, ...partitionKeys, ...replicationKeys, ...valueSchemaKeys) !== undefined;
}

import { resolvePath, type SourceFile } from '../../text/sourceFile';
import type { Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, isScalar, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document, inFileOrder, mapsIn } from '../shared/document';
import { contentRange, nodeRange } from '../shared/places';
import { dialect, type Context, type Project } from './context';
import {
  accessOf, readConnectors, readPlatform, readProjectUsers, readStreams, readTopicUsers,
} from './principals';
import { isJulie } from './recognize';
import { readTopic, topicName } from './topics';

/**
 * Descriptors of JulieOps (once Kafka Topology Builder). They give rights, not settings of clients: who may
 * read and write is taken for who does. Files of plans hold nothing that belongs to one topic.
 */
export const julie: Reader = { dialect, recognizes: isJulie, read: readDescriptor };

function readDescriptor(file: SourceFile): ReadResult {
  const doc = new Document(file);
  const c: Context = { doc, file, facts: [], links: [] };
  const root = doc.roots.find((r): r is MapNode => isMap(r) && entry(r, 'context') !== undefined);
  if (root !== undefined) {
    const prefix = prefixOf(c, root);
    for (const node of mapsIn(get(root, 'projects'))) readProject(c, node, prefix);
    for (const node of mapsIn(get(root, 'special_topics'))) {
      const name = topicName(c, node, '');
      const whole = name && c.doc.text(get(node, 'name'));
      if (whole === undefined) continue;
      readTopic(c, node, whole, true);
      readTopicUsers(c, node, whole);
    }
    readPlatform(c, get(root, 'platform'));
  }
  return { facts: inFileOrder(c.facts), problems: doc.problems, links: c.links, skipped: doc.skipped };
}

const noPrefix = new Set(['context', 'projects', 'platform', 'special_topics']);

/** `context`, then all other keys of the outermost map in their order, each with a dot behind it. */
function prefixOf(c: Context, root: MapNode): string | 'open' {
  const others = root.entries.filter((e) => !noPrefix.has(e.key.text) && e.merged !== true);
  const parts = [get(root, 'context'), ...others.map((e) => e.value)].map((node) => {
    const said = c.doc.said(node);
    // A map, list or nothing at all counts as an empty text there (Jackson's asText).
    return said === 'open' ? 'open' as const : { text: said?.value ?? '' };
  });
  if (parts.includes('open')) return 'open';
  return parts.map((part) => (part === 'open' ? '' : `${part.text}.`)).join('');
}

function readProject(c: Context, node: MapNode, context: string | 'open'): void {
  const name = c.doc.said(get(node, 'name'));
  const isKnown = name !== undefined && name !== 'open';
  const prefix = isKnown && context !== 'open' ? `${context}${name.value}.` : 'open';
  const topics = mapsIn(get(node, 'topics')).flatMap((topic) => {
    const full = topicName(c, topic, prefix);
    const short = full && c.doc.text(get(topic, 'name'))?.value;
    return full === undefined || short === undefined ? [] : [{ node: topic, short, full }];
  });
  const project: Project = {
    prefix, topics, name: isKnown ? name.value : '', at: isKnown ? name.at : nodeRange(c.file, node),
  };
  for (const e of node.entries) {
    const inside = accessOf(e.value);
    if (e.key.text === 'streams') readStreams(c, inside, e.key, project);
    else if (e.key.text === 'ksql') readStreams(c, inside, e.key, project);
    else if (e.key.text === 'connectors') readConnectors(c, inside, e.key, project);
    if (e.key.text === 'ksql' || e.key.text === 'connectors') readArtefacts(c, e.value, e.key);
  }
  for (const topic of topics) {
    readTopic(c, topic.node, topic.full, false);
    readTopicUsers(c, topic.node, topic.full);
  }
  readProjectUsers(c, node, project);
}

/** Connectors and ksqlDB statements in files of their own; a connector is a service by its name. */
function readArtefacts(c: Context, node: SyntaxNode | undefined, key: SyntaxNode): void {
  const list = get(node, 'artefacts') ?? get(node, 'artifacts');
  const isKsql = isMap(list);
  const maps = isKsql ? [...mapsIn(get(list, 'streams')), ...mapsIn(get(list, 'tables'))] : mapsIn(list);
  for (const map of maps) {
    const path = c.doc.text(get(map, 'path'));
    if (path !== undefined) {
      c.links.push({ path: resolvePath(c.file.path, path.value), at: path.at, fragment: '' });
    }
    const name = c.doc.text(get(map, 'name'));
    if (isKsql || name === undefined || !isScalar(key)) continue;
    c.facts.push(defined({
      kind: 'service' as const, dialect, extent: nodeRange(c.file, map), name,
      client: { value: 'kafka-connect', at: contentRange(c.file, key) },
    }));
  }
}

import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelFact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { parseDuration } from '../../model/units';
import { get, isMap, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document, inFileOrder, withSettings, type Said } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { entryRange, nodeRange } from '../shared/places';
import { dialect, type Context } from './context';
import {
  configKeys, inputKeys, member, nameKeys, partitionKeys, replicationKeys, sectionsOf, type Section,
  type TopicEntry,
} from './entries';
import { isTopicSpec, isTopicsPath } from './recognize';
import { schemaOf } from './schemas';
import { outputsOf, readEnds, readStream, streamService } from './streams';

/**
 * Registries that people make for themselves: lists and maps of topics with partitions, replication or
 * schemas, and of streams with the topics that they read and write (RADAR-base's specifications).
 */
export const topicSpec: Reader = { dialect, recognizes: isTopicSpec, read: readSpec };

function readSpec(file: SourceFile): ReadResult {
  const doc = new Document(file);
  const c: Context = { doc, file, facts: [], links: [] };
  for (const root of doc.roots) {
    for (const section of sectionsOf(root, isTopicsPath(file.path))) readSection(c, section);
  }
  return { facts: inFileOrder(c.facts), problems: doc.problems, links: c.links, skipped: doc.skipped };
}

function readSection(c: Context, section: Section): void {
  let service: Sourced<string> | undefined;
  for (const topic of section.entries) {
    const address = nameOf(c, topic);
    const isStream = member(topic.node, ...inputKeys) !== undefined;
    const outputs = isStream ? outputsOf(c, topic, address) : [];
    // A stream's own name is one of its outputs, or else not used.
    for (const { name, inferred } of outputs) readTopic(c, topic, name, section, inferred);
    if (!isStream && address !== undefined) {
      readTopic(c, topic, address, section);
      readEnds(c, topic, address);
    }
    if (!isStream) continue;
    service ??= streamService(c, section);
    readStream(c, topic, service, outputs);
  }
}

function nameOf(c: Context, topic: TopicEntry): Sourced<string> | undefined {
  if (topic.name !== undefined) return c.doc.text(topic.name);
  const written = member(topic.node, ...nameKeys)?.value;
  if (written !== undefined && written.kind === 'scalar') return c.doc.text(written);
  return c.doc.text(topic.key === undefined ? get(topic.node, 'name') : topic.key.key);
}

function readTopic(
  c: Context, topic: TopicEntry, address: Sourced<string>, { defaults }: Section, inferred?: string,
): void {
  const { node } = topic;
  const or = (...keys: readonly string[]): SyntaxNode | undefined =>
    (member(node, ...keys) ?? member(defaults, ...keys))?.value;
  const config = member(node, ...configKeys)?.value;
  const schema = schemaOf(c, topic, address.value);
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, address, protocol: 'kafka', schema: schema.name, note: schema.note, inferred,
    extent: topic.key === undefined ? nodeRange(c.file, node) : entryRange(c.file, topic.key),
    settings: withSettings(topicSettings((key) => c.doc.said(native(config, key) ?? native(node, key)
      ?? native(member(defaults, ...configKeys)?.value, key) ?? native(defaults, key))), {
      partitions: c.doc.count(or(...partitionKeys)), replicas: c.doc.count(or(...replicationKeys)),
      retention: retentionOf(c, node) ?? retentionOf(c, config) ?? retentionOf(c, defaults),
    }),
    description: c.doc.text(member(node, 'description', 'doc')?.value)?.value.trim(),
  }));
}

const units = { retentionminutes: 60_000, retentionhours: 3_600_000, retentiondays: 86_400_000 };

/** A retention in the registry's own words: `retention_hours: 168`, `retention: 7d`. */
function retentionOf(c: Context, node: SyntaxNode | undefined): Said<number> {
  for (const [key, unit] of Object.entries(units)) {
    const said = c.doc.number(member(node, key)?.value);
    if (said === 'open') return said;
    if (said !== undefined) return { value: said.value < 0 ? -1 : said.value * unit, at: said.at };
  }
  // A bare number may be of any unit.
  return c.doc.value(member(node, 'retention')?.value, (t) =>
    (/\d\s*[a-z]/i.test(t) ? parseDuration(t) : undefined));
}

/** A native key in any spelling: `retention.ms`, `retention_ms`, `retentionMs`. */
function native(node: SyntaxNode | undefined, key: string): SyntaxNode | undefined {
  return isMap(node) ? get(node, key) ?? member(node, key.replaceAll('.', ''))?.value : undefined;
}

import { own } from '../../text/own';
import { baseName, resolvePath } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { get, isMap, isSeq, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { topicSettings } from '../shared/kafkaTopic';
import { nodeRange } from '../shared/places';
import { dialect, type Context } from './context';

/** What a plan may fill in: anything that a topic's own `config` does not say. */
const plannable = [
  'retention', 'partitions', 'replicas', 'minInsyncReplicas', 'cleanup', 'uncleanLeaderElection',
] as const;

/**
 * The full name of a topic at the place of its short one (`topology.topic.prefix.format=default`): prefix,
 * name, data type. Undefined where a part is left to a placeholder.
 */
export function topicName(c: Context, node: MapNode, prefix: string | 'open'): Sourced<string> | undefined {
  const short = c.doc.text(get(node, 'name'));
  if (short === undefined || prefix === 'open') return undefined;
  const type = c.doc.said(get(node, 'dataType'));
  if (type === 'open') return undefined;
  return { value: `${prefix}${short.value}${type === undefined ? '' : `.${type.value}`}`, at: short.at };
}

/** A topic with its configuration and schemas. */
export function readTopic(c: Context, node: MapNode, address: Sourced<string>, isWholeName: boolean): void {
  const plan = c.doc.text(get(node, 'plan'));
  const isPlanned = get(node, 'plan') !== undefined;
  const said = topicSettings(c.doc.lookup(get(node, 'config')));
  const schemas = readSchemas(c, node, address.value);
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: nodeRange(c.file, node), address, protocol: 'kafka', schema: schemas[0],
    settings: isPlanned ? planned(said) : said,
    inferred: isWholeName ? undefined
      : 'The name is put together as JulieOps does by default; topology.topic.prefix.format and '
        + 'topology.topic.prefix.separator can make it another one.',
    note: isPlanned
      ? `The plan${plan === undefined ? '' : ` ${plan.value}`} fills in what config does not say; `
        + 'it stands in a file that JulieOps is given when it runs.'
      : schemas.length > 1 ? `One of the ${schemas.length} schemas that are registered for the topic.`
        : undefined,
  }));
}

function planned(said: ChannelSettings): ChannelSettings {
  const open = plannable.filter((name) => said[name] === undefined);
  return open.length === 0 ? said : { ...said, open };
}

/** `schemas` is one map, or a list of them where the subject's name has the record's type in it. */
function readSchemas(c: Context, topic: MapNode, address: string): Sourced<string>[] {
  const node = get(topic, 'schemas');
  const maps = (isSeq(node) ? node.items : [node]).filter(isMap);
  const values: Sourced<string>[] = [];
  const seen = new Set<string>();
  for (const map of maps) {
    for (const side of ['key', 'value'] as const) {
      const name = readSchema(c, map, side, address, maps.length > 1, seen);
      if (side === 'value' && name !== undefined) values.push(name);
    }
  }
  return values;
}

/** The schema file of a key or value: `value.schema.file`, `.format`, `.compatibility`, `.record.type`. */
function readSchema(
  c: Context, map: MapNode, side: 'key' | 'value', topic: string, isOneOfSeveral: boolean, seen: Set<string>,
): Sourced<string> | undefined {
  const path = c.doc.text(get(map, `${side}.schema.file`));
  if (path === undefined) return undefined;
  const target = { path: resolvePath(c.file.path, path.value), fragment: '' };
  c.links.push({ ...target, at: path.at });
  const record = c.doc.text(get(map, `${side}.record.type`));
  // Subjects of one topic are told apart by the record's type (TopicRecordNameStrategy), else by the file.
  const suffix = record?.value ?? (isOneOfSeveral ? baseName(path.value).replace(/\.\w+$/, '') : side);
  const name = { value: `${topic}-${suffix}`, at: path.at };
  // People write the same pair of files more than once.
  if (seen.has(name.value)) return undefined;
  seen.add(name.value);
  const format = get(map, `${side}.format`);
  c.facts.push(defined({
    kind: 'schema' as const, dialect, extent: nodeRange(c.file, map), name, versions: [],
    source: { value: target, at: path.at },
    format: format === undefined ? { value: 'avro', at: path.at } : formatOf(c, format),
    compatibility: compatibilityOf(c, get(map, `${side}.compatibility`)),
    note: format === undefined
      ? `${side}.format is not set; JulieOps registers the file as AVRO.` : undefined,
  }));
  return name;
}

const formats: Readonly<Record<string, string>> = {
  avro: 'avro', json: 'json-schema', protobuf: 'protobuf', proto: 'protobuf',
};

function formatOf(c: Context, node: SyntaxNode): Sourced<string> | undefined {
  const said = c.doc.value(node, (text) => own(formats, text.toLowerCase()));
  return said === 'open' ? undefined : said;
}

function compatibilityOf(c: Context, node: SyntaxNode | undefined): Sourced<string> | undefined {
  const said = c.doc.value(node, (text) => text.toLowerCase().replaceAll('_', '-'));
  return said === 'open' ? undefined : said;
}

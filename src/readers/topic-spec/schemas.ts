import { resolvePath } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import { isScalar } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange } from '../shared/places';
import { dialect, type Context } from './context';
import { member, valueSchemaKeys, type TopicEntry } from './entries';

/** What RADAR-base puts before names with a leading dot (SchemaUtils.expandClass, project.group). */
const radarGroup = 'org.radarcns';

const schemaFile = /\.(avsc|avdl|proto|json)$/i;

/** The schema of a topic's values: a record's full name, or a file beside the registry. */
export function schemaOf(
  c: Context, topic: TopicEntry, address: string,
): { readonly name?: Sourced<string>; readonly note?: string } {
  const e = member(topic.node, ...valueSchemaKeys, 'schema', 'avroschema');
  const said = e?.value !== undefined && isScalar(e.value) ? c.doc.text(e.value) : undefined;
  if (said === undefined) return {};
  if (said.value.startsWith('.') && /^\.[\w.]+$/.test(said.value)) {
    return {
      name: { value: radarGroup + said.value, at: said.at },
      note: `A name that begins with a dot is one below ${radarGroup} (RADAR-base).`,
    };
  }
  if (!schemaFile.test(said.value)) return { name: said };
  const target = { path: resolvePath(c.file.path, said.value), fragment: '' };
  c.links.push({ ...target, at: said.at });
  // Where paths start is each registry's own matter; only those that say so are taken as a declaration.
  if (!/^\.{1,2}\//.test(said.value)) return {};
  const name = { value: `${address}-value`, at: said.at };
  c.facts.push(defined({
    kind: 'schema' as const, dialect, extent: nodeRange(c.file, topic.node), name, versions: [],
    source: { value: target, at: said.at },
  }));
  return { name };
}

/** True for entries of RADAR-base, whose streams name their outputs by rule. */
export function isRadar(topic: TopicEntry): boolean {
  const schema = member(topic.node, ...valueSchemaKeys)?.value;
  return member(topic.node, 'windowed', 'topicbase') !== undefined
    || (isScalar(schema) && schema.text.startsWith('.'));
}

import { rangeIn, resolvePath } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ContractRef, SchemaFact } from '../../model/facts';
import type { FileLink } from '../../model/reader';
import type { HclExpression } from '../../syntax/hclNodes';
import { defined } from '../shared/defined';
import { dialect, type Context, type Made } from './context';
import { noScope } from './evaluate';

/** How a provider's resource declares what is registered under a subject. */
export interface SchemaKind {
  readonly subject: string;
  readonly format: string;
  readonly compatibility?: string;
}

export const schemaKinds: Readonly<Record<string, SchemaKind>> = {
  confluent_schema: { subject: 'subject_name', format: 'format' },
  aiven_kafka_schema: {
    subject: 'subject_name', format: 'schema_type', compatibility: 'compatibility_level',
  },
};

/** Modes as schema registries write them, by the words of flow files. */
const modes = /^(NONE|(BACKWARD|FORWARD|FULL)(_TRANSITIVE)?)$/;

const formats: Readonly<Record<string, string>> = { AVRO: 'avro', PROTOBUF: 'protobuf', JSON: 'json-schema' };

/** What is registered under a subject, and the file that holds it. */
export function readSchema(c: Context, made: Made, kind: SchemaKind, links: FileLink[]): void {
  const name = made.args.text(kind.subject);
  if (name === undefined) return;
  const format = made.args.text(kind.format);
  const mode = kind.compatibility === undefined ? undefined : made.args.text(kind.compatibility);
  const source = fileOf(c, made.args.expression('schema'));
  if (source !== undefined) links.push({ path: source.value.path, fragment: '', at: source.at });
  c.facts.push(defined<SchemaFact>({
    kind: 'schema', dialect, extent: made.extent, name, versions: [], source,
    compatibility: mode && modes.test(mode.value)
      ? { value: mode.value.toLowerCase().replace('_', '-'), at: mode.at } : undefined,
    format: format && Object.hasOwn(formats, format.value)
      ? { value: formats[format.value] ?? '', at: format.at } : undefined,
  }));
}

/** `file("${path.module}/schemas/order.avsc")`: below the file's own folder. */
function fileOf(c: Context, node: HclExpression | undefined): Sourced<ContractRef> | undefined {
  const [arg] = node?.kind === 'call' && node.name === 'file' ? node.args : [];
  if (arg === undefined) return undefined;
  const parts = arg.kind === 'template' ? arg.parts : [arg];
  let path = '';
  // A path alone is one from where Terraform is run, which is the folder of files that set up providers.
  let isBelow = c.tf.declared.some((d) => d.mode === 'provider');
  for (const part of parts) {
    const isReference = typeof part !== 'string' && part.kind === 'reference';
    if (isReference && part.root === 'path' && part.steps[0] === 'module') {
      path += '.';
      isBelow = true;
      continue;
    }
    const value = typeof part === 'string' ? part : c.evaluator.value(part, noScope);
    if (typeof value !== 'string' && (value.kind !== 'scalar' || 'unknown' in value)) return undefined;
    path += typeof value === 'string' ? value : value.text;
  }
  if (path === '' || path.startsWith('/') || !isBelow) return undefined;
  const isQuoted = c.file.text[arg.start] === '"' && arg.end - arg.start >= 2;
  const at = rangeIn(c.file, arg.start + (isQuoted ? 1 : 0), arg.end - (isQuoted ? 1 : 0));
  return { value: { path: resolvePath(c.file.path, path), fragment: '' }, at };
}

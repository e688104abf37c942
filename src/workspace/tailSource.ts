import { parseAvro } from '../contracts/avro/parse';
import type { Channel, Schema, SchemaVersion } from '../model/model';
import type { TailContract } from '../protocol/tail';
import type { TapTarget } from '../brokers/driver';
import { dirName, resolvePath, type SourceFile } from '../text/sourceFile';

/** Any file's text as it is now, by path. */
export type LoadText = (path: string) => SourceFile | undefined;

/** Imports that go deeper than this many files are a whole tree of libraries; decoding needs only a part. */
const maxContractFiles = 200;

/** What a tap of this channel watches, with the bindings that feed it. */
export function tapTarget(channel: Channel): TapTarget {
  const bindings = channel.routesIn
    .filter((route) => route.kind === 'binding')
    .map((route) => ({ exchange: route.from.address, routingKey: route.key?.value ?? '' }));
  return { address: channel.address, kind: channel.kind, ...(bindings.length > 0 ? { bindings } : {}) };
}

/** The version that the channel names, else the schema's last one, with the texts needed to decode by it. */
export function tailContract(channel: Channel, load: LoadText): TailContract | undefined {
  const use = channel.schema;
  return use?.schema && schemaContract(use.schema, use.version, load);
}

/** A version of a schema, by default the last one, with all the files that it needs. */
export function schemaContract(schema: Schema, wanted: string | undefined, load: LoadText): TailContract | undefined {
  const version: SchemaVersion | undefined = wanted === undefined ? schema.versions.at(-1) : schema.versions.find((v) => v.version === wanted);
  const target = version?.target ?? schema.fact.source;
  const contract = target && fileContract(target.value.path, target.value.fragment, load, schema.fact.format?.value);
  return contract && { ...contract, name: schema.name, ...(version === undefined ? {} : { version: version.version }) };
}

/** A contract by its file and the place in it; undefined where there is no such file, or nothing says its format. */
export function fileContract(path: string, message: string, load: LoadText, written?: string): TailContract | undefined {
  const format = formatOf(written, path);
  if (format === undefined) return undefined;
  const files = format === 'avro' ? avroFiles(path, load) : contractFiles(path, load);
  if (files.length === 0) return undefined;
  return { name: path.slice(path.lastIndexOf('/') + 1), format, files: files.map((file) => ({ path: file.path, text: file.text })), message };
}

function formatOf(written: string | undefined, path: string): TailContract['format'] | undefined {
  if (written === 'protobuf' || written === 'avro' || written === 'json-schema') return written;
  if (path.endsWith('.proto')) return 'protobuf';
  if (/\.(avsc|avpr|avdl)$/.test(path)) return 'avro';
  return path.endsWith('.json') ? 'json-schema' : undefined;
}

/** An Avro file, the ones that it imports, and those in which the types that it only names were found. */
function avroFiles(path: string, load: LoadText): readonly SourceFile[] {
  const first = load(path);
  if (first === undefined) return [];
  const found = new Set([first]);
  parseAvro(first, (other) => {
    const file = found.size < maxContractFiles ? load(other) : undefined;
    if (file !== undefined) found.add(file);
    return file;
  });
  return [...found];
}

/** A contract's file and, before others need them, all that it imports. */
function contractFiles(path: string, load: LoadText): readonly SourceFile[] {
  const found = new Map<string, SourceFile>();
  const queue = [path];
  for (let next = queue.shift(); next !== undefined && found.size < maxContractFiles; next = queue.shift()) {
    const file = found.has(next) ? undefined : load(next);
    if (file === undefined) continue;
    found.set(next, file);
    for (const wanted of imports(file)) {
      const resolved = wanted.find((candidate) => load(candidate) !== undefined);
      if (resolved !== undefined) queue.push(resolved);
    }
  }
  return [...found.values()];
}

/**
 * The files that a contract names, each as the paths it may lie at. Protobuf's imports start at a
 * root that only the compiler's command line tells, so every folder upwards is tried.
 */
function imports(file: SourceFile): readonly (readonly string[])[] {
  if (file.path.endsWith('.proto')) {
    const names = [...file.text.matchAll(/^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;/gm)];
    return names.map((m) => upwards(file.path, m[1] ?? ''));
  }
  const refs = [...file.text.matchAll(/"\$ref"\s*:\s*"([^"#:]+)(?:#[^"]*)?"/g)];
  return refs.map((m) => [resolvePath(file.path, m[1] ?? '')]);
}

function upwards(from: string, name: string): readonly string[] {
  const paths: string[] = [];
  for (let folder = dirName(from); folder !== ''; folder = dirName(folder)) paths.push(`${folder}/${name}`);
  return [...paths, `/${name}`];
}

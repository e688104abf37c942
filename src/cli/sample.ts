import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Schema } from '../model/model';
import type { TailContract } from '../protocol/tail';
import { didYouMeanText } from '../text/suggest';
import { fileContract, schemaContract } from '../workspace/tailSource';
import { pathOfNative } from '../workspace/uri';
import { helpOf, numberFlag, parseArguments, textFlag, UsageError, type Flag } from './arguments';
import type { Command } from './command';
import { load, type Loaded } from './load';

const flags: Record<string, Flag> = {
  seed: { value: 'N', text: 'another number gives other values; default 1' },
  count: { value: 'N', text: 'how many values; default 1' },
  path: { value: 'PATH', text: 'where the files are that declare the contract; default the current folder' },
  help: { text: 'show this help' },
};

export const sample: Command = async (argv) => {
  const parsed = parseArguments('sample', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('sample CONTRACT', [
      'Prints values that a contract takes, one JSON value a line, the same ones for the same seed.',
      'CONTRACT is a file (order.proto, order.proto#shop.v1.Order, order.schema.json#/$defs/Item) or a schema of the',
      'flow files (Order, Order@2).',
    ].join('\n'), flags));
    return 0;
  }
  const [name, ...others] = parsed.positionals;
  if (name === undefined || others.length > 0) throw new UsageError('sample takes one contract. See tailrace sample --help.');
  const contract = contractOf(name, textFlag(parsed, 'path') ?? '.');
  // Loaded only now: a mistyped name should not wait for a library.
  const { encoderFor } = await import('../codecs/encoder');
  const encoder = await encoderFor(contract);
  const first = numberFlag(parsed, 'seed') ?? 1;
  const count = numberFlag(parsed, 'count') ?? 1;
  for (let n = 0; n < count; n++) process.stdout.write(`${JSON.stringify(encoder.sample(first + n))}\n`);
  return 0;
};

/** A file where there is one of that name, else a schema. @throws UsageError naming what there is. */
function contractOf(name: string, folder: string): TailContract {
  const [, path = '', fragment = ''] = /^([^#]*)#?(.*)$/s.exec(name) ?? [];
  const native = resolve(process.cwd(), path);
  const isFile = path !== '' && existsSync(native);
  const loaded = load(isFile ? [path] : [folder], process.cwd());
  const text = (file: string): ReturnType<Loaded['workspace']['text']> => loaded.workspace.text(file);
  const contract = isFile ? fileContract(pathOfNative(native), fragment, text) : schemaNamed(name, loaded, text);
  if (contract === undefined) throw new UsageError(`"${name}" has no file that could be read as Protobuf, Avro or JSON Schema.`);
  return contract;
}

function schemaNamed(name: string, loaded: Loaded, text: Parameters<typeof schemaContract>[2]): TailContract | undefined {
  const { schemas } = loaded.snapshot.model;
  const find = (wanted: string): Schema | undefined => schemas.find((schema) => schema.name === wanted);
  const [, base = name, version] = /^(.+)@([^@]+)$/.exec(name) ?? [];
  const whole = find(name);
  const schema = whole ?? find(base);
  if (schema === undefined) {
    const guess = didYouMeanText(name, schemas.map((one) => one.name));
    throw new UsageError(`There is no file "${name}", and no file here declares a schema of this name.${guess} Name its folder with --path.`);
  }
  const wanted = whole ? undefined : version;
  if (wanted !== undefined && !schema.versions.some((one) => one.version === wanted)) {
    throw new UsageError(`${schema.name} has no version ${wanted}, but ${schema.versions.map((one) => one.version).join(', ') || 'none'}.`);
  }
  return schemaContract(schema, wanted, text);
}

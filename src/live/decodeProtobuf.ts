import type { Root, Type } from 'protobufjs';
import protobuf from 'protobufjs';
import type { TailContract } from '../protocol/tail';
import { DECODE_LIMIT, unframed, type Decoded, type Decoder } from './decoder';

/** Decodes by .proto text. @throws Error if the files do not make up a schema with the message. */
export function protobufDecoder(contract: TailContract): Decoder {
  const type = messageType(contract);
  const as = `protobuf ${type.fullName.replace(/^\./, '')}`;
  const decode = (value: Uint8Array): Decoded | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    try {
      // 64-bit numbers become text, as protobuf's own JSON mapping has them.
      const object: unknown = type.toObject(type.decode(withoutIndexes(value)), {
        longs: String,
        enums: String,
        bytes: String,
        json: true,
        oneofs: false,
      });
      return {
        verdict: 'valid',
        errors: [],
        as,
        json: JSON.stringify(object, null, 2),
        preview: JSON.stringify(object),
      };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        verdict: 'undecodable',
        errors: [`It is not a ${type.name} in protobuf: ${why.replace(/\.$/, '')}.`],
        as,
      };
    }
  };
  const check = (value: Uint8Array): Decoded['verdict'] | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    try {
      type.decode(withoutIndexes(value));
      return 'valid';
    } catch {
      return 'undecodable';
    }
  };
  return { contract, decode, check };
}

function messageType(contract: TailContract): Type {
  const root = new protobuf.Root();
  const parsed = new Set<string>();
  const first = contract.files[0];
  if (!first) throw new Error('it has no files');
  let inFirst: string | undefined;
  for (const file of contract.files) {
    if (parsed.has(file.path)) continue;
    parsed.add(file.path);
    const before = new Set(allTypes(root));
    const result = protobuf.parse(file.text, root, { keepCase: true });
    if (file === first) inFirst = allTypes(root).find((t) => !before.has(t))?.fullName;
    for (const name of [...(result.imports ?? []), ...(result.weakImports ?? [])]) addWellKnown(root, name);
  }
  root.resolveAll();
  const wanted = contract.message || inFirst;
  if (wanted === undefined) throw new Error(`${first.path} has no message`);
  return root.lookupType(wanted);
}

/** google/protobuf/timestamp.proto and its like, which nobody has in the workspace. */
function addWellKnown(root: Root, name: string): void {
  const known = protobuf.common.get(name);
  if (known?.nested && !root.lookup(wellKnownType(name))) root.addJSON(known.nested);
}

function wellKnownType(file: string): string {
  const base = /([a-z_]+)\.proto$/.exec(file)?.[1] ?? '';
  const names: Record<string, string> = { wrappers: 'DoubleValue', field_mask: 'FieldMask' };
  return `google.protobuf.${names[base] ?? base.charAt(0).toUpperCase() + base.slice(1)}`;
}

function allTypes(root: Root): Type[] {
  const found: Type[] = [];
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const one of namespace.nestedArray) {
      if (one instanceof protobuf.Type) found.push(one);
      if (one instanceof protobuf.Namespace) visit(one);
    }
  };
  visit(root);
  return found;
}

/**
 * Behind the registry's frame, protobuf values have the path to the message within its file: a count
 * and as many indexes, where a lone zero stands for the first message.
 */
function withoutIndexes(value: Uint8Array): Uint8Array {
  if (value[0] !== 0 || value.length <= 5) return value;
  const reader = protobuf.Reader.create(unframed(value));
  const count = reader.sint32();
  for (let n = 0; n < count; n++) reader.sint32();
  return value.subarray(5 + reader.pos);
}

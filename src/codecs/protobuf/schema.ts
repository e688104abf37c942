import type { Root, Type } from 'protobufjs';
import protobuf from 'protobufjs';
import type { TailContract } from '../../protocol/tail';

export interface ProtobufContract {
  /** The message that the contract is about. */
  readonly type: Type;
  /** The message that a registry's frame names by its place in the contract's file: of the first file's messages, then of those within. */
  at(indexes: readonly number[]): Type | undefined;
}

/** @throws Error if the files do not make up a schema with the message. */
export function protobufContract(contract: TailContract): ProtobufContract {
  const root = new protobuf.Root();
  const parsed = new Set<string>();
  const first = contract.files[0];
  if (!first) throw new Error('it has no files');
  let ofFirst: Type[] = [];
  for (const file of contract.files) {
    if (parsed.has(file.path)) continue;
    parsed.add(file.path);
    const before = new Set(topTypes(root));
    const result = protobuf.parse(file.text, root, { keepCase: true });
    if (file === first) ofFirst = topTypes(root).filter((t) => !before.has(t));
    for (const name of [...(result.imports ?? []), ...(result.weakImports ?? [])]) addWellKnown(root, name);
  }
  root.resolveAll();
  const wanted = contract.message || ofFirst[0]?.fullName;
  if (wanted === undefined) throw new Error(`${first.path} has no message`);
  return {
    type: root.lookupType(wanted),
    at: ([top, ...inner]) => inner.reduce<Type | undefined>((type, index) => type && within(type)[index], ofFirst[top ?? 0]),
  };
}

/** The messages in a message, in the order of the file; protobuf's own indexes count no enums. */
function within(type: Type): readonly Type[] {
  return type.nestedArray.filter((one) => one instanceof protobuf.Type);
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

/** Messages that are in no other. */
function topTypes(root: Root): Type[] {
  const found: Type[] = [];
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const one of namespace.nestedArray) {
      if (one instanceof protobuf.Type) found.push(one);
      else if (one instanceof protobuf.Namespace) visit(one);
    }
  };
  visit(root);
  return found;
}

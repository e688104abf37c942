import type { ReadReference } from '../compat';
import type { SourceRange } from '../../text/range';
import { dirName, rangeIn, resolvePath, type SourceFile } from '../../text/sourceFile';
import { parseProto } from './parse';
import type { Named, ProtoEnum, ProtoField, ProtoFile, ProtoMessage } from './tree';
import { allExtends, lookUp } from './walk';
import { wellKnownTypes } from './wellKnown';

/** Something that is defined in a file, with what it stands in: options are inherited from there. */
export interface Placed<T> {
  readonly element: T;
  readonly file: SourceFile;
  readonly proto: ProtoFile;
  /** The messages around it, the nearest first. */
  readonly around: readonly ProtoMessage[];
}

/** A field of a message, where it is written; an extension is called `[full.name]`, as in JSON. */
export interface PlacedField extends Placed<ProtoField> {
  readonly name: string;
  readonly type: TypeRef;
  /** Where names in it are looked up. */
  readonly scope: string;
}

export type TypeRef =
  | { readonly kind: 'scalar'; readonly name: string }
  /** `name` is without the package of its file, `definition` missing for well-known types. */
  | { readonly kind: 'message'; readonly name: string; readonly definition?: Placed<ProtoMessage> }
  | { readonly kind: 'enum'; readonly name: string; readonly definition?: Placed<ProtoEnum> }
  /** Of a file that is not at hand. */
  | { readonly kind: 'unknown'; readonly name: string };

const scalars = new Set([
  'double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes',
]);

/** The package whose types are the same in all versions. */
const wellKnown = 'google.protobuf.';

/** More imports than any contract has; what lies behind them is unknown. */
const maxFiles = 500;

/** A file together with all that it imports. */
export class ProtoSchema {
  readonly root: ProtoFile;
  readonly messages = new Map<string, Placed<ProtoMessage>>();
  readonly enums = new Map<string, Placed<ProtoEnum>>();
  private readonly extensions = new Map<string, PlacedField[]>();
  /** Both directions ask for them. */
  private readonly fields = new Map<ProtoMessage, ReadonlyMap<number, PlacedField>>();

  constructor(readonly file: SourceFile, private readonly read: ReadReference) {
    this.root = parsed(file);
    const extending: { file: SourceFile; proto: ProtoFile }[] = [];
    const seen = new Set([file.path]);
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const proto = parsed(next);
      this.define(next, proto);
      extending.push({ file: next, proto });
      for (const { path } of proto.imports) {
        const found = seen.size < maxFiles ? importedFile(next, path.text, this.read, seen) : undefined;
        if (found !== undefined) waiting.push(found);
      }
    }
    for (const { file: from, proto } of extending) this.extend(from, proto);
  }

  private define(file: SourceFile, proto: ProtoFile): void {
    const enums = (list: readonly ProtoEnum[], around: readonly ProtoMessage[]): void => {
      for (const element of list) this.enums.set(element.fullName, { element, file, proto, around });
    };
    const messages = (list: readonly ProtoMessage[], around: readonly ProtoMessage[]): void => {
      for (const element of list) {
        this.messages.set(element.fullName, { element, file, proto, around });
        if (element.messages.length + element.enums.length === 0) continue;
        const within = [element, ...around];
        messages(element.messages, within);
        enums(element.enums, within);
      }
    };
    messages(proto.messages, []);
    enums(proto.enums, []);
  }

  private extend(file: SourceFile, proto: ProtoFile): void {
    for (const { type, scope, fields } of allExtends(proto)) {
      const target = lookUp(type, scope, this.messages);
      if (target === undefined) continue;
      const list = this.extensions.get(target.element.fullName) ?? [];
      for (const element of fields) {
        const name = `[${scope === '' ? '' : `${scope}.`}${element.name}]`;
        list.push({ element, file, proto, around: [], name, scope, type: this.typeOf(element.type, scope) });
      }
      this.extensions.set(target.element.fullName, list);
    }
  }

  /** A message's fields by their numbers, extensions among them; what has no number yet is left out. */
  fieldsOf({ element, file, proto, around }: Placed<ProtoMessage>): ReadonlyMap<number, PlacedField> {
    const known = this.fields.get(element);
    if (known !== undefined) return known;
    const found = new Map<number, PlacedField>();
    this.fields.set(element, found);
    const within = [element, ...around];
    for (const field of element.fields) {
      if (Number.isNaN(field.number)) continue;
      const type = this.typeOf(field.type, element.fullName);
      found.set(field.number, { element: field, file, proto, around: within, name: field.name, scope: element.fullName, type });
    }
    for (const extension of this.extensions.get(element.fullName) ?? []) found.set(extension.element.number, extension);
    return found;
  }

  /** What a type's name means where it is written. */
  typeOf(name: string, scope: string): TypeRef {
    if (scalars.has(name)) return { kind: 'scalar', name };
    const message = lookUp(name, scope, this.messages);
    const found = lookUp(name, scope, this.enums);
    // Of two that are found the nearer one is meant: its full name is the longer one.
    if (message !== undefined && (found === undefined || message.element.fullName.length >= found.element.fullName.length)) {
      return { kind: 'message', name: relativeName(message), definition: message };
    }
    if (found !== undefined) return { kind: 'enum', name: relativeName(found), definition: found };
    const full = name.startsWith('.') ? name.slice(1) : name;
    const known = wellKnownTypes.get(full) ?? wellKnownTypes.get(`google.${full}`);
    return known === undefined ? { kind: 'unknown', name: full } : { kind: known, name: `${wellKnown}${full.slice(full.indexOf('protobuf.') + 9)}` };
  }

  /** The message that a fragment names, by its full name or the last parts of it. */
  named(fragment: string): Placed<ProtoMessage> | undefined {
    return this.messages.get(fragment) ?? [...this.messages.values()].find(({ element }) => element.fullName.endsWith(`.${fragment}`));
  }
}

/** A type's name without the package: versions of a contract often differ in that alone. */
export function relativeName({ element, proto }: Placed<{ readonly fullName: string }>): string {
  const pkg = proto.package?.text;
  return pkg !== undefined && `${pkg}.` !== wellKnown && element.fullName.startsWith(`${pkg}.`) ? element.fullName.slice(pkg.length + 1) : element.fullName;
}

/** The place of a name. */
export function nameRange({ element, file }: Placed<Named>): SourceRange {
  return rangeIn(file, element.nameAt, Math.min(file.text.length, element.nameAt + element.name.length));
}

/**
 * The imported file. Where the roots of imports lie is not said in a file: folders further up are tried in turn.
 * @param seen paths that were come to: one of these ends the search, and what is found is added.
 */
export function importedFile(from: SourceFile, path: string, read: ReadReference, seen = new Set<string>()): SourceFile | undefined {
  for (let folder = dirName(from.path); ; folder = dirName(folder)) {
    const absolute = resolvePath(`${folder}/x`, path);
    if (seen.has(absolute)) return undefined;
    const found = read(absolute);
    if (found !== undefined) {
      seen.add(absolute);
      return found;
    }
    if (folder === '') return undefined;
  }
}

/** The imports of a file, with their places. */
export function importsOf(file: SourceFile): readonly { readonly path: string; readonly at: SourceRange }[] {
  return parsed(file).imports.map(({ path }) => ({ path: path.text, at: rangeIn(file, path.start, path.end) }));
}

/** True if a file itself defines a message or an enum of this full name. */
export function definesProto(file: SourceFile, fullName: string): boolean {
  // Parsing is dear, and hardly any file has the name in it.
  if (!file.text.includes(fullName.slice(fullName.lastIndexOf('.') + 1))) return false;
  const { messages, enums } = new ProtoSchema(file, () => undefined);
  return [messages.get(fullName), enums.get(fullName)].some((placed) => placed?.file === file);
}

const parses = new WeakMap<SourceFile, ProtoFile>();

/** A file is compared with several others: it is parsed once. */
function parsed(file: SourceFile): ProtoFile {
  let found = parses.get(file);
  if (found === undefined) parses.set(file, (found = parseProto(file.text)));
  return found;
}

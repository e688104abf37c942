import type { Sourced } from '../../text/range';
import type { Protocol } from '../../model/settings';
import { isMap, type SyntaxNode } from '../../syntax/tree';
import { oneOf, sourcedBoolean, sourcedNumber, sourcedText } from '../shared/places';
import { bindingNames, pinned, type Doc } from './document';
import type { Located } from './refs';

/** Bindings of one protocol, from an object and its traits: the object's own fields win. */
export interface Bindings {
  /** The node of a field, in the file it is written in. */
  field(...path: readonly string[]): Located | undefined;
  text(...path: readonly string[]): Sourced<string> | undefined;
  number(...path: readonly string[]): Sourced<number> | undefined;
  boolean(...path: readonly string[]): Sourced<boolean> | undefined;
  /** A field that is a schema, where the schema allows one value only. */
  pinned(...path: readonly string[]): Sourced<string> | undefined;
  word<T extends string>(allowed: readonly T[], ...path: readonly string[]): Sourced<T> | undefined;
}

/** Collects the bindings of a protocol from a server, channel, operation or message, and from its traits. */
export function bindingsOf(doc: Doc, owner: Located | undefined, protocol: Protocol): Bindings {
  const sources: Located[] = [];
  for (const holder of [doc.refs.follow(owner), ...traitsOf(doc, owner)]) {
    for (const name of bindingNames[protocol]) {
      const found = doc.refs.member(holder, 'bindings', name);
      if (found !== undefined) sources.push(found);
    }
  }
  const field = (...path: readonly string[]): Located | undefined => {
    for (const source of sources) {
      const found = doc.refs.member(source, ...path);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    field,
    text: (...path) => read(field(...path), sourcedText),
    number: (...path) => read(field(...path), sourcedNumber),
    boolean: (...path) => read(field(...path), sourcedBoolean),
    pinned: (...path) => {
      const found = field(...path);
      const node = pinned(found?.node);
      return found && node && sourcedText(found.file, node);
    },
    word: (allowed, ...path) => oneOf(read(field(...path), sourcedText), allowed),
  };
}

/** The protocols that bindings here are written for. */
export function boundProtocols(doc: Doc, owner: Located | undefined): Set<Protocol> {
  const found = new Set<Protocol>();
  for (const holder of [doc.refs.follow(owner), ...traitsOf(doc, owner)]) {
    const bindings = doc.refs.member(holder, 'bindings')?.node;
    for (const entry of isMap(bindings) ? bindings.entries : []) {
      for (const [protocol, names] of Object.entries(bindingNames)) {
        if (names.includes(entry.key.text)) found.add(protocol as Protocol);
      }
    }
  }
  return found;
}

function traitsOf(doc: Doc, owner: Located | undefined): Located[] {
  const traits = doc.refs.member(owner, 'traits');
  if (traits?.node.kind !== 'seq') return [];
  return traits.node.items.flatMap((item) => {
    const trait = item && doc.refs.follow({ file: traits.file, node: item });
    return trait === undefined ? [] : [trait];
  });
}

function read<T>(
  at: Located | undefined,
  parse: (file: Located['file'], node: SyntaxNode) => Sourced<T> | undefined,
): Sourced<T> | undefined {
  return at && parse(at.file, at.node);
}

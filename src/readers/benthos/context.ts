import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelRef, Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { get, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import type { Document } from '../shared/document';
import { contentRange, entryRange } from '../shared/places';
import type { Brokers } from './brokers';

export const dialect = 'redpanda-connect';

/** What the parts of this reader share while one pipeline is read. */
export interface Context {
  readonly doc: Document;
  readonly file: SourceFile;
  readonly facts: Fact[];
  readonly brokers: Brokers;
  /** The pipeline that reads or writes. */
  readonly service: Sourced<string>;
  /** The file's outermost map: `redpanda` there is what `redpanda_common` connects by. */
  readonly root: SyntaxNode | undefined;
  /** What `redpanda_migrator` inputs read: their outputs write it under the same names. */
  readonly migrated: ChannelRef[];
}

/** An input or output of a messaging system: `kafka: …`, with what is known of its surroundings. */
export interface Component {
  /** The entry that names its kind. */
  readonly entry: Entry;
  readonly node: SyntaxNode | undefined;
  /** How it came to be here, where that changes what it means. */
  readonly note?: string;
}

/** The place of a component's kind: where the dialect's own defaults are said to stand. */
export function kindRange(c: Context, component: Component): SourceRange {
  const { key } = component.entry;
  return isScalar(key) ? contentRange(c.file, key) : entryRange(c.file, component.entry);
}

/** What all facts of a component have in common. */
export function baseOf(c: Context, component: Component, protocol: Protocol): {
  dialect: string; extent: SourceRange; service: Sourced<string>; protocol: Protocol;
} {
  return { dialect, extent: entryRange(c.file, component.entry), service: c.service, protocol };
}

/** The addresses of a component's broker; without its own, those of the file's `redpanda` block. */
export function addressesOf(root: SyntaxNode | undefined, { node }: Component): SyntaxNode | undefined {
  for (const key of ['seed_brokers', 'addresses', 'urls', 'url']) {
    const found = get(node, key);
    if (found !== undefined) return found;
  }
  return get(root, 'redpanda', 'seed_brokers');
}

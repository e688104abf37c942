import type { Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelRef, ChannelSpace, Fact } from '../../model/facts';
import { get, isMap, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { contentRange, nodeRange, sourcedText } from '../shared/places';

export const dialect = 'rabbitmq-definitions';

/** A vhost's name where the file says none: an export of one vhost leaves it out. */
export const defaultVhost = '/';

/** What the parts of this reader share while one file is read. */
export interface Context {
  readonly file: SourceFile;
  readonly root: SyntaxNode;
  /** The vhost that entries without one belong to. */
  readonly ownVhost: string;
  readonly facts: Fact[];
  readonly problems: Problem[];
}

/** The vhost an entry names, else the one the file is an export of. */
export function vhostOf(c: Context, node: MapNode): Sourced<string> {
  return sourcedText(c.file, get(node, 'vhost')) ?? { value: c.ownVhost, at: nodeRange(c.file, node) };
}

/** The vhost only where the entry names it: a range that a rename may edit. */
export function writtenVhost(node: MapNode, vhost: Sourced<string>): Sourced<string> | undefined {
  return get(node, 'vhost') === undefined ? undefined : vhost;
}

/** The maps of a top-level list, such as `queues`; anything else in the list is left out. */
export function listOf(c: Context, key: string): MapNode[] {
  const node = get(c.root, key);
  return isSeq(node) ? node.items.filter(isMap) : [];
}

/** A name with its place; also the empty name, which is the default exchange. */
export function nameAt(c: Context, node: SyntaxNode | undefined): Sourced<string> | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return { value: node.text, at: contentRange(c.file, node) };
}

/** `amq.direct` and its like exist on every vhost; exports leave them out (AMQP 0-9-1 §3.1.3.1). */
export function isBuiltIn(exchange: string): boolean {
  return exchange === '' || exchange.startsWith('amq.');
}

export function channelRef(name: Sourced<string>, space: ChannelSpace, vhost: string): ChannelRef {
  return {
    name, space, broker: vhost, protocol: 'rabbitmq',
    mustExist: space === 'queue' ? !name.value.startsWith('amq.') : !isBuiltIn(name.value),
  };
}

/** Arguments of a binding as text for hover: `x-match=all, kind=order`; undefined if there are none. */
export function argumentsText(node: SyntaxNode | undefined): string | undefined {
  if (!isMap(node) || node.entries.length === 0) return undefined;
  return node.entries.map((e) => `${e.key.text}=${text(e.value) ?? '…'}`).join(', ');
}

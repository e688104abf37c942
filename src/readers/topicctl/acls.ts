import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import { get, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { nodeRange } from '../shared/places';
import { principalName } from '../shared/principal';
import { dialect, type Context } from './context';

/** Rights to read or write topics: who has them is taken for a service. */
export function readAcls(c: Context, root: MapNode, spec: SyntaxNode | undefined): void {
  const broker = c.doc.text(get(root, 'meta', 'cluster'))?.value;
  for (const acl of mapsIn(get(spec, 'acls'))) {
    const resource = get(acl, 'resource');
    const channel = topicOf(c, resource, broker);
    const service = principalName(c.file, c.doc.text(get(resource, 'principal')));
    const operations = operationsOf(get(acl, 'operations'));
    if (channel === undefined || service === undefined) continue;
    const [reads, writes] = [operations.has('read'), operations.has('write')];
    if (!reads && !writes) continue;
    const extent = nodeRange(c.file, acl);
    c.facts.push({ kind: 'service', dialect, extent, name: service });
    const base = { dialect, extent, service, channel, protocol: 'kafka' as const, settings: {} };
    const right = (word: string): string => `An ACL gives it the right to ${word}.`;
    if (writes) c.facts.push({ kind: 'publish', ...base, inferred: right('write') } satisfies PublishFact);
    if (reads) c.facts.push({ kind: 'consume', ...base, inferred: right('read') } satisfies ConsumeFact);
  }
}

/** The topic of a right that is given; none for groups, clusters, and the right to all topics. */
function topicOf(
  c: Context, resource: SyntaxNode | undefined, broker: string | undefined,
): ChannelRef | undefined {
  if (text(get(resource, 'type'))?.toLowerCase() !== 'topic') return undefined;
  if (text(get(resource, 'permission'))?.toLowerCase() === 'deny') return undefined;
  const name = c.doc.text(get(resource, 'name'));
  if (name === undefined || name.value === '*') return undefined;
  const isPrefix = text(get(resource, 'patternType'))?.toLowerCase() === 'prefixed';
  return defined<ChannelRef>({ name, protocol: 'kafka', broker, match: isPrefix ? 'prefix' : undefined });
}

function operationsOf(node: SyntaxNode | undefined): ReadonlySet<string> {
  const words = (isSeq(node) ? node.items : [node]).flatMap((item) => text(item)?.toLowerCase() ?? []);
  return words.includes('all') ? new Set([...words, 'read', 'write']) : new Set(words);
}

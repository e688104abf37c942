import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import { get, isMap, text, type Entry, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { entryRange } from '../shared/places';
import { dialect, type Context } from './context';

/** Rights that are written out, for a service or a user: those to read or write topics are edges. */
export function readAcls(c: Context, owner: Entry, section: 'customServiceAcls' | 'customUserAcls'): void {
  const service = c.doc.text(owner.key);
  if (service === undefined) return;
  const acls = isMap(owner.value) ? owner.value.entries : [];
  let isNamed = false;
  for (const acl of acls) {
    const channel = topicOf(c, acl.value);
    const operation = word(get(acl.value, 'operation'));
    if (channel === undefined || !(operation === 'READ' || operation === 'WRITE')) continue;
    const extent = entryRange(c.file, acl);
    if (!isNamed) {
      c.facts.push({ kind: 'service', dialect, extent: entryRange(c.file, owner), name: service });
    }
    isNamed = true;
    const base = {
      dialect, extent, service, channel, protocol: 'kafka' as const, settings: {},
      inferred: `${section} gives it the right to ${operation.toLowerCase()} `
        + `${channel.match === 'prefix' ? 'topics that begin so' : 'the topic'}.`,
    };
    c.facts.push(operation === 'READ'
      ? defined<ConsumeFact>({ kind: 'consume', ...base })
      : defined<PublishFact>({ kind: 'publish', ...base }));
  }
}

/** The topic of a right that is given; none for groups, clusters, and the right to all topics. */
function topicOf(c: Context, acl: SyntaxNode | undefined): ChannelRef | undefined {
  if (word(get(acl, 'type')) !== 'TOPIC' || word(get(acl, 'permission')) === 'DENY') return undefined;
  const name = c.doc.text(get(acl, 'name'));
  if (name === undefined || name.value === '*') return undefined;
  const isPrefix = word(get(acl, 'pattern')) === 'PREFIXED';
  return defined<ChannelRef>({ name, protocol: 'kafka', match: isPrefix ? 'prefix' : undefined });
}

function word(node: SyntaxNode | undefined): string | undefined {
  return text(node)?.toUpperCase();
}

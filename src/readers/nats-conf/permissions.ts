import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import { isMap, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange } from '../shared/places';
import type { Conf } from './conf';
import { dialect } from './dialect';

/** Permissions shared by a variable multiply: a file of a few lines could say millions of them. */
const maxEdges = 20_000;

/** What a permission says nothing of; no client's default holds for it. */
const openPublish = { open: ['waitForAck'] };
const openConsume = { open: ['durable', 'ackPolicy', 'ackWait', 'maxDeliver'] };

/**
 * A user whose permissions name subjects is taken for a service that uses them. Users without a name (nkeys)
 * and permissions for everything (`>`) tell nothing.
 */
export function readPermissions(
  c: Conf, user: SyntaxNode, nameNode: SyntaxNode | undefined, permissions: SyntaxNode | undefined,
  account?: string,
): void {
  const name = c.text(nameNode);
  if (name === undefined || !isMap(permissions) || c.edges > maxEdges) return;
  const publishes = subjects(c, c.get(permissions, 'publish', 'pub'));
  const consumes = subjects(c, c.get(permissions, 'subscribe', 'sub'));
  if (publishes.length + consumes.length === 0) return;
  c.edges += publishes.length + consumes.length;
  const extent = nodeRange(c.file, user);
  const of = account === undefined ? '' : ` of the account ${account}`;
  c.facts.push({
    kind: 'service', dialect, extent, name,
    inferred: `a user${of} of the NATS server has this name, `
      + 'and may use the subjects that its permissions name',
  });
  const edge = { dialect, extent, service: name, protocol: 'nats' as const };
  for (const { subject } of publishes) {
    c.facts.push(defined<PublishFact>({
      ...edge, kind: 'publish', channel: ref(c, subject), settings: openPublish,
      inferred: `the user ${name.value}${of} may publish to ${subject.value}`,
    }));
  }
  for (const { subject, queue } of consumes) {
    c.facts.push(defined<ConsumeFact>({
      ...edge, kind: 'consume', channel: ref(c, subject),
      settings: queue === undefined ? openConsume : { ...openConsume, queueGroup: queue },
      inferred: `the user ${name.value}${of} may subscribe to ${subject.value}`,
    }));
  }
}

function ref(c: Conf, name: Sourced<string>): ChannelRef {
  return defined<ChannelRef>({ name, broker: c.broker, protocol: 'nats' });
}

interface Allowed {
  readonly subject: Sourced<string>;
  readonly queue?: Sourced<string>;
}

/** A subject, a list of them, or a map with `allow` and `deny`; a queue group may stand behind a subject. */
function subjects(c: Conf, node: SyntaxNode | undefined): Allowed[] {
  const denied = new Set(isMap(node) ? c.texts(c.get(node, 'deny')).map((s) => s.value) : []);
  return c.texts(isMap(node) ? c.get(node, 'allow') : node).flatMap((written) => {
    const parts = /^(\S+)(?:\s+(\S+))?$/.exec(written.value.trim());
    const subject = parts?.[1];
    if (subject === undefined || !isTelling(subject) || denied.has(subject)) return [];
    const exact = c.file.text.slice(written.at.start, written.at.end) === written.value;
    const at = (start: number, length: number): Sourced<string>['at'] =>
      exact ? rangeIn(c.file, written.at.start + start, written.at.start + start + length) : written.at;
    const queue = parts?.[2];
    return [{
      subject: { value: subject, at: at(written.value.indexOf(subject), subject.length) },
      ...(queue === undefined || queue.includes('*') || queue.includes('>')
        ? {} : { queue: { value: queue, at: at(written.value.lastIndexOf(queue), queue.length) } }),
    }];
  });
}

/** Not everything, not the server's own subjects (`$SYS`, `$JS`), not the inboxes of requests. */
function isTelling(subject: string): boolean {
  return !/^[$_]/.test(subject) && subject.split('.').some((token) => !/^[*>]?$/.test(token));
}

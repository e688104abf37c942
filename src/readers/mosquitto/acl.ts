import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConfLine, ConfWord } from '../../syntax/mosquittoConf';
import { defined } from '../shared/defined';
import type { Context } from './context';
import { dialect } from './dialect';

/** What an access list says nothing of; no client's default holds for it. */
const openPublish = { open: ['qos', 'retain'] };
const openConsume = { open: ['qos', 'cleanStart', 'sessionExpiry'] };

interface Grant {
  readonly line: ConfLine;
  readonly access: string;
  readonly topic: ConfWord;
}

interface User {
  readonly name: Sourced<string>;
  readonly line: ConfLine;
  readonly grants: Grant[];
}

/**
 * An access list: a user whose lines name topics is taken for a service that uses them. Lines before the
 * first `user` are for everybody without a name, `pattern` lines for everybody: they tell of no service.
 */
export function readAcl(c: Context, lines: readonly ConfLine[]): void {
  const users = new Map<string, User>();
  let current: User | undefined;
  for (const line of lines) {
    if (line.key.text === 'user') {
      const name = c.word(line.rest);
      // A user may stand in the list more than once.
      current = name && (users.get(name.value) ?? { name, line, grants: [] });
      if (current !== undefined) users.set(current.name.value, current);
    } else if (line.key.text === 'topic') {
      const grant = grantOf(line);
      if (grant !== undefined) current?.grants.push(grant);
    }
  }
  for (const user of users.values()) readUser(c, user);
}

/** `topic [read|write|readwrite|deny] <topic>`; a topic with blanks needs the access before it. */
function grantOf(line: ConfLine): Grant | undefined {
  const [first, second] = line.words;
  if (first === undefined || line.rest === undefined) return undefined;
  if (second === undefined) return { line, access: 'readwrite', topic: first };
  if (!/^(read|write|readwrite|deny)$/.test(first.text)) return undefined;
  const start = second.start;
  const text = line.rest.text.slice(start - line.rest.start);
  return { line, access: first.text, topic: { text, start, end: line.rest.end } };
}

function readUser(c: Context, { name, line, grants }: User): void {
  const denied = new Set(grants.filter((g) => g.access === 'deny').map((g) => g.topic.text));
  const telling = grants
    .filter((g) => g.access !== 'deny' && !denied.has(g.topic.text) && isTelling(g.topic.text));
  if (telling.length === 0) return;
  c.facts.push({
    kind: 'service', dialect, extent: c.lineRange(line), name,
    inferred: 'a user of the MQTT broker has this name, and may use the topics that its access list names',
  });
  for (const { line: own, access, topic } of telling) {
    const address = c.word(topic);
    if (address === undefined) continue;
    // The list does not say whose it is; most brokers are configured by a file of this name.
    const channel: ChannelRef = { name: address, protocol: 'mqtt', broker: 'mosquitto' };
    const edge = { dialect, extent: c.lineRange(own), service: name, protocol: 'mqtt' as const, channel };
    const why = (may: string): string => `the user ${name.value} may ${may} ${topic.text}`;
    if (access !== 'read') {
      c.facts.push(defined<PublishFact>({
        ...edge, kind: 'publish', settings: openPublish, inferred: why('publish to'),
      }));
    }
    if (access !== 'write') {
      c.facts.push(defined<ConsumeFact>({
        ...edge, kind: 'consume', settings: openConsume, inferred: why('subscribe to'),
      }));
    }
  }
}

/** Not the broker's own topics, nor everything (`#`, `+/#`). */
function isTelling(topic: string): boolean {
  return !topic.startsWith('$') && topic.split('/').some((level) => !/^[#+]?$/.test(level));
}

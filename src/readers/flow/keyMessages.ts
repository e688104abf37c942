import {
  blockKinds,
  blockSchema,
  resolveSchema,
  type BlockKind,
  type SchemaNode,
} from '../../model/flowSchema/schema';
import type { Protocol } from '../../model/settings';
import type { Entry } from '../../syntax/tree';
import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { didYouMean } from '../../text/suggest';
import { protocolNames } from './channelIndex';

/** What a key belongs to, for checks and messages. */
export interface Subject {
  readonly what: BlockKind | 'file' | 'binding';
  /** The broker, channel, schema or service that it is about. */
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly space?: 'queue' | 'exchange';
  /** `Kafka topic`. */
  readonly noun?: string;
  /** What the maps below are, where the key says it (`publishes`). */
  readonly next?: 'publish' | 'consume' | 'channel';
}

const owners: Readonly<Record<Subject['what'], string>> = {
  file: 'a flow file',
  broker: 'a broker',
  schema: 'a schema',
  channel: 'a channel',
  service: 'a service',
  publish: 'a publish',
  consume: 'a consume',
  onFailure: 'onFailure',
  stream: 'stream',
  needs: 'needs',
  alert: 'alert',
  binding: 'a binding',
};

/** False for a key of another protocol, or of a queue at an exchange. */
export function fits(schema: SchemaNode, subject: Subject): boolean {
  const { protocol, space } = subject;
  const allowed = schema['x-protocols'];
  if (protocol !== undefined && allowed !== undefined && !allowed.includes(protocol)) return false;
  return space === undefined || schema['x-on'] === undefined || schema['x-on'] === space;
}

/** A key that exists, but not for this protocol or kind of channel. */
export function misfit(file: SourceFile, e: Entry, schema: SchemaNode, subject: Subject, keys = keysFor(subject)): Problem {
  const key = e.key.text;
  const allowed = schema['x-protocols'] ?? [];
  const wrongProtocol = subject.protocol !== undefined && !allowed.includes(subject.protocol);
  const belongs = wrongProtocol
    ? allowed.map((p) => protocolNames[p]).join(' and ')
    : `a ${schema['x-on'] ?? 'queue'}`;
  const noun =
    subject.what === 'broker' && subject.protocol
      ? `${protocolNames[subject.protocol]} broker`
      : (subject.noun ?? 'channel');
  const article = /^(?:[aeiou]|MQTT)/i.test(noun) ? 'an' : 'a';
  const own = wrongProtocol ? didYouMean(key, keys) : undefined;
  const alike = own ?? (wrongProtocol ? counterpart(key, keys) : undefined);
  const end = alike === undefined ? ' Remove it.' : ` Did you mean "${alike}"?`;
  return problem(
    file,
    e,
    `"${key}" belongs to ${belongs}; ${subject.name ?? 'this'} is ${article} ${noun}.${end}`,
    own,
  );
}

/** Keys by which the protocols say the same thing, each in its own words and with values of its own. */
const counterparts: readonly (readonly string[])[] = [
  ['acks', 'confirms', 'qos', 'waitForAck'],
  ['key', 'routingKey'],
  ['autoCommit', 'ack', 'ackPolicy', 'qos'],
  ['commit', 'ack', 'ackPolicy', 'qos'],
  ['group', 'queueGroup'],
  ['maxPollRecords', 'prefetch'],
  ['retention', 'ttl', 'stream'],
  ['replicas', 'stream'],
  ['retain', 'persistent'],
];

function counterpart(key: string, keys: readonly string[]): string | undefined {
  const alike = counterparts.flatMap((same) => (same.includes(key) ? same : []));
  return alike.find((k) => k !== key && keys.includes(k));
}

/** A key that no such block has. */
export function unknownKey(
  file: SourceFile,
  e: Entry,
  schema: SchemaNode,
  subject: Subject,
): Problem | undefined {
  const key = e.key.text;
  // An empty key is a `?` or `:` that somebody is about to write on.
  if (key === '' || e.merged) return undefined;
  const keys = Object.entries(schema.properties ?? {}).flatMap(([k, s]) =>
    fits(resolveSchema(s), subject) ? [k] : [],
  );
  const guess = didYouMean(key, keys);
  const owner = owners[subject.what];
  if (guess !== undefined)
    return problem(file, e, `"${key}" is no key of ${owner}. Did you mean "${guess}"?`, guess);
  const elsewhere = blockKinds.flatMap((kind) => {
    const found = kind === subject.what ? undefined : blockSchema(kind).properties?.[key];
    return found === undefined ? [] : [{ kind, schema: resolveSchema(found) }];
  });
  const fitting = elsewhere.filter(({ schema: s }) => fits(s, subject));
  const other = elsewhere[0];
  if (fitting.length === 0 && other !== undefined) return misfit(file, e, other.schema, subject, keys);
  const hint =
    fitting.length > 0
      ? ` It is a key of ${fitting.map(({ kind }) => owners[kind]).join(' and ')}; move it there.`
      : ` Keys are ${keys.join(', ')}.`;
  return problem(file, e, `"${key}" is no key of ${owner}.${hint}`, undefined);
}

function keysFor(subject: Subject): string[] {
  if (subject.what === 'file' || subject.what === 'binding') return [];
  return Object.entries(blockSchema(subject.what).properties ?? {}).flatMap(([k, s]) =>
    fits(resolveSchema(s), subject) ? [k] : [],
  );
}

function problem(file: SourceFile, e: Entry, message: string, rename: string | undefined): Problem {
  const at = rangeIn(file, e.key.start, e.key.end);
  return {
    code: 'flow/unknown-key',
    severity: 'error',
    message,
    at,
    ...(rename === undefined
      ? {}
      : { fixes: [{ title: `Rename to ${rename}`, safe: false, edits: [{ at, newText: rename }] }] }),
  };
}

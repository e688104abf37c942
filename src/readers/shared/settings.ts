import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelSettings, ConsumeSettings, PublishSettings, StreamSettings } from '../../model/settings';
import { isMap, isScalar, isSeq, type Entry, type SyntaxNode } from '../../syntax/tree';
import { contentRange, nodeRange, sourcedBoolean, sourcedText } from './places';
import { parseDuration, parseSize } from './units';

/** How a setting's value is written; `expected` says it to a person. */
interface Kind {
  readonly expected: string;
  /** The typed value, or undefined if the text is none. */
  parse(file: SourceFile, node: SyntaxNode): unknown;
}

const scalarKind = (expected: string, parse: (text: string) => unknown): Kind => ({
  expected,
  parse: (file, node) => {
    const written = sourcedText(file, node);
    const value = written === undefined ? undefined : parse(written.value);
    return value === undefined ? undefined : { value, at: written?.at };
  },
});

const anyText = scalarKind('a text', (t) => t);
const word = (...words: string[]): Kind => scalarKind(orList(words), (t) => words.find((w) => w === t.toLowerCase()));
const integer = scalarKind('a whole number', (t) => (/^[+-]?\d+$/.test(t.trim()) ? Number(t) : undefined));
const duration = scalarKind('a duration such as 7d, 30s or 500ms', parseDuration);
const size = scalarKind('a size such as 10MiB or 512kB', parseSize);
const yesNo: Kind = { expected: 'true or false', parse: sourcedBoolean };
const qos = scalarKind('0, 1 or 2', (t) => (/^[012]$/.test(t.trim()) ? Number(t) : undefined));
const acks = scalarKind('0, 1 or all', (t) => ({ '0': '0', '1': '1', all: 'all', '-1': 'all' })[t.trim().toLowerCase()]);
const guarantee = word('best-effort', 'at-most-once', 'at-least-once', 'exactly-once');
const nameOrYes: Kind = {
  expected: 'a durable name, true or false',
  parse: (file, node) => sourcedBoolean(file, node) ?? sourcedText(file, node),
};

type Table<T> = { readonly [K in keyof Required<T>]: Kind };

const publishKinds: Table<PublishSettings> = {
  guarantee, clientId: anyText, acks, idempotence: yesNo, maxInFlight: integer, retries: integer,
  deliveryTimeout: duration, requestTimeout: duration, linger: duration, transactionalId: anyText,
  partitioner: anyText, key: anyText, confirms: yesNo, mandatory: yesNo, persistent: yesNo, routingKey: anyText,
  qos, retain: yesNo, cleanStart: yesNo, sessionExpiry: duration, waitForAck: yesNo,
};

const consumeKinds: Table<Omit<ConsumeSettings, 'onFailure'>> = {
  guarantee, clientId: anyText, idempotentBy: anyText, processing: word('sync', 'async'), group: anyText,
  autoCommit: yesNo, autoOffsetStore: yesNo,
  commit: word('after-processing', 'before-processing', 'transaction'),
  isolation: word('read_committed', 'read_uncommitted'), offsetReset: word('earliest', 'latest', 'none'),
  maxPollRecords: integer, maxPollInterval: duration, ack: word('manual', 'auto'), prefetch: integer, requeue: yesNo,
  qos, cleanStart: yesNo, sessionExpiry: duration, durable: nameOrYes,
  ackPolicy: word('none', 'all', 'explicit'), ackWait: duration, maxDeliver: integer, queueGroup: anyText,
};

const onFailureKinds: Table<NonNullable<ConsumeSettings['onFailure']>> = {
  retries: integer, backoff: anyText, deadLetter: anyText,
};

const channelKinds: Table<Omit<ChannelSettings, 'stream'>> = {
  external: yesNo, ordering: word('none', 'per-key', 'total'), retention: duration, partitions: integer, replicas: integer,
  minInsyncReplicas: integer, cleanup: anyText, uncleanLeaderElection: yesNo, exchange: anyText,
  queue: word('classic', 'quorum', 'stream'), durable: yesNo, autoDelete: yesNo, exclusive: yesNo, maxLength: integer,
  maxLengthBytes: size, overflow: anyText, ttl: duration, expires: duration, deliveryLimit: integer,
  deadLetterStrategy: anyText, singleActiveConsumer: yesNo, qos, retain: yesNo,
};

const streamKinds: Table<Omit<StreamSettings, 'at' | 'subjects'>> = {
  name: anyText, storage: word('file', 'memory'), replicas: integer, retention: word('limits', 'interest', 'workqueue'),
  discard: word('old', 'new'), duplicateWindow: duration, maxAge: duration, maxMessages: integer, maxBytes: size,
};

/** A value that is written but is not of its key's kind. */
export interface BadValue {
  readonly entry: Entry;
  /** `0, 1 or all`. */
  readonly expected: string;
}

export interface Settings<T> {
  readonly settings: T;
  readonly bad: readonly BadValue[];
  /** Entries whose key is no setting; the caller knows which other keys it allows. */
  readonly rest: readonly Entry[];
}

/** Reads the settings of a publish, with a flow file's keys. */
export function publishSettings(file: SourceFile, node: SyntaxNode | undefined): Settings<PublishSettings> {
  return read<PublishSettings>(file, node, publishKinds);
}

/** Reads the settings of a consume, with a flow file's keys; `onFailure` is a map of its own. */
export function consumeSettings(file: SourceFile, node: SyntaxNode | undefined): Settings<ConsumeSettings> {
  const own = read<ConsumeSettings>(file, node, consumeKinds);
  const onFailure = own.rest.findLast((e) => e.key.text === 'onFailure');
  if (onFailure === undefined) return own;
  const inner = read<NonNullable<ConsumeSettings['onFailure']>>(file, onFailure.value, onFailureKinds);
  return {
    settings: isMap(onFailure.value) ? { ...own.settings, onFailure: inner.settings } : own.settings,
    bad: isMap(onFailure.value) || onFailure.value === undefined
      ? [...own.bad, ...inner.bad]
      : [...own.bad, { entry: onFailure, expected: 'a map with retries, backoff or deadLetter' }],
    rest: [...own.rest.filter((e) => e.key.text !== 'onFailure'), ...inner.rest],
  };
}

/** Reads the settings of a channel, with a flow file's keys; `stream` is a map of its own, or a name or `true`. */
export function channelSettings(file: SourceFile, node: SyntaxNode | undefined): Settings<ChannelSettings> {
  const own = read<ChannelSettings>(file, node, channelKinds);
  const stream = own.rest.findLast((e) => e.key.text === 'stream');
  if (stream === undefined) return own;
  const at: SourceRange = { file: file.id, start: stream.key.start, end: stream.key.end };
  const inner = read<StreamSettings>(file, stream.value, streamKinds);
  const subjects = inner.rest.findLast((e) => e.key.text === 'subjects')?.value;
  const list = isSeq(subjects) ? subjects.items : subjects === undefined ? [] : [subjects];
  const settings: StreamSettings = {
    ...inner.settings, at,
    ...(isScalar(stream.value) && typeof stream.value.value === 'string' ? { name: sourcedText(file, stream.value) } : {}),
    ...(subjects === undefined ? {} : { subjects: list.map((n) => sourcedText(file, n)).filter((s) => s !== undefined) }),
  };
  return {
    settings: isScalar(stream.value) && stream.value.value === false ? own.settings : { ...own.settings, stream: settings },
    bad: [...own.bad, ...inner.bad],
    rest: [
      ...own.rest.filter((e) => e.key.text !== 'stream'), ...inner.rest.filter((e) => e.key.text !== 'subjects'),
    ],
  };
}

function read<T>(file: SourceFile, node: SyntaxNode | undefined, kinds: Readonly<Record<string, Kind>>): Settings<T> {
  const settings: Record<string, unknown> = {};
  const bad: BadValue[] = [];
  const rest: Entry[] = [];
  for (const entry of isMap(node) ? node.entries : []) {
    const key = entry.key.text;
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) {
      rest.push(entry);
      continue;
    }
    // A value that is not written yet is half-typed text, not a mistake.
    if (entry.value === undefined || (isScalar(entry.value) && entry.value.value === null)) continue;
    if (entry.merged === true && key in settings) continue;
    const value = kind.parse(file, entry.value) as Sourced<unknown> | undefined;
    if (value === undefined) bad.push({ entry, expected: kind.expected });
    else settings[key] = value;
  }
  return { settings: settings as T, bad, rest };
}

/** Where a bad value stands: without quotes, so that a fix replaces only what is wrong. */
export function valueRange(file: SourceFile, entry: Entry): SourceRange {
  if (entry.value === undefined) return { file: file.id, start: entry.key.start, end: entry.key.end };
  return isScalar(entry.value) ? contentRange(file, entry.value) : nodeRange(file, entry.value);
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The keys of each kind of declaration, for did-you-mean. */
export const settingKeys: Readonly<Record<'publish' | 'consume' | 'channel', readonly string[]>> = {
  publish: Object.keys(publishKinds),
  consume: [...Object.keys(consumeKinds), 'onFailure'],
  channel: [...Object.keys(channelKinds), 'stream'],
};

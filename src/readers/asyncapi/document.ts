import type { Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { isMap, text, type Entry, type SyntaxNode } from '../../syntax/tree';
import type { Located, Refs } from './refs';

export const dialect = 'asyncapi';

/** What the parts of this reader share while one document is read. */
export interface Doc {
  readonly file: SourceFile;
  readonly root: SyntaxNode;
  readonly refs: Refs;
  /** 2 or 3: they differ in direction, addresses and where messages stand. */
  readonly major: 2 | 3;
  readonly service: Sourced<string>;
  readonly facts: Fact[];
  readonly problems: Problem[];
}

/** The entries of a map that may stand behind a `$ref`, each with the file it is written in. */
export function entriesOf(doc: Doc, from: Located | undefined): { entry: Entry; at: Located }[] {
  const map = doc.refs.follow(from);
  if (map === undefined || !isMap(map.node)) return [];
  return map.node.entries.flatMap((entry) =>
    entry.value === undefined ? [] : [{ entry, at: { file: map.file, node: entry.value, key: entry.key } }]);
}

/** The root of the document as a located node. */
export function rootOf(doc: Doc): Located {
  return { file: doc.file, node: doc.root };
}

interface ProtocolName {
  readonly protocol: Protocol;
  readonly tls?: boolean;
}

/** Which of our protocols an AsyncAPI protocol name means, and whether the name says TLS. */
export const protocolNames: Readonly<Record<string, ProtocolName>> = {
  kafka: { protocol: 'kafka', tls: false },
  'kafka-secure': { protocol: 'kafka', tls: true },
  amqp: { protocol: 'rabbitmq', tls: false },
  amqps: { protocol: 'rabbitmq', tls: true },
  mqtt: { protocol: 'mqtt', tls: false },
  mqtt5: { protocol: 'mqtt', tls: false },
  mqtts: { protocol: 'mqtt', tls: true },
  'secure-mqtt': { protocol: 'mqtt', tls: true },
  nats: { protocol: 'nats' },
};

/** The names under which bindings of a protocol stand. */
export const bindingNames: Readonly<Record<Protocol, readonly string[]>> = {
  kafka: ['kafka'], rabbitmq: ['amqp'], mqtt: ['mqtt', 'mqtt5'], nats: ['nats'],
};

/** A text that a schema pins down: a plain text, or a schema's `const`, only `enum` value or `default`. */
export function pinned(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (!isMap(node)) return text(node) === undefined ? undefined : node;
  for (const key of ['const', 'enum', 'default']) {
    const value = node.entries.find((e) => e.key.text === key)?.value;
    if (value?.kind === 'seq') {
      if (value.items.length === 1 && text(value.items[0]) !== undefined) return value.items[0];
    } else if (text(value) !== undefined) return value;
  }
  return undefined;
}

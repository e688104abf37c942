import type { SourceRange, Sourced } from '../../text/range';
import { versionIn } from '../../text/version';
import type { SchemaFact } from '../../model/facts';
import { entry, get, isMap, isSeq, text } from '../../syntax/tree';
import { contentRange, nodeRange, sourcedText } from '../shared/places';
import { defined } from '../shared/defined';
import { dialect, type Doc } from './document';
import { refOf, splitRef, type Located } from './refs';

/** A message as an operation or channel uses it. */
export interface Message {
  readonly name: Sourced<string>;
  /** Where the use is written: a `$ref`, or the message itself. */
  readonly use: SourceRange;
  readonly at: Located;
}

/** Reads messages once each, however often they are used, and makes the facts of their schemas. */
export class Messages {
  private readonly known = new Map<string, Message>();

  constructor(private readonly doc: Doc) {}

  /**
   * The messages below a node: a reference, a message, `oneOf` (2.x), a list of references (3.x
   * operations) or a map of them (3.x channels).
   */
  of(from: Located | undefined, kind: 'one' | 'map', fallback: string): Message[] {
    if (from === undefined) return [];
    if (isSeq(from.node)) return this.list(from, fallback);
    const target = this.doc.refs.follow(from);
    if (target === undefined) return [];
    if (kind === 'map') {
      if (!isMap(target.node)) return [];
      return target.node.entries.flatMap((e) =>
        e.value === undefined ? [] : this.one({ file: target.file, node: e.value, key: e.key }, e.key.text));
    }
    const choices = get(target.node, 'oneOf');
    if (isSeq(choices)) return this.list({ file: target.file, node: choices }, fallback);
    return this.one(from, fallback);
  }

  private list(from: Located, fallback: string): Message[] {
    if (!isSeq(from.node)) return [];
    return from.node.items.flatMap((node) =>
      (node === undefined ? [] : this.one({ file: from.file, node }, fallback)));
  }

  private one(from: Located, fallback: string): Message[] {
    const message = this.doc.refs.follow(from);
    if (message === undefined || !isMap(message.node)) return [];
    const ref = refOf(from.node);
    const use = ref !== undefined ? contentRange(from.file, ref)
      : from.key !== undefined ? contentRange(from.file, from.key) : nodeRange(from.file, from.node);
    const id = `${message.file.path}\n${message.node.start}`;
    const known = this.known.get(id) ?? { name: nameOf(message, fallback, use), use, at: message };
    if (!this.known.has(id)) {
      this.known.set(id, known);
      const foreign = ref !== undefined && message.key === undefined;
      this.doc.facts.push(this.schemaFact(message, known.name, foreign));
    }
    return [{ ...known, use }];
  }

  private schemaFact(message: Located, name: Sourced<string>, foreign: boolean): SchemaFact {
    const { doc } = this;
    const payload = get(message.node, 'payload');
    const ref = refOf(payload) ?? refOf(get(payload, 'schema'));
    const outside = ref === undefined ? undefined : splitRef(message.file, ref.text);
    const elsewhere = outside !== undefined && (outside.remote || outside.path !== message.file.path);
    const body = payload === undefined || elsewhere
      ? undefined : doc.refs.follow({ file: message.file, node: payload });
    const schema = body && (doc.refs.member(body, 'schema') ?? body);
    const target = ref !== undefined && outside !== undefined && elsewhere && !outside.remote
      ? { value: { path: outside.path, fragment: outside.pointer }, at: contentRange(message.file, ref) }
      : undefined;
    if (target !== undefined && ref !== undefined) {
      doc.refs.link(message.file, ref, target.value.path, target.value.fragment);
    }
    const version = versionOf(message, schema, name)
      ?? (ref === undefined ? undefined : within(sourcedText(message.file, ref)));
    const extentNode = message.node;
    return defined<SchemaFact>({
      kind: 'schema', dialect, name,
      extent: message.key === undefined || foreign
        ? nodeRange(message.file, extentNode)
        : { file: message.file.id, start: message.key.start, end: Math.max(message.key.end, extentNode.end) },
      format: sourcedText(message.file, get(message.node, 'schemaFormat'))
        ?? (payload && sourcedText(message.file, get(payload, 'schemaFormat'))),
      versions: version === undefined ? [] : [defined({ version, target })],
      source: version === undefined ? target : undefined,
      inline: payload !== undefined && !elsewhere ? true : undefined,
    });
  }
}

/** `name`, else `messageId`, else the key it stands under, else its title. */
function nameOf(message: Located, fallback: string, use: SourceRange): Sourced<string> {
  const own = sourcedText(message.file, get(message.node, 'name'))
    ?? sourcedText(message.file, get(message.node, 'messageId'));
  if (own !== undefined) return own;
  if (message.key !== undefined && message.key.text !== 'message') {
    return { value: message.key.text, at: contentRange(message.file, message.key) };
  }
  return sourcedText(message.file, get(message.node, 'title'))
    ?? { value: fallback, at: message.key === undefined ? use : contentRange(message.file, message.key) };
}

/** What says a message's version: an extension, the payload's `$id` or namespace, its name. */
function versionOf(
  message: Located, schema: Located | undefined, name: Sourced<string>,
): Sourced<string> | undefined {
  for (const at of [message, schema]) {
    for (const key of ['x-version', 'x-schema-version', 'version']) {
      const said = at && sourcedText(at.file, get(at.node, key));
      if (said !== undefined) return { value: said.value.replace(/^v(?=\d)/i, ''), at: said.at };
    }
  }
  if (schema !== undefined) {
    for (const key of ['$id', 'namespace', 'name']) {
      const found = within(sourcedText(schema.file, get(schema.node, key)));
      if (found !== undefined) return found;
    }
  }
  return within(name) ?? within(message.key && sourcedText(message.file, message.key));
}

/** The version inside a text, with the place of just that part. */
function within(written: Sourced<string> | undefined): Sourced<string> | undefined {
  const found = written && versionIn(written.value);
  if (written === undefined || found === undefined) return undefined;
  const exact = written.at.end - written.at.start === written.value.length;
  const at = exact
    ? { ...written.at, start: written.at.start + found.start, end: written.at.start + found.end }
    : written.at;
  return { value: found.version, at };
}

/** The key of a Kafka message, as its bindings describe it: a name for what orders records. */
export function messageKey(doc: Doc, messages: readonly Message[]): Sourced<string> | undefined {
  for (const { at } of messages) {
    for (const holder of [at, ...traits(doc, at)]) {
      const bindings = doc.refs.member(holder, 'bindings', 'kafka');
      const found = bindings && entry(bindings.node, 'key');
      if (bindings === undefined || found === undefined) continue;
      const schema = doc.refs.member(bindings, 'key');
      const named = schema
        && (text(get(schema.node, 'title')) ?? text(get(schema.node, 'name'))
          ?? text(get(schema.node, '$id')));
      return { value: named ?? 'message key', at: contentRange(bindings.file, found.key) };
    }
  }
  return undefined;
}

function traits(doc: Doc, at: Located): Located[] {
  const list = doc.refs.member(at, 'traits');
  if (list?.node.kind !== 'seq') return [];
  return list.node.items.flatMap((node) => {
    const found = node && doc.refs.follow({ file: list.file, node });
    return found === undefined ? [] : [found];
  });
}

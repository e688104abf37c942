import { entry, get, isMap, isSeq, text, type SyntaxNode } from '../../syntax/tree';
import { percentDecode } from '../../text/percent';
import { escapeStep, unescapeStep } from '../../text/pointer';
import type { SourceRange } from '../../text/range';
import { rangeIn, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { ReadReference } from '../compat';
import { asyncApiRoot, nodeAt, rootOf } from '../tree';

/** The schema of one message that an AsyncAPI document describes. */
export interface Payload {
  /** The message's `name`, else its `messageId`, else the key it stands under, else its channel and operation. */
  readonly name: string;
  readonly format: 'avro' | 'json-schema';
  /** Where the schema is written or referred to: the document, or a file that holds the message. */
  readonly file: SourceFile;
  /** A JSON pointer to the schema in that file. */
  readonly pointer: string;
  /** The message itself. */
  readonly message: SourceRange;
  /** Headers are a schema of their own beside the payload. */
  readonly part: 'payload' | 'headers';
  /** What the bytes are, where the message or the document says so. */
  readonly contentType?: { readonly value: string; readonly at: SourceRange };
}

/** A message of a document, whatever its payload is. */
export interface DocMessage {
  /** As for `Payload`. */
  readonly name: string;
  /** False where the name only says where it stands. */
  readonly isNamed: boolean;
  readonly file: SourceFile;
  /** A JSON pointer to the message in that file. */
  readonly pointer: string;
  readonly payload?: SyntaxNode;
}

/** What the application itself does with a message: version 2 says what others do (`publish` is received). */
export type Way = 'send' | 'receive';

export interface DocChannel {
  /** Version 2: the key; version 3: the address, or the key where that is left open. */
  readonly address: string;
  /** Its key in the document. */
  readonly at: SourceRange;
  /** All that it lists, and those of its operations; a way that it has no operation for is absent. */
  readonly messages: readonly DocMessage[];
  readonly ways: Partial<Readonly<Record<Way, { readonly at: SourceRange; readonly messages: readonly DocMessage[] }>>>;
}

/** Which messages a document has, and where. */
export interface DocMessages {
  /** `info.title`: the application. */
  readonly title: string | undefined;
  /** Those of `components`, used at a channel or not. */
  readonly components: readonly DocMessage[];
  readonly channels: readonly DocChannel[];
  /** Where channels and messages of components are listed, else the document's first key. */
  readonly places: { readonly channels: SourceRange; readonly components: SourceRange };
}

interface Located {
  readonly file: SourceFile;
  readonly node: SyntaxNode;
  readonly pointer: string;
}

/** A chain of references longer than this is a circle. */
const maxChain = 32;

/**
 * The payloads and headers that a document describes, those of components first, each once. Half-typed text gives what is there;
 * what is in a format that is not compared here (protobuf in a text, RAML) is left out.
 */
export function payloadsOf(file: SourceFile, read: ReadReference): readonly Payload[] {
  const node = asyncApiRoot(file);
  return node === undefined ? [] : new Reading(read).all({ file, node, pointer: '' });
}

/** The messages of a document by their channels; undefined for a file that is none. */
export function messagesOf(file: SourceFile, read: ReadReference): DocMessages | undefined {
  const node = asyncApiRoot(file);
  return node === undefined ? undefined : new Reading(read).messages({ file, node, pointer: '' });
}

class Reading {
  private readonly found = new Map<string, Payload>();
  private defaultType: Payload['contentType'];

  constructor(private readonly read: ReadReference) {}

  all(root: Located): readonly Payload[] {
    this.defaultType = this.contentType(step(root, 'defaultContentType'));
    for (const one of this.entries(step(root, 'components', 'messages'))) this.message(one, nameOfKey(one));
    for (const channels of [step(root, 'components', 'channels'), step(root, 'channels')]) {
      for (const written of this.entries(channels)) {
        const channel = this.follow(written);
        for (const one of this.entries(step(channel, 'messages'))) this.message(one, nameOfKey(one));
        for (const operation of ['publish', 'subscribe']) {
          const message = this.follow(step(this.follow(step(channel, operation)), 'message'));
          const fallback = `${nameOfKey(written)} ${operation}`;
          const choices = this.items(step(message, 'oneOf'));
          if (choices.length === 0) this.message(message, fallback);
          for (const choice of choices) this.message(choice, fallback);
        }
      }
    }
    return [...this.found.values()];
  }

  messages(root: Located): DocMessages {
    const found: { channel: Located; key: string; address: string; at: SourceRange; messages: DocMessage[]; ways: Partial<Record<Way, { at: SourceRange; messages: DocMessage[] }>> }[] = [];
    for (const written of this.entries(step(root, 'channels'))) {
      const channel = this.follow(written);
      const key = nameOfKey(written);
      const place = keyPlace(root, 'channels', key);
      if (channel === undefined || place === undefined) continue;
      const isSecond = text(get(root.node, 'asyncapi'))?.startsWith('2') === true;
      // In version 3 the keys are the names of messages, wherever these are written.
      const one: (typeof found)[number] = {
        channel, key, at: place, address: (isSecond ? undefined : text(get(channel.node, 'address'))) ?? key, ways: {},
        messages: this.entries(step(channel, 'messages')).flatMap((message) => this.docMessage(message, nameOfKey(message), true) ?? []),
      };
      for (const [word, way] of [['publish', 'receive'], ['subscribe', 'send']] as const) {
        const operation = this.follow(step(channel, word));
        const message = this.follow(step(operation, 'message'));
        if (operation === undefined) continue;
        const choices = this.items(step(message, 'oneOf'));
        const messages = (choices.length > 0 ? choices : [message]).flatMap((choice) => this.docMessage(choice, `${key} ${word}`) ?? []);
        one.ways[way] = { at: channel.file === root.file ? keyPlace(channel, word) ?? place : place, messages };
        one.messages.push(...messages);
      }
      found.push(one);
    }
    for (const written of this.entries(step(root, 'operations'))) {
      const operation = this.follow(written);
      const target = this.follow(step(operation, 'channel'));
      const way = text(get(operation?.node, 'action'));
      const channel = found.find(({ channel: { file, pointer } }) => target !== undefined && target.file === file && target.pointer === pointer);
      if (operation === undefined || channel === undefined || (way !== 'send' && way !== 'receive')) continue;
      const listed = step(operation, 'messages');
      const messages = listed === undefined ? channel.messages
        : this.items(listed).flatMap((message) => this.docMessage(message, `${channel.key} ${way}`) ?? []);
      const known = channel.ways[way];
      channel.ways[way] = {
        at: known?.at ?? keyPlace(root, 'operations', nameOfKey(written)) ?? channel.at, messages: [...known?.messages ?? [], ...messages],
      };
    }
    const start = isMap(root.node) ? root.node.entries[0]?.key ?? root.node : root.node;
    const first = rangeIn(root.file, start.start, start.end);
    return {
      title: text(get(root.node, 'info', 'title')),
      components: this.entries(step(root, 'components', 'messages')).flatMap((one) => this.docMessage(one, nameOfKey(one)) ?? []),
      channels: found.map(({ address, at, messages, ways }) => ({ address, at, messages, ways })),
      places: { channels: keyPlace(root, 'channels') ?? first, components: keyPlace(root, 'components', 'messages') ?? keyPlace(root, 'components') ?? first },
    };
  }

  private docMessage(written: Located | undefined, fallback: string, isKey = false): DocMessage | undefined {
    const message = this.follow(written);
    if (message === undefined || !isMap(message.node)) return undefined;
    const own = ownName(message);
    const payload = this.follow(step(message, 'payload'))?.node;
    return {
      name: own ?? fallback, isNamed: own !== undefined || isKey, file: message.file, pointer: message.pointer, ...(payload === undefined ? {} : { payload }),
    };
  }

  /** Notes a message; a key stands for its name only where it names messages. */
  private message(written: Located | undefined, fallback: string): void {
    const message = this.follow(written);
    if (message === undefined || !isMap(message.node)) return;
    const key = `${message.file.path}\n${message.pointer}`;
    if (this.found.has(key) || this.found.has(`${key}\nheaders`)) return;
    const name = ownName(message) ?? fallback;
    const range = rangeIn(message.file, message.node.start, message.node.end);
    const schema = this.schema(message);
    const contentType = this.contentType(step(message, 'contentType')) ?? this.defaultType;
    if (schema !== undefined) this.found.set(key, { name, ...schema, message: range, part: 'payload', ...(contentType === undefined ? {} : { contentType }) });
    const headers = step(message, 'headers');
    if (headers !== undefined) this.found.set(`${key}\nheaders`, { name, format: 'json-schema', file: headers.file, pointer: headers.pointer, message: range, part: 'headers' });
  }

  private contentType(at: Located | undefined): Payload['contentType'] {
    const value = text(at?.node);
    return at === undefined || value === undefined ? undefined : { value, at: rangeIn(at.file, at.node.start, at.node.end) };
  }

  private schema(message: Located): Pick<Payload, 'format' | 'file' | 'pointer'> | undefined {
    const written = step(message, 'payload');
    if (written === undefined) return undefined;
    // Version 3 may name the format beside the schema; version 2 names it in the message.
    const body = this.follow(written);
    const inner = text(get(body?.node, 'schemaFormat')) === undefined ? undefined : step(body, 'schema');
    const format = formatOf(text(get(inner === undefined ? message.node : body?.node, 'schemaFormat')));
    const schema = inner ?? written;
    const place = format === 'avro' ? this.follow(schema) : schema;
    return format === undefined || place === undefined ? undefined : { format, file: place.file, pointer: place.pointer };
  }

  private entries(map: Located | undefined): Located[] {
    const at = this.follow(map);
    return at !== undefined && isMap(at.node) ? at.node.entries.flatMap(({ key }) => step(at, key.text) ?? []) : [];
  }

  private items(list: Located | undefined): Located[] {
    return list !== undefined && isSeq(list.node) ? list.node.items.flatMap((_, i) => step(list, `${i}`) ?? []) : [];
  }

  /** The node itself, or what its references lead to. */
  private follow(from: Located | undefined): Located | undefined {
    let at = from;
    for (let i = 0; at !== undefined && i < maxChain; i++) {
      const reference = text(get(at.node, '$ref'));
      if (reference === undefined) return at;
      at = this.target(at.file, reference);
    }
    return undefined;
  }

  private target(from: SourceFile, reference: string): Located | undefined {
    const [address = '', fragment = ''] = reference.split('#', 2).map(percentDecode);
    if (/^[a-z][\w+.-]+:/i.test(address)) return undefined;
    const file = address === '' ? from : this.read(resolvePath(from.path, address));
    const node = file && nodeAt(rootOf(file), fragment);
    return file && node && { file, node, pointer: fragment };
  }
}

/** What a message says of its name; its key counts where it stands among messages. */
function ownName(message: Located): string | undefined {
  return text(get(message.node, 'name')) ?? text(get(message.node, 'messageId'))
    ?? (/\/messages\/[^/]+$/.test(message.pointer) ? nameOfKey(message) : text(get(message.node, 'title')));
}

/** Where the last of some keys, each below the one before, is written. */
function keyPlace(from: Located, ...path: readonly string[]): SourceRange | undefined {
  const key = entry(get(from.node, ...path.slice(0, -1)), path.at(-1) ?? '')?.key;
  return key && rangeIn(from.file, key.start, key.end);
}

function step(from: Located | undefined, ...names: readonly string[]): Located | undefined {
  const steps = names.map((name) => `/${escapeStep(name)}`).join('');
  const node = from && nodeAt(from.node, steps);
  return from && node && { file: from.file, node, pointer: from.pointer + steps };
}

function nameOfKey({ pointer }: Located): string {
  return unescapeStep(pointer.slice(pointer.lastIndexOf('/') + 1));
}

/** By the media type; AsyncAPI's own schemas and those of OpenAPI are JSON Schemas with some more words. */
function formatOf(schemaFormat: string | undefined): Payload['format'] | undefined {
  if (schemaFormat === undefined) return 'json-schema';
  if (/\bavro\b/i.test(schemaFormat)) return 'avro';
  return /schema\+(json|yaml)|asyncapi|openapi/i.test(schemaFormat) ? 'json-schema' : undefined;
}

import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { get, text, type Entry } from '../../syntax/tree';
import { contentRange, entryRange, nodeRange } from '../shared/places';
import { defined } from '../shared/defined';
import { insertPlace } from '../flow/insertPlace';
import { insertIntoNewMap } from '../shared/insert';
import { bindingsOf } from './bindings';
import type { DocChannel } from './channels';
import { dialect, entriesOf, rootOf, type Doc } from './document';
import { extensionKey, extensionOfOperation, type OperationExtension } from './extension';
import { messageKey, type Message, type Messages } from './messages';
import { identity, refOf, type Located } from './refs';
import { clientSettings } from './session';
import type { Wire } from './wires';

type Way = 'publish' | 'consume';

interface Operation {
  readonly way: Way;
  readonly at: Located;
  readonly extent: SourceRange;
  readonly channel: DocChannel;
  /** Where the operation names its channel. */
  readonly named: SourceRange;
  readonly note: string;
  readonly inferred?: string;
  readonly messages: readonly Message[];
  /** Traits, bindings and extensions hold for the operation itself, not for its reply. */
  readonly isReply?: boolean;
}

/**
 * Reads all operations into publishes and consumes.
 * 2.x describes what others may do: they `publish` to the application, which consumes, and `subscribe`
 * to what it sends. 3.x describes what the application itself does: `send` and `receive`.
 * @returns how many there are.
 */
export function readOperations(doc: Doc, channels: readonly DocChannel[], messages: Messages): number {
  const operations = doc.major === 2
    ? operations2(doc, channels, messages) : operations3(doc, channels, messages);
  for (const operation of operations) doc.facts.push(...factsOf(doc, operation));
  return operations.length;
}

function operations2(doc: Doc, channels: readonly DocChannel[], messages: Messages): Operation[] {
  return channels.flatMap((channel) => {
    const { at } = channel;
    return (['publish', 'subscribe'] as const).flatMap((word): Operation[] => {
      const entry = findEntry(at, word);
      const operation = doc.refs.member(at, word);
      if (entry === undefined || operation === undefined || operation.node.kind !== 'map') return [];
      const way: Way = word === 'publish' ? 'consume' : 'publish';
      return [{
        way, channel, at: operation, extent: entryRange(at.file, entry), named: channel.key.at,
        note: word === 'publish'
          ? 'AsyncAPI 2: "publish" is what others may send to this application, so it consumes here.'
          : 'AsyncAPI 2: "subscribe" is what others may get from this application, so it publishes here.',
        messages: messages.of(doc.refs.raw(operation, 'message'), 'one', `${channel.address.value} message`),
      }];
    });
  });
}

function operations3(doc: Doc, channels: readonly DocChannel[], messages: Messages): Operation[] {
  // Of two keys for one channel the first counts: `a: { $ref: '#/channels/b' }`.
  const byIdentity = new Map([...channels].reverse().map((c) => [identity(c.at), c]));
  return entriesOf(doc, doc.refs.member(rootOf(doc), 'operations')).flatMap(({ entry, at }): Operation[] => {
    const operation = doc.refs.follow(at);
    if (operation === undefined || operation.node.kind !== 'map') return [];
    const way = wayOf(doc, operation);
    const target = channelOf(doc, operation, byIdentity);
    if (way === undefined || target === undefined) return [];
    const extent = entryRange(at.file, entry);
    const found: Operation[] = [{
      way, at: operation, extent, ...target,
      note: way === 'publish'
        ? 'AsyncAPI 3: action "send", so the application publishes here.'
        : 'AsyncAPI 3: action "receive", so the application consumes here.',
      messages: messagesOf(doc, operation, target.channel, messages),
    }];
    const reply = doc.refs.member(operation, 'reply');
    const back = reply && channelOf(doc, reply, byIdentity);
    if (reply !== undefined && back !== undefined) {
      found.push({
        way: way === 'publish' ? 'consume' : 'publish', at: reply, extent, ...back, isReply: true,
        note: `AsyncAPI 3: the reply to "${entry.key.text}" comes here.`,
        inferred: `reply of operation "${entry.key.text}"`,
        messages: messagesOf(doc, reply, back.channel, messages),
      });
    }
    return found;
  });
}

function wayOf(doc: Doc, operation: Located): Way | undefined {
  const node = get(operation.node, 'action');
  const action = text(node);
  if (action === 'send') return 'publish';
  if (action === 'receive') return 'consume';
  if (action !== undefined && node?.kind === 'scalar' && operation.file === doc.file) {
    const guess = /^(publish|produce|pub|emit)/i.test(action)
      ? 'send' : /^(subscribe|consume|sub|listen)/i.test(action) ? 'receive' : undefined;
    doc.problems.push({
      code: 'asyncapi/unknown-action', severity: 'error', at: contentRange(operation.file, node),
      message: `"${action}" is no action of AsyncAPI 3. `
        + (guess ? `Write "${guess}".` : 'Write "send" or "receive", as the application does.'),
    });
  }
  return undefined;
}

/** The channel that `channel: { $ref }` leads to, and where that is written. */
function channelOf(
  doc: Doc, holder: Located, channels: ReadonlyMap<string, DocChannel>,
): { channel: DocChannel; named: SourceRange } | undefined {
  const node = get(holder.node, 'channel');
  if (node === undefined) return undefined;
  const target = doc.refs.follow({ file: holder.file, node });
  const ref = refOf(node);
  const channel = target && channels.get(identity(target));
  if (channel === undefined) return undefined;
  const named = ref === undefined ? nodeRange(holder.file, node) : contentRange(holder.file, ref);
  return { channel, named };
}

/** An operation's own messages; without any it means all of its channel's. */
function messagesOf(doc: Doc, operation: Located, channel: DocChannel, messages: Messages): Message[] {
  const own = doc.refs.raw(operation, 'messages');
  return own !== undefined
    ? messages.of(own, 'one', `${channel.address.value} message`)
    : messages.of(doc.refs.member(channel.at, 'messages'), 'map', `${channel.address.value} message`);
}

function factsOf(doc: Doc, o: Operation): Fact[] {
  const wire: Wire = o.way === 'publish' ? o.channel.into : o.channel.outOf;
  const { protocol } = o.channel;
  const ref: ChannelRef = defined<ChannelRef>({
    name: { value: wire.name.value, at: o.named }, space: wire.space, broker: o.channel.broker?.value,
    protocol,
  });
  const only = o.messages.length === 1 ? o.messages[0] : undefined;
  const extension: OperationExtension = o.isReply === true
    ? { settings: {} } : extensionOfOperation(doc, o.at, o.way, protocol);
  const base = {
    dialect, extent: o.extent, service: doc.service, channel: ref, protocol, note: o.note,
    inferred: o.inferred,
    client: extension.client, insert: o.isReply === true ? undefined : placeForSettings(o.at),
    schema: extension.schema ?? (only && { value: only.name.value, at: only.use }),
  };
  if (o.way === 'publish') {
    const settings = { ...publishBindings(doc, o), ...extension.settings };
    return [defined<PublishFact>({ kind: 'publish', ...base, settings })];
  }
  const settings: ConsumeSettings = { ...consumeBindings(doc, o), ...extension.settings };
  const facts: Fact[] = [defined<ConsumeFact>({ kind: 'consume', ...base, settings })];
  const target = settings.onFailure?.deadLetter;
  if (target !== undefined) {
    facts.push({
      kind: 'route', dialect, route: 'dead-letter', extent: target.at, from: ref,
      by: `service ${doc.service.value}`,
      to: defined<ChannelRef>({ name: target, protocol, broker: ref.broker, mustExist: true }),
    });
  }
  return facts;
}

/** Behind the keys of `x-tailrace`, or a new `x-tailrace` behind the operation's own. */
function placeForSettings(at: Located): PublishFact['insert'] {
  const owner = findEntry(at, extensionKey);
  return owner !== undefined && at.node.kind === 'map'
    ? insertPlace(at.file, owner, at.node)
    : insertIntoNewMap(at.file, at.node, extensionKey);
}

function publishBindings(doc: Doc, o: Operation): PublishSettings {
  const { protocol } = o.channel;
  if (protocol === undefined) return {};
  const b = bindingsOf(doc, o.at, protocol);
  switch (protocol) {
    case 'kafka':
      return defined({ clientId: b.pinned('clientId'), key: messageKey(doc, o.messages) });
    case 'rabbitmq': {
      const mode = b.number('deliveryMode');
      return defined({
        mandatory: b.boolean('mandatory'),
        persistent: mode && { value: mode.value === 2, at: mode.at },
        routingKey: o.channel.routingKey, replyTo: b.text('replyTo'),
      });
    }
    case 'mqtt':
      return defined({
        ...clientSettings(doc, o.channel), qos: qosOf(b.number('qos')), retain: b.boolean('retain'),
      });
    case 'nats':
      return {};
  }
}

function consumeBindings(doc: Doc, o: Operation): ConsumeSettings {
  const { protocol } = o.channel;
  if (protocol === undefined) return {};
  const b = bindingsOf(doc, o.at, protocol);
  switch (protocol) {
    case 'kafka':
      return defined({ group: b.pinned('groupId'), clientId: b.pinned('clientId') });
    case 'rabbitmq': {
      // `ack: true` means that the consumer acknowledges: what RabbitMQ calls manual.
      const ack = b.boolean('ack');
      return defined<ConsumeSettings>({ ack: ack && { value: ack.value ? 'manual' : 'auto', at: ack.at } });
    }
    case 'mqtt':
      return defined({ ...clientSettings(doc, o.channel), qos: qosOf(b.number('qos')) });
    case 'nats':
      return defined({ queueGroup: b.text('queue') });
  }
}

function qosOf(value: Sourced<number> | undefined): Sourced<number> | undefined {
  return value !== undefined && [0, 1, 2].includes(value.value) ? value : undefined;
}

function findEntry(at: Located, key: string): Entry | undefined {
  return at.node.kind === 'map' ? at.node.entries.findLast((e) => e.key.text === key) : undefined;
}

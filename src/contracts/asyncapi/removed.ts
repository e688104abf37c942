import type { Channel, Consume, FlowModel, Publish } from '../../model/model';
import { consumersOf, producersOf } from '../../model/users';
import { get, isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { contains, type SourceRange } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Baseline } from '../against';
import type { CompatFinding, ReadReference } from '../compat';
import type { ContractUse } from '../use';
import { messagesOf, type DocChannel, type DocMessage, type DocMessages, type Way } from './payloads';

/** A message that a document no longer has, or no longer has there; the direction is nobody's and everybody's. */
export interface MessageLoss {
  readonly finding: Omit<CompatFinding, 'direction'>;
  readonly message: string;
  /** Who reads it, as far as files tell. */
  readonly consumers: readonly ContractUse<Consume>[];
}

/** A document beside the one that is compared, as it is now. */
interface Other {
  readonly title: string;
  readonly file: SourceFile;
  readonly doc: DocMessages;
}

interface Scene {
  readonly model: FlowModel;
  readonly file: SourceFile;
  readonly earlier: DocMessages;
  readonly now: DocMessages;
  /** Read only where a message is missing, which is rare. */
  readonly others: () => readonly Other[];
}

/**
 * The messages that a document had at a channel, or among its components, and has not any more. One that another
 * document sends or receives in its stead is not missing; one that stands there under another name is told as that.
 * @param documents paths of all documents as they are now.
 */
export function lostMessages(
  model: FlowModel, file: SourceFile, readNow: ReadReference, baseline: Baseline, documents: readonly string[],
): readonly MessageLoss[] {
  const before = baseline.earlier(file.path);
  const earlier = before && messagesOf(before, baseline.read);
  const now = messagesOf(file, readNow);
  return earlier === undefined || now === undefined ? [] : lossesOf(model, file, earlier, now, readNow, documents);
}

/**
 * The messages of a document that is gone as a whole, by the same rules.
 * @param file the document as it was. What is said of places is said of that.
 */
export function messagesOfGone(model: FlowModel, file: SourceFile, readNow: ReadReference, baseline: Baseline, documents: readonly string[]): readonly MessageLoss[] {
  const earlier = messagesOf(file, baseline.read);
  const at = rangeIn(file, 0, 0);
  const now: DocMessages = { title: undefined, components: [], channels: [], places: { channels: at, components: at } };
  return earlier === undefined ? [] : lossesOf(model, file, earlier, now, readNow, documents);
}

function lossesOf(
  model: FlowModel, file: SourceFile, earlier: DocMessages, now: DocMessages, readNow: ReadReference, documents: readonly string[],
): readonly MessageLoss[] {
  let others: readonly Other[] | undefined;
  const scene: Scene = {
    model, file, earlier, now,
    others: () => (others ??= documents.filter((path) => path !== file.path).flatMap((path): Other[] => {
      const other = readNow(path);
      const doc = other && messagesOf(other, readNow);
      return doc === undefined ? [] : [{ title: doc.title ?? path.slice(path.lastIndexOf('/') + 1), file: other!, doc }];
    })),
  };
  return [...earlier.channels.flatMap((channel) => [...lostAt(scene, channel)]), ...lostComponents(scene)];
}

function* lostAt(scene: Scene, before: DocChannel): Iterable<MessageLoss> {
  const { now, earlier, others } = scene;
  const { address } = before;
  const here = now.channels.filter((channel) => isSameChannel(channel.address, address));
  const at = here[0]?.at ?? now.places.channels;
  const present = here.flatMap(({ messages }) => messages);
  const fresh = present.filter(({ name }) => !has(before.messages, name));
  for (const message of distinct(before.messages)) {
    const { name } = message;
    const ways = (['send', 'receive'] as const).filter((way) => has(before.ways[way]?.messages, name));
    const isThere = has(present, name);
    const lost = ways.filter((way) => !here.some((channel) => has(channel.ways[way]?.messages, name)));
    if (isThere && lost.length === 0) continue;
    const successor = isThere ? undefined : successorOf(message, fresh);
    if (successor !== undefined) {
      if (message.isNamed) yield renamed(message, successor, at, `channel ${address}`);
      continue;
    }
    const elsewhere = others().flatMap(({ title, doc }) => doc.channels.filter((channel) => isSameChannel(channel.address, address)).map((channel) => ({ title, channel })));
    const does = (way: Way): string[] => elsewhere.filter(({ channel }) => has(channel.ways[way]?.messages, name)).map(({ title }) => title);
    const missing = lost.filter((way) => does(way).length === 0);
    // Where the document says of no way, it only describes the channel, and so may another.
    if (ways.length === 0 ? elsewhere.some(({ channel }) => has(channel.messages, name)) : missing.length === 0) continue;
    const told = ways.length === 0 ? ['send', 'receive'] as const : missing;
    const uses = usesOf(scene, address, name);
    const effects = [
      ...(told.includes('send') ? [effect(does('receive'), namesOf(uses.consumers), 'awaits', 'await', 'reads')] : []),
      ...(told.includes('receive') ? [effect(does('send'), namesOf(uses.producers), 'sends', 'send', 'publishes to')] : []),
    ];
    const isKnown = (told.includes('send') && does('receive').length > 0) || (told.includes('receive') && does('send').length > 0);
    const way = told[0] ?? 'send';
    yield {
      message: name,
      consumers: told.includes('send') ? uses.consumers : [],
      finding: {
        check: 'MESSAGE_REMOVED', level: 'wire', severity: isThere && !isKnown ? 'warning' : 'error', element: `${name} at ${address} ${told.join(' ')}`,
        at: isThere ? here.find((channel) => channel.ways[way] !== undefined)?.ways[way]?.at ?? at : at,
        message: `${isThere ? stopped(scene, name, address, told) : gone(message, address, movedTo(earlier, now, name, address))} ${effects.join(' ')}`,
        advice: `Bring it back until nobody ${told.includes('send') ? 'awaits' : 'sends'}${told.length === 2 ? ' or sends' : ''} it any more`
          + `${isThere ? '.' : ` and ${address} holds none.`}`,
      },
    };
  }
}

/** Messages that only `components` had, for other documents to refer to. */
function* lostComponents({ earlier, now, others }: Scene): Iterable<MessageLoss> {
  const used = earlier.channels.flatMap(({ messages }) => messages);
  const all = [...now.components, ...now.channels.flatMap(({ messages }) => messages)];
  const fresh = now.components.filter(({ name }) => !has(earlier.components, name));
  for (const message of distinct(earlier.components)) {
    const { name } = message;
    if (has(used, name) || has(all, name)) continue;
    const successor = successorOf(message, fresh);
    if (successor !== undefined) yield renamed(message, successor, now.places.components, 'the document');
    else if (!others().some(({ doc }) => has([...doc.components, ...doc.channels.flatMap(({ messages }) => messages)], name))) {
      yield {
        message: name, consumers: [],
        finding: {
          check: 'MESSAGE_REMOVED', level: 'wire', severity: 'warning', element: name, at: now.places.components,
          message: `Message ${name} is gone from the document: other documents may refer to it, and programs may await or send it.`,
          advice: 'Bring it back until nobody does.',
        },
      };
    }
  }
}

/** What stands in a message's place, or has the same payload and was not there before. */
function successorOf(message: DocMessage, fresh: readonly DocMessage[]): { message: DocMessage; isInPlace: boolean } | undefined {
  const inPlace = fresh.find(({ file, pointer }) => pointer === message.pointer && file.path === message.file.path);
  if (inPlace !== undefined) return { message: inPlace, isInPlace: true };
  const same = fresh.find((one) => haveSamePayload(message, one));
  return same && { message: same, isInPlace: false };
}

function renamed({ name }: DocMessage, { message, isInPlace }: { message: DocMessage; isInPlace: boolean }, at: SourceRange, where: string): MessageLoss {
  return {
    message: name, consumers: [],
    finding: {
      check: 'MESSAGE_RENAMED', level: 'source', severity: isInPlace ? 'info' : 'warning', element: `${name} at ${where}`, at,
      message: isInPlace ? `Message ${name} of ${where} is called ${message.name} now: who picks messages by name finds it no longer.`
        : `Message ${name} is gone from ${where}, where ${message.name} is new with the same payload: if that is its new name, the bytes stay the same, but who picks messages by name finds it no longer.`,
      advice: `Keep the name ${name} if somebody does${isInPlace ? '' : ', and bring the message back if the new one is another'}.`,
    },
  };
}

function gone({ name, isNamed }: DocMessage, address: string, moved: string | undefined): string {
  return `${isNamed ? `Message ${name}` : 'The message without a name'} is gone from channel ${address}${moved === undefined ? '' : ` and stands at channel ${moved} now`}:`;
}

function stopped({ now }: Scene, name: string, address: string, ways: readonly Way[]): string {
  const does = ways.map((way) => (way === 'send' ? `sends message ${name} to` : `receives message ${name} from`)).join(' nor ');
  return `${now.title ?? 'The application'} no longer ${does} channel ${address}:`;
}

/** The first channel that has the message now and had it not. */
function movedTo(earlier: DocMessages, now: DocMessages, name: string, address: string): string | undefined {
  const had = earlier.channels.filter(({ messages }) => has(messages, name)).map((channel) => channel.address);
  return now.channels.find((channel) => !isSameChannel(channel.address, address) && has(channel.messages, name) && !had.includes(channel.address))?.address;
}

/** `billing still awaits it.`, `audit reads the channel and may still await it.`: what is known before what may be. */
function effect(known: readonly string[], users: readonly string[], does: string, do_: string, uses: string): string {
  const firm = [...new Set(known)].sort();
  if (firm.length > 0) return `${list(firm)} still ${firm.length === 1 ? does : do_} it.`;
  if (users.length > 0) return `${list(users)}, which ${users.length === 1 ? uses : uses.replace('reads', 'read').replace('publishes', 'publish')} the channel, may still ${do_} it.`;
  return `whoever ${uses} the channel may still ${do_} it.`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names[0] ?? '' : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Who uses a channel besides the document's own application and those whose documents say that they have nothing to do with the message. */
function usesOf(
  { model, file, now, others }: Scene, address: string, name: string,
): { readonly consumers: readonly ContractUse<Consume>[]; readonly producers: readonly ContractUse<Publish>[] } {
  const own = now.channels.find((channel) => isSameChannel(channel.address, address))?.at;
  const channels = model.channels.filter((channel) => isSameChannel(channel.address, address)
    || (own !== undefined && channel.declarations.some(({ extent }) => contains(extent, own))));
  const saying = (way: Way): ReadonlySet<string> => new Set(others().filter(({ doc }) => doc.channels.some((channel) => isSameChannel(channel.address, address) && has(channel.ways[way]?.messages, name)))
    .map((other) => other.file.id));
  const of = <E extends Publish | Consume>(way: Way, edges: (channel: Channel) => readonly E[]): readonly ContractUse<E>[] => {
    const files = saying(way);
    const concerns = ({ facts }: E): boolean => facts.some(({ dialect, extent }) => extent.file !== file.id && (dialect !== 'asyncapi' || files.has(extent.file)));
    const uses = channels.flatMap((channel) => edges(channel).filter(concerns).map((edge): ContractUse<E> => ({ edge, channel })));
    return [...new Map(uses.map((use) => [use.edge, use])).values()];
  };
  return { consumers: of('receive', consumersOf), producers: of('send', producersOf) };
}

function namesOf(uses: readonly ContractUse<Publish | Consume>[]): readonly string[] {
  return [...new Set(uses.map(({ edge }) => edge.service.name))].sort();
}

/** What a parameter is called, `orders/{id}`, is not on the wire. */
function isSameChannel(a: string, b: string): boolean {
  const bare = (address: string): string => address.replace(/\{[^{}]*\}/g, '{}');
  return a === b || bare(a) === bare(b);
}

function has(messages: readonly DocMessage[] | undefined, name: string): boolean {
  return messages?.some((message) => message.name === name) === true;
}

function distinct(messages: readonly DocMessage[]): readonly DocMessage[] {
  return [...new Map(messages.map((message) => [message.name, message])).values()];
}

/** True for payloads that say the same in the same words; false where one says too little to be anybody's own. */
function haveSamePayload({ payload: a }: DocMessage, { payload: b }: DocMessage): boolean {
  return isMap(a) && a.entries.length > 1 && isSame(a, b, { left: 20_000 });
}

/** @param budget nodes that may be looked at: aliases can make a small text a huge tree. */
function isSame(a: SyntaxNode | undefined, b: SyntaxNode | undefined, budget: { left: number }): boolean {
  if (budget.left-- <= 0 || a?.kind !== b?.kind) return false;
  if (isSeq(a) && isSeq(b)) return a.items.length === b.items.length && a.items.every((item, i) => isSame(item, b.items[i], budget));
  if (isMap(a) && isMap(b)) {
    return a.entries.length === b.entries.length && a.entries.every(({ key, value }) => isSame(value, get(b, key.text), budget));
  }
  return isScalar(a) && isScalar(b) ? a.value === b.value : a === b;
}

import type { Sourced } from '../../text/range';
import { blockSchema, resolveSchema, type BlockKind } from '../../model/flowSchema/schema';
import type { ChannelSettings, ConsumeSettings, Protocol, PublishSettings } from '../../model/settings';
import { entry, get, isMap } from '../../syntax/tree';
import { protocolNames } from '../flow/channelIndex';
import { fits, misfit, unknownKey, type Subject } from '../flow/keyMessages';
import { readBlocks } from '../flow/blocks';
import { readSettings } from '../flow/settings';
import { fill, filledText, leafFor } from '../flow/value';
import { wrongType } from '../flow/valueMessages';
import { defined } from '../shared/defined';
import { entryRange } from '../shared/places';
import type { DocChannel } from './channels';
import { dialect, type Doc } from './document';
import type { Located } from './refs';

/** What AsyncAPI cannot say is written below this key, with a flow file's keys and by its schema. */
export const extensionKey = 'x-tailrace';

type OnFailure = NonNullable<ConsumeSettings['onFailure']>;

export interface OperationExtension {
  readonly settings: PublishSettings & ConsumeSettings;
  /** The client that this operation alone uses. */
  readonly client?: Sourced<string>;
  readonly schema?: Sourced<string>;
}

/** `x-tailrace` of an operation: what a flow file says below `publishes` or `consumes`. */
export function extensionOfOperation(
  doc: Doc, operation: Located, way: 'publish' | 'consume', protocol: Protocol | undefined,
): OperationExtension {
  const at = doc.refs.member(operation, extensionKey);
  if (at === undefined) return { settings: {} };
  check(doc, at, way, { what: way, protocol, name: 'it', noun: nounOf(protocol, 'operation') });
  const settings = readSettings<PublishSettings & ConsumeSettings>(at.file, blockSchema(way), at.node);
  const onFailure = get(at.node, 'onFailure');
  const failure = way === 'consume' && isMap(onFailure)
    ? { onFailure: readSettings<OnFailure>(at.file, blockSchema('onFailure'), onFailure) } : {};
  const blocks = readBlocks(at.file, way === 'consume' ? ['needs', 'alert'] : ['needs'], at.node);
  return {
    settings: { ...settings, ...blocks, ...failure },
    client: filledText(at.file, get(at.node, 'client')),
    schema: filledText(at.file, get(at.node, 'schema')),
  };
}

/** `x-tailrace` of a channel: its settings, `schema` and `deadLetter`. */
export function extensionOfChannel(
  doc: Doc, channel: DocChannel,
): { settings: ChannelSettings; schema?: Sourced<string> } {
  const at = doc.refs.member(channel.at, extensionKey);
  if (at === undefined) return { settings: {} };
  check(doc, at, 'channel', {
    what: 'channel', protocol: channel.protocol, name: channel.key.value,
    noun: nounOf(channel.protocol, 'channel'),
  });
  const deadLetter = entry(at.node, 'deadLetter');
  const target = filledText(at.file, deadLetter?.value);
  if (deadLetter !== undefined && target !== undefined) {
    doc.facts.push(defined({
      kind: 'route' as const, dialect, route: 'dead-letter' as const, extent: entryRange(at.file, deadLetter),
      from: { ...channel.outOf, protocol: channel.protocol, broker: channel.broker?.value },
      to: { name: target, protocol: channel.protocol, broker: channel.broker?.value, mustExist: true },
      by: `channel "${channel.key.value}"`,
    }));
  }
  const settings = readSettings<ChannelSettings>(at.file, blockSchema('channel'), at.node);
  return {
    settings: { ...settings, ...readBlocks(at.file, ['stream', 'needs', 'alert'], at.node) },
    schema: filledText(at.file, get(at.node, 'schema')),
  };
}

/** `x-tailrace` of the document or of `info`: which client library the application uses, and whose it is. */
export function extensionOfService(doc: Doc): { client?: Sourced<string>; owner?: Sourced<string> } {
  const root: Located = { file: doc.file, node: doc.root };
  const found: { client?: Sourced<string>; owner?: Sourced<string> } = {};
  for (const holder of [root, doc.refs.member(root, 'info')]) {
    const at = doc.refs.member(holder, extensionKey);
    if (at === undefined) continue;
    check(doc, at, 'service', { what: 'service', name: doc.service.value });
    found.client ??= filledText(at.file, get(at.node, 'client'));
    found.owner ??= filledText(at.file, get(at.node, 'owner'));
  }
  return found;
}

function nounOf(protocol: Protocol | undefined, what: string): string {
  return protocol === undefined ? what : `${protocolNames[protocol]} ${what}`;
}

/** Holds the keys and values of a block against the flow file's schema, with a flow file's messages. */
function check(doc: Doc, at: Located, kind: BlockKind, subject: Subject): void {
  if (at.file !== doc.file || !isMap(at.node)) return;
  const schema = blockSchema(kind);
  for (const e of at.node.entries) {
    const own = schema.properties?.[e.key.text];
    const property = own && resolveSchema(own);
    const problem = property === undefined ? unknownKey(at.file, e, schema, subject)
      : !fits(property, subject) ? misfit(at.file, e, property, subject) : undefined;
    if (problem !== undefined) doc.problems.push(problem);
    if (property === undefined || problem !== undefined || e.merged === true || e.value?.kind !== 'scalar') {
      continue;
    }
    const filled = fill(e.value);
    const wrong = filled !== undefined && filled.value !== null && leafFor(property, filled) === undefined
      ? wrongType(at.file, e.value, property) : undefined;
    if (wrong !== undefined) doc.problems.push(wrong);
  }
}

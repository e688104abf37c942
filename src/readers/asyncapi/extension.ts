import type { Sourced } from '../../text/range';
import { didYouMeanText } from '../../text/suggest';
import type { ChannelSettings, ConsumeSettings, PublishSettings } from '../../model/settings';
import { entry, isMap, type Entry } from '../../syntax/tree';
import { contentRange, entryRange, sourcedText } from '../shared/places';
import {
  channelSettings, consumeSettings, publishSettings, settingKeys, valueRange, type Settings,
} from '../shared/settings';
import type { DocChannel } from './channels';
import { dialect, type Doc } from './document';
import type { Located } from './refs';

/** What AsyncAPI cannot say is written below this key, with a flow file's keys. */
export const extensionKey = 'x-tailrace';

/** `x-tailrace` of an operation: settings of the publish or consume, and the client it alone uses. */
export function extensionOfOperation(
  doc: Doc, operation: Located, way: 'publish' | 'consume',
): { settings: PublishSettings & ConsumeSettings; client?: Sourced<string> } {
  const at = extensionAt(doc, operation);
  if (at === undefined) return { settings: {} };
  const read: Settings<PublishSettings | ConsumeSettings> =
    way === 'publish' ? publishSettings(at.file, at.node) : consumeSettings(at.file, at.node);
  report(doc, at, read, ['client'], settingKeys[way], way === 'publish' ? 'a publishing operation' : 'a consuming operation');
  return {
    settings: read.settings as PublishSettings & ConsumeSettings,
    client: sourcedText(at.file, entry(at.node, 'client')?.value),
  };
}

/** `x-tailrace` of a channel: its settings, `schema` and `deadLetter`. */
export function extensionOfChannel(doc: Doc, channel: DocChannel): { settings: ChannelSettings; schema?: Sourced<string> } {
  const at = extensionAt(doc, channel.at);
  if (at === undefined) return { settings: {} };
  const read = channelSettings(at.file, at.node);
  report(doc, at, read, ['schema', 'deadLetter'], settingKeys.channel, 'a channel');
  const deadLetter = sourcedText(at.file, entry(at.node, 'deadLetter')?.value);
  if (deadLetter !== undefined) {
    const holder = entry(at.node, 'deadLetter');
    doc.facts.push({
      kind: 'route', dialect, route: 'dead-letter',
      extent: holder === undefined ? deadLetter.at : entryRange(at.file, holder),
      from: { ...channel.outOf, protocol: channel.protocol, broker: channel.broker?.value },
      to: { name: deadLetter, protocol: channel.protocol, broker: channel.broker?.value, mustExist: true },
      by: `channel "${channel.key.value}"`,
    });
  }
  return { settings: read.settings, schema: sourcedText(at.file, entry(at.node, 'schema')?.value) };
}

/** `x-tailrace` of the document or of `info`: which client library the application uses, and whose it is. */
export function extensionOfService(doc: Doc): { client?: Sourced<string>; owner?: Sourced<string> } {
  const root: Located = { file: doc.file, node: doc.root };
  const found: { client?: Sourced<string>; owner?: Sourced<string> } = {};
  for (const holder of [root, doc.refs.member(root, 'info')]) {
    const at = holder && extensionAt(doc, holder);
    if (at === undefined) continue;
    report(doc, at, { settings: {}, bad: [], rest: isMap(at.node) ? at.node.entries : [] }, ['client', 'owner'], [], 'a document');
    found.client ??= sourcedText(at.file, entry(at.node, 'client')?.value);
    found.owner ??= sourcedText(at.file, entry(at.node, 'owner')?.value);
  }
  return found;
}

function extensionAt(doc: Doc, holder: Located): Located | undefined {
  return doc.refs.member(holder, extensionKey);
}

function report(
  doc: Doc, at: Located, read: Settings<unknown>, also: readonly string[], keys: readonly string[], of: string,
): void {
  if (at.file !== doc.file) return;
  for (const { entry: e, expected } of read.bad) {
    doc.problems.push({
      code: 'asyncapi/bad-value', severity: 'error', at: valueRange(at.file, e),
      message: `"${writtenText(e)}" is no value for ${e.key.text}. Write ${expected}.`,
    });
  }
  for (const e of read.rest) {
    if (also.includes(e.key.text)) continue;
    doc.problems.push({
      code: 'asyncapi/unknown-key', severity: 'error', at: contentRange(at.file, e.key),
      message: `"${e.key.text}" is no key of ${extensionKey} on ${of}.${didYouMeanText(e.key.text, [...keys, ...also])}`,
    });
  }
}

function writtenText(e: Entry): string {
  return e.value?.kind === 'scalar' ? e.value.text : e.value?.kind === 'map' ? '{…}' : '[…]';
}

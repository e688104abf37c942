import type { Channel, FlowModel } from '../../model/model';
import { schemaAt, type FlowPlace, type PlaceContext } from '../../model/flowSchema/place';
import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';
import type { Ide } from '../context';
import { cursorAt, type Cursor } from '../semantic/cursor';
import { declaredNames, refNames } from './names';
import { key, scalar } from './proposal';

/** Keys, values and names in a flow file, as its schema and the whole workspace have them. */
export function completeFlow(ide: Ide, file: SourceFile, offset: number): readonly Completion[] {
  const typing = namesBeingTyped(ide.model, file, offset);
  return proposals(ide, file, offset).filter((c) => !typing.has(c.label));
}

/** Names that the model has only because they are being typed at the cursor. */
function namesBeingTyped(model: FlowModel, file: SourceFile, offset: number): ReadonlySet<string> {
  const here = model.occurrences.filter(
    (o) => o.at.file === file.id && o.at.start <= offset && offset <= o.at.end,
  );
  const only = here.filter(
    (o) => !model.occurrences.some((other) => other !== o && other.entity === o.entity && other.id === o.id),
  );
  return new Set(only.map((o) => o.written));
}

function proposals(ide: Ide, file: SourceFile, offset: number): readonly Completion[] {
  const cursor = cursorAt(file.text, offset);
  if (cursor === undefined) return [];
  const context = placeContext(ide.model, cursor.path);
  if (cursor.at === 'value') {
    const path = cursor.key === undefined ? cursor.path : [...cursor.path, cursor.key];
    const place = schemaAt(path, context);
    return place === undefined ? [] : values(ide, file, cursor, place, context);
  }
  const place = schemaAt(cursor.path, context);
  if (place === undefined) return [];
  // Behind a dash an item may be a scalar as well as a map's first key.
  const items = cursor.item ? values(ide, file, cursor, place, context) : [];
  return [...items, ...keys(cursor, place), ...nameKeys(ide, cursor, place)];
}

function keys(cursor: Cursor, place: FlowPlace): readonly Completion[] {
  return place.keys
    .filter((k) => !cursor.siblings.includes(k.name))
    .map((k, i) =>
      key(cursor, k.name, k.shape, {
        detail:
          [k.required ? 'required' : '', k.protocols.join(', ')].filter((text) => text !== '').join(' · ') ||
          undefined,
        docs: k.description,
        sort: `${k.required ? 0 : 1}${String(i).padStart(3, '0')}`,
      }),
    );
}

/** Names as keys: channels below `publishes`, or what other files mention and nobody declares. */
function nameKeys(ide: Ide, cursor: Cursor, place: FlowPlace): readonly Completion[] {
  if (place.names === undefined) return [];
  const names =
    cursor.path.length > 1 && place.names === 'channel'
      ? refNames(ide, 'channel')
      : declaredNames(ide.model, place.names, cursor.siblings);
  return names
    .filter((name) => !cursor.siblings.includes(name.label))
    .map((name) => key(cursor, name.label, 'map', { kind: name.kind, detail: name.detail, docs: name.docs }));
}

function values(
  ide: Ide,
  file: SourceFile,
  cursor: Cursor,
  place: FlowPlace,
  context: PlaceContext,
): readonly Completion[] {
  const found = place.values.map((v, i) =>
    scalar(cursor, v.value, 'value', { docs: v.description, sort: `0${i}` }),
  );
  if (place.ref !== undefined) {
    // A binding leads from an exchange; everything else stays with its protocol.
    const fits = {
      protocol: context.protocol,
      ...(cursor.key === 'exchange' ? { space: 'exchange' as const } : {}),
    };
    for (const name of refNames(ide, place.ref, file, fits)) {
      found.push(
        scalar(cursor, name.label, name.kind, {
          detail: name.detail,
          docs: name.docs,
          sort: `1${name.label}`,
        }),
      );
    }
  }
  // Beside names that are there, made-up ones would only mislead.
  const examples = place.ref === undefined || place.ref === 'client' ? place.examples : [];
  for (const example of examples) {
    if (found.some((c) => c.label === example)) continue;
    const kind = place.ref === 'client' ? 'client' : 'value';
    found.push(
      scalar(cursor, example, kind, { detail: 'example', docs: place.description, sort: `2${example}` }),
    );
  }
  const isFree = place.keys.length === 0 && place.names === undefined && place.ref === undefined;
  if (isFree && (place.values.length === 0 || cursor.typed.startsWith('$'))) found.push(variable(cursor));
  return found;
}

/** A value that differs from place to place. */
function variable(cursor: Cursor): Completion {
  return {
    label: '${env:',
    kind: 'variable',
    snippet: true,
    insert: '\\${env:${1:NAME}:-${2:default}\\}',
    start: cursor.start,
    end: cursor.end,
    sort: '3',
    detail: 'from the environment',
    docs: 'Filled in from the environment variable when tailing; checks use the default behind `:-`.',
  };
}

/** What is known of the channel that a path leads into: keys of other protocols are not proposed. */
export function placeContext(model: FlowModel, path: readonly (string | number)[]): PlaceContext {
  const [section, name, list, target] = path;
  let channel: Channel | undefined;
  if (section === 'channels' && typeof name === 'string') channel = channelNamed(model, name);
  if (section === 'services' && (list === 'publishes' || list === 'consumes') && typeof target === 'string') {
    channel = channelNamed(model, target);
  }
  if (channel === undefined) return {};
  return { protocol: channel.protocol, space: channel.space };
}

/** The channel that a flow file means by a name: an id, an address, or `broker/address`. */
export function channelNamed(model: FlowModel, name: string): Channel | undefined {
  return (
    model.channel(name) ??
    model.channels.find((c) => c.address === name) ??
    model.channels.find((c) => c.broker !== undefined && `${c.broker.name}/${c.address}` === name)
  );
}

import { effectiveChannel } from '../../delivery/effective';
import { schemaAt } from '../../model/flowSchema/place';
import type { Consume, Publish } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import type { Setting } from '../../model/settings';
import type { SourceFile } from '../../text/sourceFile';
import { channelNamed, placeContext } from '../complete/flow';
import type { Ide } from '../context';
import type { Hover } from '../hover';
import { cursorAt } from '../semantic/cursor';
import { effective } from './entity';
import { code, originWords } from './words';

const extensionKey = 'x-tailrace';

/** A key of a flow file, or of `x-tailrace`: what it means, and what it comes to here. */
export function hoverSetting(ide: Ide, file: SourceFile, dialect: string, offset: number): Hover | undefined {
  const json = /^\s*\{/.test(file.text);
  const end = offset + (/^[\w.-]*/.exec(file.text.slice(offset, offset + 200))?.[0].length ?? 0);
  const cursor = cursorAt(file.text, end, json);
  if (cursor === undefined) return undefined;
  const name =
    cursor.at === 'key' ? file.text.slice(cursor.start, cursor.end).replace(/^["']|["']$/g, '') : cursor.key;
  if (name === undefined || name === '') return undefined;
  const at = { file: file.id, start: cursor.start, end: cursor.end };
  const place = dialect === 'flow' ? flowPlace(ide, cursor.path, name) : extensionPlace(cursor.path, name);
  if (place === undefined) return undefined;
  const value = cursor.at === 'value' ? place.schema.values.find((v) => v.value === cursor.typed) : undefined;
  // A value that names something is explained by what it names.
  const names = place.schema.ref !== undefined && place.schema.ref !== 'client';
  if (cursor.at === 'value' && names) return undefined;
  const edge = edgeAt(ide, file, offset);
  const setting = place.inChannel ? channelSetting(ide, cursor.path, name) : edge && effective(edge)[name];
  const lines = [
    value === undefined ? `**${name}**${protocols(place.schema.protocols)}` : `**${name}: ${value.value}**`,
    value?.description || place.schema.description,
    setting === undefined || setting.from === 'unknown'
      ? undefined
      : `Here: ${code(valueWords(name, setting.value))} (${originWords(ide, setting, at)})`,
  ];
  return { at, markdown: lines.filter((line) => line !== undefined && line !== '').join('\n\n') };
}

interface Place {
  readonly schema: NonNullable<ReturnType<typeof schemaAt>>;
  readonly inChannel: boolean;
}

function flowPlace(ide: Ide, path: readonly (string | number)[], name: string): Place | undefined {
  const around = schemaAt(path, placeContext(ide.model, path));
  // Names have no documentation of their own; what they name has.
  if (around === undefined || !around.keys.some((key) => key.name === name)) {
    const free = schemaAt(path);
    if (free === undefined || !free.keys.some((key) => key.name === name)) return undefined;
  }
  const schema = schemaAt([...path, name]);
  return schema && { schema, inChannel: path[0] === 'channels' && path.length === 2 };
}

function extensionPlace(path: readonly (string | number)[], name: string): Place | undefined {
  const inside = path.indexOf(extensionKey);
  if (inside < 0) return undefined;
  for (const base of [
    ['services', '*', 'publishes', '*'],
    ['services', '*', 'consumes', '*'],
    ['channels', '*'],
    ['services', '*'],
  ]) {
    const full = [...base, ...path.slice(inside + 1)];
    if (schemaAt(full)?.keys.some((key) => key.name === name)) {
      const schema = schemaAt([...full, name]);
      if (schema) return { schema, inChannel: false };
    }
  }
  return undefined;
}

/** The innermost publish or consume whose declaration the cursor is in. */
function edgeAt(ide: Ide, file: SourceFile, offset: number): Publish | Consume | undefined {
  let best: { edge: Publish | Consume; length: number } | undefined;
  for (const edge of [...ide.model.publishes, ...ide.model.consumes]) {
    for (const { extent } of edge.facts) {
      if (extent.file !== file.id || offset < extent.start || offset > extent.end) continue;
      const length = extent.end - extent.start;
      if (best === undefined || length < best.length) best = { edge, length };
    }
  }
  return best?.edge;
}

function channelSetting(
  ide: Ide,
  path: readonly (string | number)[],
  name: string,
): Setting<unknown> | undefined {
  const channel = typeof path[1] === 'string' ? channelNamed(ide.model, path[1]) : undefined;
  return (
    channel && (effectiveChannel(channel) as Readonly<Record<string, Setting<unknown> | undefined>>)[name]
  );
}

function protocols(of: readonly string[]): string {
  return of.length > 0 ? ` · ${of.join(', ')}` : '';
}

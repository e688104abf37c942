import { schemaAt, type FlowPlace } from '../../model/flowSchema/place';
import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';
import type { Ide } from '../context';
import { cursorAt, type Cursor } from '../semantic/cursor';
import { key, scalar } from './proposal';

const extensionKey = 'x-tailrace';

/** What AsyncAPI cannot say: the keys and values of `x-tailrace`, and that key itself. */
export function completeExtension(ide: Ide, file: SourceFile, offset: number): readonly Completion[] {
  const json = /^\s*\{/.test(file.text);
  const cursor = cursorAt(file.text, offset, json);
  if (cursor === undefined) return [];
  const inside = cursor.path.indexOf(extensionKey);
  if (inside < 0) return cursor.at === 'key' && mayExtend(cursor) ? [itself(cursor, json)] : [];
  const below = cursor.path.slice(inside + 1);
  const bases = basesOf(ide, file, offset, cursor.path.slice(0, inside));
  const places = bases.flatMap((base) => {
    const path = [
      ...base,
      ...below,
      ...(cursor.at === 'value' && cursor.key !== undefined ? [cursor.key] : []),
    ];
    return schemaAt(path) ?? [];
  });
  const found = new Map<string, Completion>();
  for (const place of places)
    for (const c of proposals(cursor, place, json)) if (!found.has(c.label)) found.set(c.label, c);
  return [...found.values()];
}

function proposals(cursor: Cursor, place: FlowPlace, json: boolean): readonly Completion[] {
  if (cursor.at === 'value') {
    return place.values.map((v, i) => ({
      ...scalar(cursor, v.value, 'value', { docs: v.description, sort: String(i) }, json),
      ...(json && /^(true|false|\d+)$/.test(v.value) ? { insert: v.value } : {}),
    }));
  }
  return place.keys
    .filter((k) => !cursor.siblings.includes(k.name))
    .map((k) =>
      key(
        cursor,
        k.name,
        k.shape,
        { docs: k.description, detail: k.protocols.join(', ') || undefined },
        json,
      ),
    );
}

/** Below what a flow file would have these keys: a publish, a consume, a channel or a service. */
function basesOf(
  ide: Ide,
  file: SourceFile,
  offset: number,
  holder: readonly (string | number)[],
): readonly (readonly string[])[] {
  const publish = ['services', '*', 'publishes', '*'];
  const consume = ['services', '*', 'consumes', '*'];
  if (holder.length === 0 || (holder.length === 1 && holder[0] === 'info')) return [['services', '*']];
  const way = ide.file(file.id)?.result.facts.find(
    (fact) =>
      (fact.kind === 'publish' || fact.kind === 'consume') &&
      fact.extent.start <= offset &&
      // An empty line below an operation is in no extent yet.
      (offset <= fact.extent.end || file.text.slice(fact.extent.end, offset).trim() === ''),
  )?.kind;
  if (way === 'publish') return [publish];
  if (way === 'consume') return [consume];
  const last = holder.at(-1);
  if (holder.includes('operations') || last === 'publish' || last === 'subscribe') return [publish, consume];
  return holder.includes('channels') ? [['channels', '*']] : [publish, consume];
}

/** Operations and channels may carry the key; proposing it everywhere would be noise. */
function mayExtend({ path, siblings }: Cursor): boolean {
  const last = path.at(-1);
  const isOperation = path.at(-2) === 'operations' || last === 'publish' || last === 'subscribe';
  return (
    !siblings.includes(extensionKey) &&
    (isOperation || path.at(-2) === 'channels' || (path.length === 1 && last === 'info'))
  );
}

function itself(cursor: Cursor, json: boolean): Completion {
  return key(
    cursor,
    extensionKey,
    'map',
    {
      docs:
        'What AsyncAPI has no words for: delivery settings with the keys of a flow file, ' +
        'such as `acks` or `autoCommit`.',
    },
    json,
  );
}

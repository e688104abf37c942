import type { Channel, FlowModel, Occurrence } from '../model/model';
import type { SourceRange } from '../text/range';
import { baseName } from '../text/sourceFile';
import type { Ide, IdeFile } from './context';
import { all } from './navigation';

/** The thing that gets another name. */
export type Named = Pick<Occurrence, 'entity' | 'id'>;

export function nameOf(model: FlowModel, { entity, id }: Named): string {
  if (entity === 'channel') return model.channel(id)?.address ?? id;
  if (entity === 'broker') return model.broker(id)?.name ?? id;
  return id;
}

/** `events` of `events/orders`, where the address itself does not begin so. */
export function writtenBroker(channel: Channel, written: string): string | undefined {
  const name = channel.broker?.name;
  return name !== undefined && written === `${name}/${channel.address}` ? name : undefined;
}

/** Places that hold the name: the thing's own, and for a broker also channels written with its prefix. */
export function placesOf(model: FlowModel, target: Named): readonly Occurrence[] {
  const own = all(model, target);
  if (target.entity !== 'broker') return own;
  const prefixed = model.occurrences.filter((o) => {
    const channel = o.entity === 'channel' ? model.channel(o.id) : undefined;
    return channel?.broker?.id === target.id && writtenBroker(channel, o.written) !== undefined;
  });
  return [...own, ...prefixed];
}

/**
 * True where a place calls the thing by a name of its own, which goes on to mean it: an alias, or what another
 * file calls a broker or service that is known to be the same by its address or folder.
 */
export function isOtherName(
  model: FlowModel, { entity, id }: Named, place: Occurrence, content: string, old: string,
): boolean {
  if (content === old || place.entity !== entity) return false;
  if (entity !== 'channel') return entity !== 'schema' && place.written !== old;
  const declared = model.channel(id)?.declarations ?? [];
  return declared.some((fact) => fact.aliases?.some((alias) => alias.value === content) === true);
}

export function rawText(ide: Ide, at: SourceRange): string | undefined {
  return ide.file(at.file)?.file.text.slice(at.start, at.end);
}

/** A file as messages name it: from the folder of its configuration. */
export function shown(ide: Ide, { file }: IdeFile): string {
  return ide.config(file.path)?.relative ?? baseName(file.path);
}

import type { FlowModel, Occurrence } from '../model/model';
import { escapeStep } from '../text/pointer';
import type { TextEdit } from '../text/problem';
import type { FileId, SourceRange } from '../text/range';
import type { Ide, IdeFile, Refusal } from './context';
import { all, occurrenceAt } from './navigation';
import { blockedBy } from './renameBlocked';
import { isOtherName, nameOf, placesOf, rawText, shown, writtenBroker } from './renamePlaces';
import { quoteOf, unquote, writeScalar } from './semantic/quoting';

export interface RenameTarget {
  /** The part of the text that is the name: without quotes, broker prefix and version. */
  readonly at: SourceRange;
  readonly name: string;
}

type Renamed = Occurrence & { readonly entity: 'channel' | 'service' | 'schema' | 'broker' };

/** What a rename at the cursor would change, or why it cannot. */
export function prepareRename(ide: Ide, file: FileId, offset: number): RenameTarget | Refusal {
  const occurrence = occurrenceAt(ide.model, file, offset);
  if (occurrence === undefined) return { refused: 'There is no name here that Tailrace can rename.' };
  if (!canRename(occurrence)) {
    return { refused: 'A contract is named by its own file and by generated code; rename it there.' };
  }
  const broker = brokerPart(ide.model, occurrence, offset);
  const target = broker ?? occurrence;
  const name = nameOf(ide.model, target);
  const raw = rawText(ide, occurrence.at);
  const from = (raw ?? '').indexOf(name);
  if (raw === undefined || from < 0) {
    return {
      refused:
        `“${occurrence.written}” stands here for ${name} by a pattern or reference; ` +
        'rename it where it is declared.',
    };
  }
  const blocked = blockedBy(ide, target);
  if (blocked !== undefined) return { refused: blocked };
  const start = occurrence.at.start + (broker ? raw.indexOf(name) : raw.lastIndexOf(name));
  return { at: { file, start, end: start + name.length }, name };
}

/** The edits that give the thing under the cursor another name, everywhere, or why that cannot be. */
export function rename(
  ide: Ide,
  file: FileId,
  offset: number,
  newName: string,
): { readonly edits: readonly TextEdit[] } | Refusal {
  const prepared = prepareRename(ide, file, offset);
  if ('refused' in prepared) return prepared;
  const occurrence = occurrenceAt(ide.model, file, offset) as Renamed;
  const target = brokerPart(ide.model, occurrence, offset) ?? occurrence;
  const old = nameOf(ide.model, target);
  if (newName === old) return { edits: [] };
  const bad = unfitName(ide.model, target, newName) ?? conflict(ide.model, target, newName);
  if (bad !== undefined) return { refused: bad };

  const edits: TextEdit[] = [];
  for (const place of placesOf(ide.model, target)) {
    const at = ide.file(place.at.file);
    const raw = rawText(ide, place.at);
    if (at === undefined || raw === undefined) continue;
    const content = unquote(raw);
    const changed = changedContent(ide, at, place, target, content, old, newName);
    if (changed === content) continue;
    if (changed === undefined) {
      return {
        refused: `“${content}” in ${shown(ide, at)} names ${old} in a way that a rename cannot follow.`,
      };
    }
    edits.push({ at: place.at, newText: written(at, place.at, raw, changed) });
  }
  return { edits };
}

function canRename(o: Occurrence): o is Renamed {
  return o.entity !== 'contract';
}

/** With the cursor on `events` of `events/orders`: the broker. */
function brokerPart(
  model: FlowModel,
  o: Occurrence,
  offset: number,
): { entity: 'broker'; id: string } | undefined {
  if (o.entity !== 'channel') return undefined;
  const channel = model.channel(o.id);
  const prefix = channel && writtenBroker(channel, o.written);
  if (prefix === undefined || channel?.broker === undefined) return undefined;
  const quotes = (o.at.end - o.at.start - o.written.length) / 2;
  return offset <= o.at.start + quotes + prefix.length
    ? { entity: 'broker', id: channel.broker.id }
    : undefined;
}

/** A place's new content; the same content where it need not change, undefined where nobody can tell. */
function changedContent(
  ide: Ide,
  file: IdeFile,
  place: Occurrence,
  target: Pick<Occurrence, 'entity' | 'id'>,
  content: string,
  old: string,
  newName: string,
): string | undefined {
  if (target.entity === 'broker' && place.entity === 'channel') return newName + content.slice(old.length);
  if (content === old) return newName;
  if (isOtherName(ide.model, target, place, content, old)) return content;
  if (target.entity === 'schema' && content.startsWith(`${old}@`)) return newName + content.slice(old.length);
  if (target.entity === 'channel' && content.endsWith(`/${old}`)) {
    const channel = ide.model.channel(target.id);
    if (channel && writtenBroker(channel, content) !== undefined)
      return content.slice(0, -old.length) + newName;
  }
  const pointer = content.startsWith('#/') || content.includes('#/') ? content.lastIndexOf('/') : -1;
  if (pointer < 0) return undefined;
  // A `$ref` goes by the key of what it means; it changes only if the rename changes that key.
  const isKey = all(ide.model, target).some(
    (o) =>
      o.role === 'declaration' &&
      o.at.file === file.file.id &&
      /^\s*:/.test(file.file.text.slice(o.at.end, o.at.end + 9)),
  );
  if (!isKey || content.slice(pointer + 1) !== escapeStep(old)) return content;
  return content.slice(0, pointer + 1) + escapeStep(newName);
}

/** A new content as it must be written at a place whose range may take in the quotes or leave them out. */
function written(file: IdeFile, at: SourceRange, raw: string, content: string): string {
  const { text } = file.file;
  const outer = quoteOf(text.slice(at.start - 1, at.end + 1));
  if (outer !== '' && quoteOf(raw) === '') return writeScalar(content, outer).slice(1, -1);
  return writeScalar(content, quoteOf(raw), isJson(file));
}

function isJson({ file }: IdeFile): boolean {
  return /^\s*[{[]/.test(file.text);
}

/** Why a name cannot be, if so. */
function unfitName(
  model: FlowModel,
  { entity, id }: Pick<Occurrence, 'entity' | 'id'>,
  name: string,
): string | undefined {
  if (name.trim() === '') return 'A name cannot be empty.';
  if (/[\n\r]/.test(name)) return 'A name has one line.';
  if (entity === 'schema' && name.includes('@'))
    return `“${name}” has an @, which parts a schema's name from its version.`;
  if (entity === 'broker' && name.includes('/'))
    return `“${name}” has a slash, which parts a broker's name from an address.`;
  if (entity !== 'channel') return undefined;
  switch (model.channel(id)?.protocol) {
    case 'kafka':
      return /^[A-Za-z0-9._-]{1,249}$/.test(name)
        ? undefined
        : `Kafka topics have up to 249 letters, digits, “.”, “_” and “-”; “${name}” has others.`;
    case 'nats':
      return /\s|^\.|\.$|\.\./.test(name)
        ? `“${name}” is no NATS subject: no blanks, no empty part between dots.`
        : undefined;
    case 'rabbitmq':
      return utf8Length(name) > 255 ? 'RabbitMQ names have up to 255 bytes.' : undefined;
    default:
      return undefined;
  }
}

function conflict(
  model: FlowModel,
  { entity, id }: Pick<Occurrence, 'entity' | 'id'>,
  name: string,
): string | undefined {
  const taken = `There is already a ${entity} “${name}”; two of one name would become one.`;
  switch (entity) {
    case 'channel': {
      const channel = model.channel(id);
      const same = model.channels.some(
        (c) =>
          c.id !== id &&
          c.address === name &&
          c.broker?.id === channel?.broker?.id &&
          c.space === channel?.space,
      );
      return same ? taken : undefined;
    }
    case 'service':
      return model.service(name) ? taken : undefined;
    case 'schema':
      return model.schema(name) ? taken : undefined;
    default:
      return model.brokers.some((b) => b.name === name) ? taken : undefined;
  }
}

/** The core has no encoder; a code point takes 1 to 4 bytes. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

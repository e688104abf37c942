import type { Occurrence } from '../model/model';
import type { SourceRange } from '../text/range';
import type { Ide, IdeFile } from './context';
import { isOtherName, nameOf, placesOf, rawText, shown, type Named } from './renamePlaces';
import { unquote } from './semantic/quoting';

/** Why a name must stay: files of other kinds hold it, too, and so may the code that reads them. */
export function blockedBy(ide: Ide, target: Named): string | undefined {
  const old = nameOf(ide.model, target);
  const others = new Set<string>();
  for (const place of placesOf(ide.model, target)) {
    const at = ide.file(place.at.file);
    const raw = rawText(ide, place.at);
    if (at === undefined || raw === undefined) continue;
    const isText = place.renameable && !isCarried(at, place.at);
    if (!isText && !isOtherName(ide.model, target, place, unquote(raw), old)) {
      others.add(`${shown(ide, at)} (${at.dialect})`);
      continue;
    }
    const twin = twinOf(ide, at, place);
    if (twin !== undefined) {
      const what = `${twin.entity} ${nameOf(ide.model, twin)}`;
      return `The text in ${shown(ide, at)} that names ${old} also names the ${what}.`;
    }
  }
  if (others.size === 0) return undefined;
  return (
    `${old} is also named in ${listed([...others])}. Tailrace renames in flow files and AsyncAPI documents only: ` +
    'a broker or program that runs, or its code, goes by that name. Change it there by hand.'
  );
}

/** Another thing that the same text names: a YAML alias stands for the text at its anchor. */
function twinOf(ide: Ide, { file }: IdeFile, place: Occurrence): Occurrence | undefined {
  const before = file.text.slice(Math.max(0, place.at.start - 100), place.at.start);
  const anchor = /&([^\s,[\]{}]+)[ \t]+["']?$/.exec(before)?.[1];
  return ide.model.occurrences.find((o) => {
    if (o.at.file !== file.id || o.entity === 'contract' || o.entity === 'schema') return false;
    if (o.entity === place.entity && o.id === place.id) return false;
    const isSame = o.at.start === place.at.start && o.at.end === place.at.end;
    return isSame || (anchor !== undefined && rawText(ide, o.at) === `*${anchor}`);
  });
}

/** True inside of a file that another one carries, whose text has to keep two grammars. */
function isCarried({ result }: IdeFile, at: SourceRange): boolean {
  return result.embedded?.some(({ outer, text }) => outer(0) <= at.start && at.end <= outer(text.length)) === true;
}

const maxListed = 3;

function listed(names: readonly string[]): string {
  const more = names.length - maxListed;
  const all = more > 0 ? [...names.slice(0, maxListed), `${more} more file${more === 1 ? '' : 's'}`] : names;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

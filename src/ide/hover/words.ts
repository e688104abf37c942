import { valueWords } from '../../model/settingWords';
import type { Setting } from '../../model/settings';
import { LineIndex } from '../../text/lineIndex';
import type { SourceRange } from '../../text/range';
import { code, plain } from '../../text/markdown';
import { baseName } from '../../text/sourceFile';
import type { Ide } from '../context';

export { code, plain };

const assumedWords = 'assumed: the weakest known default, of';

/** Where a value comes from: `declared in shop.flow.yaml:12`, `default of Java client >= 3.0`. */
export function originWords(ide: Ide, setting: Setting<unknown>, here?: SourceRange): string {
  switch (setting.from) {
    case 'declared':
      if (setting.inherited !== undefined) {
        return `inherited from ${plain(setting.inherited)}, declared in ${placeWords(ide, setting.at)}`;
      }
      return here && setting.at.file === here.file
        ? 'declared here'
        : `declared in ${placeWords(ide, setting.at)}`;
    case 'default':
      return `[${setting.assumed === true ? assumedWords : 'default of'} ${setting.of}](${setting.source})`;
    case 'unknown':
      return 'not known';
  }
}

/** `shop.flow.yaml:12`, with a link that editors follow. */
export function placeWords(ide: Ide, at: SourceRange): string {
  const file = ide.file(at.file)?.file;
  if (file === undefined) return at.file;
  const line = new LineIndex(file.text).position(at.start).line + 1;
  // A file may have any name: neither its words nor its address end the link.
  const target = at.file.replace(/[()<>\s]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `[${plain(baseName(file.path))}:${line}](${target}#L${line})`;
}

/** Settings as a list, in their own order; what nobody knows is left out. */
export function settingList(
  ide: Ide,
  settings: Readonly<Record<string, Setting<unknown> | undefined>>,
  here?: SourceRange,
): string {
  return Object.entries(settings)
    .filter(
      (entry): entry is [string, Setting<unknown>] => entry[1] !== undefined && entry[1].from !== 'unknown',
    )
    .map(
      ([name, s]) =>
        `- ${name}: ${code(valueWords(name, s.from === 'unknown' ? '' : s.value))} (${originWords(ide, s, here)})`,
    )
    .join('\n');
}

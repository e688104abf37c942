import type { Setting } from '../../model/settings';
import { LineIndex } from '../../text/lineIndex';
import type { SourceRange } from '../../text/range';
import { baseName } from '../../text/sourceFile';
import type { Ide } from '../context';

const durations = new Set([
  'deliveryTimeout',
  'requestTimeout',
  'linger',
  'sessionExpiry',
  'maxPollInterval',
  'ackWait',
  'retention',
  'ttl',
  'expires',
  'duplicateWindow',
  'maxAge',
]);
const sizes = new Set(['maxLengthBytes', 'maxBytes']);

/** A setting's value as a flow file would write it: `7d`, `10MiB`, `all`. */
export function valueWords(name: string, value: unknown): string {
  // A placeholder that is filled when the file is deployed: that there is a value is all that is known.
  if (Number.isNaN(value)) return 'a placeholder';
  if (typeof value !== 'number' || value < 0) return String(value);
  if (durations.has(name))
    return units(value, [
      [86_400_000, 'd'],
      [3_600_000, 'h'],
      [60_000, 'm'],
      [1000, 's'],
      [1, 'ms'],
    ]);
  if (sizes.has(name))
    return units(value, [
      [2 ** 30, 'GiB'],
      [2 ** 20, 'MiB'],
      [2 ** 10, 'KiB'],
      [1, 'B'],
    ]);
  return String(value);
}

function units(value: number, table: readonly (readonly [number, string])[]): string {
  const [factor, unit] = table.find(([f]) => value >= f && value % f === 0) ?? [1, table.at(-1)?.[1] ?? ''];
  return `${value / factor}${unit}`;
}

const assumedWords = 'assumed: the weakest known default, of';

/** Where a value comes from: `declared in shop.flow.yaml:12`, `default of Java client >= 3.0`. */
export function originWords(ide: Ide, setting: Setting<unknown>, here?: SourceRange): string {
  switch (setting.from) {
    case 'declared':
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
  return `[${baseName(file.path)}:${line}](${at.file}#L${line})`;
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
        `- ${name}: \`${valueWords(name, s.from === 'unknown' ? '' : s.value)}\` (${originWords(ide, s, here)})`,
    )
    .join('\n');
}

/** Text from a file, shown as text: nothing in it is Markdown. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!]/g, '\\$&');
}

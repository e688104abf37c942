import type { TailFilter } from '../../src/protocol/tail';
import { timeText } from './clock';
import type { TimeMode } from './clock';
import { partitionsText } from './partitions';

export type FilterPart = 'text' | 'expression' | 'key' | 'channels' | 'partitions' | 'verdicts' | 'fault' | 'time';

/** One thing that a list is narrowed to, as a chip shows it. */
export interface FilterChip {
  readonly part: FilterPart;
  readonly label: string;
}

/** What a filter narrows to, in words; the part that a field shows is left out. */
export function chipsOf(filter: TailFilter, shown: 'text' | 'expression', mode: TimeMode): readonly FilterChip[] {
  const { text, expression, key, channels, partitions, verdicts, fault, from, to } = filter;
  const chips: FilterChip[] = [];
  const add = (part: FilterPart, label: string): void => void chips.push({ part, label });
  if (text && shown !== 'text') add('text', filter.regex ? `/${text}/` : `“${text}”`);
  if (expression && shown !== 'expression') add('expression', expression);
  if (key !== undefined) add('key', `key ${key}`);
  if (channels?.length) add('channels', channels.join(', '));
  if (partitions?.length) add('partitions', `partition ${partitionsText(partitions)}`);
  if (verdicts?.length) add('verdicts', verdicts.join(', '));
  if (fault) add('fault', `${fault.path} ${fault.reason}`.trim());
  if (from !== undefined || to !== undefined) add('time', rangeText(from, to, mode));
  return chips;
}

function rangeText(from: number | undefined, to: number | undefined, mode: TimeMode): string {
  const text = (time: number): string => timeText(time, Date.now(), mode === 'relative' ? 'local' : mode);
  if (from === undefined) return `until ${text(to!)}`;
  return to === undefined ? `from ${text(from)}` : `${text(from)} – ${text(to)}`;
}

/** A filter without one of its parts. */
export function without(filter: TailFilter, part: FilterPart): TailFilter {
  const gone: Readonly<Record<FilterPart, readonly (keyof TailFilter)[]>> = {
    text: ['text', 'matchCase', 'regex'],
    expression: ['expression'],
    key: ['key'],
    channels: ['channels'],
    partitions: ['partitions'],
    verdicts: ['verdicts'],
    fault: ['fault'],
    time: ['from', 'to'],
  };
  const left = Object.entries(filter).filter(([name]) => !gone[part].includes(name as keyof TailFilter));
  return Object.fromEntries(left) as TailFilter;
}

/** Filters that mean the same have the same text. */
export function filterKey(filter: TailFilter): string {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function isEmptyFilter(filter: TailFilter): boolean {
  return filterKey(filter) === '[]';
}

/** An expression that must hold together with another one. */
export function and(before: string | undefined, further: string): string {
  const old = before?.trim();
  if (!old) return further;
  return `${/\|\||\?/.test(old) ? `(${old})` : old} && ${further}`;
}

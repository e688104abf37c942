import type { Sourced } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { ChannelRef, Fact, RouteFact } from '../../model/facts';
import type { SourceRange } from '../../text/range';
import { dialect } from './dialect';

/** One way of copying topics: from which cluster to which, and under what names. */
export interface Copying {
  readonly file: SourceFile;
  readonly extent: SourceRange;
  /** The names of both clusters in the words of the file. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Regular expressions or names, with commas or bars between them. */
  readonly topics: Sourced<string>;
  /** What stands before the names of copies: `west.`. */
  readonly prefix: string;
  /** Expressions of topics that are left out, with commas between them. */
  readonly except?: string;
  readonly by: string;
  readonly note?: string;
}

/** The routes of a mirror: one for each name or expression of its list. */
export function mirrorRoutes(copying: Copying): Fact[] {
  const { extent, from, to, prefix, by, note } = copying;
  const except = copying.except?.split(',').map((part) => part.trim()).filter((part) => part !== '').join('|');
  return partsOf(copying).map((name): RouteFact => {
    const isPattern = !/^[\w.-]+$/.test(name.value);
    const source: ChannelRef = { name, protocol: 'kafka', ...(from === undefined ? {} : { broker: from }) };
    const target = { value: `${prefix}${isPattern ? '$&' : name.value}`, at: name.at };
    return {
      kind: 'route', route: 'mirror', dialect, extent, by, ...(note === undefined ? {} : { note }),
      from: isPattern ? { ...source, match: 'regex', ...(except ? { except } : {}) } : source,
      to: { name: target, protocol: 'kafka', ...(to === undefined ? {} : { broker: to }) },
    };
  });
}

/** The parts of the list, each with its own place where the file holds the text as it is. */
function partsOf({ file, topics }: Copying): Sourced<string>[] {
  const isVerbatim = file.text.slice(topics.at.start, topics.at.end) === topics.value;
  // Bars part names only where no brackets hold them together.
  const separator = /[()[\]{}]/.test(topics.value) ? /,/ : /[,|]/;
  let from = 0;
  return topics.value.split(separator).flatMap((part) => {
    const start = topics.at.start + from + part.length - part.trimStart().length;
    from += part.length + 1;
    const value = part.trim();
    if (value === '') return [];
    return [{ value, at: isVerbatim ? rangeIn(file, start, start + value.length) : topics.at }];
  });
}

import { dirName, rangeIn, type SourceFile } from '../text/sourceFile';
import type { SourceRange, Sourced } from '../text/range';
import { versionIn } from '../text/version';

/** The version inside a name that is written in a file, with the place of just that part. */
export function versionWithin(written: Sourced<string> | undefined): Sourced<string> | undefined {
  const found = written && versionIn(written.value);
  if (written === undefined || found === undefined) return undefined;
  const exact = written.at.end - written.at.start === written.value.length;
  return {
    value: found.version,
    at: exact
      ? { ...written.at, start: written.at.start + found.start, end: written.at.start + found.end }
      : written.at,
  };
}

/** The version of the nearest folder named like one: `contracts/v2/order.proto`. Its place is `at`. */
export function versionOfFolder(file: SourceFile, at: SourceRange): Sourced<string> | undefined {
  const folder = dirName(file.path).split('/')
    .findLast((part) => /^v\d+([._]\d+)*((alpha|beta)\d*)?$/i.test(part));
  return folder === undefined ? undefined : { value: folder.slice(1), at };
}

/** The very start of a file: the place of what is said by its path alone. */
export function startOf(file: SourceFile): SourceRange {
  return rangeIn(file, 0, 0);
}

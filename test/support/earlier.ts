import type { EarlierFiles } from '../../src/lint/context';
import { earlierName } from '../../src/lint/exampleFiles';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFiles } from '../../src/workspace/read';
import { fixture } from './fixture';

/** A fixture as the earlier state of other files, read by the real readers. */
export function earlierFiles(text: string, files: readonly SourceFile[]): EarlierFiles {
  const before = fixture(text).files;
  const read = readFiles(before);
  const textAt = (all: readonly SourceFile[], path: string): string | undefined => all.find((file) => file.path === path)?.text;
  return {
    name: earlierName,
    isSame: (path) => textAt(before, path) === textAt(files, path),
    facts: (path) => read.find((file) => file.path === path)?.result.facts ?? [],
  };
}

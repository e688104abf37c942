import assert from 'node:assert/strict';
import type { Reader } from '../../src/model/reader';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFile } from '../../src/workspace/read';
import { mutate, seeded } from './mutate';
import { rangesOf } from './ranges';

/** Reads many broken versions of texts: nothing may throw, and all places lie inside the file. */
export function fuzzReader(reader: Reader, texts: readonly string[], path: string, count = 1_000): void {
  const random = seeded(20_260_101);
  for (let i = 0; i < count; i++) {
    const text = mutate(texts[i % texts.length] ?? '', random);
    const file: SourceFile = { id: 'file:///fuzz' as FileId, path, text };
    try {
      reader.recognizes(file);
      const { result } = readFile(file, reader, () => undefined);
      for (const at of rangesOf([result.facts, result.problems, result.links])) {
        assert.ok(at.file === file.id && 0 <= at.start && at.start <= at.end && at.end <= text.length,
          `place ${at.start}-${at.end} outside of ${text.length}`);
      }
    } catch (error) {
      throw new Error(`mutation ${i}: ${String(error)}\n${text}`, { cause: error });
    }
  }
}

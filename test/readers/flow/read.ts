import { flowReader } from '../../../src/readers/flow/reader';
import type { Fact } from '../../../src/model/facts';
import type { ReadResult } from '../../../src/model/reader';
import { renderCaret } from '../../../src/text/caret';
import type { SourceFile } from '../../../src/text/sourceFile';
import { fixture } from '../../support/fixture';

export interface Read extends ReadResult {
  readonly file: SourceFile;
  /** Code, message and caret of each problem. */
  readonly report: string;
  of<K extends Fact['kind']>(kind: K): Extract<Fact, { kind: K }>[];
  /** The text at a range. */
  at(range: { start: number; end: number } | undefined): string;
}

/** Reads one flow file, given as text. */
export function readFlow(text: string): Read {
  const file = fixture(text).files[0];
  if (file === undefined) throw new Error('the fixture has no file');
  const result = flowReader.read(file, new Map());
  return {
    ...result,
    file,
    report: result.problems
      .map((p) => `${p.code}: ${p.message}\n${renderCaret(file.text, p.at.start, p.at.end)}\n`)
      .join(''),
    of: <K extends Fact['kind']>(kind: K) =>
      result.facts.filter((f): f is Extract<Fact, { kind: K }> => f.kind === kind),
    at: (range) => (range ? file.text.slice(range.start, range.end) : ''),
  };
}

import type { CompatDirection, CompatFinding } from '../compat';
import type { Severity } from '../../text/problem';
import { readable, type Case } from './cases';
import type { JsonSchema } from './schema';

/** A finding before it is known which version is the new one. */
export interface Refusal {
  readonly check: string;
  /** The keyword that it is about, where one is. */
  readonly keyword?: string;
  /** A schema of the reader that says more exactly where, or where its keyword stands. */
  readonly reader: JsonSchema;
  readonly writer: Case;
  /** What documents may have and the reader refuses: "may be longer than 5 characters". */
  readonly sentence: string;
  /** What to do if the new version refuses, and if the earlier one does. */
  readonly advice: string | { readonly backward: string; readonly forward: string };
  readonly severity?: Severity;
  /** Where the writer says it, if not at its keyword. */
  readonly writerKeyword?: string;
}

const shown = 200;

/** Collects what one direction of a comparison finds, each but once. */
export class Findings {
  readonly all: CompatFinding[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly direction: CompatDirection) {}

  add({ check, keyword, reader, writer, sentence, advice, severity, writerKeyword }: Refusal): void {
    if (this.all.length >= shown) return;
    const isBackward = this.direction === 'backward';
    const word = writerKeyword ?? keyword;
    const said = word === undefined ? undefined : readable(writer).find(({ keywords }) => keywords.has(word));
    const [writerSays, readerSays] = [said?.keywords.get(word!), keyword === undefined ? undefined : reader.keywords.get(keyword)];
    const writerAt = writerSays?.at ?? (said ?? writer.home).at;
    const readerAt = readerSays?.at ?? reader.at;
    const [at, beforeAt] = isBackward ? [readerAt, writerAt] : [writerAt, readerAt];
    const key = `${check} ${at.file} ${at.start} ${beforeAt.start}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const element = isBackward ? reader.pointer : (said ?? writer.home).pointer;
    const words = (name: string | undefined, text: string | undefined): string | undefined => (text === undefined ? undefined : `${name}: ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`);
    const [before, after] = isBackward ? [words(word, writerSays?.text), words(keyword, readerSays?.text)] : [words(keyword, readerSays?.text), words(word, writerSays?.text)];
    const [who, whose] = isBackward ? ['the new version', 'the earlier version'] : ['the earlier version', 'the new version'];
    this.all.push({
      check, direction: this.direction, level: 'wire', severity: severity ?? 'error', element, at, beforeAt,
      ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }),
      message: `${element}: documents of ${whose} ${sentence}, which ${who} refuses.`,
      advice: typeof advice === 'string' ? advice : advice[this.direction],
    });
  }

  /** Says that much where nothing more exact was found. */
  atLeast(writer: JsonSchema, reader: JsonSchema): void {
    if (this.all.length > 0) return;
    this.add({
      check: 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', reader, writer: { home: writer, positive: [writer], negative: [], types: 0, split: new Set(), key: '' },
      sentence: 'may be something that cannot be shown to be valid', advice: 'Compare the two versions by hand: they are too entangled to be compared here.',
    });
  }
}

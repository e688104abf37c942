import type { Problem } from '../text/problem';
import type { SourceRange, Sourced } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import type { Fact } from './facts';

/** A reference to another file that the model needs to know of. */
export interface FileLink {
  /** Absolute POSIX path, resolved by `resolvePath`. */
  readonly path: string;
  readonly at: SourceRange;
  /** What lies behind `#`, empty for the whole file. */
  readonly fragment: string;
}

export interface ReadResult {
  readonly facts: readonly Fact[];
  readonly problems: readonly Problem[];
  /** Files this one refers to; the workspace loads them and tells the model which exist. */
  readonly links?: readonly FileLink[];
  /**
   * Paths whose text is needed to read on (AsyncAPI `$ref`). The workspace reads again, with them in
   * `others`, until nothing new is wanted; a path it gives as undefined does not exist.
   */
  readonly wants?: readonly string[];
  /** Placeholders and template expressions whose values the file does not say: one note tells of them all. */
  readonly skipped?: readonly SourceRange[];
  /** Files inside this file, which readers of their own dialects read (a ConfigMap's `application.yml`). */
  readonly embedded?: readonly EmbeddedFile[];
}

/** A file that another file carries as text. */
export interface EmbeddedFile {
  /** Absolute: the folder of the outer file with the inner one's name, by which it is recognized. */
  readonly path: string;
  readonly text: string;
  /** Where each offset of the inner text stands in the outer one; ascending. */
  readonly outer: (offset: number) => number;
  /** The name of the service that is configured by it, where the outer file says it. */
  readonly service?: Sourced<string>;
  /** Why that name is a guess, if it is one. */
  readonly inferred?: string;
  /** The name of the broker that is configured by it, where the outer file declares it. */
  readonly broker?: Sourced<string>;
}

/** What the user chose that decides how a file is read. */
export interface ReadOptions {
  /**
   * The profiles in force, as a list with commas (`prod,eu`). Undefined: those that mean production
   * (`profileIsActive` in `readers/shared/profile.ts`).
   */
  readonly profile?: string;
}

export type OtherFiles = ReadonlyMap<string, SourceFile | undefined>;

/** Reads one dialect. It never throws and never opens a file: `others` holds what it asked for. */
export interface Reader {
  readonly dialect: string;
  /** Cheap: looks at the path first, then at a bounded part of the text. */
  recognizes(file: SourceFile): boolean;
  /**
   * @param before what this reader made of an earlier text of the same file. It may use that to be
   * quick; the result is the same as without.
   */
  read(
    file: SourceFile, others: OtherFiles, before?: EarlierReading, options?: ReadOptions,
  ): ReadResult;
}

/** A text of a file with what was read of it. */
export interface EarlierReading {
  readonly file: SourceFile;
  readonly result: ReadResult;
}

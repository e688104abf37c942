import type { SourceRange, Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import type { FileLink } from '../../model/reader';
import type { Fact } from '../../model/facts';
import type { Document } from '../shared/document';

export const dialect = 'julie';

/** What the parts of this reader share while one file is read. */
export interface Context {
  readonly doc: Document;
  readonly file: SourceFile;
  readonly facts: Fact[];
  readonly links: FileLink[];
}

/** A project as far as names and rights hang on it. */
export interface Project {
  /** What its topics' names begin with, dot included; 'open' where a part of it is not known. */
  readonly prefix: string | 'open';
  /** The project's name, or its entry where it has none. */
  readonly at: SourceRange;
  readonly name: string;
  /** Full names of its topics by the short ones, with the places of the short ones. */
  readonly topics: readonly { readonly short: string; readonly full: Sourced<string> }[];
}

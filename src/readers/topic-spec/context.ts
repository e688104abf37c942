import type { SourceFile } from '../../text/sourceFile';
import type { Fact } from '../../model/facts';
import type { FileLink } from '../../model/reader';
import type { Document } from '../shared/document';

export const dialect = 'topic-spec-custom';

/** What the parts of this reader share while one file is read. */
export interface Context {
  readonly doc: Document;
  readonly file: SourceFile;
  readonly facts: Fact[];
  readonly links: FileLink[];
}

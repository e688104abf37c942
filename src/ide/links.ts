import type { FileId, SourceRange } from '../text/range';
import type { Ide } from './context';
import { contractPlace } from './navigation';

export interface Link {
  readonly at: SourceRange;
  readonly path: string;
  /** Where in the target, if a reader found what the link names. */
  readonly target?: SourceRange;
}

/** References to other files, to be opened by a click. */
export function links(ide: Ide, file: FileId): readonly Link[] {
  return (ide.file(file)?.result.links ?? [])
    .filter((link) => link.at.file === file)
    .map(({ at, path, fragment }) => ({ at, path, target: contractPlace(ide, path, fragment) }));
}

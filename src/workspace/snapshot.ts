import { buildGraph } from '../graph/build';
import type { FlowGraph } from '../graph/types';
import type { FlowModel } from '../model/model';
import type { Problem } from '../text/problem';
import type { FileId } from '../text/range';
import type { StoredFile } from './store';

/** The recognized files by id. */
export type Files = ReadonlyMap<FileId, StoredFile>;

/** Sorted problems of each file that has some. */
export type ProblemsByFile = ReadonlyMap<FileId, readonly Problem[]>;

/** What the workspace says at one moment. It does not change; a later change makes a new one. */
export interface Snapshot {
  /** Counts up with each change. */
  readonly revision: number;
  readonly model: FlowModel;
  readonly problems: ProblemsByFile;
  readonly graph: FlowGraph;
  /** A recognized file with the text that all offsets of this snapshot count in. */
  file(id: FileId): StoredFile | undefined;
}

/** What features need of a moment. */
export interface View {
  readonly model: FlowModel;
  file(id: FileId): StoredFile | undefined;
  problems(): ProblemsByFile;
}

/** Puts a snapshot together; its graph is made when somebody asks for it. */
export function snapshotOf(
  revision: number,
  model: FlowModel,
  problems: ProblemsByFile,
  files: Files,
): Snapshot {
  let graph: FlowGraph | undefined;
  return {
    revision,
    model,
    problems,
    get graph() {
      return (graph ??= buildGraph(model, [...problems.values()].flat()));
    },
    file: (id) => files.get(id),
  };
}

import type { NamedBaseline } from '../contracts/against';
import type { FlowGuarantee } from '../delivery/guarantee';
import type { FlowModel } from '../model/model';
import type { ReadResult } from '../model/reader';
import type { Problem } from '../text/problem';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** A file that some reader recognized, as the features see it. */
export interface IdeFile {
  readonly file: SourceFile;
  readonly dialect: string;
  readonly result: ReadResult;
}

/** All that a feature may ask: one moment of the workspace. */
export interface Ide {
  readonly model: FlowModel;
  file(id: FileId): IdeFile | undefined;
  /** Any file's text by its path, recognized or not. */
  source(path: string): SourceFile | undefined;
  problems(id: FileId): readonly Problem[];
  /** What each flow of the model gives, by the configuration in force; reckoned when first asked for. */
  guarantees(): readonly FlowGuarantee[];
  /** The address of a link that explains a flow, where the editor follows links to Tailrace's own commands. */
  readonly explainLink?: (flow: string) => string;
  /** What contracts were before, where somebody compares with that. */
  readonly baseline?: NamedBaseline;
  /** The configuration file that holds for a path, or the one that would; undefined outside of all folders. */
  config(path: string): ConfigPlace | undefined;
}

export interface ConfigPlace {
  /** Empty text where the file is not there yet. */
  readonly file: SourceFile;
  readonly exists: boolean;
  /** The path as globs in the configuration have it. */
  readonly relative: string;
}

/** A request that cannot be done, with the reason for the user. */
export interface Refusal {
  readonly refused: string;
}

export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer;
}

import type { ContractFormat } from '../model/facts';
import type { Severity } from '../text/problem';
import type { SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** What a new version may change, as schema registries name it. */
export type CompatMode =
  | 'none' | 'backward' | 'backward-transitive' | 'forward' | 'forward-transitive' | 'full' | 'full-transitive';
export const compatModes: readonly CompatMode[] = [
  'none', 'backward', 'backward-transitive', 'forward', 'forward-transitive', 'full', 'full-transitive',
];

/** Who is in trouble: readers with the new version of old data (backward), or readers with the old version of new data. */
export type CompatDirection = 'backward' | 'forward';

/** The directions that a mode asks for, and whether all earlier versions count or the last one only. */
export function directionsOf(mode: CompatMode): { readonly directions: readonly CompatDirection[]; readonly transitive: boolean } {
  const [base] = mode.split('-');
  return {
    directions: base === 'full' ? ['backward', 'forward'] : base === 'backward' || base === 'forward' ? [base] : [],
    transitive: mode.endsWith('-transitive'),
  };
}

/** The mode that a text names, however it is written: `BACKWARD_TRANSITIVE`, `backward-transitive`. */
export function parseMode(text: string): CompatMode | undefined {
  const name = text.trim().toLowerCase().replaceAll('_', '-');
  return compatModes.find((mode) => mode === name);
}

/**
 * What a change breaks: the bytes on the wire, the JSON form of the same message (names), or only programs that are
 * built from it. Avro and JSON Schema have one form, which is `wire`.
 */
export type CompatLevel = 'wire' | 'json' | 'source';

/** One version of a contract: a file, and what in it is meant. */
export interface ContractText {
  readonly format: ContractFormat;
  readonly file: SourceFile;
  /** The message, record or JSON pointer that is meant; empty for the whole file. */
  readonly fragment: string;
}

/** Gives the file that a contract refers to (imports, `$ref`) by its absolute path, of the same version as the contract. */
export type ReadReference = (path: string) => SourceFile | undefined;

/** Something that a new version changes and that a mode does not allow. */
export interface CompatFinding {
  /** As registries name it: `READER_FIELD_MISSING_DEFAULT_VALUE`, `FIELD_SCALAR_KIND_CHANGED`, `REQUIRED_ATTRIBUTE_ADDED`. */
  readonly check: string;
  readonly direction: CompatDirection;
  readonly level: CompatLevel;
  readonly severity: Severity;
  /** The element: `shop.v1.Order.total`, `#/properties/total`. */
  readonly element: string;
  /** In the new version: the element, or what it stood in where it is gone. */
  readonly at: SourceRange;
  /** Its place in the earlier version, where there is one. */
  readonly beforeAt?: SourceRange;
  /** What it was and what it is, in words: `int32 total = 4`. */
  readonly before?: string;
  readonly after?: string;
  /** What is wrong and what to do: `Reserve 4`, `Give it a default`, `Deploy the consumers first`. */
  readonly message: string;
  readonly advice: string;
}

import { baseName, type SourceFile } from '../text/sourceFile';
import { completeConfig } from './complete/config';
import { completeExtension } from './complete/extension';
import { completeFlow } from './complete/flow';
import { completeIgnore } from './complete/ignore';
import { completePlaces } from './complete/places';
import { completeProperties } from './complete/properties';
import type { Ide } from './context';

export type CompletionKind =
  'key' | 'value' | 'broker' | 'channel' | 'schema' | 'service' | 'file' | 'client' | 'rule' | 'variable';

/** One proposal. `insert` replaces the text from `start` to `end`; a snippet has `${1:holes}` and `$0`. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
  readonly snippet?: boolean;
  /** A few words beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly docs?: string;
  /** Proposals are shown in order of this text, else of their place in the answer. */
  readonly sort?: string;
}

/** What may be written at a cursor, with documentation. Empty where Tailrace has nothing to say. */
export function completions(
  ide: Ide,
  file: SourceFile,
  dialect: string | undefined,
  offset: number,
): readonly Completion[] {
  const ignored = completeIgnore(file, offset);
  if (ignored !== undefined) return ignored;
  if (baseName(file.path) === 'tailrace.config.yaml') return completeConfig(file, offset);
  switch (dialect) {
    case 'flow':
      return completeFlow(ide, file, offset);
    case 'asyncapi':
      return completeExtension(ide, file, offset);
    case 'kafka-properties':
      return completeProperties(file, offset);
    default:
      return dialect === undefined ? [] : completePlaces(ide, file, dialect, offset);
  }
}

import { dirName, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { OtherFiles } from '../../model/reader';
import { get, isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { environmentOfFile, type Resolve } from '../shared/environment';
import type { Keyed, KeyedValues } from '../shared/keyed';
import { interpolateWith } from './interpolate';

/** The variables that a compose file takes from files beside it. */
export interface Variables {
  /** Fills in the file's own interpolation. */
  readonly resolve: Resolve;
  /** A variable that is handed over without a value, with the one that `.env` says. */
  passed(one: Keyed): Keyed;
  /** The variables of `env_file:`. */
  ofFiles(node: SyntaxNode | undefined): readonly Keyed[];
  /** The files to ask for. */
  readonly wants: readonly string[];
}

/** A reader's view of `.env`, which Compose reads by itself, and of the files that services name. */
export function variablesOf(file: SourceFile, others: OtherFiles): Variables {
  const wants = new Set<string>();
  const read = (path: string, resolve: Resolve): KeyedValues | undefined => {
    wants.add(path);
    const other = others.get(path);
    return other && environmentOfFile(other, resolve);
  };
  const path = `${dirName(file.path)}/.env`;
  wants.add(path);
  const beside = others.get(path);
  const own = beside && readVariablesOf(beside);
  const resolve = interpolateWith(knownIn(own));
  return {
    resolve,
    passed: (one) => {
      const said = one.isOpen && one.value === '' ? own?.get(one.key) : undefined;
      if (said === undefined || said.isOpen) return one;
      return { ...one, value: said.value, at: said.at, isOpen: false };
    },
    ofFiles: (node) => pathsIn(node).flatMap((written) => {
      const { text, isOpen } = resolve(written);
      if (isOpen || text === '' || /^[/~]/.test(text)) return [];
      return read(resolvePath(file.path, text), resolve)?.all ?? [];
    }),
    get wants() {
      return [...wants];
    },
  };
}

const maxRounds = 3;

/** A file of variables, whose lines may refer to other lines; a few rounds reach what is ever written. */
export function readVariablesOf(file: SourceFile): KeyedValues {
  let values = environmentOfFile(file, interpolateWith(() => undefined));
  for (let round = 0; values.open.length > 0 && round < maxRounds; round++) {
    values = environmentOfFile(file, interpolateWith(knownIn(values)));
  }
  return values;
}

function knownIn(values: KeyedValues | undefined): (name: string) => string | undefined {
  return (name) => {
    const one = values?.get(name);
    return one === undefined || one.isOpen ? undefined : one.value;
  };
}

/** `env_file: a.env`, a list of such, or of `path:` with `required:`. */
function pathsIn(node: SyntaxNode | undefined): string[] {
  if (isSeq(node)) return node.items.flatMap((item) => pathsIn(isMap(item) ? get(item, 'path') : item));
  return isScalar(node) && node.text !== '' ? [node.text] : [];
}

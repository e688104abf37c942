import { parseJson } from '../syntax/json';
import { isMap, isSeq, type SyntaxNode } from '../syntax/tree';
import { parseYaml } from '../syntax/yaml';
import { percentDecode } from '../text/percent';
import { unescapeStep } from '../text/pointer';
import type { SourceRange } from '../text/range';
import { rangeIn, resolvePath, type SourceFile } from '../text/sourceFile';
import type { Ide } from './context';

/** One `$ref` of a YAML or JSON text. */
export interface Pointer {
  readonly at: SourceRange;
  /** The file that it leads to: another, or its own. */
  readonly path: string;
  /** The JSON pointer behind `#`; empty for the whole file. */
  readonly pointer: string;
}

/** Dialects whose files refer to each other by `$ref`. */
export const refDialects: ReadonlySet<string> = new Set(['asyncapi', 'jsonschema']);

const pattern = /(?:"\$ref"|'\$ref'|\$ref)\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',}\]]+))/g;

/** All `$ref`s of a file that lead to files, not to the web. */
export function pointersOf(file: SourceFile): readonly Pointer[] {
  const found: Pointer[] = [];
  for (const match of file.text.matchAll(pattern)) {
    const written = match[1] ?? match[2] ?? match[3] ?? '';
    if (written === '' || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(written)) continue;
    const start = match.index + match[0].lastIndexOf(written);
    const [target = '', pointer = ''] = written.split('#');
    found.push({
      at: rangeIn(file, start, start + written.length),
      path: target === '' ? file.path : resolvePath(file.path, percentDecode(target)),
      pointer: percentDecode(pointer),
    });
  }
  return found;
}

/** Where a `$ref` leads: the key of what it names, else the start of its file; undefined if there is no such file. */
export function pointerTarget(ide: Ide, { path, pointer }: Pointer): SourceRange | undefined {
  const file = ide.source(path);
  if (file === undefined) return undefined;
  const root = (/^\s*[{[]/.test(file.text) ? parseJson(file.text) : parseYaml(file.text)).roots[0];
  let node: SyntaxNode | undefined = root;
  let at = rangeIn(file, 0, 0);
  for (const part of pointer.split('/').slice(1)) {
    const name = unescapeStep(part);
    if (isMap(node)) {
      const entry = node.entries.find((e) => e.key.text === name);
      if (entry === undefined) return undefined;
      at = rangeIn(file, entry.key.start, entry.key.end);
      node = entry.value;
    } else {
      node = isSeq(node) ? node.items[Number(name)] : undefined;
      if (node === undefined) return undefined;
      at = rangeIn(file, node.start, node.end);
    }
  }
  return at;
}

import { blockSchema } from '../../model/flowSchema/schema';
import type { Alert, Needs, StreamSettings } from '../../model/settings';
import { entry, isMap, type SyntaxNode } from '../../syntax/tree';
import type { SourceFile } from '../../text/sourceFile';
import { nodeRange } from '../shared/places';
import { readSettings } from './settings';

/** Settings of settings, each with the place of the key that opens it: that it stands there says something by itself. */
export interface Blocks {
  readonly stream?: StreamSettings;
  readonly needs?: Needs;
  readonly alert?: Alert;
}

/** Those of the named blocks that stand below a channel, publish or consume. */
export function readBlocks<K extends keyof Blocks>(
  file: SourceFile, names: readonly K[], node: SyntaxNode | undefined,
): Pick<Blocks, K> {
  const found: Record<string, object> = {};
  for (const name of names) {
    const e = entry(node, name);
    if (e === undefined || (e.value !== undefined && !isMap(e.value))) continue;
    found[name] = { at: nodeRange(file, e.key), ...readSettings<object>(file, blockSchema(name), e.value) };
  }
  return found as Pick<Blocks, K>;
}

import { isScalar, pathOf, written } from './jsonTree';
import type { JsonTree } from './jsonTree';

/** One field in which two values differ. What is not there is undefined. */
export interface FieldDiff {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface JsonDiff {
  /** In the order of the later value; what is gone from it stands at the end. */
  readonly fields: readonly FieldDiff[];
  readonly equal: number;
}

/** Two values field by field: the innermost values are compared as they are written. */
export function diffOf(before: JsonTree, after: JsonTree): JsonDiff {
  const old = leaves(before);
  const fields: FieldDiff[] = [];
  let equal = 0;
  for (const [path, value] of leaves(after)) {
    const was = old.get(path);
    old.delete(path);
    if (was === value) equal++;
    else fields.push({ path, before: was, after: value });
  }
  for (const [path, was] of old) fields.push({ path, before: was, after: undefined });
  return { fields, equal };
}

/** What holds nothing further, by its path; empty objects and arrays among them. */
function leaves(tree: JsonTree): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, node] of tree.nodes.entries()) {
    if (isScalar(node) || node.size === 0) found.set(pathOf(tree, index) || '(whole)', written(tree, node));
  }
  return found;
}

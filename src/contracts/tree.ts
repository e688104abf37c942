import { parseJson } from '../syntax/json';
import { entry, get, isMap, isSeq, type SyntaxNode, type SyntaxTree } from '../syntax/tree';
import { parseYaml } from '../syntax/yaml';
import { unescapeStep } from '../text/pointer';
import type { SourceFile } from '../text/sourceFile';

/** By the text: a document with a hundred messages is parsed once, not once a message. */
const known = new WeakMap<SourceFile, SyntaxTree>();

/** The tree of a file that may be JSON or YAML, by its name. */
export function treeOf(file: SourceFile): SyntaxTree {
  let tree = known.get(file);
  if (tree === undefined) known.set(file, (tree = /\.ya?ml$/i.test(file.path) ? parseYaml(file.text) : parseJson(file.text)));
  return tree;
}

/** The AsyncAPI document in a file, if there is one. */
export function asyncApiRoot(file: SourceFile): SyntaxNode | undefined {
  return file.text.includes('asyncapi') && /\.(ya?ml|json)$/i.test(file.path)
    ? treeOf(file).roots.find((root) => isMap(root) && entry(root, 'asyncapi') !== undefined) : undefined;
}

/** What references into a file start at. */
export function rootOf(file: SourceFile): SyntaxNode | undefined {
  return asyncApiRoot(file) ?? treeOf(file).roots[0];
}

/** The node that a JSON pointer (RFC 6901) leads to; references on the way are not followed. */
export function nodeAt(root: SyntaxNode | undefined, pointer: string): SyntaxNode | undefined {
  return pointer.split('/').slice(1).reduce<SyntaxNode | undefined>((node, step) => {
    const name = unescapeStep(step);
    return isSeq(node) ? node.items[Number(name)] : get(node, name);
  }, root);
}

import type { Entry, ScalarNode, SyntaxNode, SyntaxTree } from '../../syntax/tree';
import { parseYaml } from '../../syntax/yaml';

/** Signs that no keyboard has stand for the braces while the text is parsed. */
const [open, close] = ['\uE010', '\uE011'];

/**
 * Parses YAML of a tool that fills in `${NAME}` and `${NAME:default}` before it parses: there the braces are
 * none of YAML's, also within brackets. Offsets and texts of the tree are those of the text as it is.
 */
export function parseExpanded(text: string): SyntaxTree {
  const tree = parseYaml(text);
  if (tree.problems.length === 0 || !text.includes('${')) return tree;
  const hidden = text.replace(/\$\{([A-Za-z_][\w.]*(?::[^{}\n]*)?)\}/g, `$$${open}$1${close}`);
  if (hidden === text) return tree;
  const again = parseYaml(hidden);
  if (again.problems.length >= tree.problems.length) return tree;
  return { roots: again.roots.map(shown), problems: again.problems };
}

// Recursion is safe: the depth of a tree is bounded where it is parsed.
function shown(node: SyntaxNode | undefined): SyntaxNode | undefined {
  switch (node?.kind) {
    case 'map':
      return {
        ...node,
        entries: node.entries.map((e): Entry => ({ ...e, key: shownScalar(e.key), value: shown(e.value) })),
      };
    case 'seq': return { ...node, items: node.items.map(shown) };
    case 'scalar': return shownScalar(node);
    default: return undefined;
  }
}

function shownScalar(node: ScalarNode): ScalarNode {
  if (!node.text.includes(open)) return node;
  const text = node.text.replaceAll(open, '{').replaceAll(close, '}');
  return { ...node, text, value: typeof node.value === 'string' ? text : node.value };
}

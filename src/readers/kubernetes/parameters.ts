import {
  get, isScalar, isSeq, text, type Entry, type MapNode, type ScalarNode, type SeqNode, type SyntaxNode,
} from '../../syntax/tree';

/** The default values of a template's parameters by their names. */
export type Parameters = ReadonlyMap<string, string>;

/** The parameters of an OpenShift `Template` that have a value in the file itself. */
export function parametersOf(template: SyntaxNode | undefined): Parameters {
  const list = get(template, 'parameters');
  const found = new Map<string, string>();
  if (!isSeq(list)) return found;
  for (const item of list.items) {
    const name = text(get(item, 'name'));
    const value = get(item, 'value');
    if (name !== undefined && isScalar(value) && value.value !== null) found.set(name, value.text);
  }
  return found;
}

/** `${NAME}` gives a text, `${{NAME}}` a value of any type; nothing but names stands in the braces. */
const reference = /\$\{\{([A-Za-z_]\w{0,200})\}\}|\$\{([A-Za-z_]\w{0,200})\}/g;

/** Values longer than this are no names and no addresses, whatever parameters make of them. */
const maxLength = 20_000;

/**
 * The tree with the values of parameters filled in. Places stay those of the references, which is what the
 * file has there; parameters without a value stay as they are written, for others to know as unknown.
 */
export function filledIn(node: SyntaxNode | undefined, parameters: Parameters): SyntaxNode | undefined {
  return parameters.size === 0 || node === undefined ? node : new Filling(parameters).fill(node);
}

class Filling {
  /** Aliases share nodes: each is filled in once, so that aliases of aliases do not multiply. */
  private readonly done = new Map<SyntaxNode, SyntaxNode>();

  constructor(private readonly parameters: Parameters) {}

  // Recursion is safe: the depth of a tree is bounded where it is parsed.
  fill(node: SyntaxNode): SyntaxNode {
    if (isScalar(node)) return filledScalar(node, this.parameters);
    const known = this.done.get(node);
    if (known !== undefined) return known;
    const filled = isSeq(node) ? this.fillSeq(node) : this.fillMap(node);
    this.done.set(node, filled);
    return filled;
  }

  private fillSeq(node: SeqNode): SeqNode {
    const items = node.items.map((item) => item && this.fill(item));
    return items.some((item, i) => item !== node.items[i]) ? { ...node, items } : node;
  }

  private fillMap(node: MapNode): MapNode {
    const entries = node.entries.map((entry): Entry => {
      const value = entry.value && this.fill(entry.value);
      return value === entry.value ? entry : { ...entry, value };
    });
    return entries.some((entry, i) => entry !== node.entries[i]) ? { ...node, entries } : node;
  }
}

function filledScalar(node: ScalarNode, parameters: Parameters): ScalarNode {
  if (typeof node.value !== 'string' || !node.text.includes('${')) return node;
  const filled = node.text.replace(reference, (whole, typed?: string, plain?: string) =>
    parameters.get(typed ?? plain ?? '') ?? whole);
  return filled === node.text || filled.length > maxLength ? node : { ...node, value: filled, text: filled };
}

import { parseEvents, YAMLException, type Event } from 'js-yaml';
import type { Comment, SyntaxNode, SyntaxProblem, SyntaxTree } from './tree';
import { yamlComments } from './yamlComments';
import { repairYaml } from './yamlRepair';
import { buildYamlTree, maxDepth } from './yamlTree';

export interface YamlTree extends SyntaxTree {
  /** Found on first use only. */
  readonly comments: readonly Comment[];
  /** True for a text that needed no mending and has no anchors: what one stretch says hangs on no other. */
  readonly isPlain: boolean;
}

/**
 * Parses YAML 1.2 (a byte order mark must be cut off before). Never throws: text that is not YAML is
 * mended line by line, each mend being a problem, so that all that stands before and after is kept.
 */
export function parseYaml(text: string): YamlTree {
  const first = yamlEvents(text);
  if (Array.isArray(first)) {
    const tree = buildYamlTree(text, first);
    return new Tree(text, tree, !tree.anchored);
  }
  const repaired = repairYaml(text, first, yamlEvents);
  const { roots, problems } = buildYamlTree(repaired.text, repaired.events);
  const place = repaired.place;
  const tree = {
    roots: roots.map((root) => movedNode(root, place)),
    problems: [
      ...repaired.problems,
      ...problems.map((p) => ({ ...p, start: place(p.start), end: place(p.end) })),
    ],
  };
  return new Tree(text, tree, false);
}

/** Where and why js-yaml stopped. */
export interface YamlStop {
  readonly at: number;
  readonly reason: string;
}

/** The events of a text, or where it stops being YAML. */
export function yamlEvents(text: string): Event[] | YamlStop {
  try {
    return parseEvents(text, { maxDepth });
  } catch (e) {
    if (e instanceof YAMLException) {
      return { at: Math.min(e.mark?.position ?? text.length, text.length), reason: e.reason };
    }
    // Nothing else is known to be thrown, but a text must never stop the whole program.
    return { at: 0, reason: e instanceof Error ? e.message : String(e) };
  }
}

class Tree implements YamlTree {
  readonly roots: readonly (SyntaxNode | undefined)[];
  readonly problems: readonly SyntaxProblem[];
  private found: readonly Comment[] | undefined;

  constructor(
    private readonly text: string,
    tree: SyntaxTree,
    readonly isPlain: boolean,
  ) {
    this.roots = tree.roots;
    this.problems = [...tree.problems].sort((a, b) => a.start - b.start || a.end - b.end);
  }

  get comments(): readonly Comment[] {
    return (this.found ??= yamlComments(this.text, this.roots));
  }
}

/** The same node with all offsets put through `place`. Recursion is safe: the tree's depth is bounded. */
export function movedNode(
  node: SyntaxNode | undefined,
  place: (offset: number) => number,
): SyntaxNode | undefined {
  if (node === undefined) return undefined;
  const range = { start: place(node.start), end: place(node.end) };
  switch (node.kind) {
    case 'scalar':
      return { ...node, ...range };
    case 'seq':
      return { ...node, ...range, items: node.items.map((item) => movedNode(item, place)) };
    case 'map':
      return {
        ...node,
        ...range,
        entries: node.entries.map((e) => ({
          ...e,
          key: { ...e.key, start: place(e.key.start), end: place(e.key.end) },
          value: movedNode(e.value, place),
          end: place(e.end),
          ...(e.colon === undefined ? {} : { colon: place(e.colon) }),
        })),
      };
  }
}

import type { ScalarNode, SyntaxProblem } from './tree';

/**
 * HCL (Terraform's language) as a tree that keeps places. What is a constant is a scalar as in YAML and
 * JSON (`tree.ts`); everything that must be computed keeps its form and its range, and nothing is computed
 * here. Offsets are UTF-16 code units in the file's text.
 */
export type HclExpression =
  | ScalarNode
  | HclObject
  | HclTuple
  | HclTemplate
  | HclReference
  | HclAccess
  | HclCall
  | HclBinary
  | HclFor
  | HclOpaque;

interface Placed {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
}

/** `{ a = 1, "b" = 2, (c) = 3 }`; a key that is a bare word is a plain scalar. */
export interface HclObject extends Placed {
  readonly kind: 'object';
  readonly items: readonly HclItem[];
}

export interface HclItem extends Placed {
  readonly key: HclExpression;
  /** Undefined where nothing is written behind the equals sign yet. */
  readonly value: HclExpression | undefined;
}

export interface HclTuple extends Placed {
  readonly kind: 'tuple';
  readonly items: readonly HclExpression[];
}

/** A quoted text or heredoc with `${…}` in it. A heredoc's range is that of its lines. */
export interface HclTemplate extends Placed {
  readonly kind: 'template';
  /** Unescaped text and what stands in `${…}`, in order; a `%{…}` directive is an opaque part. */
  readonly parts: readonly (string | HclExpression)[];
  readonly style: 'double' | 'block';
}

/** What follows a dot or stands in brackets; a splat (`[*]`, `.*`) takes all. */
export type HclStep = string | number | HclExpression | { readonly kind: 'splat' };

/** `var.x`, `kafka_topic.orders.name`, `each.value["a"]`. */
export interface HclReference extends Placed {
  readonly kind: 'reference';
  /** The first word: `var`, `local`, `each`, a resource's type. */
  readonly root: string;
  readonly steps: readonly HclStep[];
}

/** Steps from something other than a name: `merge(a, b)["x"]`. */
export interface HclAccess extends Placed {
  readonly kind: 'access';
  readonly base: HclExpression;
  readonly steps: readonly HclStep[];
}

export interface HclCall extends Placed {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly HclExpression[];
}

export interface HclBinary extends Placed {
  readonly kind: 'binary';
  readonly operator: '+' | '-' | '*' | '/' | '%';
  readonly left: HclExpression;
  readonly right: HclExpression;
}

/** `[for k, v in list : v if c]`, `{ for k, v in map : k => v }`. */
export interface HclFor extends Placed {
  readonly kind: 'for';
  /** One or two loop variables: with one it is the value. */
  readonly names: readonly string[];
  readonly over: HclExpression;
  /** Set for the form in braces. */
  readonly key?: HclExpression;
  readonly value: HclExpression;
  readonly condition?: HclExpression;
  /** True with `...` behind the value. */
  readonly grouped: boolean;
}

/** Conditions, comparisons and what cannot be understood: kept with its range and its parts. */
export interface HclOpaque extends Placed {
  readonly kind: 'opaque';
  readonly parts: readonly HclExpression[];
}

export interface HclAttribute extends Placed {
  readonly name: ScalarNode;
  readonly value: HclExpression | undefined;
}

export interface HclBlock extends Placed {
  readonly type: ScalarNode;
  readonly labels: readonly ScalarNode[];
  readonly body: HclBody;
  /** Behind the last label, or the type: the end of what stands before the brace. */
  readonly headEnd: number;
}

export interface HclBody extends Placed {
  /** In the order of the text; of an attribute that stands twice Terraform takes none, we the last. */
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

/** A parsed text; broken text keeps what was understood. */
export interface HclTree {
  readonly body: HclBody;
  readonly problems: readonly SyntaxProblem[];
}

/** The expressions directly inside one, for walks. */
export function partsOf(node: HclExpression): readonly HclExpression[] {
  switch (node.kind) {
    case 'scalar': return [];
    case 'object': return node.items.flatMap((i) => (i.value === undefined ? [i.key] : [i.key, i.value]));
    case 'tuple': return node.items;
    case 'template': return node.parts.filter((p) => typeof p !== 'string');
    case 'reference': return stepsOf(node.steps);
    case 'access': return [node.base, ...stepsOf(node.steps)];
    case 'call': return node.args;
    case 'binary': return [node.left, node.right];
    case 'for':
      return [node.over, node.key, node.value, node.condition].filter((e) => e !== undefined);
    case 'opaque': return node.parts;
  }
}

function stepsOf(steps: readonly HclStep[]): HclExpression[] {
  return steps.filter((s): s is HclExpression => typeof s === 'object' && s.kind !== 'splat');
}

import type {
  HclAccess, HclBinary, HclBody, HclExpression, HclFor, HclObject, HclReference, HclStep, HclTemplate,
} from '../../syntax/hclNodes';
import { entry, isMap, isSeq, type Entry, type ScalarNode } from '../../syntax/tree';
import { call } from './functions';
import { handleOf } from './handles';
import { instances, pairsOf, type Instance } from './instances';
import { attribute, type TerraformFile } from './terraformFile';
import { isUnknown, placed, scalar, sizeOf, textIn, unknown, type Unknown, type Value } from './value';

/** What loop variables, `each` and `count` stand for at a place. */
export type Scope = ReadonlyMap<string, Value>;
export const noScope: Scope = new Map();

/** References lead to references: longer chains are loops. */
const maxChain = 60;

/** What one file's expressions may cost together, since lists of lists of lists grow without end. */
const maxSteps = 500_000;

/** Resources whose computed id is one of their arguments. */
const idIs: ReadonlyMap<string, string> = new Map([
  ['kafka_topic', 'name'], ['rabbitmq_vhost', 'name'], ['rabbitmq_user', 'name'],
]);

/** Texts and collections beyond this are not names and topics any more. */
const maxSize = 20_000;

/**
 * Computes expressions as far as this file alone says what they come to: literals, templates, `local`,
 * defaults of `var`, arguments of resources in the same file, `for` over them. All else is unknown.
 * A value that comes by a reference stands where the reference stands, the parts of a list or map where
 * they are written.
 */
export class Evaluator {
  private steps = 0;
  private chain = 0;
  private readonly known = new Map<HclExpression, Value>();
  private readonly made = new Map<HclBody, readonly Instance[] | undefined>();

  constructor(private readonly tf: TerraformFile) {}

  value(node: HclExpression, scope: Scope = noScope): Value {
    return this.tryValue(node, scope) ?? this.unknown(node);
  }

  /** The value of what is defined once and used often: locals, defaults, arguments. */
  private shared(node: HclExpression): Value {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const value = this.value(node);
    this.known.set(node, value);
    return value;
  }

  private unknown(node: HclExpression): Value {
    return unknown(node, this.tf.file.text.slice(node.start, node.end));
  }

  /** Undefined where the expression leads to something that is not there. */
  private tryValue(node: HclExpression, scope: Scope): Value | undefined {
    if (++this.steps > maxSteps || this.chain > maxChain) return this.unknown(node);
    this.chain++;
    try {
      const value = this.compute(node, scope);
      return value !== undefined && value !== node && sizeOf(value) > maxSize ? this.unknown(node) : value;
    } finally {
      this.chain--;
    }
  }

  private compute(node: HclExpression, scope: Scope): Value | undefined {
    switch (node.kind) {
      case 'scalar': return node;
      case 'template': return this.template(node, scope);
      case 'object': return this.object(node, scope);
      case 'tuple': {
        const items = node.items.map((item) => this.value(item, scope));
        return { kind: 'seq', flow: true, items, start: node.start, end: node.end };
      }
      case 'reference': return this.reference(node, scope);
      case 'access': return this.access(node, scope);
      case 'call': {
        if (node.name === 'try') return this.firstKnown(node.args, scope);
        const args = node.args.map((a) => this.value(a, scope));
        for (const arg of args) this.steps += sizeOf(arg, true);
        if (this.steps > maxSteps) return this.unknown(node);
        return call(node.name, args, node) ?? this.unknown(node);
      }
      case 'binary': return this.arithmetic(node, scope);
      case 'for': return this.loop(node, scope);
      case 'opaque': return this.unknown(node);
    }
  }

  /** `try`: the first that is there. One that is not known may be there or not, so nobody can tell. */
  private firstKnown(args: readonly HclExpression[], scope: Scope): Value | undefined {
    for (const arg of args) {
      const value = this.tryValue(arg, scope);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private template(node: HclTemplate, scope: Scope): Value {
    const [only] = node.parts;
    if (node.parts.length === 1 && only !== undefined && typeof only !== 'string') {
      const value = this.value(only, scope);
      if (isUnknown(value)) {
        return value.handle === undefined ? this.unknown(node) : { ...value, ...contentOf(node) };
      }
      return placed(value, node, node.style);
    }
    let text = '';
    for (const part of node.parts) {
      const said = typeof part === 'string' ? part : textIn(this.value(part, scope));
      if (said === undefined) return this.unknown(node);
      text += said;
    }
    return scalar(text, node, node.style);
  }

  private object(node: HclObject, scope: Scope): Value {
    const entries: Entry[] = [];
    for (const item of node.items) {
      const key = this.keyOf(item.key, scope);
      if (key === undefined) continue;
      const value = item.value === undefined ? undefined : this.value(item.value, scope);
      entries.push({ key, value, end: item.end });
    }
    return { kind: 'map', flow: true, entries, start: node.start, end: node.end };
  }

  private keyOf(node: HclExpression, scope: Scope): ScalarNode | undefined {
    // A bare `cleanup.policy` is a reference by the grammar and a fault; everybody sees what is meant.
    const isDotted = node.kind === 'reference' && node.steps.every((s) => typeof s === 'string');
    if (isDotted && !this.knows(node.root, scope)) return scalar([node.root, ...node.steps].join('.'), node);
    const value = this.value(node, scope);
    return value.kind === 'scalar' && !isUnknown(value) && value.value !== null ? value : undefined;
  }

  private knows(root: string, scope: Scope): boolean {
    return scope.has(root) || ['var', 'local', 'each', 'count', 'module', 'data', 'path'].includes(root);
  }

  private reference(node: HclReference, scope: Scope): Value | undefined {
    const { root, steps } = node;
    const first = steps[0];
    const bound = scope.get(root);
    // What a loop walks over keeps the place of its entry in the list or map.
    if (bound !== undefined) return this.follow(bound, steps, scope, node);
    if (typeof first !== 'string') return this.unknown(node);
    let target: HclExpression | undefined;
    if (root === 'local') target = this.tf.locals.get(first);
    else if (root === 'var') target = this.tf.variables.get(first);
    else return this.argument(node, scope);
    if (target === undefined) return this.unknown(node);
    const value = this.follow(this.shared(target), steps.slice(1), scope, node);
    if (value === undefined) return undefined;
    return isUnknown(value) ? this.unknown(node) : placed(value, node);
  }

  /** `kafka_topic.orders.name`: what the resource is given under that name. What it computes is unknown. */
  private argument(node: HclReference, scope: Scope): Value {
    const words = node.root === 'data' ? node.steps.slice(0, 2) : node.steps.slice(0, 1);
    const declared = this.tf.byAddress.get([node.root, ...words].join('.'));
    const rest = node.steps.slice(words.length);
    if (declared === undefined) {
      const handle = handleOf(node);
      return handle === undefined ? this.unknown(node) : { ...(this.unknown(node) as Unknown), handle };
    }
    if (typeof rest[0] === 'object') return this.unknown(node);
    const { body } = declared.block;
    const [step, ...after] = rest;
    if (attribute(body, 'for_each') !== undefined || attribute(body, 'count') !== undefined) {
      return this.ofInstance(node, declared.address, step, after, scope);
    }
    if (typeof step !== 'string') return this.unknown(node);
    const target = attribute(body, step === 'id' ? (idIs.get(declared.type) ?? step) : step)?.value;
    if (target === undefined) return this.unknown(node);
    const value = this.follow(this.shared(target), after, scope, node);
    return value === undefined || isUnknown(value) ? this.unknown(node) : placed(value, node);
  }

  /** `kafka_topic.all["orders"].name` of a resource with `for_each`, `.a[0].name` of one with `count`. */
  private ofInstance(
    node: HclReference, address: string, key: HclStep | undefined, steps: readonly HclStep[], scope: Scope,
  ): Value {
    const block = this.tf.byAddress.get(address)?.block;
    const name = steps[0];
    if (block === undefined || typeof name !== 'string') return this.unknown(node);
    const target = attribute(block.body, name)?.value;
    if (target === undefined) return this.unknown(node);
    if (!this.made.has(block.body)) this.made.set(block.body, instances(this, block.body));
    const instance = this.made.get(block.body)?.find((i) => i.key === String(key));
    if (instance === undefined) return this.unknown(node);
    const value = this.follow(this.value(target, instance.scope), steps.slice(1), scope, node);
    return value === undefined || isUnknown(value) ? this.unknown(node) : placed(value, node);
  }

  private access(node: HclAccess, scope: Scope): Value | undefined {
    return this.follow(this.value(node.base, scope), node.steps, scope, node);
  }

  /** Goes down from a value; undefined where a map or list does not hold what is asked for. */
  private follow(
    from: Value, steps: readonly HclStep[], scope: Scope, node: HclExpression,
  ): Value | undefined {
    let value = from;
    for (const step of steps) {
      if (isUnknown(value)) return this.unknown(node);
      const key = typeof step === 'object'
        ? (step.kind === 'splat' ? undefined : textIn(this.value(step, scope))) : String(step);
      if (key === undefined) return this.unknown(node);
      const next = isMap(value) ? entry(value, key)?.value
        : isSeq(value) ? value.items[Number(key)] : undefined;
      if (next === undefined) return undefined;
      value = next;
    }
    return value;
  }

  private arithmetic(node: HclBinary, scope: Scope): Value {
    const [a, b] = [node.left, node.right].map((n) => {
      const text = textIn(this.value(n, scope));
      return text === undefined || text.trim() === '' ? NaN : Number(text);
    }) as [number, number];
    const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[node.operator];
    return Number.isFinite(result) ? scalar(result, node) : this.unknown(node);
  }

  private loop(node: HclFor, scope: Scope): Value {
    const over = this.value(node.over, scope);
    // A condition decides what is there; who takes all of them states too much.
    if (isUnknown(over) || node.grouped || node.condition !== undefined) return this.unknown(node);
    const pairs = pairsOf(over);
    if (pairs === undefined) return this.unknown(node);
    const entries: Entry[] = [];
    const items: Value[] = [];
    const [first, second] = node.names;
    for (const [key, value] of pairs) {
      if (this.steps > maxSteps) return this.unknown(node);
      const inner = new Map(scope);
      if (second !== undefined) inner.set(first ?? '', key).set(second, value);
      else inner.set(first ?? '', value);
      const item = this.value(node.value, inner);
      if (node.key === undefined) items.push(item);
      else {
        const name = this.value(node.key, inner);
        if (name.kind !== 'scalar' || isUnknown(name)) return this.unknown(node);
        entries.push({ key: name, value: item, end: Math.max(name.end, item.end) });
      }
    }
    const at = { start: node.start, end: node.end };
    if (node.key === undefined) return { kind: 'seq', flow: true, items, ...at };
    return { kind: 'map', flow: true, entries, ...at };
  }
}

/** Where a text in quotes has its content. */
function contentOf(node: HclTemplate): { readonly start: number; readonly end: number } {
  const { start, end } = node;
  return node.style === 'block' ? { start, end } : { start: start + 1, end: Math.max(start + 1, end - 1) };
}

import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import type { Evaluator, Scope } from './evaluate';
import { nestedBodies } from './instances';
import { Args } from './args';
import { blockRange, headRange, type Declared, type TerraformFile } from './terraformFile';

export const dialect = 'terraform';

/** What the parts of this reader share while one file is read. */
export interface Context {
  readonly file: SourceFile;
  readonly tf: TerraformFile;
  readonly evaluator: Evaluator;
  readonly facts: Fact[];
  readonly problems: Problem[];
  /** Places of expressions that were asked for and that the file does not say, by where they start. */
  readonly skipped: Map<number, SourceRange>;
  /** The brokers of this file by the addresses of the resources and providers that stand for them. */
  readonly brokers: Map<string, BrokerFact>;
  /** Clusters that are only named (`lkc-abc123`), by that name. */
  readonly literals: Map<string, BrokerFact>;
}

/** One of what a block makes: itself, or an instance of its `for_each` or `count`. */
export interface Made {
  readonly declared: Declared;
  readonly args: Args;
  /** Where the cursor must be to be on it. */
  readonly extent: SourceRange;
  /** `resource "kafka_topic" "orders"`. */
  readonly head: SourceRange;
}

export function madeOf(c: Context, declared: Declared, scope: Scope): Made {
  const { block } = declared;
  return {
    declared, args: new Args(c, { body: block.body, scope, start: block.start, end: block.end }),
    extent: blockRange(c.file, block), head: headRange(c.file, block),
  };
}

/** The blocks of a type inside one: also those that `dynamic` makes, or an attribute that is an object. */
export function nested(c: Context, args: Args, type: string): readonly Args[] {
  const blocks = nestedBodies(c.evaluator, args.nested.body, type, args.nested.scope);
  if (blocks.length > 0) return blocks.map((b) => new Args(c, b));
  return args.objects(type);
}

/** A value that nobody can tell: its place goes into the note about the file. */
export function skip(c: Context, at: { readonly start: number; readonly end: number }): void {
  c.skipped.set(at.start, rangeIn(c.file, at.start, at.end));
}

/** The one broker of a protocol that the file declares as a resource, if it is just one. */
export function onlyBroker(c: Context, protocol: Protocol): BrokerFact | undefined {
  const all = new Set([...c.brokers.values()].filter((b) => b.protocol?.value === protocol));
  return all.size === 1 ? [...all][0] : undefined;
}

import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import { get, type SyntaxNode } from '../../syntax/tree';
import { sourcedNumber, sourcedText } from '../shared/places';
import type { AppliedPolicies } from './policies';
import { isPlaceholder } from './template';

/** A value in force, and who set it: nothing for the queue's own argument. */
export interface InForce<T> extends Sourced<T> {
  readonly by?: string;
}

/** Looks up what is in force for one queue or exchange, over its arguments and its policies. */
export interface Effective {
  /** Text keys: the argument beats the policy, the operator policy beats the user's policy. */
  text(key: string): InForce<string> | undefined;
  /** Numeric limits: the lowest of argument, policy and operator policy (docs/queues, docs/maxlength). */
  number(key: string): InForce<number> | undefined;
  /** The same; a limit that a template fills in is NaN: it is set, but nobody knows to what. */
  numberOrOpen(key: string): InForce<number> | undefined;
}

/** @param prefix of argument names: `x-` for queues; exchange arguments have none. */
export function effective(
  file: SourceFile,
  args: SyntaxNode | undefined,
  applied: AppliedPolicies,
  prefix: string,
): Effective {
  const { policy, operator } = applied;
  const same = (key: string): string => key;
  const sources: { node: SyntaxNode | undefined; key: (key: string) => string; by?: string }[] = [
    { node: args, key: (key) => prefix + key },
    { node: operator?.definition, key: same, by: `operator policy "${operator?.name}"` },
    { node: policy?.definition, key: same, by: `policy "${policy?.name}"` },
  ];
  const number = (key: string): InForce<number> | undefined => {
    let lowest: InForce<number> | undefined;
    for (const source of sources) {
      const found = sourcedNumber(file, get(source.node, source.key(key)));
      if (found === undefined || (lowest !== undefined && !isLower(found.value, lowest.value))) continue;
      lowest = { ...found, by: source.by };
    }
    return lowest;
  };
  return {
    text(key) {
      for (const source of sources) {
        const node = get(source.node, source.key(key));
        // An empty string is a value here: it names the default exchange.
        if (node?.kind === 'scalar' && node.value === '') {
          return { value: '', at: emptyAt(file, node), by: source.by };
        }
        const found = sourcedText(file, node);
        if (found !== undefined) return { ...found, by: source.by };
      }
      return undefined;
    },
    number,
    numberOrOpen(key) {
      const known = number(key);
      if (known !== undefined) return known;
      for (const source of sources) {
        const found = sourcedText(file, get(source.node, source.key(key)));
        if (found !== undefined && isPlaceholder(found.value)) {
          return { value: NaN, at: found.at, by: source.by };
        }
      }
      return undefined;
    },
  };
}

/** A negative limit (delivery-limit -1) means none, so any real limit is lower. */
function isLower(a: number, b: number): boolean {
  if (a < 0 || b < 0) return a >= 0 && b < 0;
  return a < b;
}

function emptyAt(file: SourceFile, node: SyntaxNode): Sourced<string>['at'] {
  return { file: file.id, start: node.start, end: node.end };
}

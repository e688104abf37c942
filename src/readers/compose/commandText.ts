import { isScalar, isSeq, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { ComposeService } from './services';

/** The scalars of a container's `entrypoint` and `command`, in the order in which they run. */
export function commandScalars({ value }: Pick<ComposeService, 'value'>): ScalarNode[][] {
  return [scalarsOf(value('entrypoint')), scalarsOf(value('command'))].filter((list) => list.length > 0);
}

function scalarsOf(node: SyntaxNode | undefined): ScalarNode[] {
  if (isScalar(node)) return node.value === null ? [] : [node];
  return isSeq(node) ? node.items.filter((item) => isScalar(item)) : [];
}

/** All that a container runs, as one text, for a look at it. */
export function textOfCommand(service: Pick<ComposeService, 'value' | 'items'>): string {
  return commandScalars(service).flat().map((node) => node.text).join(' ').slice(0, maxText);
}

/** Longer scripts are programs, and no place for declarations. */
export const maxText = 1 << 16;

import { choicesOf, repairOf, whatIf } from '../delivery/guarantees';
import type { Ide } from '../ide/context';
import type { Place } from '../protocol/common';
import type { Change, FlowView } from '../protocol/guarantee';
import type { SourceRange } from '../text/range';
import { flowView } from './flowData';

/** A flow in full, reckoned with other values where there are some; undefined where there is no such flow. */
export function explained(
  ide: Ide, id: string, changes: readonly Change[], place: (at: SourceRange) => Place,
): FlowView | undefined {
  const guarantee = ide.guarantees().find(({ flow }) => flow.id === id);
  if (guarantee === undefined) return undefined;
  const reckoned = changes.length === 0 ? guarantee : whatIf(guarantee, changes);
  // What can be chosen, and what would mend it, is said of the files as they are.
  return flowView(reckoned, { choices: choicesOf(guarantee), repair: repairOf(guarantee), changes }, place);
}

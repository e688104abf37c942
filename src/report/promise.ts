import { hazards, isAssumed, isByAssumption, type FlowGuarantee, type FlowSetting, type Hazard } from '../delivery/guarantee';
import { breaksPromise } from '../delivery/guaranteeWords';
import { isOpen } from '../lint/repairFix';

/**
 * What is to be thought of a flow's promise. `kept`, `broken`; `assumed` where it is broken only if a setting that
 * nobody stated is as weak as it may be; `open` where the search gave up before it found anything; `none` where
 * nobody made one.
 */
export type Promised = 'kept' | 'broken' | 'assumed' | 'open' | 'none';

export function promiseOf(guarantee: FlowGuarantee): Promised {
  if (guarantee.declared === undefined) return 'none';
  if (!breaksPromise(guarantee)) return guarantee.isBounded ? 'open' : 'kept';
  return assumptionsBehind(guarantee).length > 0 ? 'assumed' : 'broken';
}

/**
 * The settings that nobody stated and without which nothing would be broken, as `acks of checkout`. Empty as soon
 * as one hazard breaks the promise by what is stated alone.
 */
export function assumptionsBehind(guarantee: FlowGuarantee): string[] {
  const isGuess = (one: FlowSetting): boolean => isAssumed(one) || isOpen(guarantee.flow, one);
  const these = broken(guarantee).map((hazard) => guarantee.hazards[hazard]);
  const keys = these.map((found) => found.deciding.filter(isGuess).map((one) => `${one.key} of ${one.subject}`));
  return these.some((found) => !isByAssumption(found, isGuess)) ? [] : [...new Set(keys.flat())].sort();
}

/** The hazards that are more likely than the declared guarantee allows. */
function broken({ declared, hazards: found }: FlowGuarantee): Hazard[] {
  const value = declared?.value;
  return hazards.filter((hazard) => {
    const { faults } = found[hazard];
    if (faults === null || faults > 1) return false;
    if (hazard === 'loss') return value === 'at-least-once' || value === 'exactly-once';
    return hazard === 'duplication' && (value === 'at-most-once' || value === 'exactly-once');
  });
}

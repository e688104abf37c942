import { faultBound, hazards, type Hazard, type StepKind } from '../guarantee';

/** Where a step happens, before a flow gives the places their names. */
export type Role = 'source' | 'channel' | 'target';

/** A step of a machine's story; `{source}`, `{channel}` and `{target}` stand for names. */
export interface StepDraft {
  readonly text: string;
  readonly kind: StepKind;
  readonly from: Role;
  readonly to: Role;
  readonly message?: 1 | 2;
  readonly replica?: number;
  readonly inVain?: true;
}

/** What may happen next: `faults` is 1 where something breaks, 0 in normal running. */
export interface Move<S> {
  readonly state: S;
  readonly faults: 0 | 1;
  /** By how much it makes a story longer, default 1: of stories with as few faults the most ordinary one is told. */
  readonly length?: number;
  readonly step: StepDraft;
}

/** A part of a flow as a state machine of two messages. States are values: a move never changes one. */
export interface Machine<S> {
  readonly start: S;
  /** Equal for states that behave alike. */
  key(state: S): string;
  /** @param mayFail false where no further fault is counted with: moves with one may then be left out. */
  moves(state: S, mayFail: boolean): readonly Move<S>[];
  /** What has gone wrong in a state. */
  shows(state: S): readonly Hazard[];
}

export interface Found {
  readonly faults: number;
  readonly steps: readonly StepDraft[];
}

export interface Exploration {
  /** Absent for what never happens within the bound. */
  readonly found: Readonly<Partial<Record<Hazard, Found>>>;
  /** Distinct states seen. */
  readonly states: number;
  /** True if the search stopped at its limit of states, so that what is absent may yet exist. */
  readonly isBounded: boolean;
}

/** States at most; the largest machine of ours has fewer than a third of these. */
const stateLimit = 200_000;

interface Visit<S> {
  readonly state: S;
  readonly key: string;
  readonly before?: Visit<S>;
  readonly step?: StepDraft;
}

/**
 * Looks for the shortest stories of the wanted hazards. Searches all states that up to `bound` faults lead to, in the order of faults and then of steps, so that the
 * first state that shows a hazard ends its shortest story with the fewest faults.
 */
export function explore<S>(
  machine: Machine<S>, wanted: readonly Hazard[] = hazards, bound: number = faultBound, limit: number = stateLimit,
): Exploration {
  const found: Partial<Record<Hazard, Found>> = {};
  const seen = new Set<string>();
  /** Of each number of faults, the visits to make, by their number of steps. */
  const waiting: Visit<S>[][][] = Array.from({ length: bound + 1 }, () => []);
  waiting[0]![0] = [{ state: machine.start, key: machine.key(machine.start) }];
  for (let faults = 0; faults <= bound; faults++) {
    const bySteps = waiting[faults]!;
    for (let steps = 0; steps < bySteps.length; steps++) {
      // The list grows no more: every move leads to a longer story.
      for (const visit of bySteps[steps] ?? []) {
        if (seen.has(visit.key)) continue;
        if (seen.size >= limit) return { found, states: seen.size, isBounded: true };
        seen.add(visit.key);
        for (const hazard of machine.shows(visit.state)) if (wanted.includes(hazard)) found[hazard] ??= { faults, steps: storyOf(visit) };
        if (wanted.every((hazard) => found[hazard] !== undefined)) return { found, states: seen.size, isBounded: false };
        for (const move of machine.moves(visit.state, faults < bound)) {
          const level = faults + move.faults;
          if (level > bound) continue;
          const key = machine.key(move.state);
          if (!seen.has(key)) (waiting[level]![steps + (move.length ?? 1)] ??= []).push({ state: move.state, key, before: visit, step: move.step });
        }
      }
    }
  }
  return { found, states: seen.size, isBounded: false };
}

function storyOf<S>(visit: Visit<S>): StepDraft[] {
  const steps: StepDraft[] = [];
  for (let at: Visit<S> | undefined = visit; at?.step !== undefined; at = at.before) steps.push(at.step);
  return steps.reverse();
}

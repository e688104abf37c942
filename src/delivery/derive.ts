import type { Guarantee } from '../model/settings';
import { assemble } from './assemble';
import { changed } from './change';
import { hazards, type Flow, type Hazard, type HazardResult, type Station } from './guarantee';
import type { Found } from './machines/explore';
import type { Knob, Stage } from './stages/stage';
import { storyOf } from './story';

/** What a flow really gives, but for what is declared. */
export interface Derived {
  readonly derived: Guarantee;
  readonly hazards: Readonly<Record<Hazard, HazardResult>>;
  readonly decidedBy?: Hazard;
  readonly isBounded: boolean;
}

/** The worst of a flow's stages for one hazard; undefined where no stage shows it. */
export interface Worst {
  readonly stage: number;
  readonly found: Found;
}

/** Composes the stages of a flow: it is as weak as its weakest part. */
export function derive(flow: Flow): Derived {
  const stages = assemble(flow);
  const results = {} as Record<Hazard, HazardResult>;
  for (const hazard of hazards) {
    const worst = worstOf(flow, stages, hazard);
    results[hazard] = worst === undefined ? nothing : new Result(flow, hazard, worst);
  }
  const derived = guaranteeOf(results.loss.faults, results.duplication.faults);
  const decidedBy = derived === 'exactly-once' ? undefined : derived === 'at-least-once' ? 'duplication' : 'loss';
  return { derived, hazards: results, decidedBy, isBounded: stages.some((stage) => stage.exploration.isBounded) };
}

/** Everything that a flow's stages looked at, in the order of its stations. */
export function settingsOf(flow: Flow): readonly Knob[] {
  return distinct(assemble(flow).flatMap((stage) => stage.knobs));
}

const nothing: HazardResult = { faults: null, trace: [], deciding: [] };

/**
 * What one fault at a time can do decides the name: everything is lost when enough breaks at once.
 */
export function guaranteeOf(loss: number | null, duplication: number | null): Guarantee {
  const loses = loss !== null && loss <= 1;
  const repeats = duplication !== null && duplication <= 1;
  return loses ? (repeats ? 'best-effort' : 'at-most-once') : repeats ? 'at-least-once' : 'exactly-once';
}

export function worstOf(flow: Flow, stages: readonly Stage[], hazard: Hazard): Worst | undefined {
  let worst: Worst | undefined;
  for (const [stage, { exploration }] of stages.entries()) {
    const found = exploration.found[hazard];
    if (found === undefined || (hazard === 'duplication' && isRecognised(flow, stages, stage))) continue;
    // Of equals the first is told, but for duplication, where the consumer's own crash is the best-known story.
    const isWorse = worst === undefined || found.faults < worst.found.faults || (hazard === 'duplication' && found.faults === worst.found.faults);
    if (isWorse) worst = { stage, found };
  }
  return worst;
}

/**
 * True if somebody further on recognises what comes twice. It clears what happened before it, its own repeated work
 * included, and nothing else.
 */
function isRecognised(flow: Flow, stages: readonly Stage[], at: number): boolean {
  if (flow.consume.settings.idempotentBy !== undefined) return true;
  const { source, target } = stages[at]!.stations;
  return flow.via.some(({ consume }, i) => consume.settings.idempotentBy !== undefined
    && Math.max(source, target) <= stationOf(flow.stations, i));
}

/** The station of the i-th service on the way. */
function stationOf(stations: readonly Station[], i: number): number {
  let count = -1;
  return stations.findIndex(({ kind }) => kind === 'processor' && ++count === i);
}

/**
 * Stories and what decides them are asked of the few flows that are looked at. Stages are assembled anew for them: to
 * keep those of ten thousand flows costs more than to make them.
 */
class Result implements HazardResult {
  readonly faults: number;
  private decided: Decision | undefined;

  constructor(private readonly flow: Flow, private readonly hazard: Hazard, private readonly worst: Worst) {
    this.faults = worst.found.faults;
  }

  get trace(): HazardResult['trace'] {
    return storyOf(this.flow, assemble(this.flow), this.worst.stage, this.hazard, this.worst.found.steps);
  }

  get deciding(): readonly Knob[] {
    return this.decision.knobs;
  }

  get isJoint(): boolean {
    return this.decision.isJoint;
  }

  /** Kept, unlike a story: several ask for it, it is a few settings, and each takes as many derivations as a flow has settings. */
  private get decision(): Decision {
    return (this.decided ??= decidingOf(this.flow, this.hazard, this.faults));
  }
}

interface Decision {
  readonly knobs: readonly Knob[];
  /** True where only all of them together make the hazard rarer. */
  readonly isJoint: boolean;
}

/**
 * The settings of which a stronger value makes the hazard rarer: each by itself, else those of the smallest set that
 * does so together.
 */
function decidingOf(flow: Flow, hazard: Hazard, faults: number): Decision {
  const knobs = settingsOf(flow);
  const before = assemble(flow);
  const helps = (changes: readonly Knob[]): boolean => {
    const next = changed(flow, changes);
    const stages = assemble(next);
    // Where nothing can be written any more, nothing is lost either: that decides nothing.
    if (hazard !== 'blocking' && isNewlyStuck(stages, before)) return false;
    const after = worstOf(next, stages, hazard)?.found.faults;
    return after === undefined || after > faults;
  };
  const strongest = knobs.flatMap((knob) => {
    const best = strongerOf(knob).at(-1);
    return best === undefined ? [] : [{ knob, changed: { ...knob, value: best.value } }];
  });
  const alone = strongest.filter((one) => helps([one.changed]));
  if (alone.length > 0) return { knobs: alone.map(({ knob }) => knob), isJoint: false };
  // None does it alone: of all together, those that cannot be left out.
  if (!helps(strongest.map((one) => one.changed))) return { knobs: [], isJoint: false };
  const needed = strongest.reduce((left, one) => {
    const without = left.filter((other) => other !== one);
    return helps(without.map((other) => other.changed)) ? without : left;
  }, strongest);
  return { knobs: needed.map(({ knob }) => knob), isJoint: true };
}

/** True where nothing goes on any more in some part of a changed flow that goes on as it is. */
export function isNewlyStuck(stages: readonly Stage[], before: readonly Stage[]): boolean {
  return stages.some((stage, i) => isStuck(stage) && (before[i] === undefined || !isStuck(before[i])));
}

/** True where nothing goes on even in normal running. */
function isStuck({ exploration }: Stage): boolean {
  return exploration.found.blocking?.faults === 0;
}

/** The values that promise more than the present one, weakest first. */
export function strongerOf({ choices, value }: Knob): Knob['choices'] {
  const at = choices.findIndex((choice) => choice.value === value);
  if (at >= 0) return choices.slice(at + 1);
  // A number between two choices: those above it where they grow, those below it where they fall.
  const [first, last] = [choices[0]?.value, choices.at(-1)?.value];
  if (typeof value !== 'number' || typeof first !== 'number' || typeof last !== 'number') return choices.slice(-1);
  return choices.filter((choice) => (first < last ? Number(choice.value) > value : Number(choice.value) < value));
}

function distinct(knobs: readonly Knob[]): Knob[] {
  const seen = new Set<string>();
  return knobs.filter((knob) => {
    const key = `${knob.station} ${knob.owner} ${knob.key}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}


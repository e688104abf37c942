import type { Guarantee } from '../model/settings';
import { assemble } from './assemble';
import { changed } from './change';
import { derive, isNewlyStuck, settingsOf, strongerOf } from './derive';
import { fallsShort, type Flow, type FlowGuarantee, type FlowSetting, type Hazard } from './guarantee';
import type { Choice, Knob, Stage } from './stages/stage';

/** A setting and the value that it should have. */
export interface RepairChange {
  readonly setting: FlowSetting;
  readonly value: string | number | boolean;
  /** What it costs, as the end of "it …". */
  readonly cost?: string;
  /** True where the program must do something besides. */
  readonly needsCode: boolean;
}

/** The smallest set of changes that makes a promise true. */
export interface Repair {
  readonly changes: readonly RepairChange[];
}

/** Changes at most of which every set is tried for one stage; where more are needed, what can be left out of all is. */
const most = 4;

/**
 * The smallest set of changes by which a flow gives what is declared for it; of equals the one that needs the least
 * code and costs the least. Undefined where nothing is declared, nothing is missing, or no settings can give it.
 */
export function repairOf({ flow, declared, derived }: FlowGuarantee): Repair | undefined {
  if (declared === undefined || !fallsShort(declared.value, derived)) return undefined;
  return repairTo(flow, declared.value);
}

/**
 * What is left to change once messages that the consumer cannot process have a place to go, for flows that no values
 * alone repair: such a place needs a name, which only its owners know.
 */
export function repairBesidesDeadLetters({ flow, declared, derived }: FlowGuarantee): Repair | undefined {
  if (declared === undefined || !fallsShort(declared.value, derived)) return undefined;
  const { consume } = flow;
  const onFailure = { ...consume.settings.onFailure, deadLetter: { value: 'dead-letters', at: consume.at } };
  const next: Flow = { ...flow, consume: { ...consume, settings: { ...consume.settings, onFailure } } };
  return fallsShort(declared.value, derive(next).derived) ? repairTo(next, declared.value) : { changes: [] };
}

const cache = new WeakMap<Flow, Map<Guarantee, Repair | undefined>>();

export function repairTo(flow: Flow, wanted: Guarantee): Repair | undefined {
  let own = cache.get(flow);
  if (own === undefined) cache.set(flow, (own = new Map()));
  if (!own.has(wanted)) own.set(wanted, search(flow, wanted));
  return own.get(wanted);
}

interface Turn {
  readonly knob: Knob;
  readonly choice: Choice;
}

function search(flow: Flow, wanted: Guarantee): Repair | undefined {
  const needed: Hazard[] = [
    ...fallsShort(wanted, 'at-most-once') ? ['loss' as const] : [], ...fallsShort(wanted, 'at-least-once') ? ['duplication' as const] : [],
  ];
  const before = assemble(flow);
  let taken: readonly Turn[] = [];
  // What one part of a flow needs, no other part can give; only a consumer that knows what it has done helps all.
  if (needed.includes('duplication') && !isFine(flow, ['duplication'])) {
    const dedup = settingsOf(flow).findLast(({ key }) => key === 'idempotentBy');
    const choice = dedup && strongerOf(dedup).at(-1);
    if (dedup !== undefined && choice !== undefined) taken = [{ knob: dedup, choice }];
  }
  let at = apply(flow, taken);
  for (let i = 0; i < assemble(at).length; i++) {
    const found = repairStage(at, i, needed, before);
    if (found === undefined) return undefined;
    taken = [...taken, ...found];
    at = apply(flow, taken);
  }
  return keeps(at, needed, before) ? { changes: minimal(flow, taken, needed, before).map(toChange) } : undefined;
}

/** The least that makes one stage harmless: sets of one change, then of two, and so on. */
function repairStage(flow: Flow, stage: number, needed: readonly Hazard[], before: readonly Stage[]): readonly Turn[] | undefined {
  const wanted = needed.filter((hazard) => hazard !== 'duplication' || !isCleared(flow));
  const isFineAt = (next: Flow): boolean => {
    const stages = assemble(next);
    return isHarmless(stages[stage], wanted) && !isNewlyStuck(stages, before);
  };
  if (isFineAt(flow)) return [];
  const turns = turnsOf(flow, stage);
  // Where not even all of them together help, a few do not: what cannot be repaired is not searched for long. All is
  // tried twice, since most is not always best: with QoS 2 a message is answered for before the work.
  const ends = [turns, [...turns].reverse()].map((list) => [...new Map(list.map((turn) => [turn.knob, turn])).values()]);
  const all = ends.find((set) => isFineAt(apply(flow, set)));
  const largest = all === undefined ? 2 : most;
  for (let size = 1; size <= largest; size++) {
    let best: readonly Turn[] | undefined;
    for (const set of subsets(turns, size)) {
      if (!isFineAt(apply(flow, set))) continue;
      if (best === undefined || priceOf(set) < priceOf(best)) best = set;
    }
    if (best !== undefined) return best;
  }
  return all;
}

/**
 * What can be made stronger in a stage, and what comes into question only then: how often a broker that saves does so,
 * the client id of a session that is kept.
 */
function turnsOf(flow: Flow, stage: number): readonly Turn[] {
  const strongest: Turn[] = [];
  const turns: Turn[] = [];
  const seen = new Set<string>();
  for (let at = flow, before = -1; before < strongest.length; at = apply(flow, strongest)) {
    before = strongest.length;
    for (const knob of assemble(at)[stage]?.knobs ?? []) {
      const key = `${knob.owner} ${knob.station} ${knob.key}`;
      const choices = strongerOf(knob);
      if (knob.key === 'idempotentBy' || seen.has(key) || choices.length === 0) continue;
      seen.add(key);
      turns.push(...choices.map((choice) => ({ knob, choice })));
      strongest.push({ knob, choice: choices.at(-1)! });
    }
  }
  return turns;
}

function isCleared(flow: Flow): boolean {
  return flow.consume.settings.idempotentBy !== undefined;
}

function isHarmless(stage: Stage | undefined, wanted: readonly Hazard[]): boolean {
  return stage !== undefined && wanted.every((hazard) => (stage.exploration.found[hazard]?.faults ?? Infinity) > 1);
}

function isFine(flow: Flow, needed: readonly Hazard[]): boolean {
  const { hazards } = derive(flow);
  return needed.every((hazard) => (hazards[hazard].faults ?? Infinity) > 1);
}

/** The same, and not because nothing is written or worked on any more: what stands still keeps no promise. */
function keeps(flow: Flow, needed: readonly Hazard[], before: readonly Stage[]): boolean {
  return isFine(flow, needed) && !isNewlyStuck(assemble(flow), before);
}

/** Leaves out what the others make needless. */
function minimal(flow: Flow, turns: readonly Turn[], needed: readonly Hazard[], before: readonly Stage[]): readonly Turn[] {
  return turns.reduce<readonly Turn[]>((left, turn) => {
    const without = left.filter((other) => other !== turn);
    return keeps(apply(flow, without), needed, before) ? without : left;
  }, turns);
}

function apply(flow: Flow, turns: readonly Turn[]): Flow {
  return turns.length === 0 ? flow : changed(flow, turns.map(({ knob, choice }) => ({ ...knob, value: choice.value })));
}

function priceOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, { knob, choice }) => sum + (choice.needsCode ? 100 : 0) + (choice.cost === undefined ? 0 : 10)
    + knob.choices.indexOf(choice), 0);
}

/** Sets of so many turns, of different settings each. */
function* subsets(turns: readonly Turn[], size: number, from = 0): Generator<readonly Turn[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= turns.length - size; i++) {
    for (const rest of subsets(turns, size - 1, i + 1)) {
      if (rest.every(({ knob }) => knob !== turns[i]!.knob)) yield [turns[i]!, ...rest];
    }
  }
}

function toChange({ knob, choice }: Turn): RepairChange {
  return { setting: knob, value: choice.value, ...(choice.cost === undefined ? {} : { cost: choice.cost }), needsCode: choice.needsCode === true };
}

import type { Guarantee, Setting } from '../model/settings';
import {
  faultBound, fallsShort, isAssumed, type Faults, type Flow, type FlowGuarantee, type FlowSetting, type Hazard, type Station,
} from './guarantee';

/** The words in which guarantees are told, the same in lenses, hovers, the graph and the side view. Plain text. */

const counts = ['no', 'one', 'two', 'three', 'four', 'five'];

/** `in normal running`, `by one fault`, `by two faults together`, `never within three faults`. */
export function faultsWords(faults: Faults, isBounded = false): string {
  if (faults === null) return isBounded ? 'not found, and not all was searched' : `never within ${counts[faultBound]} faults`;
  if (faults === 0) return 'in normal running';
  return faults === 1 ? 'by one fault' : `by ${counts[faults] ?? faults} faults together`;
}

const becomes: Readonly<Record<Hazard, string>> = {
  loss: 'lost', duplication: 'processed twice', reordering: 'processed out of order', blocking: 'blocked',
};

/** What becomes of a message: `processed twice`. */
export function hazardWords(hazard: Hazard): string {
  return becomes[hazard];
}

/** `at-least-once`, `at-least-once ✓`, `at-least-once · declared exactly-once ✗`. */
export function verdictWords({ declared, derived }: Pick<FlowGuarantee, 'declared' | 'derived'>): string {
  if (declared === undefined) return derived;
  if (declared.value === derived) return `${derived} ✓`;
  return `${derived} · declared ${declared.value} ${fallsShort(declared.value, derived) ? '✗' : '✓'}`;
}

/** Where a value comes from: `declared`, `default of Java client < 3.0, assumed`. */
export function settingOrigin(setting: Setting<unknown>): string {
  switch (setting.from) {
    case 'declared':
      return setting.inherited === undefined ? 'declared' : `declared for all of ${setting.inherited}`;
    case 'default':
      // What a flow may say and need not has no document.
      if (setting.source === '') return 'not said';
      return `the default of ${setting.of}${setting.assumed === true ? ', assumed' : ''}`;
    case 'unknown':
      return 'said nowhere, the weakest is assumed';
  }
}

/** `checkout → orders.placed → billing`. */
export function flowTitle({ stations }: Pick<Flow, 'stations'>): string {
  return stations.map(stationName).join(' → ');
}

/** A station as people call it; RabbitMQ's default exchange has the empty name. */
export function stationName(station: Station): string {
  return station.kind === 'channel' ? station.channel.address || '(default)' : station.service.name;
}

/** True if the guarantee declared for a flow is more than what it gives. */
export function breaksPromise({ declared, derived }: Pick<FlowGuarantee, 'declared' | 'derived'>): boolean {
  return declared !== undefined && fallsShort(declared.value, derived);
}

/** The deciding settings that nobody stated: with another client or version the guarantee may be another. */
export function assumptionsOf(guarantee: FlowGuarantee): readonly FlowSetting[] {
  const { decidedBy, hazards } = guarantee;
  return decidedBy === undefined ? [] : hazards[decidedBy].deciding.filter(isAssumed);
}

const ranks: readonly Guarantee[] = ['best-effort', 'at-most-once', 'at-least-once', 'exactly-once'];

/** Sorts the worst first: broken promises, then what gives least, then what needs the fewest faults, then the shortest. */
export function compareGuarantees(a: FlowGuarantee, b: FlowGuarantee): number {
  return Number(breaksPromise(b)) - Number(breaksPromise(a))
    || ranks.indexOf(a.derived) - ranks.indexOf(b.derived)
    || rarity(a) - rarity(b)
    // Of equals the one with the least to read.
    || a.flow.stations.length - b.flow.stations.length
    || (a.flow.id < b.flow.id ? -1 : a.flow.id > b.flow.id ? 1 : 0);
}

function rarity({ hazards, decidedBy }: FlowGuarantee): number {
  return decidedBy === undefined ? faultBound + 1 : hazards[decidedBy].faults ?? faultBound + 1;
}

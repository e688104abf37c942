import { hazards, isAssumed, type FlowGuarantee, type FlowSetting, type Hazard } from '../../delivery/guarantee';
import { faultsWords, settingOrigin, stationName } from '../../delivery/guaranteeWords';
import type { SourceRange } from '../../text/range';

/** What both formats for people say of a flow. `place` gives a place as each of them shows it. */
export type ShowPlace = (at: SourceRange) => string;

export const columns = ['flow', 'declared', 'derived', 'loss', 'duplication', 'reordering', 'blocking', 'what decides'] as const;

export const legend =
  'Loss, duplication, reordering and blocking: the fewest faults that must come together; 0 is normal running, – never within three.';

export function cellsOf(guarantee: FlowGuarantee): string[] {
  const { flow, declared, derived, decidedBy, hazards: found } = guarantee;
  return [
    flow.id, declared?.value ?? '–', derived, ...hazards.map((hazard) => String(found[hazard].faults ?? '–')),
    decidedBy === undefined ? '' : decidingWords(guarantee, decidedBy),
  ];
}

/** `acks=1 of checkout, minInsyncReplicas=1 of topic orders (assumed)`. */
function decidingWords({ hazards: found }: FlowGuarantee, hazard: Hazard): string {
  const { deciding } = found[hazard];
  if (deciding.length === 0) return `${hazard}, whatever is set`;
  return deciding.map((one) => `${one.key}=${takenWords(one)} of ${one.subject}${isAssumed(one) ? ' (assumed)' : ''}`).join(', ');
}

/** A key that nobody named is empty. */
function takenWords({ taken }: FlowSetting): string {
  return taken === '' ? 'none' : taken;
}

/** `3 flows: 1 gives less than declared, 1 only if an assumption holds; nobody declares what 1 needs.` */
export function countWords(promises: readonly string[]): string {
  const count = (promise: string): number => promises.filter((one) => one === promise).length;
  const parts = [
    [count('broken'), (n: number) => `${n} ${n === 1 ? 'gives' : 'give'} less than declared`],
    [count('assumed'), (n: number) => `${n} ${n === 1 ? 'does' : 'do'} if what is assumed holds`],
    [count('none'), (n: number) => `for ${n} nobody declares a guarantee`],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, words]) => words(n));
  return `${promises.length} ${promises.length === 1 ? 'flow' : 'flows'}${said.length === 0 ? '' : `: ${said.join(', ')}`}.`;
}

/** `Loss: by one fault`. */
export function hazardTitle({ hazards: found, isBounded }: FlowGuarantee, hazard: Hazard): string {
  return `${hazard[0]!.toUpperCase()}${hazard.slice(1)}: ${faultsWords(found[hazard].faults, isBounded)}`;
}

/** `acks: 1 (declared shop.flow.yaml:12:5)`. */
export function settingWords(one: FlowSetting, place?: ShowPlace): string {
  const where = one.setting.from === 'declared' && place !== undefined ? ` ${place(one.setting.at)}` : '';
  return `${one.key}: ${takenWords(one)} (${settingOrigin(one.setting)}${where})`;
}

/** The settings by what they belong to, in the order of the stations. */
export function settingGroups({ settings, flow }: FlowGuarantee): { readonly title: string; readonly settings: readonly FlowSetting[] }[] {
  const groups = new Map<string, FlowSetting[]>();
  for (const one of settings) {
    const station = flow.stations[one.station];
    const title = one.subject === '' && station !== undefined ? stationName(station) : one.subject;
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return [...groups].map(([title, list]) => ({ title, settings: list }));
}

import { effectiveChannel, effectiveStream } from '../delivery/effective';
import { hazards, isAssumed, type Flow, type FlowGuarantee, type FlowSetting, type Station } from '../delivery/guarantee';
import type { Repair, SettingChoices } from '../delivery/guarantees';
import {
  breaksPromise, compareGuarantees, faultsWords, flowTitle, hazardWords, settingOrigin, stationName, verdictWords,
} from '../delivery/guaranteeWords';
import { channelId, serviceId } from '../graph/build';
import { valueWords } from '../model/settingWords';
import type { Place } from '../protocol/common';
import type { Change, FlowSummary, FlowView, HazardView, SettingView, StationView } from '../protocol/guarantee';
import type { SourceRange } from '../text/range';

/** More copies than this look like a wall, and no story needs them. */
const maxCopies = 5;

/** All flows in short, broken promises first. */
export function flowSummaries(guarantees: readonly FlowGuarantee[]): FlowSummary[] {
  return [...guarantees].sort(compareGuarantees).map(flowSummary);
}

export function flowSummary(guarantee: FlowGuarantee): FlowSummary {
  const { flow, derived, declared } = guarantee;
  return {
    id: flow.id,
    title: flowTitle(flow),
    derived,
    ...(declared && { declared: declared.value }),
    fallsShort: breaksPromise(guarantee),
    verdict: verdictWords(guarantee),
    elements: elementsOf(flow),
  };
}

/** What the explanation of a flow needs beside its guarantee. */
export interface FlowExtras {
  readonly choices: readonly SettingChoices[];
  readonly repair?: Repair;
  readonly changes: readonly Change[];
}

/** A flow as its explanation shows it: words and places instead of the model. */
export function flowView(guarantee: FlowGuarantee, extras: FlowExtras, place: (at: SourceRange) => Place): FlowView {
  const { flow, settings, decidedBy, isBounded } = guarantee;
  const views = hazards.map((hazard): HazardView => {
    const { faults, trace, deciding } = guarantee.hazards[hazard];
    return {
      hazard, title: hazardWords(hazard), faults, words: faultsWords(faults, isBounded), trace,
      deciding: deciding.map(settingId),
    };
  });
  return {
    ...flowSummary(guarantee),
    stations: flow.stations.map((station, i) => stationView(station, i, guarantee)),
    hazards: views,
    ...(decidedBy && { decidedBy }),
    settings: settings.map((setting) => settingView(setting, place)),
    choices: extras.choices.map(({ setting, values }) => ({
      id: settingId(setting),
      values: values.map(({ value, cost }) => ({ value, words: shown(valueWords(setting.key, value)), ...sentence(cost) })),
    })),
    ...(extras.repair && {
      repair: {
        changes: extras.repair.changes.map(({ setting, value, cost, needsCode }) => ({
          id: settingId(setting), station: setting.station, owner: setting.owner, key: setting.key, subject: setting.subject,
          value, words: shown(valueWords(setting.key, value)), needsCode, ...sentence(cost),
        })),
      },
    }),
    changes: extras.changes,
  };
}

/** Unique in a flow. */
export function settingId({ station, owner, key }: Pick<FlowSetting, 'station' | 'owner' | 'key'>): string {
  return `${station}/${owner}/${key}`;
}

/** Costs are given as the end of "it …". */
function sentence(cost: string | undefined): { readonly cost?: string } {
  return cost === undefined ? {} : { cost: `It ${cost}.` };
}

/** An empty text stands for what is not set. */
function shown(words: string): string {
  return words === '' ? 'not set' : words;
}

function settingView(setting: FlowSetting, place: (at: SourceRange) => Place): SettingView {
  const { key, subject, station, owner, taken } = setting;
  const said = setting.setting;
  return {
    id: settingId(setting), key, subject, station, owner, value: shown(taken), origin: settingOrigin(said), assumed: isAssumed(setting),
    ...(said.from === 'declared' && { at: place(said.at) }),
    ...(said.from === 'default' && said.source !== '' && { source: said.source }),
  };
}

function stationView(station: Station, index: number, guarantee: FlowGuarantee): StationView {
  const label = stationName(station);
  if (station.kind !== 'channel') return { kind: station.kind, label, element: serviceId(station.service.name), copies: 1 };
  return { kind: 'channel', label, element: channelId(station.channel.id), copies: copiesOf(station, index, guarantee) };
}

/** As many as the settings say, where some story tells copies apart; else one. */
function copiesOf({ channel }: Station & { kind: 'channel' }, index: number, guarantee: FlowGuarantee): number {
  // An exchange keeps nothing: what it takes is in a queue, or gone.
  if (channel.kind === 'exchange') return 0;
  const steps = hazards.flatMap((hazard) => guarantee.hazards[hazard].trace);
  const told = steps.flatMap(({ replica, to }) => (to === index ? replica ?? [] : []));
  if (told.length === 0) return 1;
  const said = effectiveStream(channel)?.replicas ?? effectiveChannel(channel).replicas;
  const count = said === undefined || said.from === 'unknown' || !(said.value >= 1) ? 1 : said.value;
  return Math.min(Math.max(count, ...told.map((replica) => replica + 1)), maxCopies);
}

/** Nodes and edges of the graph in the order in which messages pass them. */
function elementsOf({ stations, routes }: Flow): string[] {
  return stations.flatMap((station, i) => {
    const before = stations[i - 1];
    const node = station.kind === 'channel' ? channelId(station.channel.id) : serviceId(station.service.name);
    const edge = before && edgeBetween(before, station, routes);
    return edge === undefined ? [node] : [edge, node];
  });
}

function edgeBetween(from: Station, to: Station, routes: Flow['routes']): string | undefined {
  if (from.kind !== 'channel') return to.kind === 'channel' ? `publish:${from.service.name}>${to.channel.id}` : undefined;
  if (to.kind !== 'channel') return `consume:${from.channel.id}>${to.service.name}`;
  const route = routes.find((one) => one.from.id === from.channel.id && one.to.id === to.channel.id);
  const kind = route?.kind === 'dead-letter' ? 'dead-letter' : 'route';
  return `${kind}:${from.channel.id}>${to.channel.id}`;
}

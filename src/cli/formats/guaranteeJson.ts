import { hazards, isAssumed, type FlowGuarantee, type FlowSetting } from '../../delivery/guarantee';
import { stationName } from '../../delivery/guaranteeWords';
import { repairOf } from '../../delivery/repair';
import type { JsonPlace } from '../../graph/json';
import { promiseOf } from '../../report/promise';
import type { SourceRange } from '../../text/range';

/**
 * What each flow gives, as DESIGN §6 has it, with a line break at its end. The four outcomes are the least number of
 * faults, 0 in normal running, null for never within the bound; `trace` is the story that decides. All keys are
 * always there, with null where nothing says them.
 */
export function guaranteeJson(flows: readonly FlowGuarantee[], place: (at: SourceRange) => JsonPlace): string {
  return `${JSON.stringify({ version: 1, flows: flows.map((one) => flowJson(one, place)) }, undefined, 2)}\n`;
}

function flowJson(guarantee: FlowGuarantee, place: (at: SourceRange) => JsonPlace): object {
  const { flow, declared, derived, decidedBy, hazards: found, isBounded } = guarantee;
  const sentences = (hazard: (typeof hazards)[number]): string[] => found[hazard].trace.map((step) => step.text);
  return {
    id: flow.id,
    producer: flow.publish.service.name,
    channels: flow.channels.map((channel) => channel.id),
    consumer: flow.consume.service.name,
    stations: flow.stations.map(stationName),
    declared: declared?.value ?? null,
    declaredAt: declared?.by === undefined ? null : place(declared.by.at),
    derived,
    promise: promiseOf(guarantee),
    ...Object.fromEntries(hazards.map((hazard) => [hazard, found[hazard].faults])),
    decidedBy: decidedBy ?? null,
    bounded: isBounded,
    trace: decidedBy === undefined ? [] : sentences(decidedBy),
    stories: Object.fromEntries(hazards.map((hazard) => [hazard, sentences(hazard)])),
    repair: repairOf(guarantee)?.changes.map(({ setting, value, cost, needsCode }) =>
      ({ key: setting.key, of: setting.subject, value, cost: cost ?? null, needsCode })) ?? null,
    settings: guarantee.settings.map((one) => settingJson(one, guarantee, place)),
  };
}

function settingJson(one: FlowSetting, { hazards: found }: FlowGuarantee, place: (at: SourceRange) => JsonPlace): object {
  const { setting } = one;
  const value = setting.from === 'unknown' ? one.taken : setting.value;
  return {
    key: one.key,
    of: one.subject,
    value: value === '' ? null : value,
    origin: setting.from,
    assumed: isAssumed(one),
    at: setting.from === 'declared' ? place(setting.at) : null,
    source: setting.from === 'default' ? setting.source : null,
    decides: hazards.filter((hazard) => found[hazard].deciding.some((d) => d.key === one.key && d.station === one.station && d.owner === one.owner)),
  };
}

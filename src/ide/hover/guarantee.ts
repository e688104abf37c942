import { hazards, type FlowGuarantee, type FlowSetting, type HazardResult } from '../../delivery/guarantee';
import { assumptionsOf, faultsWords, flowTitle, hazardWords, settingOrigin, verdictWords } from '../../delivery/guaranteeWords';
import type { Consume, Publish } from '../../model/model';
import type { Ide } from '../context';
import { flowsAt } from '../guarantee/edges';
import { code, placeWords, plain } from './words';

/** More make a hover that nobody reads to its end. */
const maxOthers = 5;
const maxSettings = 8;

/** What the flows that begin or end at an edge give, as Markdown: the worst in full, the others in a line each. */
export function describeGuarantees(ide: Ide, edge: Publish | Consume): string | undefined {
  const [worst, ...others] = flowsAt(ide.guarantees(), edge);
  if (worst === undefined) return undefined;
  const more = others.slice(0, maxOthers).map((one) => `- ${plain(flowTitle(one.flow))}: ${plain(verdictWords(one))}`);
  if (others.length > maxOthers) more.push(`- and ${others.length - maxOthers} more`);
  return [
    describeGuarantee(ide, worst),
    more.length === 0 ? undefined : `Other flows here:\n\n${more.join('\n')}`,
  ].filter((part) => part !== undefined).join('\n\n');
}

function describeGuarantee(ide: Ide, guarantee: FlowGuarantee): string {
  const { flow, derived, decidedBy } = guarantee;
  const parts: (string | undefined)[] = [
    `**${derived}**${declaredWords(ide, guarantee)} · ${plain(flowTitle(flow))}`,
    // First, since few people scroll in a hover.
    ide.explainLink && `[Explain this flow](${ide.explainLink(flow.id)})`,
    hazardList(guarantee),
    decidedBy && decidingList(ide, guarantee.hazards[decidedBy]),
    decidedBy && story(guarantee.hazards[decidedBy], `How it is ${hazardWords(decidedBy)}`),
    assumptions(guarantee),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function declaredWords(ide: Ide, { declared, derived }: FlowGuarantee): string {
  if (declared === undefined) return ', nothing declared';
  const mark = verdictWords({ declared, derived }).slice(-1);
  const by = declared.by === undefined ? 'by the configuration' : `in ${placeWords(ide, declared.by.at)}`;
  return `, declared ${declared.value} ${by} ${mark}`;
}

function hazardList({ hazards: results, isBounded }: FlowGuarantee): string {
  return hazards.map((hazard) => `- ${capital(hazardWords(hazard))}: ${faultsWords(results[hazard].faults, isBounded)}`).join('\n');
}

function decidingList(ide: Ide, { deciding }: HazardResult): string {
  if (deciding.length === 0) return '';
  const lines = deciding.slice(0, maxSettings).map((setting) => `- ${settingLine(ide, setting)}`);
  if (deciding.length > maxSettings) lines.push(`- and ${deciding.length - maxSettings} more`);
  return `Decided by:\n\n${lines.join('\n')}`;
}

/** ``acks `1` of checkout (the default of Java client < 3.0, assumed)``, the origin being a link. */
function settingLine(ide: Ide, { key, taken, subject, setting }: FlowSetting): string {
  return `${plain(key)} ${taken === '' ? 'not set' : code(taken)} of ${plain(subject)} (${origin(ide, setting)})`;
}

function origin(ide: Ide, setting: FlowSetting['setting']): string {
  const words = plain(settingOrigin(setting));
  if (setting.from === 'declared') return `${words}, ${placeWords(ide, setting.at)}`;
  return setting.from === 'default' && setting.source !== '' ? `[${words}](${setting.source})` : words;
}

function story({ trace, faults }: HazardResult, title: string): string {
  if (trace.length === 0) return '';
  return `${title}, ${faultsWords(faults)}:\n\n${trace.map(({ text }, i) => `${i + 1}. ${plain(text)}`).join('\n')}`;
}

function assumptions(guarantee: FlowGuarantee): string | undefined {
  const assumed = assumptionsOf(guarantee);
  if (assumed.length === 0) return undefined;
  const names = assumed.map(({ key, subject }) => `${plain(key)} of ${plain(subject)}`);
  return `This rests on what is assumed of ${names.join(' and ')}: state it, or the client and its version, to know.`;
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

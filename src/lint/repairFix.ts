import type { Flow, FlowGuarantee, FlowSetting } from '../delivery/guarantee';
import { repairBesidesDeadLetters, repairOf, type Repair, type RepairChange } from '../delivery/repair';
import type { Consume, FlowModel, Publish } from '../model/model';
import type { BrokerSettings, ChannelSettings, SettingName } from '../model/settings';
import type { Fix } from '../text/problem';
import { insertFix, replaceFix, type Insertable } from './dialectKeys';

/**
 * The fixes that a repair comes to: all changes at once where each can be written, and each by itself. Only what
 * costs nothing and needs no code is safe.
 */
export function repairFixes(model: FlowModel, flow: Flow, repair: Repair): Fix[] {
  const single = repair.changes.map((change) => changeFix(model, flow, change));
  const written = single.filter((fix) => fix !== undefined);
  if (written.length < 2) return written;
  const edits = written.flatMap((fix) => fix.edits);
  // Two insertions at one place would be in each other's way.
  const isFree = edits.every((edit, i) => edits.every((other, j) => i === j || edit.at.file !== other.at.file || edit.at.start !== other.at.start));
  if (written.length < single.length || !isFree) return written;
  const [first, ...rest] = written.map((fix) => fix.title);
  return [{ title: [first, ...rest.map(lowered)].join(', '), safe: written.every((fix) => fix.safe), edits }, ...written];
}

type ChannelOwner = Insertable & { readonly settings: ChannelSettings };

function lowered(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

function changeFix(model: FlowModel, flow: Flow, change: RepairChange): Fix | undefined {
  const { setting, value, cost, needsCode } = change;
  // What the field is called, only its owners know.
  if (setting.key === 'idempotentBy') return undefined;
  const safe = !needsCode && cost === undefined;
  const [fix] = setting.setting.from === 'declared'
    ? replaceFix(model, setting.setting.at, setting.key, String(value), safe)
    : insertFix(ownerOf(flow, change), setting.key as SettingName | keyof BrokerSettings, String(value), safe);
  return fix && { ...fix, title: `${fix.title} for ${setting.subject}${cost === undefined ? '' : ` (${cost})`}` };
}

/** True if a file states the setting, but with a value that nobody can tell from it: a placeholder. */
export function isOpen(flow: Flow, setting: FlowSetting): boolean {
  const owner = ownerOf(flow, { setting });
  const settings: { readonly open?: readonly string[] } | undefined = 'settings' in owner ? owner.settings : undefined;
  return settings?.open?.includes(setting.key) === true;
}

/** Who declares a setting, or could. */
function ownerOf(flow: Flow, { setting }: { readonly setting: FlowSetting }): Insertable | Publish | Consume | ChannelOwner {
  const station = flow.stations[setting.station];
  const via = station?.kind === 'processor'
    ? flow.via[flow.stations.slice(0, setting.station).filter(({ kind }) => kind === 'processor').length] : undefined;
  switch (setting.owner) {
    case 'publish': return via?.publish ?? flow.publish;
    case 'consume': return via?.consume ?? flow.consume;
    case 'channel': return station?.kind !== 'channel' ? { facts: [] } : { facts: station.channel.declarations, settings: station.channel.settings };
    case 'broker': return { facts: station?.kind === 'channel' ? (station.channel.broker?.facts ?? []) : [] };
    // Settings of a stream, a service or a tool stand in blocks of their own, which may not be there yet.
    default: return { facts: [] };
  }
}

/** What is to be done, as the beginning of a sentence: `Set acks to all for checkout, which adds …`. */
export function repairWords(guarantee: FlowGuarantee): string {
  const repair = repairOf(guarantee);
  if (repair !== undefined) return sentence(repair.changes.map(changeWords));
  const besides = repairBesidesDeadLetters(guarantee);
  if (besides === undefined) return 'No setting of this flow can give it: another kind of channel, or another client, is needed';
  const place = `give what ${guarantee.flow.consume.service.name} cannot process a place to go (deadLetter)`;
  return sentence([place, ...besides.changes.map(changeWords)]);
}

function changeWords({ setting, value, cost }: RepairChange): string {
  return setting.key === 'idempotentBy'
    ? `let ${setting.subject} recognise messages that come twice (idempotentBy)`
    : `set ${setting.key} to ${value} for ${setting.subject}${cost === undefined ? '' : `, which ${cost}`}`;
}

function sentence([first = '', ...rest]: readonly string[]): string {
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join('; ');
}

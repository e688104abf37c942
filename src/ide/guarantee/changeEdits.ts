import type { FlowGuarantee, FlowSetting } from '../../delivery/guarantee';
import { insertFix, replaceFix, type Insertable } from '../../lint/dialectKeys';
import type { Consume, FlowModel, Publish } from '../../model/model';
import type { SettingName } from '../../model/settings';
import { valueWords } from '../../model/settingWords';
import type { TextEdit } from '../../text/problem';
import type { Ide } from '../context';

/** Another value for a setting of a flow. */
export interface SettingChange {
  readonly station: number;
  readonly owner: FlowSetting['owner'];
  readonly key: string;
  readonly value: string | number | boolean;
}

export interface ChangeEdits {
  readonly edits: readonly TextEdit[];
  /** What is written: `acks of checkout: all`. */
  readonly written: readonly string[];
  /** What cannot be written, with the reason: a sentence each. */
  readonly left: readonly string[];
}

/** What changes to a flow's settings come to in the files; undefined where there is no such flow. */
export function changeEdits(ide: Ide, flow: string, changes: readonly SettingChange[]): ChangeEdits | undefined {
  const guarantee = ide.guarantees().find((one) => one.flow.id === flow);
  if (guarantee === undefined) return undefined;
  const edits: TextEdit[] = [];
  const written: string[] = [];
  const left: string[] = [];
  for (const change of changes) {
    const found = editOf(ide.model, guarantee, change);
    if (typeof found === 'string') {
      left.push(found);
      continue;
    }
    add(edits, found);
    const subject = settingOf(guarantee, change)?.subject ?? 'this flow';
    written.push(`${change.key} of ${subject}: ${valueWords(change.key, change.value)}`);
  }
  return { edits, written, left };
}

function settingOf({ settings }: FlowGuarantee, { station, owner, key }: SettingChange): FlowSetting | undefined {
  return settings.find((one) => one.station === station && one.owner === owner && one.key === key);
}

function editOf(model: FlowModel, guarantee: FlowGuarantee, change: SettingChange): TextEdit | string {
  const { flow } = guarantee;
  const { station, owner, key } = change;
  const setting = settingOf(guarantee, change);
  const value = valueWords(key, change.value);
  const what = `${key} of ${setting?.subject ?? 'this flow'}`;
  const said = setting?.setting;
  if (said?.from === 'declared' && said.inherited === undefined) {
    const edit = replaceFix(model, said.at, key, value, false)[0]?.edits[0];
    return edit ?? `${what} cannot be changed where it is declared: that file says it in words of its own.`;
  }
  // A key of a block inside (`onFailure.retries`) has no place of its own until the block is there.
  const owned = key.includes('.') ? undefined : declarationsOf(flow, station, owner);
  const edit = owned && insertFix(owned, key as SettingName, value, false)[0]?.edits[0];
  const where = owner === 'channel' || owner === 'stream' ? 'the channel is declared' : 'it belongs';
  return edit ?? `No file has a place for ${what}: write it where ${where}.`;
}

function edgeAt(
  { publish, consume, via, stations }: FlowGuarantee['flow'], station: number, owner: 'publish' | 'consume',
): Publish | Consume | undefined {
  if (station === 0) return publish;
  if (station === stations.length - 1) return consume;
  const service = stations[station];
  const pair = service?.kind === 'processor' ? via.find((one) => one.consume.service === service.service) : undefined;
  return pair?.[owner];
}

/** Where a setting of that owner could be added. */
function declarationsOf(flow: FlowGuarantee['flow'], station: number, owner: FlowSetting['owner']): Insertable | undefined {
  const at = flow.stations[station];
  if (owner === 'publish' || owner === 'consume') return edgeAt(flow, station, owner);
  if (at?.kind !== 'channel') return undefined;
  if (owner === 'channel') return { facts: at.channel.declarations };
  return owner === 'broker' ? at.channel.broker : undefined;
}

/** Two settings that go into the same empty braces are one edit. */
function add(edits: TextEdit[], edit: TextEdit): void {
  const index = edits.findIndex(({ at }) => at.file === edit.at.file && at.start === edit.at.start && at.end === edit.at.end);
  const other = edits[index];
  if (other === undefined || edit.at.start === edit.at.end) {
    edits.push(edit);
    return;
  }
  const inner = edit.newText.replace(/^\s*\{\s*|\s*\}$/g, '');
  edits[index] = { at: edit.at, newText: other.newText.replace(/\s*\}$/, `, ${inner} }`) };
}

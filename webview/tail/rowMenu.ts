import type { TailFilter, TailRow, TailSelection } from '../../src/protocol/tail';
import type { MenuEntry } from '../ui/menu';
import { countText } from './format';
import { selectionOf } from './selection';

export interface RowMenuHost {
  filter(): TailFilter;
  setFilter(filter: TailFilter): void;
  copy(text: string): void;
  copyLines(selection: TailSelection): void;
  /** Opens the message and follows its ids. */
  trace(seq: number): void;
  /** Undefined where the connection is read-only. */
  publish(): ((seq: number) => void) | undefined;
}

/** What can be done with one message of the list. `cells` are its texts on screen. */
export function rowMenu(row: TailRow, cells: readonly string[], host: RowMenuHost): readonly MenuEntry[] {
  const filter = host.filter();
  const { key, partition, channel, time, verdict, seq } = row;
  const publish = host.publish();
  return [
    ...(key === undefined ? [] : [{ label: 'Only this key', run: () => host.setFilter({ ...filter, key }) }]),
    ...(partition === undefined ? [] : [{ label: `Only partition ${partition}`, run: () => host.setFilter({ ...filter, partitions: [partition] }) }]),
    { label: `Only ${channel}`, run: () => host.setFilter({ ...filter, channels: [channel] }) },
    ...(verdict === undefined ? [] : [{ label: 'Only this verdict', run: () => host.setFilter({ ...filter, verdicts: [verdict] }) }]),
    { label: 'From this time on', run: () => host.setFilter({ ...filter, from: time }) },
    { label: 'Up to this time', run: () => host.setFilter({ ...filter, to: time }) },
    'line',
    { label: 'Follow its trace', hint: '6', run: () => host.trace(seq) },
    'line',
    { label: 'Copy row', run: () => host.copy(cells.join('\t')) },
    { label: 'Copy as JSON Line', hint: 'y', run: () => host.copyLines(selectionOf(row)) },
    ...(publish ? ['line' as const, { label: 'Publish again…', run: () => publish(seq) }] : []),
  ];
}

export interface SelectionMenuHost {
  copyLines(selection: TailSelection): void;
  export(format: 'jsonl' | 'csv', selection: TailSelection): void;
  /** Undefined where the connection is read-only. */
  publish: ((selection: TailSelection) => void) | undefined;
}

/** What can be done with several messages of the list. */
export function selectionMenu(selection: TailSelection, count: number, host: SelectionMenuHost): readonly MenuEntry[] {
  const { publish } = host;
  return [
    { title: `${countText(count)} messages` },
    { label: 'Copy as JSON Lines', hint: 'y', run: () => host.copyLines(selection) },
    { label: 'Export as JSON Lines…', run: () => host.export('jsonl', selection) },
    { label: 'Export as CSV…', run: () => host.export('csv', selection) },
    ...(publish ? ['line' as const, { label: 'Publish again…', run: () => publish(selection) }] : []),
  ];
}

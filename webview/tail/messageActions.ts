import type { Remote } from '../../src/protocol/rpc';
import type { FaultCount, TailDetail, TailHostFunctions, TailInit, TailRow, TailSelection, TailStatus } from '../../src/protocol/tail';
import type { Menu } from '../ui/menu';
import type { FilterBar } from './filterBar';
import { without } from './filterText';
import { countText } from './format';
import type { RowList } from './rowList';
import { rowMenu, selectionMenu } from './rowMenu';
import type { ViewModel } from './viewModel';

/** What the actions need of the page around them. */
export interface ActionContext {
  readonly remote: Remote<TailHostFunctions>;
  readonly list: RowList;
  readonly filters: FilterBar;
  readonly view: ViewModel;
  readonly menu: Menu;
  init(): TailInit | undefined;
  status(): TailStatus | undefined;
  choose(seq: number): Promise<void>;
  showTrace(): void;
  /** Says something at the foot of the page. */
  say(text: string): void;
  run(work: Promise<unknown>): void;
}

/** What can be done with messages and their faults, wherever on the page it is asked for. */
export class MessageActions {
  /** How many messages are chosen, where it is several. */
  selectedCount = 0;

  constructor(private readonly context: ActionContext) {}

  async nextFault(direction: 'next' | 'previous'): Promise<void> {
    const { remote, list, status, say, choose } = this.context;
    const { counters } = status() ?? {};
    if (!counters) return;
    const from = list.selection ?? (direction === 'next' ? -1 : counters.received);
    const seq = await remote.find(from, direction, 'fault');
    if (seq === undefined) say(direction === 'next' ? 'No fault after this message.' : 'No fault before this message.');
    else await choose(seq);
  }

  /** Narrows the list to messages with a fault of this kind, and goes to the last one. */
  async showFault({ channel, verdict, path, reason, last }: FaultCount): Promise<void> {
    const { filters, init, choose } = this.context;
    const channels = init()?.more?.length ? [channel] : undefined;
    filters.set({ ...without(filters.present, 'verdicts'), channels, fault: { verdict, path, reason } });
    await choose(last);
  }

  /** Tells the faults that this message has, with how many others have them too. */
  async reportFaults(detail: TailDetail): Promise<void> {
    const { remote } = this.context;
    const all = (await remote.faults()).filter(({ channel }) => channel === detail.channel);
    // Faults are counted whatever place in a list they have.
    const places = new Set((detail.faults ?? []).map(({ path }) => path.replace(/\/\d+(?=\/|$)/g, '/*')));
    const isOwn = ({ path, verdict }: FaultCount): boolean =>
      detail.undecodable === undefined ? verdict === 'violates' && (places.size === 0 || places.has(path)) : verdict === 'undecodable';
    const own = all.filter(isOwn);
    for (const fault of own.length ? own : all.slice(0, 1)) await remote.report(fault);
  }

  /** Undefined where the connection is read-only. */
  publisher(): ((seq: number) => void) | undefined {
    const { remote, init, run } = this.context;
    return init()?.readOnly === false ? (seq) => run(remote.publish(seq)) : undefined;
  }

  openMenu(row: TailRow, at: { readonly x: number; readonly y: number }): void {
    const { remote, list, filters, view, menu, run, showTrace } = this.context;
    const { range } = list;
    if (range && list.isSelected(row)) return this.openSelectionMenu(range, at);
    list.select(row);
    const cells = view.columns(false).map((column) => column.text(row));
    menu.open(
      at,
      'Message',
      rowMenu(row, cells, {
        filter: () => filters.present,
        setFilter: (filter) => filters.set(filter),
        copy: (text) => run(remote.copy(text)),
        copyLines: (selection) => run(this.copyLines(selection)),
        trace: () => showTrace(),
        publish: () => this.publisher(),
      }),
    );
  }

  private openSelectionMenu(range: TailSelection, at: { readonly x: number; readonly y: number }): void {
    const { remote, init, menu, run } = this.context;
    menu.open(
      at,
      'Selected messages',
      selectionMenu(range, this.selectedCount, {
        copyLines: (selection) => run(this.copyLines(selection)),
        export: (format, selection) => run(remote.export(format, true, selection)),
        publish: init()?.readOnly === false ? (selection) => run(remote.publishSelected(selection)) : undefined,
      }),
    );
  }

  /** Copies messages as an export would write them. */
  async copyLines(selection: TailSelection): Promise<void> {
    const { remote, list, say } = this.context;
    if (!(await remote.copyLines(selection))) return;
    if (selection === list.range) say(`${countText(this.selectedCount)} messages copied as JSON Lines.`);
  }
}

import type { TailInit, TailOrder, TailView } from '../../src/protocol/tail';
import type { TimeMode } from './clock';
import { builtInsOf, columnsOf, MIN_WIDTH } from './columns';
import type { Column } from './columns';

const MOST_COLUMNS = 24;

/** How the list is looked at: which columns, in which order and width, and how times are shown. */
export class ViewModel {
  private init: TailInit = { channel: '', broker: '', protocol: 'kafka', start: { at: 'latest' } };
  private view: TailView = { columns: [], pinned: [], time: 'local' };

  /** `changed` is told what the user has changed, not what was kept from earlier. */
  constructor(private readonly changed: (view: TailView) => void) {}

  /** Takes a tail's kept view, or the one that fits its protocol; true where it differs from the present one. */
  take(init: TailInit): boolean {
    const before = JSON.stringify([this.view, this.init.protocol, this.init.kind, this.init.more]);
    const isOther = init.protocol !== this.init.protocol || init.kind !== this.init.kind || init.more?.length !== this.init.more?.length;
    this.init = init;
    if (isOther || this.view.columns.length === 0) this.view = this.fitting(init.view);
    return before !== JSON.stringify([this.view, init.protocol, init.kind, init.more]);
  }

  get present(): TailView {
    return this.view;
  }

  get time(): TimeMode {
    return this.view.time;
  }

  get order(): TailOrder {
    return this.view.order ?? 'arrival';
  }

  toggleOrder(): void {
    this.setOrder(this.order === 'time' ? 'arrival' : 'time');
  }

  setOrder(order: TailOrder): void {
    this.set({ order: order === 'arrival' ? undefined : order });
  }

  /** What every message of this protocol has, shown or not. */
  get builtIns(): readonly string[] {
    return builtInsOf(this.init);
  }

  get subject(): TailInit {
    return this.init;
  }

  columns(isNarrow: boolean): readonly Column[] {
    return columnsOf(this.view, this.init, isNarrow);
  }

  private get standard(): TailView {
    return { columns: builtInsOf(this.init), pinned: [], time: this.view.time, ...(this.view.order && { order: this.view.order }) };
  }

  /** What was kept for a channel alone says nothing of where a message is from. */
  private fitting(kept: TailView | undefined): TailView {
    if (!kept) return this.standard;
    if (!this.init.more?.length || kept.columns.includes('$channel')) return kept;
    const at = kept.columns.indexOf('$time') + 1;
    return { ...kept, columns: [...kept.columns.slice(0, at), '$channel', ...kept.columns.slice(at)] };
  }

  setTime(time: TimeMode): void {
    this.set({ time });
  }

  reset(): void {
    this.set({ ...this.standard, widths: {} });
  }

  has(id: string): boolean {
    return this.view.columns.includes(id);
  }

  /** Shows a column that was not, before the value; or takes one away that was. The last one stays. */
  toggle(id: string): void {
    const { columns } = this.view;
    if (this.has(id)) {
      if (columns.length > 1) this.set({ columns: columns.filter((one) => one !== id), pinned: this.view.pinned.filter((one) => one !== id) });
      return;
    }
    if (columns.length >= MOST_COLUMNS) return;
    const value = columns.indexOf('$value');
    const at = id.startsWith('$') || value < 0 ? columns.length : value;
    this.set({ columns: [...columns.slice(0, at), id, ...columns.slice(at)] });
  }

  isPinned(id: string): boolean {
    return this.view.pinned.includes(id);
  }

  pin(id: string): void {
    const { pinned } = this.view;
    this.set({ pinned: this.isPinned(id) ? pinned.filter((one) => one !== id) : [...pinned, id] });
  }

  /** Moves a column to the left or right of its neighbour on screen. */
  move(id: string, by: 1 | -1): void {
    const shown = this.columns(false).map((one) => one.id);
    const other = shown[shown.indexOf(id) + by];
    if (other !== undefined) this.place(id, other, by > 0);
  }

  /** Puts a column before or behind another one; it is pinned if that one is. */
  place(id: string, beside: string, isBehind: boolean): void {
    if (id === beside) return;
    const rest = this.view.columns.filter((one) => one !== id);
    const at = rest.indexOf(beside) + (isBehind ? 1 : 0);
    const pinned = this.view.pinned.filter((one) => one !== id);
    this.set({
      columns: [...rest.slice(0, at), id, ...rest.slice(at)],
      pinned: this.isPinned(beside) ? [...pinned, id] : pinned,
    });
  }

  resize(id: string, width: number): void {
    this.set({ widths: { ...this.view.widths, [id]: Math.max(MIN_WIDTH, Math.min(2000, Math.round(width))) } });
  }

  /** Lets a column have the width that fits the list again. */
  fit(id: string): void {
    const { [id]: _, ...widths } = this.view.widths ?? {};
    this.set({ widths });
  }

  private set(part: Partial<TailView>): void {
    this.view = { ...this.view, ...part };
    this.changed(this.view);
  }
}

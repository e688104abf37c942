import type { TailRow } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Column } from './columns';
import { ROW_HEIGHT } from './virtualScroll';

/** The length of `23:14:07.900`. */
const CLOCK_LENGTH = 12;

interface Slot {
  readonly root: HTMLElement;
  readonly cells: readonly Text[];
  /** What it shows: a message's number, -1 for a row that is not fetched yet. */
  seq: number;
}

/** The elements of the rows on screen, used again and again: row `i` is always in slot `i % size`. */
export class RowElements {
  private slots: Slot[] = [];
  private columns: readonly Column[] = [];
  private shown: readonly Slot[] = [];

  constructor(private readonly layer: HTMLElement) {}

  setColumns(columns: readonly Column[]): void {
    this.columns = columns;
    this.slots = [];
    this.shown = [];
    this.layer.replaceChildren();
  }

  /** The numbers of messages begin anew: what is on screen counts as unknown. */
  forget(): void {
    for (const slot of this.slots) slot.seq = -2;
  }

  /** Draws the rows from `first` up to `end`; returns the selected one's element id, if it is among them. */
  paint(
    first: number,
    end: number,
    top: number,
    rowAt: (index: number) => TailRow | undefined,
    selected: number | undefined,
  ): string | undefined {
    this.grow(end - first);
    const shown: Slot[] = [];
    let active: string | undefined;
    for (let index = first; index < end; index++) {
      const slot = this.slots[index % this.slots.length]!;
      const row = rowAt(index);
      this.fill(slot, row);
      slot.root.style.transform = `translateY(${index * ROW_HEIGHT - top}px)`;
      slot.root.setAttribute('aria-rowindex', String(index + 1));
      slot.root.hidden = false;
      const isSelected = row !== undefined && row.seq === selected;
      slot.root.classList.toggle('selected', isSelected);
      slot.root.setAttribute('aria-selected', String(isSelected));
      if (isSelected) active = slot.root.id;
      shown.push(slot);
    }
    const used = new Set(shown);
    for (const slot of this.shown) {
      if (!used.has(slot)) slot.root.hidden = true;
    }
    this.shown = shown;
    return active;
  }

  /** True where a row on screen is of another day, whose time is longer. */
  get hasDays(): boolean {
    const at = this.columns.findIndex((column) => column.id === 'time');
    return this.shown.some((slot) => (slot.cells[at]?.length ?? 0) > CLOCK_LENGTH);
  }

  private grow(wanted: number): void {
    if (wanted <= this.slots.length) return;
    // Another size gives every row another slot: all are hidden and filled anew.
    for (const slot of this.slots) slot.root.hidden = true;
    while (this.slots.length < wanted + 1) {
      const cells = this.columns.map((column) => ({ column, text: document.createTextNode('') }));
      const root = h(
        'div',
        { class: 'row', role: 'row', id: `row-${this.slots.length}` },
        ...cells.map(({ column, text }) => h('span', { class: column.id, role: 'gridcell' }, text)),
      );
      root.hidden = true;
      this.layer.append(root);
      this.slots.push({ root, cells: cells.map(({ text }) => text), seq: -2 });
    }
  }

  private fill(slot: Slot, row: TailRow | undefined): void {
    const seq = row?.seq ?? -1;
    if (slot.seq === seq) return;
    slot.seq = seq;
    slot.root.classList.toggle('undecodable', row?.undecodable !== undefined);
    slot.root.classList.toggle('violates', Boolean(row?.violates?.length));
    slot.root.classList.toggle('tombstone', row?.tombstone === true);
    this.columns.forEach((column, i) => {
      const text = row ? column.text(row) : column.id === 'time' ? '…' : '';
      const cell = slot.cells[i]!;
      if (cell.data !== text) cell.data = text;
    });
  }

  /** Which message an event's target belongs to. */
  seqOf(target: EventTarget | null): number | undefined {
    const root = target instanceof Element ? target.closest('.row') : null;
    const slot = this.shown.find((one) => one.root === root);
    return slot && slot.seq >= 0 ? slot.seq : undefined;
  }

  /** The texts on screen that a filter looks into. */
  *searchedTexts(): Iterable<Text> {
    for (const slot of this.shown) {
      for (const [i, column] of this.columns.entries()) {
        if (column.id === 'key' || column.id === 'value' || column.id === 'channel') yield slot.cells[i]!;
      }
    }
  }
}

import type { TailRow } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Column } from './columns';
import type { Selection } from './selection';
import { ROW_HEIGHT } from './virtualScroll';

/** The length of `23:14:07.900Z`. */
const CLOCK_LENGTH = 13;

interface Slot {
  readonly root: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly texts: readonly Text[];
  /** What it shows; undefined for a row that is not fetched yet, null for one that must be drawn anew. */
  row: TailRow | undefined | null;
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

  /** What is on screen must be drawn anew, though the messages are the same. */
  forget(): void {
    for (const slot of this.slots) slot.row = null;
  }

  /** Draws the rows from `first` up to `end`; returns the element id of the one that the keyboard is at, if it is among them. */
  paint(
    first: number,
    end: number,
    top: number,
    rowAt: (index: number) => TailRow | undefined,
    selection: Selection,
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
      const isSelected = row !== undefined && selection.has(row);
      const isLead = row !== undefined && row.seq === selection.lead;
      slot.root.classList.toggle('selected', isSelected);
      slot.root.classList.toggle('lead', isLead);
      slot.root.setAttribute('aria-selected', String(isSelected));
      if (isLead) active = slot.root.id;
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
    const at = this.columns.findIndex((column) => column.id === '$time');
    return this.shown.some((slot) => (slot.texts[at]?.length ?? 0) > CLOCK_LENGTH);
  }

  private grow(wanted: number): void {
    if (wanted <= this.slots.length) return;
    // Another size gives every row another slot: all are hidden and filled anew.
    for (const slot of this.slots) slot.root.hidden = true;
    while (this.slots.length < wanted + 1) {
      const texts = this.columns.map(() => document.createTextNode(''));
      const cells = this.columns.map((column, i) =>
        h('span', { class: column.isPinned ? `${column.name} pinned` : column.name, role: 'gridcell' }, texts[i]),
      );
      const root = h('div', { class: 'row', role: 'row', id: `row-${this.slots.length}` }, ...cells);
      root.hidden = true;
      this.layer.append(root);
      this.slots.push({ root, cells, texts, row: null });
    }
    // Where the pinned ones stay is known by their order alone.
    this.slots.forEach(({ cells }) => placePinned(cells, this.columns));
  }

  private fill(slot: Slot, row: TailRow | undefined): void {
    if (slot.row === row) return;
    slot.row = row;
    const isUndecodable = row?.undecodable !== undefined || row?.verdict === 'undecodable';
    slot.root.classList.toggle('undecodable', isUndecodable);
    slot.root.classList.toggle('violates', row?.verdict === 'violates' || Boolean(row?.violates?.length));
    slot.root.classList.toggle('valid', row?.verdict === 'valid');
    slot.root.classList.toggle('tombstone', row?.tombstone === true);
    this.columns.forEach((column, i) => {
      const text = row ? column.text(row) : column.id === '$time' ? '…' : '';
      const node = slot.texts[i]!;
      if (node.data !== text) node.data = text;
      const cell = slot.cells[i]!;
      if (column.hint) {
        const hint = row ? column.hint(row) : '';
        if (cell.title !== hint) cell.title = hint;
      }
      if (column.tag) cell.dataset.tag = row ? String(column.tag(row)) : '';
    });
  }

  /** Which message an event's target belongs to. */
  rowOf(target: EventTarget | null): TailRow | undefined {
    const root = target instanceof Element ? target.closest('.row') : null;
    return this.shown.find((one) => one.root === root)?.row ?? undefined;
  }

  /** The element of a message on screen. */
  elementOf(seq: number): HTMLElement | undefined {
    return this.shown.find((one) => one.row?.seq === seq)?.root;
  }

  /** The texts on screen that a filter looks into. */
  *searchedTexts(): Iterable<Text> {
    for (const slot of this.shown) {
      for (const [i, column] of this.columns.entries()) {
        if (SEARCHED.has(column.name)) yield slot.texts[i]!;
      }
    }
  }
}

const SEARCHED: ReadonlySet<string> = new Set(['key', 'value', 'channel', 'json']);

/** Pinned cells stay side by side at the left edge, each behind the widths of those before it. */
export function placePinned(cells: readonly HTMLElement[], columns: readonly Column[]): void {
  const before: string[] = ['14px'];
  columns.forEach((column, i) => {
    if (!column.isPinned) return;
    const cell = cells[i];
    if (cell) cell.style.left = `calc(${before.join(' + ')})`;
    before.push(column.track, '10px');
  });
}

import type { TailInit, TailRow, TailStatus } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { columnsOf } from './columns';
import type { Column } from './columns';
import { setHidden, setText } from './dom';
import { countText } from './format';
import { highlightMatches } from './highlights';
import { RowElements } from './rowElements';
import { RowWindow, shiftOf } from './rowWindow';
import { HEAD_HEIGHT, ROW_HEIGHT, VirtualScroll } from './virtualScroll';

/** Rows fetched beyond each edge of the screen, so that small scrolls need no fetch. */
const OVERSCAN = 40;

export interface RowListHost {
  rows(from: number, count: number): Promise<readonly TailRow[]>;
  /** The user chose a message, or none. */
  selected(seq: number | undefined): void;
  failed(error: unknown): void;
}

/**
 * The list of messages. Only rows on screen are elements; what they show is fetched as needed, one
 * request at a time, and drawn by animation frame from the latest status. It follows the end until
 * the user scrolls away or chooses a row.
 */
export class RowList {
  readonly root: HTMLElement;
  readonly grid: HTMLElement;
  private readonly head = h('div', { class: 'row head', role: 'row' });
  private readonly layer = h('div', { class: 'layer', role: 'rowgroup' });
  private readonly jump = h('button', { class: 'jump', type: 'button' });
  private readonly scroll: VirtualScroll;
  private readonly window = new RowWindow();
  private readonly elements: RowElements;
  private status: TailStatus | undefined;
  private isFollowing = true;
  private receivedWhenLeft = 0;
  private selectedSeq: number | undefined;
  private selectedIndex = -1;
  /** A row that was chosen by keyboard before it was fetched. */
  private toSelect: number | undefined;
  /** The first row on screen, remembered over a shift that carried the screen out of the window. */
  private anchor: { readonly seq: number; readonly index: number } | undefined;
  private isStale = true;
  private isFetching = false;
  private frame = 0;

  constructor(private readonly host: RowListHost) {
    const spacer = h('div', { class: 'spacer' });
    this.grid = h(
      'div',
      {
        class: 'scroller',
        role: 'grid',
        tabindex: 0,
        'aria-label': 'Messages',
        'aria-rowcount': 0,
      },
      this.head,
      this.layer,
      spacer,
    );
    this.root = h('div', { class: 'list' }, this.grid, this.jump);
    this.jump.hidden = true;
    this.elements = new RowElements(this.layer);
    this.scroll = new VirtualScroll(this.grid, spacer);
    this.grid.addEventListener(
      'scroll',
      () => {
        if (this.scroll.takeUserScroll()) {
          this.anchor = undefined;
          this.setFollowing(this.scroll.isAtEnd);
        }
        this.schedule();
      },
      { passive: true },
    );
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.layer.addEventListener('mousedown', (event) => {
      const seq = this.elements.seqOf(event.target);
      if (seq !== undefined) this.select(seq);
    });
    this.jump.addEventListener('click', () => {
      this.follow();
      this.grid.focus();
    });
    new ResizeObserver(() => {
      // The details that open under the list must not cover the row that they are of.
      const [first, end] = this.scroll.visible;
      const stays = this.selectedIndex >= first && this.selectedIndex < end;
      this.scroll.resize(this.grid.clientHeight - HEAD_HEIGHT);
      if (stays && !this.isFollowing) this.scroll.show(this.selectedIndex);
      this.schedule();
    }).observe(this.grid);
  }

  setColumns(init: TailInit): void {
    const columns: readonly Column[] = columnsOf(init);
    this.root.dataset.columns = columns.map(({ id }) => id).join(' ');
    this.elements.setColumns(columns);
    this.head.replaceChildren(
      ...columns.map((column) => h('span', { class: column.id, role: 'columnheader' }, column.title)),
    );
    this.schedule();
  }

  /** Takes the latest status; draws at the next frame. */
  update(status: TailStatus): void {
    const old = this.status;
    this.status = status;
    const isAnew = old && (status.counters.received < old.counters.received || status.filter !== old.filter);
    if (isAnew || status.counters.shown === 0) this.begin();
    if (
      !old ||
      old.counters.shown !== status.counters.shown ||
      old.counters.received !== status.counters.received ||
      old.counters.dropped !== status.counters.dropped ||
      isAnew
    )
      this.isStale = true;
    this.grid.setAttribute('aria-rowcount', String(status.counters.shown));
    this.schedule();
  }

  private begin(): void {
    this.window.set(0, []);
    this.elements.forget();
    this.toSelect = undefined;
    this.anchor = undefined;
    this.isFollowing = true;
    this.scroll.moveTo(0);
  }

  get selection(): number | undefined {
    return this.selectedSeq;
  }

  select(seq: number | undefined): void {
    if (seq !== undefined && this.isFollowing) this.setFollowing(false);
    this.toSelect = undefined;
    this.selectedSeq = seq;
    this.selectedIndex = seq === undefined ? -1 : (this.window.indexOf(seq) ?? this.selectedIndex);
    this.host.selected(seq);
    this.schedule();
  }

  /** Goes to the newest message and stays with it. */
  follow(): void {
    this.setFollowing(true);
    this.isStale = true;
    this.schedule();
  }

  private setFollowing(following: boolean): void {
    if (this.isFollowing && !following) this.receivedWhenLeft = this.status?.counters.received ?? 0;
    this.isFollowing = following;
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    if (!this.status) return;
    this.scroll.setRows(this.status.counters.shown);
    if (this.isFollowing) this.scroll.moveTo(this.scroll.maxTop);
    this.paint();
    const [first, end] = this.scroll.visible;
    const isCovered = first >= this.window.from && end <= this.window.from + this.window.rows.length;
    // A list that only grows below the screen need not be asked for again.
    if (!isCovered || (this.isStale && (this.isFollowing || this.status.counters.dropped > 0)))
      void this.fetch();
  }

  private async fetch(): Promise<void> {
    if (this.isFetching) return;
    this.isFetching = true;
    this.isStale = false;
    const [first, end] = this.scroll.visible;
    const from = Math.max(0, first - OVERSCAN);
    const status = this.status;
    try {
      const rows = await this.host.rows(from, end - from + OVERSCAN);
      // After a clear, another filter or a restart the answer is about a list that is gone.
      if (status?.filter === this.status?.filter && (this.status?.counters.shown ?? 0) > 0)
        this.take(from, rows);
    } catch (error) {
      this.host.failed(error);
    } finally {
      this.isFetching = false;
      this.schedule();
    }
  }

  private take(from: number, rows: readonly TailRow[]): void {
    const index = this.scroll.visible[0];
    const top = this.window.at(index);
    const anchor = this.isFollowing ? undefined : top ? { seq: top.seq, index } : this.anchor;
    this.window.set(from, rows);
    const shift = anchor ? shiftOf(anchor.seq, anchor.index, from, rows) : 0;
    if (shift) this.scroll.moveTo(this.scroll.top - shift * ROW_HEIGHT);
    this.anchor = anchor && { seq: anchor.seq, index: anchor.index - shift };
    if (this.selectedSeq !== undefined) {
      this.selectedIndex = this.window.indexOf(this.selectedSeq) ?? Math.max(-1, this.selectedIndex - shift);
    }
    if (this.toSelect !== undefined) {
      this.toSelect = Math.max(0, this.toSelect - shift);
      const row = this.window.at(this.toSelect);
      // An answer asked for before the key was pressed may not hold it yet.
      if (row) this.select(row.seq);
    }
  }

  private paint(): void {
    const [first, end] = this.scroll.visible;
    const active = this.elements.paint(
      first,
      end,
      this.scroll.top,
      (index) => this.window.at(index),
      this.selectedSeq,
    );
    this.root.classList.toggle('with-days', this.elements.hasDays);
    if (active) this.grid.setAttribute('aria-activedescendant', active);
    else this.grid.removeAttribute('aria-activedescendant');
    highlightMatches(this.elements.searchedTexts(), this.status?.filter ?? '');
    const fresh = (this.status?.counters.received ?? 0) - this.receivedWhenLeft;
    setHidden(this.jump, this.isFollowing || (fresh <= 0 && this.scroll.isAtEnd));
    setText(this.jump, fresh > 0 ? `↓ ${countText(fresh)} new` : '↓ Newest');
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.scroll.height / ROW_HEIGHT) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.move(move);
  }

  private move(by: number): void {
    const last = this.scroll.rows - 1;
    if (last < 0) return;
    const [first, end] = this.scroll.visible;
    const isSelected =
      this.toSelect !== undefined || (this.selectedSeq !== undefined && this.selectedIndex >= 0);
    // The first step of the keyboard takes the newest row on screen, or the oldest going down from above.
    const start = isSelected ? this.selectedIndex : this.isFollowing || by < 0 ? end : first - 1;
    const target = Math.max(0, Math.min(last, start + by));
    this.setFollowing(false);
    this.anchor = undefined;
    this.scroll.show(target);
    const row = this.window.at(target);
    if (row) {
      this.select(row.seq);
    } else {
      this.toSelect = target;
      this.selectedIndex = target;
    }
    if (by === Infinity) this.follow();
    this.schedule();
  }
}

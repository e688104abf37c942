import type { RowPlace, RowPosition, RowsAround, TailRow, TailSelection, TailStatus } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Menu } from '../ui/menu';
import { leastWidth } from './columns';
import { setHidden, setText } from './dom';
import { filterKey } from './filterText';
import { countText } from './format';
import { highlightMatches } from './highlights';
import { ListHead } from './listHead';
import { RowElements } from './rowElements';
import { RowWindow, shiftOf } from './rowWindow';
import { Seeker } from './seeker';
import { placeOf, Selection } from './selection';
import type { ViewModel } from './viewModel';
import { HEAD_HEIGHT, ROW_HEIGHT, VirtualScroll } from './virtualScroll';

/** Rows fetched beyond each edge of the screen, so that small scrolls need no fetch. */
const OVERSCAN = 40;

/** Lists narrower than this leave out what their details tell too, in px. */
const NARROW = 680;

export interface RowListHost {
  rows(from: number, count: number): Promise<readonly TailRow[]>;
  /** Rows around a message of a list: as many before it, and so many in all. */
  rowsAround(place: RowPlace, before: number, count: number): Promise<RowsAround>;
  /** Where a message stands in the list. */
  position(place: RowPlace): Promise<RowPosition>;
  /** The user chose a message, or none. */
  selected(seq: number | undefined): void;
  /** Several messages are chosen, or no longer. */
  ranged(range: TailSelection | undefined): void;
  copy(selection: TailSelection): void;
  /** What can be done with a message, at a point of the window. */
  menu(row: TailRow, at: { readonly x: number; readonly y: number }): void;
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
  private readonly head: ListHead;
  private readonly layer = h('div', { class: 'layer', role: 'rowgroup' });
  private readonly jump = h('button', { class: 'jump', type: 'button' });
  private readonly scroll: VirtualScroll;
  private readonly window = new RowWindow();
  private readonly elements: RowElements;
  private status: TailStatus | undefined;
  private isFollowing = true;
  private receivedWhenLeft = 0;
  private readonly chosen = new Selection();
  private toldRange: TailSelection | undefined;
  private selectedIndex = -1;
  private readonly seeker: Seeker;
  /** A row that was chosen by keyboard before it was fetched. */
  private toSelect: { readonly index: number; readonly extends: boolean } | undefined;
  /** The first row on screen, remembered over a shift that carried the screen out of the window. */
  private anchor: { readonly place: RowPlace; readonly index: number } | undefined;
  private isStale = true;
  /** The rows at hand lack something, whether the list follows or not. */
  private needsRows = false;
  private isFetching = false;
  private frame = 0;
  private isNarrow = false;
  /** How often the list went to another place of itself: rows that were asked for before say nothing of the place now. */
  private leaps = 0;

  constructor(
    private readonly host: RowListHost,
    private readonly view: ViewModel,
    menu: Menu,
  ) {
    this.seeker = new Seeker(
      (seq) => host.position({ seq }),
      (index) => this.bringTo(index),
      (error) => host.failed(error),
    );
    this.head = new ListHead(view, menu, () => this.grid.focus());
    const spacer = h('div', { class: 'spacer' });
    this.grid = h(
      'div',
      {
        class: 'scroller',
        role: 'grid',
        tabindex: 0,
        'aria-label': 'Messages',
        'aria-rowcount': 0,
        'aria-multiselectable': 'true',
      },
      this.head.root,
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
          this.seeker.seek(undefined);
          this.setFollowing(this.scroll.isAtEnd);
        }
        this.schedule();
      },
      { passive: true },
    );
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.layer.addEventListener('mousedown', (event) => {
      const row = this.elements.rowOf(event.target);
      // What the other buttons are for, they are for all that is chosen.
      if (!row || event.button !== 0) return;
      if (!event.shiftKey) return this.select(row);
      // Else the texts between would be marked.
      event.preventDefault();
      this.grid.focus();
      this.extend(row);
    });
    this.layer.addEventListener('contextmenu', (event) => {
      const row = this.elements.rowOf(event.target);
      if (!row) return;
      event.preventDefault();
      host.menu(row, { x: event.clientX, y: event.clientY });
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
      if (this.isNarrow !== this.grid.clientWidth < NARROW) this.setColumns();
      if (stays && !this.isFollowing) this.scroll.show(this.selectedIndex);
      this.schedule();
    }).observe(this.grid);
  }

  /** Takes over the columns of the view, and draws all rows anew. */
  setColumns(): void {
    this.isNarrow = this.grid.clientWidth < NARROW;
    const columns = this.view.columns(this.isNarrow);
    this.elements.setColumns(columns);
    this.head.setColumns(columns);
    this.root.style.setProperty('--tracks', columns.map((column) => column.track).join(' '));
    this.root.style.setProperty('--least', leastWidth(columns));
    this.schedule();
  }

  /** Cells carry other fields from now on: rows are fetched anew. */
  fetchAnew(): void {
    this.isStale = true;
    this.needsRows = true;
    this.schedule();
  }

  /** Times are shown anew, as when they tell how long ago it was. */
  redraw(): void {
    this.elements.forget();
    this.schedule();
  }

  /** Takes the latest status; draws at the next frame. */
  update(status: TailStatus): void {
    const old = this.status;
    this.status = status;
    const isFiltered = old && listKey(status) !== listKey(old);
    const isWithout = old && tookOut(old, status);
    const isAnew = old && (status.counters.received < old.counters.received || isFiltered || isWithout);
    const isSorted = old && old.order !== status.order;
    const read = isWithout || isSorted ? this.firstOf(status) : undefined;
    if (isAnew || status.counters.shown === 0) this.begin();
    // Whoever looks at a message sees it in the list with another filter, too, and without a channel.
    if (isFiltered || isWithout) this.seeker.seek(this.chosen.lead ?? read);
    if (isAnew) this.chosen.collapse();
    this.tellRange();
    void this.seeker.update(status.counters.shown);
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

  /** The first message on screen of those that stay in the list; undefined where it follows the end. */
  private firstOf({ sources }: TailStatus): number | undefined {
    if (this.isFollowing) return undefined;
    const [first, end] = this.scroll.visible;
    for (let index = first; index < end; index++) {
      const row = this.window.at(index);
      if (row && (!sources || sources.some(({ tag }) => tag === row.tag))) return row.seq;
    }
    return undefined;
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
    return this.chosen.lead;
  }

  /** All that is chosen; of several it is the rows from one to another. */
  get selected(): TailSelection | undefined {
    return this.chosen.present;
  }

  isSelected(row: RowPlace): boolean {
    return this.chosen.has(row);
  }

  /** Set where several are chosen. */
  get range(): TailSelection | undefined {
    return this.chosen.range;
  }

  select(place: RowPlace | undefined): void {
    this.chosen.set(place);
    this.selectionMoved();
  }

  /** Chooses all messages from the one that is chosen to this one. */
  private extend(place: RowPlace): void {
    this.chosen.extend(place, this.status?.counters.received ?? 0);
    this.selectionMoved();
  }

  private selectionMoved(): void {
    const seq = this.chosen.lead;
    if (seq !== undefined && this.isFollowing) this.setFollowing(false);
    this.toSelect = undefined;
    this.seeker.seek(undefined);
    this.selectedIndex = seq === undefined ? -1 : (this.window.indexOf(seq) ?? this.selectedIndex);
    this.host.selected(seq);
    this.tellRange();
    this.schedule();
  }

  /** Chooses all that the list has now. */
  private async selectAll(): Promise<void> {
    const { shown = 0, received = 0 } = this.status?.counters ?? {};
    // It may have become shorter since that was told.
    const [[oldest], end] = await Promise.all([this.host.rows(0, 1), this.host.rows(Math.max(0, shown - OVERSCAN), OVERSCAN)]);
    const newest = end.at(-1);
    if (!oldest || !newest) return;
    // What has come since was not seen.
    this.chosen.setRange(oldest, newest, received);
    this.tellRange();
    this.schedule();
  }

  private tellRange(): void {
    if (this.toldRange === this.chosen.range) return;
    this.toldRange = this.chosen.range;
    this.root.classList.toggle('with-range', this.chosen.range !== undefined);
    this.host.ranged(this.chosen.range);
  }

  private bringTo(index: number): void {
    this.setFollowing(false);
    this.anchor = undefined;
    this.selectedIndex = index;
    this.leaps++;
    // The list may have another length since it was drawn last, and since that was told.
    this.setShown(Math.max(this.status?.counters.shown ?? 0, index + 1));
    this.scroll.center(index);
    this.needsRows = true;
    this.schedule();
  }

  /** The list has so many rows by now. */
  private setShown(shown: number): void {
    if (this.status) this.status = { ...this.status, counters: { ...this.status.counters, shown } };
    this.scroll.setRows(shown);
  }

  /** Finds a message in the list, brings it into view and chooses it; false where the filter leaves it out. */
  async reveal(seq: number): Promise<boolean> {
    const { index, isThere } = await this.host.position({ seq });
    const [row] = isThere ? await this.host.rows(index, 1) : [];
    // It may have moved meanwhile, and then is at least near.
    if (isThere) this.select(row?.seq === seq ? row : { seq });
    this.bringTo(index);
    return isThere;
  }

  /** Goes to the newest message and stays with it. */
  follow(): void {
    this.setFollowing(true);
    this.leaps++;
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
    const growsAnywhere = this.status.counters.dropped > 0 || this.isByTime;
    if (!isCovered || this.needsRows || (this.isStale && (this.isFollowing || growsAnywhere)))
      void this.fetch();
  }

  private async fetch(): Promise<void> {
    if (this.isFetching) return;
    this.isFetching = true;
    this.isStale = false;
    this.needsRows = false;
    const status = this.status;
    try {
      if (this.isByTime && !this.isFollowing && (await this.fetchAround())) return;
      const [first, end] = this.scroll.visible;
      const from = Math.max(0, first - OVERSCAN);
      const rows = await this.host.rows(from, end - from + OVERSCAN);
      // After a clear, another filter, a restart or without a channel the answer is about a list that is gone.
      if (this.isOther(status)) this.needsRows = true;
      else if ((this.status?.counters.shown ?? 0) > 0) this.take(from, rows);
    } catch (error) {
      this.host.failed(error);
    } finally {
      this.isFetching = false;
      this.schedule();
    }
  }

  private get isByTime(): boolean {
    return this.status?.order === 'time';
  }

  /**
   * In a list by time rows come above the screen as well as below, any number at once: rows are asked for around one that is on screen,
   * which stays where it is. False where none is at hand.
   */
  private async fetchAround(): Promise<boolean> {
    const [first, end] = this.scroll.visible;
    let index = first;
    while (index < end && !this.window.at(index)) index++;
    const row = this.window.at(index);
    if (index === end || !row) return false;
    const { status, leaps } = this;
    const { lead } = this.chosen;
    const [around, chosen] = await Promise.all([
      this.host.rowsAround(placeOf(row), index - first + OVERSCAN, end - first + 2 * OVERSCAN),
      lead === undefined || this.window.indexOf(lead) !== undefined ? undefined : this.host.position({ seq: lead }),
    ]);
    if (this.isOther(status) || this.isFollowing || leaps !== this.leaps) {
      this.needsRows = true;
      return true;
    }
    const shift = around.index - index;
    this.window.set(around.from, around.rows);
    this.setShown(around.shown);
    // The user may have scrolled meanwhile: that is kept.
    if (shift) this.scroll.moveTo(this.scroll.top + shift * ROW_HEIGHT);
    if (lead !== undefined && lead === this.chosen.lead && chosen?.isThere) this.selectedIndex = chosen.index;
    else this.selectedIndex = Math.max(-1, this.selectedIndex + shift);
    this.placeLead();
    this.selectFetched(shift);
    return true;
  }

  /** Whether the list has become another since a status. */
  private isOther(before: TailStatus | undefined): boolean {
    const now = this.status;
    return !before || !now || listKey(before) !== listKey(now) || tookOut(before, now);
  }

  private take(from: number, rows: readonly TailRow[]): void {
    const index = this.scroll.visible[0];
    const top = this.window.at(index);
    const anchor = this.isFollowing ? undefined : top ? { place: top, index } : this.anchor;
    this.window.set(from, rows);
    const shift = anchor ? shiftOf(anchor.place, anchor.index, from, rows) : 0;
    if (shift) this.scroll.moveTo(this.scroll.top - shift * ROW_HEIGHT);
    this.anchor = anchor && { place: anchor.place, index: anchor.index - shift };
    if (this.chosen.lead !== undefined) this.selectedIndex = Math.max(-1, this.selectedIndex - shift);
    this.placeLead();
    this.selectFetched(-shift);
  }

  /** Where the chosen message is among the rows at hand, its place is known exactly. */
  private placeLead(): void {
    const { lead } = this.chosen;
    const index = lead === undefined ? undefined : this.window.indexOf(lead);
    const row = index === undefined ? undefined : this.window.at(index);
    if (index === undefined || !row) return;
    this.selectedIndex = index;
    this.chosen.replace(row);
  }

  /** Chooses the row that waits for it, `shift` rows further down than it was. */
  private selectFetched(shift: number): void {
    if (this.toSelect === undefined) return;
    this.toSelect = { ...this.toSelect, index: Math.max(0, this.toSelect.index + shift) };
    const row = this.window.at(this.toSelect.index);
    // An answer asked for before the key was pressed may not hold it yet.
    if (row) this.choose(row, this.toSelect.extends);
  }

  private paint(): void {
    const [first, end] = this.scroll.visible;
    const active = this.elements.paint(
      first,
      end,
      this.scroll.top,
      (index) => this.window.at(index),
      this.chosen,
    );
    this.root.classList.toggle('with-days', this.elements.hasDays);
    if (active) this.grid.setAttribute('aria-activedescendant', active);
    else this.grid.removeAttribute('aria-activedescendant');
    highlightMatches('tail-match', this.elements.searchedTexts(), this.status?.filter ?? {});
    const fresh = (this.status?.counters.received ?? 0) - this.receivedWhenLeft;
    setHidden(this.jump, this.isFollowing || (fresh <= 0 && this.scroll.isAtEnd));
    setText(this.jump, fresh > 0 ? `↓ ${countText(fresh)} new` : '↓ Newest');
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const row = this.chosen.lead === undefined ? undefined : this.window.at(this.selectedIndex);
      const at = row && this.elements.elementOf(row.seq)?.getBoundingClientRect();
      if (!row || !at) return;
      event.preventDefault();
      this.host.menu(row, { x: at.left + 24, y: at.bottom });
      return;
    }
    if (event.target !== this.grid) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) return this.onControlKey(event);
    const move = stepOf(event.key, Math.max(1, Math.floor(this.scroll.height / ROW_HEIGHT) - 1));
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.move(move, event.shiftKey);
  }

  private onControlKey(event: KeyboardEvent): void {
    const { present } = this.chosen;
    // Texts that were marked by the mouse are copied as they are.
    if (event.key === 'c' && present && getSelection()?.isCollapsed !== false) this.host.copy(present);
    else if (event.key === 'a') this.selectAll().catch((error: unknown) => this.host.failed(error));
    else return;
    // The workbench would mark the texts of the whole page, and copy those.
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(place: RowPlace, isExtending: boolean): void {
    if (isExtending) this.extend(place);
    else this.select(place);
  }

  private move(by: number, isExtending: boolean): void {
    const last = this.scroll.rows - 1;
    if (last < 0) return;
    const [first, end] = this.scroll.visible;
    const isSelected =
      this.toSelect !== undefined || (this.chosen.lead !== undefined && this.selectedIndex >= 0);
    // The first step of the keyboard takes the newest row on screen, or the oldest going down from above.
    const start = isSelected ? this.selectedIndex : this.isFollowing || by < 0 ? end : first - 1;
    const target = Math.max(0, Math.min(last, start + by));
    if (!Number.isFinite(by)) this.leaps++;
    this.setFollowing(false);
    this.anchor = undefined;
    this.scroll.show(target);
    const row = this.window.at(target);
    if (row) {
      this.choose(row, isExtending);
    } else {
      this.toSelect = { index: target, extends: isExtending };
      this.selectedIndex = target;
    }
    if (by === Infinity) this.follow();
    this.schedule();
  }
}

/** What decides which rows there are, and where. */
function listKey({ filter, order = 'arrival' }: TailStatus): string {
  return `${order} ${filterKey(filter)}`;
}

/** Whether a channel was taken out between two statuses of a tail. */
function tookOut(before: TailStatus, { sources }: TailStatus): boolean {
  return sources !== undefined && (before.sources ?? []).some(({ id }) => !sources.some((other) => other.id === id));
}

/** How many rows a key goes down; a page has so many. */
function stepOf(key: string, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  return steps[key];
}

import { h } from './dom';

/** Browsers stop drawing somewhere above 16 million px; what lies beyond is not reached by scrolling. */
const MAX_HEIGHT = 8_000_000;
const OVERSCAN = 4;

export interface VirtualRowsOptions<T> {
  /** px; the style sheet says the same. */
  readonly rowHeight: number;
  readonly className: string;
  readonly role: 'tree' | 'listbox' | 'list';
  readonly label: string;
  /** Fills a row's element anew; it may have shown another item before. */
  fill(row: HTMLElement, item: T, index: number): void;
  /** Enter, a double click or, where `activatesOnClick`, a click. */
  activate?(item: T, index: number): void;
  readonly activatesOnClick?: boolean;
  /** A key that moves nothing. True: it was taken. */
  key?(event: KeyboardEvent, item: T, index: number): boolean;
  /** Right click, the menu key or Shift+F10. */
  menu?(item: T, index: number, at: { readonly x: number; readonly y: number }): void;
  /** Rows were drawn: their elements from the first to the last. */
  drawn?(rows: readonly HTMLElement[]): void;
}

const ROW_ROLES = { tree: 'treeitem', listbox: 'option', list: 'listitem' } as const;
let lists = 0;

/** A list of any length of which only the rows in sight are elements; one row is the keyboard's. */
export class VirtualRows<T> {
  readonly root: HTMLElement;
  private readonly spacer = h('div', { class: 'spacer' });
  private readonly id = `rows-${lists++}`;
  private readonly pool: HTMLElement[] = [];
  /** What each element shows: one that stays the same is left alone, so that a click finds what was pressed. */
  private readonly filled = new WeakMap<HTMLElement, T>();
  private items: readonly T[] = [];
  private active = -1;
  private frame = 0;

  constructor(private readonly options: VirtualRowsOptions<T>) {
    this.root = h(
      'div',
      { class: `rows ${options.className}`, role: options.role, 'aria-label': options.label, tabindex: 0 },
      this.spacer,
    );
    this.root.addEventListener('scroll', () => this.schedule(), { passive: true });
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('mousedown', (event) => {
      const index = this.indexOf(event.target);
      if (index !== undefined) this.setActive(index, false);
    });
    this.root.addEventListener(options.activatesOnClick ? 'click' : 'dblclick', (event) => this.act(this.indexOf(event.target)));
    this.root.addEventListener('contextmenu', (event) => {
      const index = this.indexOf(event.target);
      if (index === undefined || !options.menu) return;
      event.preventDefault();
      this.setActive(index, false);
      options.menu(this.items[index]!, index, { x: event.clientX, y: event.clientY });
    });
    new ResizeObserver(() => this.schedule()).observe(this.root);
  }

  get activeIndex(): number {
    return this.active;
  }

  /** Shows other items. The keyboard's row stays by its place unless `active` says where it goes. */
  setItems(items: readonly T[], active = Math.min(this.active, items.length - 1)): void {
    this.items = items;
    this.active = active;
    for (const row of this.pool) this.filled.delete(row);
    this.spacer.style.height = `${Math.min(MAX_HEIGHT, items.length * this.options.rowHeight)}px`;
    this.draw();
  }

  /** Makes a row the keyboard's and brings it into view. */
  setActive(index: number, show = true): void {
    this.active = Math.max(-1, Math.min(this.items.length - 1, index));
    if (show && this.active >= 0) {
      const { rowHeight } = this.options;
      const top = this.active * rowHeight;
      const { scrollTop, clientHeight } = this.root;
      if (top < scrollTop) this.root.scrollTop = top;
      else if (top + rowHeight > scrollTop + clientHeight) this.root.scrollTop = top + rowHeight - clientHeight;
    }
    this.draw();
  }

  schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Which row an event's target lies in. */
  indexOf(target: EventTarget | null): number | undefined {
    const row = target instanceof Element ? target.closest<HTMLElement>('.vrow') : null;
    return row && this.root.contains(row) ? Number(row.dataset.index) : undefined;
  }

  private draw(): void {
    const { rowHeight, role } = this.options;
    const { scrollTop, clientHeight } = this.root;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
    const end = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + OVERSCAN);
    while (this.pool.length < end - first) {
      const row = h('div', { class: 'vrow', role: ROW_ROLES[role], id: `${this.id}-${this.pool.length}` });
      this.pool.push(row);
      this.root.append(row);
    }
    const drawn: HTMLElement[] = [];
    let active: string | undefined;
    for (const [i, row] of this.pool.entries()) {
      const index = first + i;
      const isUsed = index < end;
      row.hidden = !isUsed;
      if (!isUsed) continue;
      row.dataset.index = String(index);
      row.style.transform = `translateY(${index * rowHeight}px)`;
      row.setAttribute('aria-setsize', String(this.items.length));
      row.setAttribute('aria-posinset', String(index + 1));
      const isActive = index === this.active;
      row.classList.toggle('active', isActive);
      if (role !== 'list') row.setAttribute('aria-selected', String(isActive));
      if (isActive) active = row.id;
      drawn.push(row);
      const item = this.items[index]!;
      if (this.filled.get(row) === item) continue;
      this.filled.set(row, item);
      this.options.fill(row, item, index);
    }
    if (active) this.root.setAttribute('aria-activedescendant', active);
    else this.root.removeAttribute('aria-activedescendant');
    this.options.drawn?.(drawn);
  }

  private act(index: number | undefined): void {
    const item = index === undefined ? undefined : this.items[index];
    if (item !== undefined) this.options.activate?.(item, index!);
  }

  private onKey(event: KeyboardEvent): void {
    const item = this.items[this.active];
    if (item !== undefined && this.options.key?.(event, item, this.active)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (item !== undefined && this.options.menu && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))) {
      event.preventDefault();
      this.openMenu(item);
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.options.rowHeight) - 1);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: this.active + 1,
      ArrowUp: Math.max(0, this.active - 1),
      PageDown: this.active + page,
      PageUp: Math.max(0, this.active - page),
      Home: 0,
      End: this.items.length - 1,
    };
    const to = target[event.key];
    if (to !== undefined) this.setActive(to);
    else if (event.key === 'Enter' && item !== undefined && this.options.activate) this.act(this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private openMenu(item: T): void {
    const row = this.pool.find((one) => !one.hidden && Number(one.dataset.index) === this.active);
    const at = (row ?? this.root).getBoundingClientRect();
    this.options.menu?.(item, this.active, { x: at.left + 24, y: at.bottom });
  }
}

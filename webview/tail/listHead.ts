import { h } from '../ui/dom';
import type { Menu, MenuEntry } from '../ui/menu';
import type { Column } from './columns';
import { placePinned } from './rowElements';
import type { ViewModel } from './viewModel';

const STEP = 16;

/** The line of column titles: each is moved, sized, pinned and taken away by mouse, by its menu and by keys. */
export class ListHead {
  readonly root = h('div', { class: 'row head', role: 'row' });
  private cells: readonly HTMLElement[] = [];
  private columns: readonly Column[] = [];
  private dragged: string | undefined;

  constructor(
    private readonly view: ViewModel,
    private readonly menu: Menu,
    private readonly leave: () => void,
  ) {
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  setColumns(columns: readonly Column[]): void {
    const focused = this.cells.findIndex((cell) => cell === document.activeElement);
    const id = this.columns[focused]?.id;
    this.columns = columns;
    this.cells = columns.map((column) => this.cell(column));
    this.root.replaceChildren(...this.cells);
    placePinned(this.cells, columns);
    if (id !== undefined) this.focus(id);
    else this.cells.forEach((cell, i) => (cell.tabIndex = i === 0 ? 0 : -1));
  }

  focus(id: string): void {
    const at = Math.max(0, this.columns.findIndex((column) => column.id === id));
    this.cells.forEach((cell, i) => (cell.tabIndex = i === at ? 0 : -1));
    this.cells[at]?.focus();
  }

  private cell(column: Column): HTMLElement {
    const grip = h('i', { class: 'grip', 'aria-hidden': 'true' });
    const cell = h(
      'span',
      {
        class: `${column.name}${column.isPinned ? ' pinned' : ''}`,
        role: 'columnheader',
        draggable: 'true',
        title: `${column.title}: Enter for the menu, ← → to go on, Shift to size, Alt to move`,
        'data-id': column.id,
        ...(column.id === '$time' && this.view.order === 'time' && { 'aria-sort': 'ascending' }),
      },
      column.id === '$time' && this.view.order === 'time' ? `${column.title} ↓` : column.title,
      grip,
    );
    cell.addEventListener('click', () => this.openMenu(column, cell));
    cell.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      this.openMenu(column, cell);
    });
    cell.addEventListener('dragstart', (event) => {
      this.dragged = column.id;
      event.dataTransfer?.setData('text/plain', column.title);
    });
    cell.addEventListener('dragover', (event) => {
      if (this.dragged !== undefined) event.preventDefault();
    });
    cell.addEventListener('drop', (event) => {
      event.preventDefault();
      const { left, width } = cell.getBoundingClientRect();
      if (this.dragged !== undefined) this.view.place(this.dragged, column.id, event.clientX > left + width / 2);
      this.dragged = undefined;
    });
    grip.addEventListener('pointerdown', (event) => this.startSizing(event, column, cell, grip));
    // Else the title would be dragged, not the border.
    grip.addEventListener('mousedown', (event) => event.preventDefault());
    grip.addEventListener('click', (event) => event.stopPropagation());
    grip.addEventListener('dblclick', () => this.view.fit(column.id));
    return cell;
  }

  private startSizing(event: PointerEvent, column: Column, cell: HTMLElement, grip: HTMLElement): void {
    event.preventDefault();
    event.stopPropagation();
    const { left } = cell.getBoundingClientRect();
    let width = cell.offsetWidth;
    // The title is made anew while its column is sized: the window is what stays.
    const move = (to: PointerEvent): void => {
      width = to.clientX - left;
      this.view.resize(column.id, width);
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      grip.classList.remove('held');
    };
    grip.classList.add('held');
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end, { once: true });
  }

  private openMenu(column: Column, cell: HTMLElement): void {
    const { view } = this;
    const { id } = column;
    const again = (act: () => void) => (): void => {
      act();
      this.focus(id);
    };
    const entries: MenuEntry[] = [
      { label: view.isPinned(id) ? 'Unpin' : 'Pin to the left', hint: 'P', run: again(() => view.pin(id)) },
      { label: 'Move left', hint: 'Alt+←', run: again(() => view.move(id, -1)) },
      { label: 'Move right', hint: 'Alt+→', run: again(() => view.move(id, 1)) },
      { label: 'Narrower', hint: 'Shift+←', run: again(() => view.resize(id, cell.offsetWidth - STEP)) },
      { label: 'Wider', hint: 'Shift+→', run: again(() => view.resize(id, cell.offsetWidth + STEP)) },
      { label: 'Width that fits', run: again(() => view.fit(id)) },
      'line',
      ...(id === '$time'
        ? [{ label: view.order === 'time' ? 'Sort as messages came' : 'Sort by time', hint: 'O', run: again(() => view.toggleOrder()) }, 'line' as const]
        : []),
      { label: 'Remove column', hint: 'Del', run: () => view.toggle(id) },
      { label: 'Standard columns', run: () => view.reset() },
    ];
    this.menu.open(cell, `Column ${column.title}`, entries);
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.cells.indexOf(event.target as HTMLElement);
    const column = this.columns[at];
    const cell = this.cells[at];
    if (!column || !cell) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (side && event.shiftKey) this.view.resize(column.id, cell.offsetWidth + side * STEP);
    else if (side && event.altKey) this.view.move(column.id, side);
    else if (side) this.focus(this.columns[Math.max(0, Math.min(this.columns.length - 1, at + side))]!.id);
    else if (event.key === 'Enter' || event.key === ' ' || event.key === 'ContextMenu') this.openMenu(column, cell);
    else if (event.key === 'p' || event.key === 'P') this.view.pin(column.id);
    else if ((event.key === 'o' || event.key === 'O') && column.id === '$time') this.view.toggleOrder();
    else if (event.key === 'Delete') this.view.toggle(column.id);
    else if (event.key === 'ArrowDown') this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

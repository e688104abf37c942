import { h } from '../ui/dom';
import { Popup } from '../ui/popup';
import type { Anchor } from '../ui/popup';
import { titleOf } from './columns';
import type { ViewModel } from './viewModel';

const MOST = 200;

/** The box that says which columns there are: what every message has, and paths that were seen in values. */
export class ColumnChooser {
  private readonly popup = new Popup('dialog', 'Columns', 'columns');
  private readonly field = h('input', {
    class: 'field',
    type: 'text',
    placeholder: 'Find a field, or write its path: order.items[0].sku, header:tenant',
    'aria-label': 'Find a field, or write its path',
    spellcheck: 'false',
  });
  private readonly list = h('div', { class: 'choices', role: 'group', 'aria-label': 'Columns' });
  private readonly reset = h('button', { class: 'link', type: 'button' }, 'Standard columns');
  private paths: readonly string[] = [];

  constructor(
    private readonly view: ViewModel,
    private readonly ask: () => Promise<readonly string[]>,
  ) {
    this.popup.root.append(this.field, this.list, this.reset);
    this.field.addEventListener('input', () => this.draw());
    this.field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      const path = this.field.value.trim();
      if (path && !this.view.has(path)) this.view.toggle(path);
      this.field.value = '';
      this.draw();
    });
    this.popup.root.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (!step) return;
      event.preventDefault();
      const stops = [this.field, ...this.list.querySelectorAll('input')];
      stops[stops.indexOf(document.activeElement as HTMLInputElement) + step]?.focus();
    });
    this.reset.addEventListener('click', () => {
      view.reset();
      this.draw();
    });
  }

  async open(anchor: Anchor): Promise<void> {
    this.field.value = '';
    this.draw();
    this.popup.open(anchor);
    this.field.focus();
    this.paths = await this.ask();
    if (this.popup.isOpen) this.draw();
  }

  private draw(): void {
    const wanted = this.field.value.trim().toLowerCase();
    const { view } = this;
    const own = view.present.columns.filter((id) => !id.startsWith('$') && !this.paths.includes(id));
    const ids = [...view.builtIns, ...own, ...this.paths];
    const found = ids.filter((id) => titleOf(id, view.subject).toLowerCase().includes(wanted)).slice(0, MOST);
    const focused = (document.activeElement as HTMLElement | null)?.dataset.id;
    this.list.replaceChildren(...found.map((id) => this.choice(id)));
    if (!found.length) this.list.append(h('p', { class: 'dim' }, 'No field of that name in the last messages. Enter adds it as a path.'));
    if (focused !== undefined) this.list.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  private choice(id: string): HTMLElement {
    const box = h('input', { type: 'checkbox', 'data-id': id });
    box.checked = this.view.has(id);
    box.addEventListener('change', () => {
      this.view.toggle(id);
      this.draw();
    });
    return h('label', { class: id.startsWith('$') ? 'choice' : 'choice path' }, box, h('span', {}, titleOf(id, this.view.subject)));
  }
}

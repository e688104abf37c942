import type { TailDetail } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Menu } from '../ui/menu';
import { VirtualRows } from '../ui/virtualRows';

type Header = TailDetail['headers'][number];

export interface HeadersHost {
  copy(text: string): void;
  filterBy(expression: string): void;
  addColumn(path: string): void;
}

/** A message's headers, thousands of them too. */
export class HeadersView {
  readonly root: HTMLElement;
  private readonly rows: VirtualRows<Header>;

  constructor(host: HeadersHost, menu: Menu) {
    this.rows = new VirtualRows<Header>({
      rowHeight: 22,
      className: 'header-rows',
      role: 'listbox',
      label: 'Headers',
      fill: (row, { name, value }) => {
        row.title = value.slice(0, 1000);
        row.replaceChildren(h('span', { class: 'header-name' }, name), h('span', { class: 'header-value' }, value));
      },
      key: (event, { name, value }) => {
        if (!(event.ctrlKey || event.metaKey) || event.key !== 'c' || !getSelection()?.isCollapsed) return false;
        host.copy(`${name}: ${value}`);
        return true;
      },
      menu: ({ name, value }, _, at) =>
        menu.open(at, name, [
          {
            label: 'Filter by this value',
            run: () => host.filterBy(`headers[${JSON.stringify(name)}] == ${JSON.stringify(value)}`),
          },
          { label: 'Add as column', run: () => host.addColumn(`header:${name}`) },
          'line',
          { label: 'Copy value', run: () => host.copy(value) },
          { label: 'Copy name and value', hint: 'Ctrl+C', run: () => host.copy(`${name}: ${value}`) },
        ]),
    });
    this.root = this.rows.root;
  }

  show(headers: readonly Header[]): void {
    this.rows.setItems(headers, headers.length ? 0 : -1);
    this.root.scrollTop = 0;
  }
}

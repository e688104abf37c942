import type { Draft } from '../../src/protocol/publish';
import type { TextField } from '../ui/controls';
import { h } from '../ui/dom';

type Header = Draft['headers'][number];

/** Headers as rows of name and value; a name may come twice. */
export class HeaderEditor {
  readonly root: HTMLElement;
  private readonly list = h('div', { class: 'headers' });
  private readonly rows = new Map<HTMLElement, { readonly name: TextField; readonly value: TextField; readonly isBase64: boolean }>();

  constructor(private readonly changed: () => void) {
    const add = h('vscode-button', { appearance: 'secondary' }, 'Add Header');
    add.addEventListener('click', () => this.add({ name: '', text: '' }).focus());
    this.root = h('div', { class: 'row top' }, h('span', { class: 'label', 'aria-hidden': 'true' }, 'Headers'), h('div', { class: 'grow' }, this.list, add));
  }

  read(): Header[] {
    return [...this.rows.values()].map(({ name, value, isBase64 }) => ({
      name: name.value,
      text: value.value,
      ...(isBase64 ? { isBase64 } : {}),
    }));
  }

  write(headers: readonly Header[]): void {
    this.rows.clear();
    this.list.replaceChildren();
    for (const header of headers) this.add(header);
  }

  private add({ name, text, isBase64 = false }: Header): TextField {
    const nameField = h('vscode-text-field', { 'aria-label': 'Header’s name', placeholder: 'name' }) as unknown as TextField;
    const valueField = h('vscode-text-field', {
      class: 'grow',
      'aria-label': 'Header’s value',
      placeholder: isBase64 ? 'base64' : 'value',
    }) as unknown as TextField;
    nameField.value = name;
    valueField.value = text;
    const remove = h('button', { type: 'button', class: 'remove', 'aria-label': 'Remove header', title: 'Remove' }, '×');
    const row = h('div', { class: 'header' }, nameField, valueField, remove);
    remove.addEventListener('click', () => {
      this.rows.delete(row);
      row.remove();
      this.changed();
    });
    this.rows.set(row, { name: nameField, value: valueField, isBase64 });
    this.list.append(row);
    return nameField;
  }
}

import type { DriftHostFunctions, DriftTableRow, DriftView } from '../../src/protocol/drift';
import type { RpcPeer } from '../../src/protocol/rpc';
import type { TextField } from '../ui/controls';
import { counted, h } from '../ui/dom';

/** What the view keeps while VS Code has thrown its page away. */
export interface Kept {
  readonly filter: string;
  /** Also what is the same on both sides. */
  readonly all: boolean;
}

/** A page of more rows is slow to draw, and nobody reads it. */
const most = 1000;

const words = { error: 'error', warning: 'warning', info: 'information' } as const;

/** Files and broker side by side, row by row, to be filtered; a row leads to its line. */
export class DriftTable {
  readonly element: HTMLElement;
  private view: DriftView | undefined;
  private readonly title = h('h1');
  private readonly about = h('p', { class: 'dim' });
  private readonly count = h('p', { class: 'count', role: 'status' });
  private readonly notes = h('ul', { class: 'notes' });
  private readonly body = h('tbody');
  private readonly head = h('tr');
  private readonly filter = h('vscode-text-field', { placeholder: 'Filter', 'aria-label': 'Filter rows' }) as TextField;
  private readonly all = h('vscode-checkbox', {}, 'What is the same, too') as HTMLElement & { checked: boolean };
  private readonly again = h('vscode-button', { appearance: 'secondary' }, 'Ask again') as HTMLElement & { disabled: boolean };

  constructor(
    private readonly host: RpcPeer<DriftHostFunctions>,
    kept: Kept,
    private readonly keep: (kept: Kept) => void,
  ) {
    this.filter.value = kept.filter;
    this.all.checked = kept.all;
    this.filter.addEventListener('input', () => this.changed());
    this.all.addEventListener('change', () => this.changed());
    this.again.addEventListener('click', () => this.host.notify('again'));
    this.element = h('main', {},
      h('header', {}, this.title, this.about),
      h('div', { class: 'bar' }, this.filter, this.all, h('span', { class: 'space' }), this.again),
      this.notes, this.count,
      h('table', {}, h('thead', {}, this.head), this.body));
  }

  show(view: DriftView): void {
    this.view = view;
    this.title.textContent = `${view.broker}: files and broker`;
    this.about.textContent = `${view.about}. Asked at ${new Date(view.asked).toLocaleTimeString()}; the files are as they are now.`;
    this.again.disabled = view.busy;
    this.again.textContent = view.busy ? 'Asking…' : 'Ask again';
    this.notes.replaceChildren(...view.notes.map((note) => h('li', {}, note)));
    this.notes.hidden = view.notes.length === 0;
    this.head.replaceChildren(...['', 'Channel', 'What', 'Files', view.broker].map((text) => h('th', { scope: 'col' }, text)));
    this.draw();
  }

  private changed(): void {
    this.keep({ filter: this.filter.value, all: this.all.checked });
    this.draw();
  }

  private draw(): void {
    if (this.view === undefined) return;
    const { rows, broker } = this.view;
    const wanted = this.filter.value.trim().toLowerCase();
    const differing = rows.filter(({ severity }) => severity !== undefined);
    const found = (this.all.checked ? rows : differing).filter((row) => wanted === '' || textOf(row).includes(wanted));
    this.count.textContent = differing.length === 0 ? `The files and ${broker} say the same in all ${counted(rows.length, 'row')}.`
      : `${counted(differing.length, 'difference')} in ${counted(rows.length, 'row')}`
        + `${found.length > most ? `; the first ${most} of ${found.length} are shown: narrow the filter` : ''}.`;
    this.body.replaceChildren(...found.slice(0, most).map((row, i) => this.rowElement(row, found[i - 1])));
  }

  private rowElement(row: DriftTableRow, before: DriftTableRow | undefined): HTMLElement {
    const { subject, what, declared, real, at, severity } = row;
    const isFirst = before?.subject !== subject;
    const name = isFirst ? subject : h('span', { class: 'visually-hidden' }, subject);
    const link = at === undefined ? h('span', {}, what) : h('button', { class: 'place', title: 'Go to its line' }, what);
    if (at !== undefined) link.addEventListener('click', () => this.host.notify('open', at));
    return h('tr', { class: `${severity ?? 'same'}${isFirst ? ' first' : ''}` },
      h('td', { class: 'sign' }, h('span', { 'aria-hidden': 'true' }, severity === undefined ? '=' : '≠'),
        h('span', { class: 'visually-hidden' }, severity === undefined ? 'same' : words[severity])),
      h('td', { class: 'subject' }, name), h('td', {}, link), value(declared), value(real));
  }
}

function value(text: string | undefined): HTMLElement {
  return text === undefined ? h('td', { class: 'value dim' }, '–') : h('td', { class: 'value' }, text);
}

function textOf({ subject, what, declared = '', real = '' }: DriftTableRow): string {
  return `${subject} ${what} ${declared} ${real}`.toLowerCase();
}

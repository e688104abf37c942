import type { RedriveUnseenRow } from '../../src/protocol/publish';
import { h } from '../ui/dom';
import { nameOf } from './table';

/** So many of what was moved last are shown. */
const SHOWN = 1000;

/** What was moved unseen, and can be seen now; the last one first. */
export class MovedTable {
  private readonly body = h('tbody');
  readonly root = h(
    'table',
    { class: 'moved' },
    h('thead', {}, h('tr', {}, ...COLUMNS.map((title) => h('th', { scope: 'col' }, title)))),
    this.body,
  );

  add(rows: readonly RedriveUnseenRow[]): void {
    this.body.prepend(...[...rows].reverse().map((row) => this.element(row)));
    while (this.body.childElementCount > SHOWN) this.body.lastElementChild?.remove();
  }

  private element({ row, reason, to, note }: RedriveUnseenRow): HTMLElement {
    return h(
      'tr',
      {},
      h('td', { class: 'time' }, new Date(row.time).toLocaleString()),
      h('td', { class: 'text' }, row.key ?? ''),
      h('td', { class: 'text', title: row.preview }, row.preview),
      h('td', { class: 'text', title: reason ?? '' }, reason ?? ''),
      h('td', {}, nameOf(to), note === undefined ? undefined : h('div', { class: 'problem' }, note)),
    );
  }
}

const COLUMNS = ['Time', 'Key', 'Value', 'Why it was here', 'Went to'] as const;

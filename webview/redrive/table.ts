import type { RedriveMoved, RedriveRow, RedriveTo } from '../../src/protocol/publish';
import { h } from '../ui/dom';

/** A channel as one word, for lists and titles. */
export function nameOf({ target, routingKey }: RedriveTo): string {
  return routingKey === undefined || routingKey === '' ? target.address : `${target.address} (key ${routingKey})`;
}

/** The messages that are held, each with where it goes. Everything that a message contains is shown as text nodes. */
export class RedriveTable {
  private readonly body = h('tbody');
  private readonly all = h('input', { type: 'checkbox', 'aria-label': 'Choose all' });
  readonly root = h(
    'table',
    {},
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, this.all), ...COLUMNS.map((title) => h('th', { scope: 'col' }, title)))),
    this.body,
  );
  private rows: readonly RedriveRow[] = [];
  private readonly chosen = new Set<string>();
  private readonly failed = new Map<string, string>();
  /** Where all that is chosen goes; undefined: each to where it came from. */
  private to: RedriveTo | undefined;

  constructor(private readonly changed: () => void) {
    this.all.addEventListener('change', () => {
      this.chosen.clear();
      if (this.all.checked) for (const row of this.rows) if (this.destination(row)) this.chosen.add(row.id);
      this.paint();
    });
  }

  set(rows: readonly RedriveRow[]): void {
    this.rows = rows;
    for (const id of [...this.chosen]) if (!rows.some((row) => row.id === id)) this.chosen.delete(id);
    this.paint();
  }

  sendTo(to: RedriveTo | undefined): void {
    this.to = to;
    for (const row of this.rows) if (!this.destination(row)) this.chosen.delete(row.id);
    this.paint();
  }

  /** Moved messages leave the list; one that failed says why. */
  setMoved(results: readonly RedriveMoved[]): void {
    for (const result of results) {
      this.chosen.delete(result.id);
      if (result.is === 'failed') this.failed.set(result.id, result.reason);
    }
    const gone = new Set(results.filter((result) => result.is === 'moved').map((result) => result.id));
    this.rows = this.rows.filter((row) => !gone.has(row.id));
    this.paint();
  }

  get count(): number {
    return this.rows.length;
  }

  /** What is chosen, in the order of the channel. */
  moves(): { readonly id: string; readonly to: RedriveTo }[] {
    return this.rows.flatMap((row) => {
      const to = this.destination(row);
      return to && this.chosen.has(row.id) ? [{ id: row.id, to }] : [];
    });
  }

  private destination(row: RedriveRow): RedriveTo | undefined {
    return this.to ?? row.source;
  }

  private paint(): void {
    this.body.replaceChildren(...this.rows.map((row) => this.element(row)));
    const able = this.rows.filter((row) => this.destination(row));
    this.all.checked = able.length > 0 && able.every((row) => this.chosen.has(row.id));
    this.all.indeterminate = this.chosen.size > 0 && !this.all.checked;
    this.all.disabled = able.length === 0;
    this.changed();
  }

  private element({ id, row, reason, source }: RedriveRow): HTMLElement {
    const to = this.to ?? source;
    const box = h('input', { type: 'checkbox', 'aria-label': `Choose ${row.preview.slice(0, 40)}`, disabled: to === undefined });
    box.checked = this.chosen.has(id);
    box.addEventListener('change', () => {
      if (box.checked) this.chosen.add(id);
      else this.chosen.delete(id);
      this.paint();
    });
    const failure = this.failed.get(id);
    return h(
      'tr',
      { class: failure === undefined ? undefined : 'failed' },
      h('td', {}, box),
      h('td', { class: 'time' }, new Date(row.time).toLocaleString()),
      h('td', { class: 'text' }, row.key ?? ''),
      h('td', { class: 'text', title: row.preview }, row.tombstone ? 'tombstone' : row.preview),
      h('td', { class: 'text', title: reason ?? '' }, reason ?? ''),
      h(
        'td',
        { title: source?.why ?? '' },
        to ? nameOf(to) : h('span', { class: 'dim' }, 'no header says where it came from'),
        failure === undefined ? undefined : h('div', { class: 'problem' }, failure),
      ),
    );
  }
}

const COLUMNS = ['Time', 'Key', 'Value', 'Why it is here', 'Goes to'] as const;

import type { SavedFilter, TailFilter, TailStatus, TailVerdict } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Menu, MenuEntry } from '../ui/menu';
import { rangeOf } from './clock';
import type { TimeMode } from './clock';
import { setHidden, setText } from './dom';
import { ExpressionField } from './expressionField';
import { chipsOf, filterKey, isEmptyFilter, without } from './filterText';
import { countText } from './format';
import { partitionsOf, partitionsText } from './partitions';
import { askText } from './textPrompt';

/** How long typing rests before the worker filters anew, in ms. */
const REST = 150;

export interface FilterBarHost {
  apply(filter: TailFilter): void;
  paths(): Promise<readonly string[]>;
  /** Takes the keyboard back to the list. */
  leave(): void;
  next(direction: 'next' | 'previous'): void;
  save(filter: TailFilter): void;
  remove(name: string): void;
  time(): TimeMode;
}

const VERDICTS: readonly (readonly [string, readonly TailVerdict[]])[] = [
  ['Faults: violating or undecodable', ['violates', 'undecodable']],
  ['Violating', ['violates']],
  ['Undecodable', ['undecodable']],
  ['Valid', ['valid']],
  ['Not judged', ['none']],
];

type Mode = 'text' | 'expression';

/** The second line: what the list is narrowed to, and how much of it that is. */
export class FilterBar {
  readonly root: HTMLElement;
  private readonly field: ExpressionField;
  private readonly modes: Readonly<Record<Mode, HTMLElement>> = {
    text: h('button', { class: 'toggle', type: 'button', title: 'Filter by text' }, 'text'),
    expression: h('button', { class: 'toggle', type: 'button', title: 'Filter by a CEL expression: value.total > 500 && headers["tenant"] == "eu"' }, 'expression'),
  };
  private readonly matchCase = h('button', { class: 'toggle', type: 'button', title: 'Match case', 'aria-label': 'Match case' }, 'Aa');
  private readonly regex = h('button', { class: 'toggle', type: 'button', title: 'Regular expression', 'aria-label': 'Regular expression' }, '.*');
  private readonly add = h('button', { class: 'small add-filter', type: 'button', 'aria-haspopup': 'menu' }, '+ Filter ▾');
  private readonly saved = h('button', { class: 'small saved', type: 'button', 'aria-haspopup': 'menu' }, '☆ Saved ▾');
  private readonly chips = h('span', { class: 'chips', role: 'group', 'aria-label': 'Filters' });
  private readonly matches = h('span', { class: 'dim matches', role: 'status' });
  private readonly problem = h('div', { class: 'problem', id: 'filter-problem', role: 'alert' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private filter: TailFilter = {};
  private sent = '';
  private mode: Mode = 'text';
  private savedFilters: readonly SavedFilter[] = [];
  private status: TailStatus | undefined;

  constructor(
    private readonly host: FilterBarHost,
    private readonly menu: Menu,
  ) {
    this.field = new ExpressionField(
      () => host.paths(),
      () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.take(), REST);
      },
    );
    const previous = h('button', { class: 'small', type: 'button', title: 'Previous fault (N)', 'aria-label': 'Previous fault' }, '↑');
    const next = h('button', { class: 'small', type: 'button', title: 'Next fault (n)', 'aria-label': 'Next fault' }, '↓');
    previous.addEventListener('click', () => host.next('previous'));
    next.addEventListener('click', () => host.next('next'));
    this.root = h(
      'div',
      { class: 'bar filters' },
      h('span', { class: 'field-group' }, this.field.root, this.matchCase, this.regex),
      h('span', { class: 'toggles', role: 'group', 'aria-label': 'Kind of filter' }, this.modes.text, this.modes.expression),
      this.chips,
      this.add,
      this.saved,
      this.matches,
      h('span', { class: 'toggles faults-steps', role: 'group', 'aria-label': 'Faults' }, previous, next),
      h('span', { class: 'space' }),
    );
    this.root.append(this.problem);
    this.field.input.addEventListener('keydown', (event) => this.onKey(event));
    this.modes.text.addEventListener('click', () => this.setMode('text', true));
    this.modes.expression.addEventListener('click', () => this.setMode('expression', true));
    this.matchCase.addEventListener('click', () => this.set({ ...this.filter, matchCase: !this.filter.matchCase }));
    this.regex.addEventListener('click', () => this.set({ ...this.filter, regex: !this.filter.regex }));
    this.add.addEventListener('click', () => this.openAdd());
    this.saved.addEventListener('click', () => this.openSaved());
    this.draw();
  }

  focus(): void {
    this.field.input.focus();
    this.field.input.select();
  }

  get present(): TailFilter {
    return this.filter;
  }

  /** Narrows the list to what the filter says; an expression is shown in the field. */
  set(filter: TailFilter): void {
    clearTimeout(this.timer);
    this.filter = cleaned(filter);
    this.draw();
    const key = filterKey(this.filter);
    if (key === this.sent) return;
    this.sent = key;
    this.host.apply(this.filter);
  }

  /** At the first status the bar takes the filter that already holds. */
  init(filter: TailFilter): void {
    this.filter = filter;
    this.sent = filterKey(filter);
    if (filter.expression && !filter.text) this.mode = 'expression';
    this.draw();
  }

  setSaved(filters: readonly SavedFilter[]): void {
    this.savedFilters = filters;
  }

  /** Shows times in chips as the list does. */
  redraw(): void {
    this.draw();
  }

  update(status: TailStatus): void {
    this.status = status;
    const { filter, counters, buffer, filterProblem, filterFailed } = status;
    const failed = filterFailed ? ` · ${countText(filterFailed)} could not be asked` : '';
    setText(
      this.matches,
      isEmptyFilter(filter) ? '' : `${countText(counters.shown)} of ${countText(buffer.messages)} match${failed}`,
    );
    setText(this.problem, filterProblem ?? '');
    setHidden(this.problem, filterProblem === undefined);
    this.field.input.setAttribute('aria-invalid', String(filterProblem !== undefined));
  }

  private setMode(mode: Mode, focus: boolean): void {
    this.take();
    this.mode = mode;
    this.draw();
    void this.field.refresh();
    if (focus) this.field.input.focus();
  }

  /** Takes over what stands in the field. */
  private take(): void {
    this.set({ ...this.filter, [this.mode]: this.field.input.value });
  }

  private draw(): void {
    const { filter, mode } = this;
    const { input } = this.field;
    this.field.offersPaths = mode === 'expression';
    const value = (mode === 'text' ? filter.text : filter.expression) ?? '';
    // What is being typed is never overwritten by what it was a moment ago.
    if (input.value.trim() !== value.trim()) input.value = value;
    input.placeholder = mode === 'text' ? 'Filter by text in key, value or headers  ( / )' : 'value.total > 500 && headers["tenant"] == "eu"';
    input.setAttribute('aria-label', mode === 'text' ? 'Filter' : 'Filter by an expression');
    for (const [name, button] of Object.entries(this.modes)) button.setAttribute('aria-pressed', String(name === mode));
    this.matchCase.setAttribute('aria-pressed', String(filter.matchCase === true));
    this.regex.setAttribute('aria-pressed', String(filter.regex === true));
    setHidden(this.matchCase, mode !== 'text');
    setHidden(this.regex, mode !== 'text');
    this.chips.replaceChildren(
      ...chipsOf(filter, mode, this.host.time()).map(({ part, label }) => {
        const chip = h('button', { class: 'chip', type: 'button', title: `${label} (click or Delete removes it)` }, h('span', {}, label), h('span', { 'aria-hidden': 'true' }, '×'));
        chip.setAttribute('aria-label', `Remove the filter ${label}`);
        chip.addEventListener('click', () => this.set(without(this.filter, part)));
        chip.addEventListener('keydown', (event) => {
          if (event.key === 'Delete' || event.key === 'Backspace') this.set(without(this.filter, part));
        });
        return chip;
      }),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      this.take();
      this.host.leave();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (this.field.input.value) {
        this.field.input.value = '';
        this.take();
      } else {
        this.host.leave();
      }
    } else if (event.key === 'e' && event.altKey) {
      event.preventDefault();
      this.setMode(this.mode === 'text' ? 'expression' : 'text', true);
    }
  }

  private openAdd(): void {
    const { filter } = this;
    const channels = this.status?.sources?.map(({ channel }) => channel) ?? [];
    const partitions = this.status?.plan?.partitions ?? [];
    const key = (): void =>
      askText(this.add, { label: 'Key', value: filter.key ?? '', hint: 'Only messages with exactly this key' }, (text) => {
        this.set(text === '' ? without(filter, 'key') : { ...filter, key: text });
        return undefined;
      });
    const partition = (): void =>
      askText(this.add, { label: 'Partitions', value: partitionsText(filter.partitions ?? []), hint: '0, 3–5' }, (text) => {
        const chosen = partitionsOf(text);
        if (!chosen) return 'Write numbers and ranges, as in 0, 3–5.';
        this.set({ ...filter, partitions: chosen });
        return undefined;
      });
    const time = (): void =>
      askText(this.add, { label: 'Time', value: '', hint: '-15m, 22:10 – 22:14, or – 22:14' }, (text) => {
        const range = rangeOf(text, Date.now(), this.host.time());
        if (!range) return 'Write times as -15m, 22:10 – 22:14 or 2026-11-23 22:10 – 22:14.';
        this.set({ ...without(filter, 'time'), ...range });
        return undefined;
      });
    const entries: MenuEntry[] = [
      { title: 'Contract' },
      ...VERDICTS.map(([label, verdicts]) => ({
        label,
        checked: String(filter.verdicts) === String(verdicts),
        // A fault has a verdict of its own.
        run: () => this.set({ ...without(filter, 'fault'), verdicts }),
      })),
      'line',
      { label: 'Key…', run: key },
      { label: 'Time…', run: time },
      ...(partitions.length ? [{ label: 'Partitions…', run: partition }] : []),
      ...(channels.length > 1
        ? [
            { title: 'Channels' },
            ...channels.map((channel) => ({
              label: channel,
              checked: filter.channels?.includes(channel) ?? false,
              run: () => this.set({ ...filter, channels: toggled(filter.channels ?? [], channel) }),
            })),
          ]
        : []),
      'line',
      { label: 'Clear all filters', disabled: isEmptyFilter(filter), run: () => this.set({}) },
    ];
    this.menu.open(this.add, 'Add a filter', entries);
  }

  private openSaved(): void {
    const names = this.savedFilters;
    this.menu.open(this.saved, 'Saved filters', [
      ...(names.length ? names.map((one) => ({ label: one.name, run: () => this.set(one.filter) })) : [{ title: 'No filter is saved yet' }]),
      'line',
      { label: 'Save this filter…', disabled: isEmptyFilter(this.filter), run: () => this.host.save(this.filter) },
      { label: 'Remove a saved filter…', disabled: !names.length, run: () => this.openRemove() },
    ]);
  }

  private openRemove(): void {
    this.menu.open(
      this.saved,
      'Remove a saved filter',
      this.savedFilters.map((one) => ({ label: `Remove ${one.name}`, run: () => this.host.remove(one.name) })),
    );
  }
}

/** Without what says nothing. */
function cleaned(filter: TailFilter): TailFilter {
  const entries = Object.entries(filter).filter(
    ([, value]) => value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as TailFilter;
}

function toggled(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

import type { TailStatus } from '../../src/protocol/tail';
import type { TextField } from '../ui/controls';
import { h } from '../ui/dom';
import { setText } from './dom';
import { countText } from './format';

/** How long typing rests before the worker filters anew, in ms. */
const REST = 120;

/** The second line: what the list is narrowed to, and how much of it that is. */
export class FilterBar {
  readonly root: HTMLElement;
  private readonly field = h('vscode-text-field', {
    class: 'filter',
    placeholder: 'Filter by text in key, value or headers',
    'aria-label': 'Filter',
  }) as unknown as TextField;
  private readonly matches = h('span', { class: 'dim matches', role: 'status' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sent = '';

  constructor(
    private readonly apply: (text: string) => void,
    leave: () => void,
  ) {
    this.root = h(
      'div',
      { class: 'bar filters' },
      this.field,
      h('kbd', { title: 'Press / to filter' }, '/'),
      this.matches,
    );
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), REST);
    });
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        this.send();
        leave();
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        if (!this.field.value) leave();
        this.field.value = '';
        this.send();
      }
    });
  }

  focus(): void {
    this.field.focus();
  }

  private send(): void {
    clearTimeout(this.timer);
    if (this.field.value === this.sent) return;
    this.sent = this.field.value;
    this.apply(this.sent);
  }

  /** At the first status the field takes the filter that already holds. */
  init(filter: string): void {
    this.sent = filter;
    if (document.activeElement !== this.field) this.field.value = filter;
  }

  update({ filter, counters, buffer }: TailStatus): void {
    setText(
      this.matches,
      filter ? `${countText(counters.shown)} of ${countText(buffer.messages)} match` : '',
    );
  }
}

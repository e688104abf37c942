import { h } from '../ui/dom';
import { completionOf } from './completion';
import type { Completion } from './completion';

const SHOWN = 10;

/** A field for a filter's text, with offers for what may be meant where expressions are written. */
export class ExpressionField {
  readonly root: HTMLElement;
  readonly input = h('input', {
    class: 'field filter',
    type: 'text',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': 'Filter',
    'aria-describedby': 'filter-problem',
  });
  private readonly list = h('div', { class: 'offers', id: 'filter-offers', role: 'listbox', 'aria-label': 'Fields' });
  private completion: Completion | undefined;
  private active = 0;
  private paths: readonly string[] = [];
  /** Offers are made: expressions are written. */
  offersPaths = false;

  constructor(
    private readonly ask: () => Promise<readonly string[]>,
    private readonly changed: () => void,
  ) {
    this.root = h('div', { class: 'filter-field' }, this.input, this.list);
    this.list.hidden = true;
    this.input.addEventListener('input', () => {
      changed();
      this.offer();
    });
    this.input.addEventListener('blur', () => this.close());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.list.addEventListener('mousedown', (event) => {
      // The field keeps the keyboard.
      event.preventDefault();
      const index = [...this.list.children].indexOf(event.target as Element);
      if (index >= 0) this.take(index);
    });
  }

  /** Paths that expressions may name are those of the last messages. */
  async refresh(): Promise<void> {
    if (!this.offersPaths) return;
    this.paths = await this.ask();
    if (document.activeElement === this.input) this.offer();
  }

  private get isOpen(): boolean {
    return !this.list.hidden;
  }

  private offer(): void {
    const { selectionStart, value } = this.input;
    this.completion = this.offersPaths ? completionOf(value, selectionStart ?? value.length, this.paths) : undefined;
    this.active = 0;
    this.draw();
  }

  private close(): void {
    this.completion = undefined;
    this.draw();
  }

  private draw(): void {
    const offers = this.completion?.offers ?? [];
    const first = Math.max(0, Math.min(this.active - SHOWN + 1, offers.length - SHOWN));
    this.list.hidden = offers.length === 0;
    this.list.dataset.first = String(first);
    this.list.replaceChildren(
      ...offers.slice(first, first + SHOWN).map((offer, i) =>
        h('div', { role: 'option', id: `offer-${first + i}`, 'aria-selected': String(first + i === this.active) }, offer),
      ),
    );
    this.input.setAttribute('role', this.offersPaths ? 'combobox' : 'searchbox');
    if (this.offersPaths) {
      this.input.setAttribute('aria-controls', 'filter-offers');
      this.input.setAttribute('aria-expanded', String(this.isOpen));
    } else {
      this.input.removeAttribute('aria-controls');
      this.input.removeAttribute('aria-expanded');
    }
    if (this.isOpen) this.input.setAttribute('aria-activedescendant', `offer-${this.active}`);
    else this.input.removeAttribute('aria-activedescendant');
  }

  private take(shown: number): void {
    const offer = this.completion?.offers[Number(this.list.dataset.first ?? 0) + shown];
    if (offer === undefined || !this.completion) return;
    const caret = this.input.selectionStart ?? this.input.value.length;
    this.input.setRangeText(offer, this.completion.from, caret, 'end');
    this.close();
    this.changed();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      this.offer();
      return;
    }
    if (!this.isOpen) return;
    const count = this.completion?.offers.length ?? 0;
    if (event.key === 'ArrowDown') this.active = (this.active + 1) % count;
    else if (event.key === 'ArrowUp') this.active = (this.active + count - 1) % count;
    else if (event.key === 'Tab' && !event.shiftKey) this.take(this.active - Number(this.list.dataset.first ?? 0));
    else if (event.key === 'Escape') this.close();
    else return;
    if (this.isOpen) this.draw();
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

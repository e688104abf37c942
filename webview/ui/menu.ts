import { h } from './dom';
import { Popup } from './popup';
import type { Anchor } from './popup';

export interface MenuItem {
  readonly label: string;
  /** A key or a second word, shown at the right. */
  readonly hint?: string;
  /** Set for an item that is on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  run(): void;
}

/** A title without an action parts what stands before it from what follows. */
export type MenuEntry = MenuItem | { readonly title: string } | 'line';

/** The page's one menu: opened with what is to be chosen from, driven by arrows and first letters. */
export class Menu {
  private readonly popup: Popup;
  private items: readonly HTMLButtonElement[] = [];

  constructor() {
    this.popup = new Popup('menu', 'Menu', 'menu');
    this.popup.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  open(anchor: Anchor, label: string, entries: readonly MenuEntry[]): void {
    this.popup.root.setAttribute('aria-label', label);
    const buttons: HTMLButtonElement[] = [];
    this.popup.root.replaceChildren(
      ...entries.map((entry) => {
        if (entry === 'line') return h('div', { class: 'menu-line', role: 'separator' });
        if (!('run' in entry)) return h('div', { class: 'menu-title', role: 'presentation' }, entry.title);
        const button = this.button(entry);
        if (!entry.disabled) buttons.push(button);
        return button;
      }),
    );
    this.items = buttons;
    this.popup.open(anchor);
    buttons[0]?.focus();
  }

  private button(item: MenuItem): HTMLButtonElement {
    const isToggle = item.checked !== undefined;
    const button = h(
      'button',
      {
        type: 'button',
        role: isToggle ? 'menuitemcheckbox' : 'menuitem',
        'aria-checked': isToggle ? String(item.checked) : undefined,
        disabled: item.disabled,
        tabindex: -1,
      },
      h('span', { class: 'menu-check', 'aria-hidden': 'true' }, item.checked ? '✓' : ''),
      h('span', { class: 'menu-label' }, item.label),
      item.hint === undefined ? undefined : h('span', { class: 'menu-hint' }, item.hint),
    );
    button.addEventListener('click', () => {
      this.popup.close();
      item.run();
    });
    return button;
  }

  private onKey(event: KeyboardEvent): void {
    const { items } = this;
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const to = (index: number): void => {
      event.preventDefault();
      items.at(index % items.length)?.focus();
    };
    if (event.key === 'ArrowDown') to(at + 1);
    else if (event.key === 'ArrowUp') to(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') to(0);
    else if (event.key === 'End') to(-1);
    else if (event.key === 'Tab') {
      event.preventDefault();
      this.popup.close();
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      rest.find((one) => labelOf(one).toLowerCase().startsWith(letter))?.focus();
    }
  }
}

function labelOf(button: HTMLElement): string {
  return button.querySelector('.menu-label')?.textContent ?? '';
}

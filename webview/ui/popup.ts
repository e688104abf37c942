import { h } from './dom';

/** Where a popup opens: under an element, or at a point of the window in px. */
export type Anchor = Element | { readonly x: number; readonly y: number };

/**
 * A box above the page that opens beside what it belongs to. Escape and a click elsewhere close it, and the
 * keyboard goes back to where it was.
 */
export class Popup {
  readonly root: HTMLElement;
  private before: HTMLElement | undefined;
  private onClosed: (() => void) | undefined;

  constructor(role: 'menu' | 'dialog' | 'listbox', label: string, className: string) {
    this.root = h('div', { class: `popup ${className}`, popover: 'auto', role, 'aria-label': label });
    this.root.addEventListener('toggle', () => {
      if (this.isOpen) return;
      // A click elsewhere has already chosen where the keyboard goes.
      if (document.activeElement === document.body || this.root.contains(document.activeElement)) this.before?.focus();
      this.before = undefined;
      this.onClosed?.();
    });
    // The page's own keys are not meant while a popup has the keyboard.
    this.root.addEventListener('keydown', (event) => event.stopPropagation());
  }

  get isOpen(): boolean {
    return this.root.matches(':popover-open');
  }

  open(anchor: Anchor, closed?: () => void): void {
    if (!this.root.isConnected) document.body.append(this.root);
    const active = document.activeElement;
    if (!this.root.contains(active)) this.before = active instanceof HTMLElement ? active : undefined;
    this.onClosed = closed;
    if (!this.isOpen) this.root.showPopover();
    this.place(anchor);
  }

  close(): void {
    if (this.isOpen) this.root.hidePopover();
  }

  private place(anchor: Anchor): void {
    const at = anchor instanceof Element ? anchor.getBoundingClientRect() : undefined;
    const x = at ? at.left : (anchor as { readonly x: number }).x;
    const below = at ? at.bottom + 2 : (anchor as { readonly y: number }).y;
    const { width, height } = this.root.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const above = (at ? at.top - 2 : below) - height;
    this.root.style.left = `${Math.max(4, Math.min(x, clientWidth - width - 4))}px`;
    this.root.style.top = `${below + height <= clientHeight || above < 4 ? Math.max(4, Math.min(below, clientHeight - height - 4)) : above}px`;
  }
}

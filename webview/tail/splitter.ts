import { h } from '../ui/dom';

const MIN = 240;
const STEP = 24;

/** The bar between list and detail: dragged, or moved by the arrow keys. */
export class Splitter {
  readonly root = h('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': 'vertical',
    'aria-label': 'Width of the details',
  });
  private width = 0;

  constructor(
    private readonly detail: HTMLElement,
    private readonly changed: (width: number) => void,
  ) {
    this.root.addEventListener('pointerdown', (event) => {
      this.root.setPointerCapture(event.pointerId);
      const right = detail.getBoundingClientRect().right;
      const move = (to: PointerEvent): void => this.set(right - to.clientX);
      this.root.addEventListener('pointermove', move);
      this.root.addEventListener(
        'pointerup',
        () => {
          this.root.removeEventListener('pointermove', move);
          this.changed(this.width);
        },
        { once: true },
      );
    });
    this.root.addEventListener('keydown', (event) => {
      const by = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0;
      if (!by) return;
      event.preventDefault();
      this.set((this.width || detail.offsetWidth) + by);
      this.changed(this.width);
    });
  }

  set(width: number): void {
    const most = Math.max(MIN, document.documentElement.clientWidth - MIN);
    this.width = Math.round(Math.max(MIN, Math.min(most, width)));
    this.detail.style.width = `${this.width}px`;
    this.root.setAttribute('aria-valuenow', String(this.width));
  }
}

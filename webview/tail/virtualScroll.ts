/** Height of a row, in px; the style sheet says the same. */
export const ROW_HEIGHT = 24;

/** Height of the line of column titles, which stays at the top of the scrolled area. */
export const HEAD_HEIGHT = 28;

/** Browsers stop drawing somewhere above 16 million px; longer lists scroll in larger steps. */
const MAX_HEIGHT = 8_000_000;

/**
 * A scroll bar over any number of rows. `top` is in px of the whole list; the element's own
 * `scrollTop` is scaled down where the list is longer than a browser can be.
 */
export class VirtualScroll {
  /** Distance of the first visible px from the list's begin. */
  top = 0;
  height = 0;
  private count = 0;
  private expected = -1;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly spacer: HTMLElement,
  ) {}

  get rows(): number {
    return this.count;
  }

  get maxTop(): number {
    return Math.max(0, this.count * ROW_HEIGHT - this.height);
  }

  /** The first and one past the last row that can be seen. */
  get visible(): readonly [first: number, end: number] {
    const first = Math.floor(this.top / ROW_HEIGHT);
    return [first, Math.min(this.count, Math.ceil((this.top + this.height) / ROW_HEIGHT))];
  }

  get isAtEnd(): boolean {
    return this.top >= this.maxTop - 2;
  }

  setRows(count: number): void {
    if (count === this.count) return;
    this.count = count;
    this.spacer.style.height = `${Math.min(MAX_HEIGHT, count * ROW_HEIGHT)}px`;
    this.moveTo(this.top);
  }

  resize(height: number): void {
    this.height = height;
    this.moveTo(this.top);
  }

  /** Scrolls by program. */
  moveTo(top: number): void {
    this.top = Math.max(0, Math.min(this.maxTop, top));
    const range = this.scroller.scrollHeight - this.scroller.clientHeight;
    const target = this.isScaled && this.maxTop > 0 ? Math.round((this.top / this.maxTop) * range) : this.top;
    if (Math.abs(this.scroller.scrollTop - target) < 1) return;
    this.scroller.scrollTop = target;
    this.expected = this.scroller.scrollTop;
  }

  /** Scrolls as little as shows a row whole. */
  show(index: number): void {
    const top = index * ROW_HEIGHT;
    if (top < this.top) this.moveTo(top);
    else if (top + ROW_HEIGHT > this.top + this.height) this.moveTo(top + ROW_HEIGHT - this.height);
  }

  /** Scrolls a row that is not in sight into the middle. */
  center(index: number): void {
    const [first, end] = this.visible;
    if (index > first && index < end - 1) return;
    this.moveTo(index * ROW_HEIGHT - (this.height - ROW_HEIGHT) / 2);
  }

  /** Takes over where the user scrolled to; false where the event only echoes `moveTo`. */
  takeUserScroll(): boolean {
    const { scrollTop } = this.scroller;
    if (Math.abs(scrollTop - this.expected) < 1) return false;
    this.expected = -1;
    const range = this.scroller.scrollHeight - this.scroller.clientHeight;
    this.top = this.isScaled ? (range > 0 ? scrollTop / range : 0) * this.maxTop : scrollTop;
    return true;
  }

  private get isScaled(): boolean {
    return this.count * ROW_HEIGHT > MAX_HEIGHT;
  }
}

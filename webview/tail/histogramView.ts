import type { Histogram } from '../../src/protocol/tail';
import { counted, h, s } from '../ui/dom';
import { timeText } from './clock';
import type { TimeMode } from './clock';
import { setHidden, setText } from './dom';
import { countText } from './format';

const HEIGHT = 56;
/** Width of a bar with the gap behind it, in px. */
const BAR = 7;
const MOST_BARS = 240;
/** At most twice a second. */
const PAUSE = 500;

export interface HistogramHost {
  ask(buckets: number): Promise<Histogram>;
  /** The user has chosen a time range, in ms since 1970; undefined: the whole again. */
  choose(range: { readonly from: number; readonly to: number } | undefined): void;
  time(): TimeMode;
  failed(error: unknown): void;
}

/** Messages over time above the list. A range is chosen by dragging, or by the arrow keys with Shift. */
export class HistogramView {
  readonly root: HTMLElement;
  private readonly svg: SVGSVGElement;
  private readonly bars = s('path', { class: 'bars' });
  private readonly errors = s('path', { class: 'errors' });
  private readonly brush = s('rect', { class: 'brush', y: 0, height: HEIGHT, x: 0, width: 0 });
  private readonly tip = h('span', { class: 'hist-tip', role: 'status' });
  private readonly begin = h('span', { class: 'dim' });
  private readonly end = h('span', { class: 'dim' });
  private readonly whole = h('button', { class: 'link whole', type: 'button' }, 'Whole time');
  private data: Histogram = { from: 0, step: 1, counts: [], errors: [] };
  private cursor = -1;
  private anchor = -1;
  private isAsking = false;
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastAsked = -Infinity;

  constructor(private readonly host: HistogramHost) {
    const hatch = s(
      'pattern',
      { id: 'error-hatch', width: 4, height: 4, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      s('rect', { class: 'hatch-ground', width: 4, height: 4 }),
      s('rect', { class: 'hatch-line', width: 2, height: 4 }),
    );
    this.svg = s(
      'svg',
      { height: HEIGHT, role: 'img', 'aria-label': 'Messages over time', preserveAspectRatio: 'none' },
      s('defs', {}, hatch),
      this.bars,
      this.errors,
      this.brush,
    );
    this.root = h(
      'div',
      {
        class: 'hist',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Messages over time: arrows go from bar to bar, Shift chooses a range, Enter takes it, Escape shows the whole again',
      },
      this.svg,
      h('div', { class: 'hist-axis' }, this.begin, this.tip, this.whole, this.end),
    );
    setHidden(this.whole, true);
    this.whole.addEventListener('click', () => host.choose(undefined));
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('blur', () => this.point(-1));
    this.svg.addEventListener('pointermove', (event) => {
      if (!event.buttons) this.point(this.barAt(event), false);
    });
    this.svg.addEventListener('pointerleave', (event) => {
      if (!event.buttons && document.activeElement !== this.root) this.point(-1);
    });
    this.svg.addEventListener('pointerdown', (event) => this.startBrush(event));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  /** There is something new: it is asked for as soon as that is due. */
  refresh(): void {
    this.isWanted = true;
    if (this.timer !== undefined || this.isAsking) return;
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.lastAsked + PAUSE - performance.now()));
  }

  setRange(isNarrowed: boolean): void {
    setHidden(this.whole, !isNarrowed);
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    this.isWanted = false;
    this.isAsking = true;
    this.lastAsked = performance.now();
    try {
      this.data = await this.host.ask(Math.max(10, Math.min(MOST_BARS, Math.floor(this.svg.clientWidth / BAR))));
      this.draw();
    } catch (error) {
      this.host.failed(error);
    } finally {
      this.isAsking = false;
    }
    if (this.isWanted) this.refresh();
  }

  private draw(): void {
    const { counts, errors, from, step } = this.data;
    const width = this.svg.clientWidth;
    const most = Math.max(1, ...counts);
    const bar = counts.length ? width / counts.length : 0;
    this.svg.setAttribute('viewBox', `0 0 ${Math.max(1, width)} ${HEIGHT}`);
    // One path for all bars: the page stays small.
    this.bars.setAttribute('d', counts.map((count, i) => rectangle(i * bar, bar, heightOf(count, most))).join(''));
    this.errors.setAttribute('d', errors.map((count, i) => rectangle(i * bar, bar, heightOf(count, most))).join(''));
    const last = from + counts.length * step;
    const text = (time: number): string => (counts.length ? timeText(time, Date.now(), this.host.time(), step) : '');
    setText(this.begin, text(from));
    setText(this.end, text(last));
    this.svg.setAttribute('aria-label', this.summary());
    this.drawBrush();
  }

  private summary(): string {
    const total = this.data.counts.reduce((sum, one) => sum + one, 0);
    const faults = this.data.errors.reduce((sum, one) => sum + one, 0);
    return total ? `Messages over time: ${counted(total, 'message')}, ${counted(faults, 'fault')}` : 'Messages over time: none yet';
  }

  private drawBrush(): void {
    const { counts } = this.data;
    const bar = counts.length ? this.svg.clientWidth / counts.length : 0;
    const [first, last] = this.chosen;
    const isShown = this.cursor >= 0 && this.cursor < counts.length;
    this.brush.setAttribute('x', String(isShown ? first * bar : 0));
    this.brush.setAttribute('width', String(isShown ? (last - first + 1) * bar : 0));
    setText(this.tip, isShown ? this.tipText(first, last) : '');
  }

  private tipText(first: number, last: number): string {
    const { from, step, counts, errors } = this.data;
    const sum = (list: readonly number[]): number => list.slice(first, last + 1).reduce((all, one) => all + one, 0);
    const mode = this.host.time();
    const now = Date.now();
    const faults = sum(errors);
    return (
      `${timeText(from + first * step, now, mode, step)} – ${timeText(from + (last + 1) * step, now, mode, step)}: ` +
      `${counted(sum(counts), 'message')}${faults ? `, ${countText(faults)} with faults` : ''}`
    );
  }

  private get chosen(): readonly [first: number, last: number] {
    const other = this.anchor < 0 ? this.cursor : this.anchor;
    return [Math.min(this.cursor, other), Math.max(this.cursor, other)];
  }

  private point(bar: number, keepAnchor = false): void {
    if (!keepAnchor) this.anchor = -1;
    this.cursor = Math.min(bar, this.data.counts.length - 1);
    this.drawBrush();
  }

  private barAt(event: PointerEvent): number {
    const { left, width } = this.svg.getBoundingClientRect();
    const { length } = this.data.counts;
    return Math.max(0, Math.min(length - 1, Math.floor(((event.clientX - left) / Math.max(1, width)) * length)));
  }

  private startBrush(event: PointerEvent): void {
    if (!this.data.counts.length || event.button !== 0) return;
    this.svg.setPointerCapture(event.pointerId);
    this.point(this.barAt(event));
    this.anchor = this.cursor;
    const move = (to: PointerEvent): void => this.point(this.barAt(to), true);
    this.svg.addEventListener('pointermove', move);
    const end = (): void => {
      this.svg.removeEventListener('pointermove', move);
      this.take();
    };
    this.svg.addEventListener('lostpointercapture', end, { once: true });
  }

  private take(): void {
    const { from, step, counts } = this.data;
    const [first, last] = this.chosen;
    if (this.cursor < 0 || !counts.length) return;
    this.point(-1);
    this.host.choose({ from: Math.floor(from + first * step), to: Math.ceil(from + (last + 1) * step) - 1 });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.root) return;
    const { length } = this.data.counts;
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -length, End: length };
    const step = steps[event.key];
    if (step !== undefined && length) {
      const at = this.cursor < 0 ? (step < 0 ? length : -1) : this.cursor;
      if (event.shiftKey && this.anchor < 0 && this.cursor >= 0) this.anchor = this.cursor;
      this.point(Math.max(0, Math.min(length - 1, at + step)), event.shiftKey);
    } else if (event.key === 'Enter') this.take();
    else if (event.key === 'Escape') {
      this.point(-1);
      this.host.choose(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The tallest bar fills the height; a single message is still seen. */
function heightOf(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(2, Math.round((count / most) * (HEIGHT - 4)));
}

function rectangle(x: number, room: number, height: number): string {
  if (height === 0) return '';
  const width = Math.max(1, room - 1);
  return `M${x.toFixed(1)} ${HEIGHT}v${-height}h${width.toFixed(1)}v${height}z`;
}

import { readableZoom } from '../../src/graph/flow';
import { reducedMotion } from '../ui/dom';

/** Drawing to screen: `screen = drawing * k + (x, y)`. */
export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const minZoom = 0.04;
const maxZoom = 3;
/** A pointer that moved less than this, in px, clicked. */
const dragThreshold = 4;

/** Pan and zoom of a drawing: a CSS transform on one group, which Chromium moves without new layout. */
export class Viewport {
  private current: Transform = { x: 0, y: 0, k: 1 };
  private drag: { id: number; x: number; y: number; from: Transform; moved: boolean } | undefined;
  private frame = 0;
  private gliding: number | undefined;
  /** True once the reader moved the drawing: from then on nothing but the reader does. */
  touched = false;

  constructor(
    private readonly frameElement: SVGSVGElement,
    private readonly group: SVGGElement,
    private readonly changed: (transform: Transform) => void,
  ) {
    frameElement.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    frameElement.addEventListener('pointerdown', (event) => this.onDown(event));
    frameElement.addEventListener('pointermove', (event) => this.onMove(event));
    for (const end of ['pointerup', 'pointercancel'] as const) {
      frameElement.addEventListener(end, (event) => this.onUp(event));
    }
    // The click that ends a drag is no click on what lies under it.
    frameElement.addEventListener(
      'click',
      (event) => {
        if (!this.swallowClick) return;
        this.swallowClick = false;
        event.stopPropagation();
      },
      { capture: true },
    );
  }

  private swallowClick = false;

  get transform(): Transform {
    return this.current;
  }

  /** Of the frame on screen, in px; as last measured, since asking the browser makes it lay the page out. */
  size = { width: 0, height: 0 };

  /** How much of the frame's foot something lies over, in px: a fitted drawing keeps clear of it. */
  covered = 0;

  measure(): void {
    this.size = { width: this.frameElement.clientWidth, height: this.frameElement.clientHeight };
  }

  /** The point of the drawing in the middle of the screen. */
  get middle(): { x: number; y: number } {
    const { x, y, k } = this.current;
    return { x: (this.size.width / 2 - x) / k, y: (this.size.height / 2 - y) / k };
  }

  set(transform: Transform, glide = false): void {
    this.current = transform;
    if (glide && !reducedMotion()) this.glide();
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const { x, y, k } = this.current;
      this.group.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
      this.changed(this.current);
    });
  }

  /** Shows a whole drawing, hardly larger than life. */
  fit(width: number, height: number, glide = false): void {
    if (width <= 0 || height <= 0) return;
    const room = { width: this.size.width, height: this.size.height - this.covered };
    const k = clamp(Math.min(room.width / (width + 8), room.height / (height + 8), 1.15), minZoom, maxZoom);
    this.set({ k, x: (room.width - width * k) / 2, y: (room.height - height * k) / 2 }, glide);
  }

  /**
   * Shows a drawing as one begins to read it: whole where its text can be read then, else as much of it
   * as can be read, around a box or from its beginning.
   * @returns whether the whole is shown.
   */
  home(width: number, height: number, around?: Rect): boolean {
    const room = { width: this.size.width, height: this.size.height - this.covered };
    const whole = Math.min(room.width / (width + 8), room.height / (height + 8));
    if (width <= 0 || height <= 0 || whole >= readableZoom) {
      this.fit(width, height);
      return true;
    }
    const k = clamp(room.width / (width + 8), readableZoom, 1);
    // Never beyond the drawing's edges: nothing is there.
    const place = (start: number, length: number, all: number, space: number): number =>
      all * k <= space
        ? (space - all * k) / 2
        : clamp(space / 2 - (start + length / 2) * k, space - all * k, 0);
    this.set({
      k,
      x: place(around?.x ?? 0, around?.width ?? 0, width, room.width),
      y: place(around?.y ?? 0, around?.height ?? 0, height, room.height),
    });
    return false;
  }

  /** Zooms by a factor around a point of the screen, else around the middle. */
  zoom(factor: number, at?: { x: number; y: number }, glide = false): void {
    const { x, y, k } = this.current;
    const point = at ?? { x: this.size.width / 2, y: this.size.height / 2 };
    const next = clamp(k * factor, minZoom, maxZoom);
    const ratio = next / k;
    this.touched = true;
    this.set({ k: next, x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio }, glide);
  }

  /** Puts a box of the drawing into the middle, large enough to read. */
  centre(box: Rect): void {
    const room = this.size;
    const k = Math.max(
      this.current.k,
      Math.min(0.8, room.width / (box.width + 40), room.height / (box.height + 40)),
    );
    this.touched = true;
    this.set(
      {
        k,
        x: room.width / 2 - (box.x + box.width / 2) * k,
        y: room.height / 2 - (box.y + box.height / 2) * k,
      },
      true,
    );
  }

  /** Puts a point of the drawing into the middle, at the same zoom. */
  centreOn(x: number, y: number): void {
    const { k } = this.current;
    this.touched = true;
    this.set({ k, x: this.size.width / 2 - x * k, y: this.size.height / 2 - y * k });
  }

  /** Moves as little as shows a box, `margin` px from the edges. */
  show(box: Rect, margin = 40): void {
    const { x, y, k } = this.current;
    const room = this.size;
    const shift = (start: number, length: number, space: number): number =>
      start < margin || length > space - 2 * margin
        ? margin - start
        : start + length > space - margin
          ? space - margin - (start + length)
          : 0;
    const dx = shift(box.x * k + x, box.width * k, room.width);
    const dy = shift(box.y * k + y, box.height * k, room.height);
    if (dx !== 0 || dy !== 0) this.set({ k, x: x + dx, y: y + dy }, true);
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    // Some mice count in lines or pages.
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.size.height : 1;
    const bounds = this.frameElement.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      // A trackpad pinch arrives as a wheel with ctrl and small deltas; a wheel's notch is limited to be as calm.
      const delta = clamp(event.deltaY * unit, -60, 60);
      this.zoom(Math.exp(-delta * 0.006), { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
      return;
    }
    const { x, y, k } = this.current;
    const sideways = event.shiftKey && event.deltaX === 0;
    this.touched = true;
    this.set({
      k,
      x: x - (sideways ? event.deltaY : event.deltaX) * unit,
      y: y - (sideways ? 0 : event.deltaY) * unit,
    });
  }

  private onDown(event: PointerEvent): void {
    if (event.button > 1) return;
    this.swallowClick = false;
    this.drag = { id: event.pointerId, x: event.clientX, y: event.clientY, from: this.current, moved: false };
  }

  private onMove(event: PointerEvent): void {
    const drag = this.drag;
    if (drag === undefined || drag.id !== event.pointerId) return;
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < dragThreshold) return;
    if (!drag.moved) {
      drag.moved = true;
      this.frameElement.setPointerCapture(event.pointerId);
      this.frameElement.classList.add('dragging');
    }
    this.touched = true;
    this.set({ ...drag.from, x: drag.from.x + dx, y: drag.from.y + dy });
  }

  private onUp(event: PointerEvent): void {
    if (this.drag?.id !== event.pointerId) return;
    this.swallowClick = this.drag.moved && event.type === 'pointerup';
    this.drag = undefined;
    this.frameElement.classList.remove('dragging');
  }

  private glide(): void {
    this.group.classList.add('gliding');
    clearTimeout(this.gliding);
    this.gliding = setTimeout(() => this.group.classList.remove('gliding'), 220);
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

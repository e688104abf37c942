import type { Layout } from '../../src/graph/types';
import { h, s } from '../ui/dom';
import type { Transform } from './viewport';

const size = { width: 168, height: 104 };

/** A small picture of the whole, shown while only a part is on screen; a click or drag moves there. */
export class Minimap {
  readonly element = h('div', { class: 'minimap', 'aria-hidden': 'true', hidden: true });
  private readonly svg = s('svg', { width: size.width, height: size.height });
  private readonly frames = s('path', { class: 'mini-frames' });
  private readonly nodes = s('path', { class: 'mini-nodes' });
  private readonly window = s('rect', { class: 'mini-window' });
  private layout: Layout | undefined;

  constructor(private readonly move: (x: number, y: number) => void) {
    this.svg.append(this.frames, this.nodes, this.window);
    this.element.append(this.svg);
    this.svg.addEventListener('pointerdown', (event) => {
      this.svg.setPointerCapture(event.pointerId);
      this.go(event);
    });
    this.svg.addEventListener('pointermove', (event) => {
      if (this.svg.hasPointerCapture(event.pointerId)) this.go(event);
    });
  }

  show(layout: Layout, isFrame: (id: string) => boolean): void {
    this.layout = layout;
    const rects = (frames: boolean): string =>
      layout.nodes
        .filter((box) => isFrame(box.id) === frames)
        .map((box) => `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}z`)
        .join('');
    this.frames.setAttribute('d', rects(true));
    this.nodes.setAttribute('d', rects(false));
    this.svg.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`);
  }

  /** Follows the viewport. */
  follow({ x, y, k }: Transform, view: { width: number; height: number }): void {
    const layout = this.layout;
    if (layout === undefined || layout.nodes.length === 0) return;
    const seen = { x: -x / k, y: -y / k, width: view.width / k, height: view.height / k };
    const whole =
      seen.x <= 1 &&
      seen.y <= 1 &&
      seen.x + seen.width >= layout.width - 1 &&
      seen.y + seen.height >= layout.height - 1;
    this.element.hidden = whole;
    if (whole) return;
    for (const [name, value] of Object.entries(seen)) this.window.setAttribute(name, String(value));
  }

  private go(event: PointerEvent): void {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM()?.inverse());
    this.move(at.x, at.y);
  }
}

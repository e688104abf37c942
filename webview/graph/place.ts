import type { Box } from '../../src/graph/types';
import type { Picture } from './picture';
import type { Transform, Viewport } from './viewport';

/** What part of the drawing the reader has before the eyes, over new layouts and new sizes of the panel. */
export class Place {
  /** `fit`: the whole, as asked for; `whole` and `part`: as the drawing opened. */
  private shows: 'fit' | 'whole' | 'part' = 'whole';
  private width = 0;

  constructor(private readonly viewport: Viewport) {}

  /** The first picture: where the reader was before the page was thrown away, else where reading starts. */
  open(picture: Picture, start: Box | undefined, kept: Transform | undefined): void {
    if (this.viewport.touched) return this.viewport.set(this.viewport.transform);
    if (kept === undefined) return this.home(picture, start);
    this.viewport.touched = true;
    this.viewport.set(kept);
  }

  /** Shows everything, however small, and goes on to do so. */
  fit(picture: Picture): void {
    this.viewport.touched = false;
    this.shows = 'fit';
    this.viewport.fit(picture.layout.width, picture.layout.height, true);
  }

  /** Over a new layout the anchor, a node of both, stays where it is on screen. */
  hold(before: Picture, now: Picture, anchor: string | undefined): void {
    const { viewport } = this;
    if (before.layout === now.layout) return viewport.set(viewport.transform);
    const [from, to] = anchor === undefined ? [] : [before.node(anchor), now.node(anchor)];
    if (!viewport.touched) {
      if (this.shows === 'fit') return viewport.fit(now.layout.width, now.layout.height);
      if (this.shows === 'whole' || before.layout.flow !== now.layout.flow) return this.home(now, to);
    }
    const { x, y, k } = viewport.transform;
    viewport.set({ k, x: x + ((from?.x ?? 0) - (to?.x ?? 0)) * k, y: y + ((from?.y ?? 0) - (to?.y ?? 0)) * k });
  }

  /** After the panel changed its size: a reader who never moved the drawing starts anew, in the new width. */
  resized(picture: Picture, start: Box | undefined): void {
    const { viewport } = this;
    const { width, height } = picture.layout;
    if (viewport.touched || picture.isEmpty) return;
    if (this.shows === 'fit') viewport.fit(width, height);
    else if (this.shows === 'whole' || viewport.size.width !== this.width) this.home(picture, start);
    // The details pane opened under the drawing, or closed.
    else if (start !== undefined) viewport.show(start);
  }

  /** Goes with the text cursor where only a part is shown, until the reader moves the drawing. */
  follow(box: Box): void {
    if (!this.viewport.touched && this.shows === 'part') this.viewport.show(box);
  }

  private home({ layout }: Picture, start: Box | undefined): void {
    this.width = this.viewport.size.width;
    this.shows = this.viewport.home(layout.width, layout.height, start) ? 'whole' : 'part';
  }
}

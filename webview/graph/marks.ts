import type { Layout } from '../../src/graph/types';
import type { Protocol } from '../../src/protocol/common';
import type { GraphData } from '../../src/protocol/graph';
import type { Scene } from './scene';
import { hiddenBy, matching } from './visible';

/** What the reader has done to the drawing, as opposed to what it shows: selected, searched, filtered. */
export class Marks {
  selected: string | undefined;
  /** What the text cursor is on. */
  lit: string | undefined;
  query = '';
  matches: readonly string[] = [];
  /** The index of the match gone to last; -1 for none yet. */
  match = -1;
  hidden: ReadonlySet<string> = new Set();

  constructor(
    private readonly scene: Scene,
    private readonly off: ReadonlySet<Protocol>,
  ) {}

  /** Looks a query up, also the old one in new data; going round begins anew unless a match is selected. */
  search(query: string, data: GraphData, layout: Layout): void {
    const again = query === this.query;
    this.query = query;
    this.matches = matching(data, layout, query);
    this.match = again && this.selected !== undefined ? this.matches.indexOf(this.selected) : -1;
  }

  /** Goes to the next (1) or previous (-1) match and tells its id. */
  cycle(step: 1 | -1): string | undefined {
    const count = this.matches.length;
    if (count === 0) return undefined;
    const from = this.match < 0 && step === -1 ? 0 : this.match;
    this.match = (from + step + count) % count;
    return this.matches[this.match];
  }

  /** Puts everything on the elements, as classes that the style sheet knows. */
  apply(data: GraphData): void {
    this.hidden = hiddenBy(data, this.off);
    const found = new Set(this.matches);
    const searching = this.query.trim() !== '';
    const near = new Set<string>();
    for (const edge of data.edges) {
      if (edge.from !== this.selected && edge.to !== this.selected) continue;
      for (const id of [edge.id, edge.from, edge.to]) near.add(id);
    }
    for (const id of this.scene.ids()) {
      const states: Record<string, boolean> = {
        off: this.hidden.has(id),
        selected: id === this.selected,
        near: near.has(id),
        lit: id === this.lit,
        match: searching && found.has(id),
        faint: searching && !found.has(id) && !id.startsWith('broker:'),
      };
      for (const element of [this.scene.element(id), this.scene.label(id)]) {
        for (const [name, on] of Object.entries(states)) element?.classList.toggle(name, on);
      }
      const element = this.scene.element(id);
      if (element?.classList.contains('node'))
        element.setAttribute('aria-pressed', String(id === this.selected));
    }
    // In a thicket of lines only those of the selected node can be followed.
    this.scene.svg.classList.toggle('thicket', data.edges.length > 60 && this.selected !== undefined);
  }
}

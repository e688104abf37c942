import { countGraph } from '../../src/graph/count';
import { sumCounts, type Counts } from '../../src/graph/types';
import type { GraphData } from '../../src/protocol/graph';
import { counted, h } from '../ui/dom';

/** One line of counts under the drawing. */
export class Footer {
  readonly element = h('footer', { class: 'footer', 'aria-label': 'Summary' });
  private readonly live = h('span', { class: 'sum-live', hidden: true });

  show(data: GraphData): void {
    const counts = countGraph(data);
    const { errors, warnings, infos } = data.problems ?? sumOf(data);
    const parts = [
      counted(counts.services, 'service'),
      counted(counts.channels, 'channel'),
      counted(counts.flows, 'flow'),
    ];
    this.element.replaceChildren(
      h('span', { class: errors > 0 ? 'sum error' : 'sum' }, `● ${counted(errors, 'error')}`),
      h('span', { class: warnings > 0 ? 'sum warning' : 'sum' }, `▲ ${counted(warnings, 'warning')}`),
      ...(infos > 0 ? [h('span', { class: 'sum' }, counted(infos, 'info'))] : []),
      h('span', {}, parts.join(' · ')),
      this.live,
    );
  }

  /** How it stands with live figures; empty where they are off. */
  showLive(about: string): void {
    this.live.hidden = about === '';
    this.live.textContent = about;
  }
}

function sumOf(data: GraphData): Counts {
  return sumCounts([...data.nodes, ...data.edges].map((element) => element.problems));
}

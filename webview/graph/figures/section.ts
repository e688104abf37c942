import type { DrawFact } from '../../../src/graph/types';
import type { ElementFigures, FigureSeries } from '../../../src/protocol/figures';
import { h } from '../../ui/dom';
import { sparkline } from './sparkline';

/** What the details pane says of an element's live figures; its content is replaced with each sample, and nothing else. */
export class FigureSection {
  readonly element = h('section', { class: 'live', 'aria-label': 'Live figures', hidden: true });
  private readonly badges = h('div', { class: 'live-badges' });
  private readonly table = h('tbody', {});
  private readonly sparks = h('div', { class: 'sparks' });
  private readonly partitionTable = h('tbody', {});
  /** Stays as the reader left it, open or closed, over all samples. */
  private readonly partitions = h('details', { class: 'live-partitions', hidden: true });
  private readonly strangers = h('div', {});

  constructor() {
    this.partitions.append(h('summary', {}, 'Lag by partition'), h('table', {}, this.partitionTable));
    this.element.append(
      h('h3', {}, 'Live'), this.badges, this.sparks, h('table', {}, this.table), this.partitions, this.strangers,
    );
  }

  show(figures: ElementFigures | undefined): void {
    this.element.hidden = figures === undefined;
    if (figures === undefined) return this.sparks.replaceChildren();
    const { badges, facts, partitions = [], strangers, notes = [] } = figures;
    const said = badges.filter(({ sign, text }) => sign === 'alert' && !notes.includes(text));
    this.badges.replaceChildren(
      ...said.map(({ text, tone }) => h('p', { class: `live-note ${tone}` }, text)),
      ...notes.map((note) => h('p', { class: 'live-note warning' }, note)),
    );
    this.table.replaceChildren(...facts.map(row));
    this.partitions.hidden = partitions.length === 0;
    this.partitionTable.replaceChildren(...partitions.map(row));
    this.strangers.replaceChildren(...(strangers === undefined ? [] : [
      h('h3', {}, 'Readers that no file knows'),
      h('ul', { class: 'strangers' }, ...strangers.map(({ name, value }) =>
        h('li', {}, h('span', {}, name), value === '' ? undefined : h('span', { class: 'sub' }, value)))),
    ]));
  }

  showSeries(series: readonly FigureSeries[]): void {
    this.sparks.replaceChildren(...series.map(sparkline).filter((one) => one !== undefined));
  }
}

function row({ name, value }: DrawFact): HTMLElement {
  return h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value));
}

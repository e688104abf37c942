import type { Protocol } from '../../src/protocol/common';
import { protocolName, protocols } from '../../src/graph/words';
import type { GraphData } from '../../src/protocol/graph';
import type { TextField } from '../ui/controls';
import { h } from '../ui/dom';

export type ExportFormat = 'svg' | 'mermaid' | 'dot' | 'json';

export interface ToolbarActions {
  search(query: string): void;
  /** Goes to the next (1) or the previous (-1) match. */
  cycle(step: 1 | -1): void;
  toggleProtocol(protocol: Protocol, on: boolean): void;
  zoom(factor: number): void;
  actualSize(): void;
  fit(): void;
  export(format: ExportFormat): void;
  /** Turns live figures on or off. */
  figures(on: boolean): void;
  leave(): void;
}

const formats: readonly (readonly [ExportFormat, string])[] = [
  ['svg', 'SVG picture'],
  ['mermaid', 'Mermaid'],
  ['dot', 'Graphviz DOT'],
  ['json', 'JSON'],
];

/** Search, filters, zoom and export. */
export class Toolbar {
  readonly element = h('header', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Graph' });
  private readonly field = h('vscode-text-field', {
    class: 'search',
    placeholder: 'Search  ( / )',
    'aria-label': 'Search nodes',
  }) as TextField;
  private readonly hits = h('span', { class: 'hits', role: 'status' });
  private readonly chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Protocols' });
  private readonly percent = h('button', { class: 'percent', type: 'button', title: 'Actual size' }, '100 %');
  private readonly figures = h(
    'button',
    { class: 'chip live-toggle', type: 'button', 'aria-pressed': 'false', title: 'Live Figures: ask the brokers for rates, depth and lag while this can be seen' },
    h('span', { class: 'pulse' }),
    'Live figures',
  );
  private chipsKey = '';

  constructor(
    private readonly actions: ToolbarActions,
    private readonly off: ReadonlySet<Protocol>,
  ) {
    this.field.addEventListener('input', () => actions.search(this.field.value));
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') actions.cycle(event.shiftKey ? -1 : 1);
      else if (event.key === 'Escape') {
        this.clear();
        actions.leave();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.figures.addEventListener('click', () => actions.figures(this.figures.getAttribute('aria-pressed') !== 'true'));
    this.percent.addEventListener('click', () => actions.actualSize());
    this.element.append(
      this.field,
      this.hits,
      h('div', { class: 'filters' }, this.chips, this.figures),
      h('span', { class: 'space' }),
      this.button('−', 'Zoom out (−)', () => actions.zoom(1 / 1.25)),
      this.percent,
      this.button('+', 'Zoom in (+)', () => actions.zoom(1.25)),
      this.button('Fit', 'Fit the whole graph (0)', () => actions.fit(), 'fit'),
      ...this.exportMenu(),
    );
  }

  focusSearch(): void {
    this.field.focus();
  }

  clear(): void {
    this.field.value = '';
    this.actions.search('');
  }

  showZoom(k: number): void {
    this.percent.textContent = `${Math.round(k * 100)} %`;
  }

  showFigures(on: boolean): void {
    this.figures.setAttribute('aria-pressed', String(on));
  }

  /** `2 of 5`, or nothing without a query. */
  showHits(query: string, at: number, count: number): void {
    this.hits.textContent =
      query === '' ? '' : count === 0 ? 'no match' : at < 0 ? `${count} found` : `${at + 1} of ${count}`;
  }

  /** A chip for each protocol in the graph; with only one there is nothing to choose. */
  showProtocols(data: GraphData): void {
    const used = protocols.filter((protocol) =>
      data.nodes.some((n) => n.kind !== 'service' && n.protocol === protocol),
    );
    const key = used.join();
    if (key === this.chipsKey) return;
    this.chipsKey = key;
    this.chips.replaceChildren(
      ...(used.length < 2 && ![...this.off].length ? [] : used.map((protocol) => this.chip(protocol))),
    );
  }

  private chip(protocol: Protocol): HTMLElement {
    const on = (): boolean => !this.off.has(protocol);
    const chip = h(
      'button',
      { class: 'chip', type: 'button', 'aria-pressed': String(on()), 'data-protocol': protocol },
      h('span', { class: `swatch ${protocol}` }),
      protocolName(protocol),
    );
    chip.addEventListener('click', () => {
      this.actions.toggleProtocol(protocol, !on());
      chip.setAttribute('aria-pressed', String(on()));
    });
    return chip;
  }

  private button(text: string, title: string, act: () => void, name = ''): HTMLElement {
    const button = h(
      'vscode-button',
      { appearance: 'icon', title, 'aria-label': title, class: `tool ${name}` },
      text,
    );
    button.addEventListener('click', act);
    return button;
  }

  private exportMenu(): HTMLElement[] {
    const menu = h('div', {
      class: 'menu',
      id: 'export-menu',
      popover: 'auto',
      role: 'menu',
      'aria-label': 'Export as',
    });
    for (const [format, name] of formats) {
      const item = h('button', { type: 'button', role: 'menuitem' }, name);
      item.addEventListener('click', () => {
        menu.hidePopover();
        this.actions.export(format);
      });
      menu.append(item);
    }
    const button = this.button('Export…', 'Export the graph', () => menu.togglePopover(), 'export');
    button.setAttribute('aria-haspopup', 'menu');
    menu.addEventListener('toggle', () => {
      if (menu.matches(':popover-open')) (menu.firstElementChild as HTMLElement | null)?.focus();
    });
    menu.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step === 0) return;
      const items = [...menu.children] as HTMLElement[];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length]?.focus();
      event.preventDefault();
    });
    return [button, menu];
  }
}

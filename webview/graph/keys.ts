import { nextNode, type Direction } from '../../src/graph/navigate';
import type { Layout } from '../../src/graph/types';
import type { GraphData } from '../../src/protocol/graph';

export interface KeyActions {
  graph(): { data: GraphData; layout: Layout; shown(id: string): boolean };
  current(): string | undefined;
  /** Where keys start when nothing is selected. */
  start(): string | undefined;
  select(id: string): void;
  open(id: string): void;
  tail(id: string): void;
  explain(id: string): void;
  leave(): void;
  search(): void;
  zoom(factor: number): void;
  fit(): void;
}

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The keys of the drawing: arrows follow the flows, Enter opens, `t` tails, `e` explains, `/` searches, + − 0 zoom. */
export function bindKeys(drawing: SVGSVGElement, actions: KeyActions): void {
  document.addEventListener('keydown', (event) => {
    // A story over the drawing has keys of its own.
    if (event.ctrlKey || event.metaKey || event.altKey || drawing.closest('[inert]') !== null) return;
    const target = event.target as Element;
    const inDrawing = target === document.body || drawing.contains(target);
    const typing = target.matches('input, vscode-text-field');
    if (typing || !act(event.key, inDrawing, actions)) return;
    event.preventDefault();
  });
}

function act(key: string, inDrawing: boolean, actions: KeyActions): boolean {
  switch (key) {
    case '/':
      actions.search();
      return true;
    case '+':
    case '=':
      actions.zoom(1.25);
      return true;
    case '-':
    case '_':
      actions.zoom(1 / 1.25);
      return true;
    case '0':
      actions.fit();
      return true;
    case 'Escape':
      actions.leave();
      return true;
  }
  // Buttons and links outside the drawing have their own Enter, arrows and letters.
  if (!inDrawing) return false;
  const current = actions.current();
  const direction = arrows[key];
  if (direction !== undefined) {
    const { data, layout, shown } = actions.graph();
    const next = current === undefined ? actions.start() : nextNode(data, layout, current, direction, shown);
    if (next !== undefined) actions.select(next);
    return true;
  }
  if (current === undefined) return false;
  if (key === 'Enter' || key === ' ') {
    actions.open(current);
    return true;
  }
  if (key === 't') {
    actions.tail(current);
    return true;
  }
  if (key === 'e') {
    actions.explain(current);
    return true;
  }
  return false;
}

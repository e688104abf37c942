import { xml } from '../escape';
import { n } from '../shapes';
import type { Box, DrawNode, Layout } from '../types';
import { edgePills, framePills, nodePills, pillHeight, rateStep, signPaths, signWidth, type Pill } from './pills';
import type { ElementFigures, FigureBadge } from './types';

/** Live figures on a picture that stands alone: the badges of nodes and edges, in the places that the panel gives them. */
export function figuresSvg(nodes: readonly DrawNode[], layout: Layout, figures: readonly ElementFigures[]): string[] {
  const byId = new Map(figures.map((one) => [one.id, one.badges]));
  const known = new Map(nodes.map((node) => [node.id, node]));
  const of = (id: string): ElementFigures['badges'] => byId.get(id) ?? [];
  const within = (broker: string): { box: Box; badges: readonly FigureBadge[] }[] =>
    layout.nodes.filter(({ id }) => known.get(id)?.broker === broker).map((box) => ({ box, badges: of(box.id) }));
  return [
    ...layout.edges.flatMap((line) => edgePills(of(line.id), line).map((pill) => pillSvg(pill, 0, 0))),
    ...layout.nodes.flatMap((box) => {
      const pills = known.get(box.id)?.kind === 'broker' ? framePills(of(box.id), box, within(box.id)) : nodePills(of(box.id), box);
      return pills.map((pill) => pillSvg(pill, box.x, box.y));
    }),
  ];
}

function pillSvg({ badge, text, x, y, width, height }: Pill, dx: number, dy: number): string {
  const { tone, sign } = badge;
  const left = sign === undefined ? 7 : 7 + signWidth;
  return (
    `<g class="pill ${tone}" transform="translate(${n(x + dx)} ${n(y + dy)})"><title>${xml(badge.text)}</title>` +
    `<rect width="${n(width)}" height="${n(height)}" rx="${pillHeight / 2}"/>` +
    (sign === undefined ? '' : `<path class="pill-sign" transform="translate(7 3)" d="${signPaths[sign]}"/>`) +
    `<text x="${left}" y="11.8">${xml(text)}</text></g>`
  );
}

/** The style class of an edge's line for what moves along it; empty where nothing is known. */
export function rateClass(figures: ElementFigures | undefined): string {
  const step = rateStep(figures?.rate);
  return [step > 0 ? `rate-${step}` : '', figures?.health ? `health-${figures.health}` : ''].filter(Boolean).join(' ');
}

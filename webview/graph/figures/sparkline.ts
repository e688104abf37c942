import { countWords, rateWords } from '../../../src/graph/figures/words';
import type { FigureSeries } from '../../../src/protocol/figures';
import { h, s } from '../../ui/dom';

const size = { width: 132, height: 26 };

/** One figure over the last samples as a small line, with its range in words. Undefined for a single point. */
export function sparkline({ name, points }: FigureSeries): HTMLElement | undefined {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return undefined;
  const words = /rate/.test(name) ? rateWords : countWords;
  const values = known.map(([, value]) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const minutes = Math.max(1, Math.round((last[0] - first[0]) / 60_000));
  const text = `${name} over ${minutes} min: now ${words(last[1])}, least ${words(least)}, most ${words(most)}`;
  return h(
    'div',
    { class: 'spark' },
    h('span', { class: 'spark-name' }, name),
    s(
      'svg',
      { viewBox: `0 0 ${size.width} ${size.height}`, width: size.width, height: size.height, role: 'img', 'aria-label': text },
      s('title', {}, text),
      s('path', { class: 'spark-line', d: path(points, Math.min(0, least), most) }),
    ),
    h('span', { class: 'spark-value' }, words(last[1])),
  );
}

/** Broken where nothing is known. A figure that stays the same runs along the foot if it is 0, else in the middle. */
function path(points: FigureSeries['points'], least: number, most: number): string {
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const { width, height } = size;
  let d = '';
  let pen = false;
  for (const [time, value] of points) {
    if (value === null) {
      pen = false;
      continue;
    }
    const x = to === from ? 0 : ((time - from) / (to - from)) * (width - 2) + 1;
    const y = height - 2 - (most === least ? 0 : ((value - least) / (most - least)) * (height - 4));
    d += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  }
  return d;
}

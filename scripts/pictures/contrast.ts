import type { Frame } from 'playwright-core';

/** A text whose colour stands out too little. */
export interface FaintText {
  readonly text: string;
  readonly element: string;
  readonly ratio: number;
  readonly wanted: number;
}

/**
 * Texts on screen below level AA of WCAG 2.2 (4.5 to 1, 3 to 1 where large). What is behind a text are the backgrounds of
 * its ancestors, and in SVG the shapes drawn before it that it lies on; disabled controls are exempt.
 */
export async function faintTexts(view: Frame): Promise<readonly FaintText[]> {
  return view.evaluate<FaintText[]>(`(${audit})()`);
}

/** Runs in the page, so it is handed over as text: this side knows no DOM. */
const audit = `() => {
  const parse = (text) => {
    const of = (/rgba?\\(([^)]+)\\)/.exec(text)?.[1] ?? '').split(/[ ,/]+/).filter(Boolean).map(Number);
    if (of.length >= 3) return [of[0], of[1], of[2], of[3] ?? 1];
    const srgb = (/color\\(srgb ([^)]+)\\)/.exec(text)?.[1] ?? '').split(/[ /]+/).filter(Boolean).map(Number);
    return srgb.length >= 3 ? [srgb[0] * 255, srgb[1] * 255, srgb[2] * 255, srgb[3] ?? 1] : [0, 0, 0, 0];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const holds = (box, x, y) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  const parent = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
  const found = new Map();
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(' ').trim();
      if (text === '' || /^(style|script|title)$/i.test(element.tagName)) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (box.width < 2 || box.height < 2 || style.visibility !== 'visible' || x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
      let opacity = 1;
      let isDisabled = false;
      const layers = [];
      for (let at = element; at; at = parent(at)) {
        const here = getComputedStyle(at);
        opacity *= Number(here.opacity);
        isDisabled ||= at.hasAttribute('disabled') || at.getAttribute('aria-disabled') === 'true';
        layers.push(parse(here.backgroundColor));
        for (let shape = at instanceof SVGElement ? at.previousElementSibling : null; shape; shape = shape.previousElementSibling)
          if (/^(rect|path|circle|ellipse|polygon)$/.test(shape.tagName) && holds(shape.getBoundingClientRect(), x, y)) {
            const fill = getComputedStyle(shape);
            const colour = parse(fill.fill);
            layers.push([colour[0], colour[1], colour[2], colour[3] * Number(fill.fillOpacity)]);
          }
      }
      if (isDisabled || opacity === 0) continue;
      const ground = layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
      const ink = parse(element instanceof SVGElement ? style.fill : style.color);
      const seen = over([ink[0], ink[1], ink[2], ink[3] * opacity], ground);
      const [a, b] = [light(seen), light(ground)].sort((one, other) => other - one);
      const ratio = Math.round(((a + 0.05) / (b + 0.05)) * 100) / 100;
      const size = parseFloat(style.fontSize);
      const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const name = element.tagName.toLowerCase() + '.' + (element.getAttribute('class') ?? '').trim().replace(/ +/g, '.');
      const key = name + style.color + ground;
      if (ratio < wanted && !found.has(key)) found.set(key, { text: text.slice(0, 40), element: name, ratio, wanted });
    }
  };
  look(document.body);
  return [...found.values()];
}`;

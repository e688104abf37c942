import { dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Paint } from '../report/pretty';
import type { PlaceOf } from '../report/words';
import { linkFrom } from '../text/link';
import type { SourceRange } from '../text/range';
import { pathOfNative } from '../workspace/uri';
import type { Loaded } from './load';

/** `shop.flow.yaml:12:5`, as terminals make links of it. */
export function placeText({ places }: Loaded): (at: SourceRange) => string {
  return (at) => {
    const { file, range: { start } } = places.of(at);
    return `${file}:${start.line}:${start.column}`;
  };
}

/** Places with links that start at the folder of the file that they are written into. */
export function linkedPlaces({ places, native }: Loaded, out: string | undefined): PlaceOf {
  const folder = pathOfNative(out === undefined ? process.cwd() : dirname(resolve(process.cwd(), out)));
  return (at) => {
    const { file, range: { start } } = places.of(at);
    const link = linkFrom(folder, pathOfNative(native(at.file)));
    return { label: `${file}:${start.line}`, ...(link === undefined ? {} : { href: `${link}#L${start.line}` }) };
  };
}

/** Colours on a terminal, unless somebody asks for none. */
export function paintFor(isFile: boolean): Paint {
  const colour = !isFile && process.stdout.isTTY === true && !process.env['NO_COLOR'];
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

import { h } from '../ui/dom';
import { blocksOf } from './blocks';

/** A text of any length as text nodes. */
export function textView(text: string): HTMLElement {
  return h('pre', {}, ...blocksOf(text).map((block) => h('span', { class: 'block' }, block)));
}

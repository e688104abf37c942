import type { TailDetail } from '../../src/protocol/tail';
import { counted, h } from '../ui/dom';
import { VirtualRows } from '../ui/virtualRows';
import { durationText, timeText } from './clock';
import type { TimeMode } from './clock';
import { countText } from './format';
import { diffOf } from './jsonDiff';
import type { FieldDiff } from './jsonDiff';
import { parseTree } from './jsonTree';

/** A value in one line of the comparison. */
const LONGEST = 300;

/** What has changed since the message before it with the same key, field by field. */
export class DiffView {
  readonly root = h('div', { class: 'diff' });
  private readonly about = h('p', { class: 'dim' });
  private readonly go = h('button', { class: 'link', type: 'button' }, 'Go to that message');
  private readonly rows = new VirtualRows<FieldDiff>({
    rowHeight: 60,
    className: 'diff-rows',
    role: 'list',
    label: 'Fields that differ',
    fill: fillDiff,
  });
  private previous: number | undefined;

  constructor(jump: (seq: number) => void) {
    this.go.addEventListener('click', () => {
      if (this.previous !== undefined) jump(this.previous);
    });
  }

  show(detail: TailDetail, mode: TimeMode): void {
    const { previous, key } = detail;
    this.previous = previous?.seq;
    if (!previous) {
      this.root.replaceChildren(
        h('p', { class: 'dim' }, key === undefined ? 'This message has no key to find its predecessor by.' : `No message before this one with the key ${key} is kept.`),
      );
      return;
    }
    if (detail.json === undefined && detail.text === undefined && previous.json === undefined && previous.text === undefined) {
      this.about.textContent = 'Neither value is text, so they cannot be compared by fields. Their bytes are under Hex.';
      this.root.replaceChildren(this.about, this.go);
      return;
    }
    const since = durationText(Math.abs(detail.time - previous.time));
    const before = parseTree(previous.json ?? '');
    const after = parseTree(detail.json ?? '');
    const { fields, equal } = before && after ? diffOf(before, after) : textDiff(previous.text, detail.text);
    this.about.textContent =
      `Compared with the message of ${timeText(previous.time, Date.now(), mode)}, ${since} earlier: ` +
      (fields.length ? `${counted(fields.length, 'field')} differ${fields.length === 1 ? 's' : ''}, ${countText(equal)} equal.` : `nothing differs, ${counted(equal, 'field')} equal.`) +
      (before?.isCut || after?.isCut ? ' Only the beginnings of the values were compared.' : '');
    this.root.replaceChildren(this.about, this.go, this.rows.root);
    this.rows.setItems(fields, -1);
    this.rows.root.scrollTop = 0;
  }
}

function textDiff(before: string | undefined, after: string | undefined): { readonly fields: readonly FieldDiff[]; readonly equal: number } {
  return before === after ? { fields: [], equal: 1 } : { fields: [{ path: '(whole)', before, after }], equal: 0 };
}

function fillDiff(row: HTMLElement, { path, before, after }: FieldDiff): void {
  row.replaceChildren(
    h('div', { class: 'diff-path' }, path, h('span', { class: 'dim' }, before === undefined ? ' added' : after === undefined ? ' removed' : '')),
    h('div', { class: 'removed' }, before === undefined ? '' : `− ${before.slice(0, LONGEST)}`),
    h('div', { class: 'added' }, after === undefined ? '' : `+ ${after.slice(0, LONGEST)}`),
  );
}

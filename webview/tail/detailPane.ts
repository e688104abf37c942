import type { TailDetail } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { marksText } from './columns';
import { setHidden, setText } from './dom';
import { countText, sizeText, timeText } from './format';
import { highlightJson } from './highlights';

export const TABS = ['decoded', 'text', 'hex', 'headers'] as const;
export type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, string>> = {
  decoded: 'Decoded',
  text: 'Text',
  hex: 'Hex',
  headers: 'Headers',
};

export interface DetailHost {
  copy(text: string): void;
  closed(): void;
  tabChosen(tab: Tab): void;
}

/** All of one message. Everything that a message contains is shown as text nodes. */
export class DetailPane {
  readonly root: HTMLElement;
  private readonly title = h('b');
  private readonly about = h('span', { class: 'dim' });
  private readonly tabs = new Map<Tab, HTMLElement>();
  private readonly notes = h('div', { class: 'notes' });
  private readonly panel = h('div', { class: 'view', role: 'tabpanel', tabindex: 0, id: 'detail-view' });
  private readonly copyButton = h('vscode-button', { appearance: 'secondary' }, 'Copy');
  private detail: TailDetail | undefined;
  private tab: Tab = 'decoded';

  constructor(private readonly host: DetailHost) {
    const list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Views of the message' });
    for (const tab of TABS) {
      const button = h(
        'button',
        { type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': 'detail-view' },
        TITLES[tab],
      );
      button.addEventListener('click', () => this.choose(tab));
      this.tabs.set(tab, button);
      list.append(button);
    }
    list.addEventListener('keydown', (event) => this.onTabKey(event));
    const close = h(
      'button',
      { class: 'close', type: 'button', 'aria-label': 'Close details', title: 'Close (Escape)' },
      '×',
    );
    close.addEventListener('click', () => host.closed());
    this.copyButton.addEventListener('click', () => host.copy(this.viewText()));
    this.root = h(
      'section',
      { class: 'detail', 'aria-label': 'Message' },
      h('div', { class: 'title' }, h('span', {}, this.title, this.about), close),
      list,
      this.notes,
      this.panel,
      h('div', { class: 'actions' }, this.copyButton),
    );
    this.root.hidden = true;
  }

  /** Opens a view as kept from earlier. */
  setTab(tab: Tab): void {
    this.tab = tab;
    this.draw();
  }

  show(detail: TailDetail): void {
    const isOther = detail.seq !== this.detail?.seq;
    this.detail = detail;
    this.root.hidden = false;
    this.draw();
    if (isOther) this.panel.scrollTop = 0;
  }

  /** The message that was chosen is not kept any more. */
  showGone(): void {
    this.detail = undefined;
    this.root.hidden = false;
    setText(this.title, 'This message is gone');
    setText(this.about, '');
    this.notes.replaceChildren(
      h(
        'p',
        { class: 'note' },
        'It fell out of the buffer, whose size is the setting tailrace.tail.bufferMessages.',
      ),
    );
    this.panel.replaceChildren();
    setHidden(this.copyButton, true);
  }

  hide(): void {
    this.detail = undefined;
    this.root.hidden = true;
    highlightJson(undefined);
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  /** Takes the keyboard to the open view, where arrows scroll. */
  focus(): void {
    this.panel.focus();
  }

  private choose(tab: Tab): void {
    this.tab = tab;
    this.host.tabChosen(tab);
    this.draw();
    this.panel.scrollTop = 0;
  }

  private onTabKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length]!;
    this.choose(next);
    this.tabs.get(next)?.focus();
  }

  private draw(): void {
    const { detail } = this;
    if (!detail) return;
    setHidden(this.copyButton, false);
    setText(this.title, detail.channel);
    setText(this.about, aboutText(detail));
    for (const [tab, button] of this.tabs) {
      const isActive = tab === this.tab;
      button.setAttribute('aria-selected', String(isActive));
      button.tabIndex = isActive ? 0 : -1;
      if (tab === 'headers') setText(button, `${TITLES.headers} ${detail.headers.length}`);
    }
    this.panel.setAttribute('aria-labelledby', `tab-${this.tab}`);
    this.notes.replaceChildren(
      ...notesOf(detail).map(({ text, tone }) => h('p', { class: `note ${tone}` }, text)),
    );
    highlightJson(undefined);
    if (this.tab === 'headers') {
      this.panel.replaceChildren(headersOf(detail));
      return;
    }
    const text = document.createTextNode(this.viewText());
    this.panel.replaceChildren(
      text.data === '' ? h('p', { class: 'dim' }, emptyText(detail, this.tab)) : h('pre', {}, text),
    );
    if (this.tab === 'decoded' && detail.json !== undefined) highlightJson(text);
  }

  /** What the open view shows, as one text. */
  private viewText(): string {
    const { detail } = this;
    if (!detail) return '';
    switch (this.tab) {
      case 'decoded':
        return detail.json ?? detail.text ?? detail.hex;
      case 'text':
        return detail.text ?? '';
      case 'hex':
        return detail.hex;
      case 'headers':
        return detail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
    }
  }
}

function aboutText(detail: TailDetail): string {
  const parts = [
    detail.partition === undefined ? '' : `partition ${detail.partition}`,
    detail.offset === undefined ? '' : `offset ${detail.offset}`,
    detail.key === undefined ? '' : `key ${detail.key}`,
    timeText(detail.time, Date.now()),
    sizeText(detail.size),
    marksText(detail),
    detail.decodedAs && `as ${detail.decodedAs}`,
  ];
  return parts
    .filter(Boolean)
    .map((part) => ` · ${part}`)
    .join('');
}

interface Note {
  readonly tone: 'warning' | 'error';
  readonly text: string;
}

function notesOf(detail: TailDetail): readonly Note[] {
  const warning = (text: string): Note => ({ tone: 'warning', text });
  return [
    ...(detail.undecodable === undefined ? [] : [warning(`Undecodable: ${detail.undecodable}`)]),
    ...(detail.violates ?? []).map((why): Note => ({ tone: 'error', text: `Violates its contract: ${why}` })),
    ...(detail.cutAt === undefined
      ? []
      : [warning(`Shown are the first ${countText(detail.cutAt)} of ${countText(detail.size)} bytes.`)]),
  ];
}

function emptyText(detail: TailDetail, tab: Tab): string {
  if (detail.tombstone) return 'A tombstone: the value is null, which deletes the key on compaction.';
  if (detail.size === 0) return 'The value is empty.';
  return tab === 'text' ? 'The value is not UTF-8 text; see Hex.' : 'There is nothing to show.';
}

function headersOf(detail: TailDetail): HTMLElement {
  if (!detail.headers.length) return h('p', { class: 'dim' }, 'This message has no headers.');
  return h(
    'dl',
    { class: 'headers' },
    ...detail.headers.flatMap(({ name, value }) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

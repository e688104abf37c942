import type { TailDetail, TailFilter } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Menu } from '../ui/menu';
import { aboutText, notesOf, readText } from './detailNotes';
import { DiffView } from './diffView';
import { setHidden, setText } from './dom';
import { HeadersView } from './headersView';
import { parseTree } from './jsonTree';
import { textView } from './textView';
import { TraceView } from './traceView';
import type { TraceHost } from './traceView';
import { TreeView } from './treeView';

export const TABS = ['decoded', 'text', 'hex', 'headers', 'diff', 'trace'] as const;
export type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, string>> = {
  decoded: 'Decoded',
  text: 'Text',
  hex: 'Hex',
  headers: 'Headers',
  diff: 'Diff',
  trace: 'Trace',
};

export interface DetailHost extends TraceHost {
  copy(text: string): void;
  /** Copies the message as a line of JSON. */
  copyLine(seq: number): void;
  closed(): void;
  tabChosen(tab: Tab): void;
  filterBy(expression: string): void;
  addColumn(path: string): void;
  filter(): TailFilter;
  /** Chooses another message of this list. */
  jump(seq: number): void;
  openContract(): void;
  showConsumers(): void;
  /** Tells this message's faults in the Problems list. */
  report(detail: TailDetail): void;
  /** What the broker calls a message's number. */
  offsetWord(): string;
  /** Undefined where the connection is read-only. */
  publish(): ((seq: number) => void) | undefined;
}

/** All of one message. Everything that a message contains is shown as text nodes. */
export class DetailPane {
  readonly root: HTMLElement;
  private readonly title = h('b');
  private readonly about = h('span', { class: 'dim' });
  private readonly read = h('p', { class: 'dim read' });
  private readonly tabs = new Map<Tab, HTMLElement>();
  private readonly notes = h('div', { class: 'notes' });
  private readonly links = h('p', { class: 'links' });
  private readonly panel = h('div', { class: 'view', role: 'tabpanel', tabindex: 0, id: 'detail-view' });
  private readonly copyButton = h('vscode-button', { class: 'copy', appearance: 'secondary' }, 'Copy');
  private readonly copyLine = h('vscode-button', { class: 'copy-line', appearance: 'secondary', title: 'Copy the message with its key, time and headers as one line of JSON' }, 'Copy as JSON Line');
  private readonly publishButton = h('vscode-button', { class: 'publish', appearance: 'secondary' }, 'Publish…');
  private readonly tree: TreeView;
  private readonly headers: HeadersView;
  private readonly diff: DiffView;
  private readonly trace: TraceView;
  private detail: TailDetail | undefined;
  private tab: Tab = 'decoded';

  constructor(
    private readonly host: DetailHost,
    menu: Menu,
  ) {
    this.tree = new TreeView(host, menu);
    this.headers = new HeadersView(host, menu);
    this.diff = new DiffView((seq) => host.jump(seq));
    this.trace = new TraceView(host);
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
    this.copyLine.addEventListener('click', () => this.detail && host.copyLine(this.detail.seq));
    this.publishButton.addEventListener('click', () => this.detail && host.publish()?.(this.detail.seq));
    this.root = h(
      'section',
      { class: 'detail', 'aria-label': 'Message' },
      h('div', { class: 'title' }, h('span', {}, this.title, this.about), close),
      list,
      this.notes,
      this.links,
      this.panel,
      this.read,
      h('div', { class: 'actions' }, this.copyButton, this.copyLine, this.publishButton),
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
    this.links.replaceChildren();
    setText(this.read, '');
    for (const button of [this.copyButton, this.copyLine, this.publishButton]) setHidden(button, true);
  }

  hide(): void {
    this.detail = undefined;
    this.root.hidden = true;
    this.panel.replaceChildren();
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  /** Takes the keyboard to the open view, where arrows go from field to field or scroll. */
  focus(): void {
    const inner = this.panel.querySelector<HTMLElement>('.rows');
    (inner ?? this.panel).focus();
  }

  /** Times are told in another way from now on. */
  redraw(): void {
    this.draw();
  }

  /** Writing was allowed or forbidden. */
  updatePublish(): void {
    setHidden(this.publishButton, !this.detail || this.host.publish() === undefined);
  }

  choose(tab: Tab): void {
    this.tab = tab;
    this.host.tabChosen(tab);
    this.draw();
    this.panel.scrollTop = 0;
  }

  private onTabKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'ArrowDown') this.focus();
    if (!step && event.key !== 'ArrowDown') return;
    event.preventDefault();
    if (!step) return;
    const next = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length]!;
    this.choose(next);
    this.tabs.get(next)?.focus();
  }

  private draw(): void {
    const { detail } = this;
    if (!detail) return;
    for (const button of [this.copyButton, this.copyLine]) setHidden(button, false);
    this.updatePublish();
    setText(this.title, detail.channel);
    setText(this.about, aboutText(detail, this.host.time(), this.host.offsetWord()));
    setText(this.read, readText(detail));
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
    this.drawLinks(detail);
    this.panel.classList.toggle('holds-rows', false);
    this.drawView(detail);
  }

  private drawView(detail: TailDetail): void {
    const put = (view: HTMLElement, isRows: boolean): void => {
      this.panel.replaceChildren(view);
      this.panel.classList.toggle('holds-rows', isRows);
      // What has a keyboard of its own is the stop, not what is around it.
      this.panel.tabIndex = isRows ? -1 : 0;
    };
    if (this.tab === 'headers') {
      if (!detail.headers.length) return put(h('p', { class: 'dim' }, 'This message has no headers.'), false);
      put(this.headers.root, true);
      return this.headers.show(detail.headers);
    }
    if (this.tab === 'diff') {
      put(this.diff.root, true);
      return this.diff.show(detail, this.host.time());
    }
    if (this.tab === 'trace') {
      put(this.trace.root, true);
      void this.trace.show(detail.seq);
      return;
    }
    const tree = this.tab === 'decoded' && detail.json !== undefined ? parseTree(detail.json) : undefined;
    if (tree) {
      put(this.tree.root, true);
      return this.tree.show(tree, faultsOf(detail));
    }
    const text = this.viewText();
    put(text === '' ? h('p', { class: 'dim' }, emptyText(detail, this.tab)) : textView(text), false);
  }

  private drawLinks(detail: TailDetail): void {
    const link = (text: string, act: () => void): HTMLElement => {
      const button = h('button', { class: 'link', type: 'button' }, text);
      button.addEventListener('click', act);
      return button;
    };
    const isFaulty = Boolean(detail.violates?.length) || detail.undecodable !== undefined;
    this.links.replaceChildren(
      ...(detail.contract ? [link('Go to contract', () => this.host.openContract())] : []),
      link('Who consumes this', () => this.host.showConsumers()),
      ...(isFaulty && detail.contract ? [link('Show in Problems', () => this.host.report(detail))] : []),
    );
  }

  /** What the open view shows, as one text. */
  private viewText(): string {
    const { detail } = this;
    if (!detail) return '';
    switch (this.tab) {
      case 'text':
        return detail.text ?? '';
      case 'hex':
        return detail.hex;
      case 'headers':
        return detail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
      default:
        return detail.json ?? detail.text ?? detail.hex;
    }
  }
}

/** The faults of a message with their places; where only sentences are known, all are the whole value's. */
function faultsOf({ faults, violates }: TailDetail): readonly { readonly path: string; readonly reason: string }[] {
  return faults ?? (violates ?? []).map((reason) => ({ path: '', reason }));
}

function emptyText(detail: TailDetail, tab: Tab): string {
  if (detail.tombstone) return 'A tombstone: the value is null, which deletes the key on compaction.';
  if (detail.size === 0) return 'The value is empty.';
  return tab === 'text' ? 'The value is not UTF-8 text; see Hex.' : 'There is nothing to show.';
}

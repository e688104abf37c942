import type { TapStart } from '../../src/protocol/tail';
import type { TailHostFunctions, TailInit, TailStatus } from '../../src/protocol/tail';
import type { RpcPeer } from '../../src/protocol/rpc';
import { h } from '../ui/dom';
import { DetailPane } from './detailPane';
import type { Tab } from './detailPane';
import { FilterBar } from './filterBar';
import { Footer } from './footer';
import { Header } from './header';
import { RowList } from './rowList';
import { Splitter } from './splitter';
import { StateNoteView } from './stateNote';

/** What the view remembers while it is hidden. */
export interface Kept {
  readonly seq?: number;
  readonly tab?: Tab;
  readonly width?: number;
}

/** The tail panel: puts its parts together and passes what the user does to the host. */
export class TailApp {
  private readonly header: Header;
  private readonly filters: FilterBar;
  private readonly note: StateNoteView;
  private readonly list: RowList;
  private readonly detail: DetailPane;
  private readonly splitter: Splitter;
  private readonly footer = new Footer();
  private init: TailInit | undefined;
  private status: TailStatus | undefined;
  private isFirstStatus = true;

  constructor(
    private readonly host: RpcPeer<TailHostFunctions>,
    private kept: Kept,
    private readonly keep: (kept: Kept) => void,
  ) {
    const restart = (start: TapStart): void => {
      this.closeDetail();
      this.run(this.host.remote.restart(start));
    };
    this.header = new Header({
      restart,
      togglePause: () => this.togglePause(),
      clear: () => {
        this.closeDetail();
        this.run(host.remote.clear());
      },
      openSource: () => this.run(host.remote.openSource()),
    });
    this.list = new RowList({
      rows: (from, count) => host.remote.rows(from, count),
      selected: (seq) => this.run(this.showDetail(seq)),
      failed: (error) => this.report(error),
    });
    this.filters = new FilterBar(
      (text) => this.run(host.remote.filter(text)),
      () => this.list.grid.focus(),
    );
    this.note = new StateNoteView({
      retry: () => this.init && restart(this.init.start),
      accept: () => this.run(host.remote.accept()),
    });
    this.detail = new DetailPane({
      copy: (text) => this.run(host.remote.copy(text)),
      closed: () => this.closeDetail(),
      tabChosen: (tab) => this.remember({ tab }),
    });
    this.splitter = new Splitter(this.detail.root, (width) => this.remember({ width }));
    this.splitter.root.hidden = true;
    if (kept.tab) this.detail.setTab(kept.tab);
    if (kept.width) this.splitter.set(kept.width);
    document.body.append(
      this.header.root,
      this.filters.root,
      h(
        'main',
        {},
        h('div', { class: 'left' }, this.note.root, this.list.root),
        this.splitter.root,
        this.detail.root,
      ),
      this.footer.root,
    );
    document.addEventListener('keydown', (event) => this.onKey(event));
  }

  setInit(init: TailInit): void {
    if (init.protocol !== this.init?.protocol || init.kind !== this.init.kind) this.list.setColumns(init);
    this.init = init;
    this.header.init(init);
    if (this.status) this.setStatus(this.status);
  }

  setStatus(status: TailStatus): void {
    const isAnew = this.status && status.counters.received < this.status.counters.received;
    this.status = status;
    if (!this.init) return;
    if (isAnew) this.closeDetail();
    this.header.update(status, this.init);
    this.filters.update(status);
    this.note.update(status, this.init);
    this.list.update(status);
    this.footer.update(status);
    if (!this.isFirstStatus) return;
    this.isFirstStatus = false;
    this.filters.init(status.filter);
    this.filters.update(status);
    if (this.kept.seq !== undefined && status.counters.received > this.kept.seq)
      this.list.select(this.kept.seq);
  }

  private togglePause(): void {
    if (!this.status) return;
    this.run(this.status.paused ? this.host.remote.resume() : this.host.remote.pause());
  }

  private async showDetail(seq: number | undefined): Promise<void> {
    this.remember({ seq });
    if (seq === undefined) {
      this.detail.hide();
    } else {
      const detail = await this.host.remote.detail(seq);
      // By now another row may be chosen.
      if (this.list.selection !== seq) return;
      if (detail) this.detail.show(detail);
      else this.detail.showGone();
    }
    this.splitter.root.hidden = !this.detail.isOpen;
  }

  private closeDetail(): void {
    if (this.list.selection !== undefined) this.list.select(undefined);
    this.list.grid.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.composedPath()[0];
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    if (isTyping) return;
    const isControl =
      target instanceof Element &&
      target.closest('button, vscode-button, vscode-dropdown, [role=tab], [role=separator]') !== null;
    if (event.key === '/') {
      event.preventDefault();
      this.filters.focus();
    } else if (event.key === 'Escape') {
      this.closeDetail();
    } else if (event.key === ' ' && !isControl) {
      event.preventDefault();
      this.togglePause();
    } else if (event.key === 'Enter' && target === this.list.grid && this.detail.isOpen) {
      this.detail.focus();
    }
  }

  private remember(part: Kept): void {
    this.kept = { ...this.kept, ...part };
    this.keep(this.kept);
  }

  private run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.report(error));
  }

  private report(error: unknown): void {
    this.host.notify('log', error instanceof Error ? error.message : String(error));
  }
}

import type { RpcPeer } from '../../src/protocol/rpc';
import type {
  SavedFilter,
  TailDetail,
  TailHostFunctions,
  TailInit,
  TailOrder,
  TailStatus,
  TailView,
  TapStart,
} from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { Menu } from '../ui/menu';
import type { TimeMode } from './clock';
import { pathsOf, titleOf } from './columns';
import { DetailPane, TABS } from './detailPane';
import type { Tab } from './detailPane';
import { setHidden } from './dom';
import { FaultsPanel } from './faultsPanel';
import { FilterBar } from './filterBar';
import { and, without } from './filterText';
import { Footer } from './footer';
import { Header } from './header';
import { KeyHelp } from './help';
import { HistogramView } from './histogramView';
import { onKeys } from './keys';
import { MessageActions } from './messageActions';
import { RowList } from './rowList';
import { selectionOf } from './selection';
import { Splitter } from './splitter';
import { StateNoteView } from './stateNote';
import { ViewModel } from './viewModel';
import { ViewTools } from './viewTools';

/** What the view remembers while it is hidden. */
export interface Kept {
  readonly seq?: number;
  readonly tab?: Tab;
  readonly width?: number;
  readonly faults?: boolean;
}

/** How long sizes and orders rest before they are kept, in ms. */
const REST = 300;

/** The tail panel: puts its parts together and passes what the user does to the host. */
export class TailApp {
  private readonly menu = new Menu();
  private readonly help = new KeyHelp();
  private readonly view = new ViewModel((view) => this.viewChanged(view));
  private readonly header: Header;
  private readonly filters: FilterBar;
  private readonly histogram: HistogramView;
  private readonly faults: FaultsPanel;
  private readonly note: StateNoteView;
  private readonly list: RowList;
  private readonly detail: DetailPane;
  private readonly splitter: Splitter;
  private readonly tools: ViewTools;
  private readonly actions: MessageActions;
  private readonly footer = new Footer();
  private init: TailInit | undefined;
  private status: TailStatus | undefined;
  private isFirstStatus = true;
  private shownDetail: TailDetail | undefined;
  private sentPaths = '[]';
  private sentOrder: TailOrder = 'arrival';
  private keepTimer: ReturnType<typeof setTimeout> | undefined;
  /** A message that the host has chosen before the first status. */
  private toChoose: number | undefined;

  constructor(
    private readonly host: RpcPeer<TailHostFunctions>,
    private kept: Kept,
    private readonly keep: (kept: Kept) => void,
  ) {
    const { remote } = host;
    const failed = (error: unknown): void => this.report(error);
    const time = (): TimeMode => this.view.time;
    this.header = new Header(
      {
        restart: (start) => this.restart(start),
        togglePause: () => this.togglePause(),
        clear: () => {
          this.closeDetail();
          this.run(remote.clear());
        },
        openSource: () => this.run(remote.openSource()),
        openContract: () => this.run(remote.openContract()),
        showConsumers: () => this.run(remote.showConsumers()),
        propose: () => this.run(remote.propose()),
        publish: () => this.run(remote.publish(undefined)),
        addChannel: () => this.run(remote.addChannel()),
        removeChannel: (source) => this.removeChannel(source),
        export: (format, what) => this.run(remote.export(format, what !== 'kept', what === 'selected' ? this.list.range : undefined)),
        help: () => this.help.open(this.header.root),
        time,
      },
      this.menu,
    );
    this.list = new RowList(
      {
        rows: (from, count) => remote.rows(from, count),
        rowsAround: (place, before, count) => remote.rowsAround(place, before, count),
        position: (place) => remote.position(place),
        selected: (seq) => this.run(this.showDetail(seq)),
        ranged: () => this.run(this.countSelected()),
        copy: (selection) => this.run(this.actions.copyLines(selection)),
        menu: (row, at) => this.actions.openMenu(row, at),
        failed,
      },
      this.view,
      this.menu,
    );
    this.filters = new FilterBar(
      {
        apply: (filter) => this.run(remote.filter(filter)),
        paths: () => remote.paths(),
        leave: () => this.list.grid.focus(),
        next: (direction) => this.run(this.actions.nextFault(direction)),
        save: (filter) => this.run(remote.saveFilter(filter)),
        remove: (name) => this.run(remote.removeFilter(name)),
        time,
      },
      this.menu,
    );
    this.tools = new ViewTools(
      this.view,
      { paths: () => remote.paths(), toggleFaults: () => this.faults.toggle(), failed },
      this.menu,
    );
    this.filters.root.append(this.tools.root);
    this.actions = new MessageActions({
      remote,
      list: this.list,
      filters: this.filters,
      view: this.view,
      menu: this.menu,
      init: () => this.init,
      status: () => this.status,
      choose: (seq) => this.choose(seq),
      showTrace: () => this.detail.choose('trace'),
      say: (text) => this.footer.say(text),
      run: (work) => this.run(work),
    });
    this.histogram = new HistogramView({
      ask: (buckets) => remote.histogram(buckets),
      choose: (range) => this.filters.set(range ? { ...this.filters.present, ...range } : without(this.filters.present, 'time')),
      time,
      failed,
    });
    this.faults = new FaultsPanel(
      {
        faults: () => remote.faults(),
        show: (fault) => this.run(this.actions.showFault(fault)),
        report: (fault) => this.run(remote.report(fault)),
        propose: () => this.run(remote.propose()),
        toggled: (isOpen) => {
          this.tools.setFaultsOpen(isOpen);
          this.remember({ faults: isOpen });
        },
        leave: () => this.list.grid.focus(),
        failed,
      },
      this.menu,
    );
    const again = (): void => this.init && this.restart(this.init.start);
    this.note = new StateNoteView({
      retry: again,
      again,
      accept: () => this.run(remote.accept()),
    });
    this.detail = new DetailPane(
      {
        copy: (text) => this.run(remote.copy(text)),
        copyLine: (seq) => this.run(this.actions.copyLines(selectionOf({ seq }))),
        closed: () => this.closeDetail(),
        tabChosen: (tab) => this.remember({ tab }),
        filterBy: (expression) => this.filters.set({ ...this.filters.present, expression: and(this.filters.present.expression, expression) }),
        addColumn: (path) => {
          if (!this.view.has(path)) this.view.toggle(path);
        },
        filter: () => this.status?.filter ?? {},
        jump: (seq) => this.run(this.choose(seq)),
        openContract: () => this.run(remote.openContract()),
        showConsumers: () => this.run(remote.showConsumers()),
        report: (detail) => this.run(this.actions.reportFaults(detail)),
        publish: () => this.actions.publisher(),
        offsetWord: () => (this.init ? titleOf('$offset', this.init) : 'Offset').toLowerCase(),
        related: (seq) => remote.related(seq),
        open: (tail, seq) => this.run(remote.openRelated(tail, seq)),
        time,
        failed,
      },
      this.menu,
    );
    this.splitter = new Splitter(this.detail.root, (width) => this.remember({ width }));
    this.splitter.root.hidden = true;
    if (kept.tab && TABS.includes(kept.tab)) this.detail.setTab(kept.tab);
    if (kept.width) this.splitter.set(kept.width);
    document.body.append(
      this.header.root,
      this.filters.root,
      this.histogram.root,
      h(
        'main',
        {},
        h('div', { class: 'left' }, this.note.root, this.faults.root, this.list.root),
        this.splitter.root,
        this.detail.root,
      ),
      this.footer.root,
    );
    this.footer.onFaults(() => this.faults.toggle());
    // What is told as “4 s ago” grows older by itself.
    setInterval(() => {
      if (this.view.time === 'relative') this.list.redraw();
    }, 1000);
    this.listen();
  }

  setInit(init: TailInit): void {
    const isOther = this.view.take(init);
    this.init = init;
    this.header.init(init);
    this.detail.updatePublish();
    this.filters.setSaved(init.savedFilters ?? []);
    if (isOther) {
      this.list.setColumns();
      this.sendPaths();
      this.sendOrder();
    }
    this.drawTime();
    if (this.status) this.setStatus(this.status);
  }

  setSaved(filters: readonly SavedFilter[]): void {
    this.filters.setSaved(filters);
  }

  setStatus(status: TailStatus): void {
    const isAnew = this.status && status.counters.received < this.status.counters.received;
    const fell = this.status?.counters.dropped !== status.counters.dropped;
    this.status = status;
    if (!this.init) return;
    if (isAnew) this.closeDetail();
    const shown = this.shownDetail;
    // A message of a channel that was taken out is not there any more.
    if (shown && status.sources?.every(({ tag }) => tag !== shown.tag)) {
      this.list.select(undefined);
    }
    this.header.update(status, this.init);
    this.filters.update(status);
    this.note.update(status, this.init);
    this.list.update(status);
    // Of what was chosen, too, messages fall out.
    if (fell && this.list.range) this.run(this.countSelected());
    this.histogram.refresh();
    this.histogram.setRange(status.filter.from !== undefined || status.filter.to !== undefined);
    this.faults.refresh();
    this.footer.update(status, this.view.time);
    this.tools.setFaults(status.counters.undecodable + (status.counters.violating ?? 0));
    if (this.isFirstStatus) this.first(status);
  }

  private first(status: TailStatus): void {
    this.isFirstStatus = false;
    this.filters.init(status.filter);
    this.filters.update(status);
    if (this.kept.faults) this.faults.toggle(true);
    const seq = this.toChoose ?? this.kept.seq;
    if (seq !== undefined && status.counters.received > seq) this.run(this.choose(seq));
  }

  toggleOrder(): void {
    this.view.toggleOrder();
  }

  /** Chooses a message and brings it into view; the filter may leave it out of the list, its details are shown. */
  async choose(seq: number): Promise<void> {
    if (this.isFirstStatus) {
      this.toChoose = seq;
      return;
    }
    if (!(await this.list.reveal(seq))) {
      this.list.select(undefined);
      const detail = await this.host.remote.detail(seq);
      if (detail) this.detail.show(detail);
      else this.detail.showGone();
      this.shownDetail = detail;
      setHidden(this.splitter.root, false);
    }
  }

  /** A filter that names the channel would leave nothing. */
  private removeChannel(source: string): void {
    const gone = this.status?.sources?.find(({ id }) => id === source)?.channel;
    const { channels } = this.filters.present;
    if (channels) this.filters.set({ ...this.filters.present, channels: channels.filter((channel) => channel !== gone) });
    this.run(this.host.remote.removeChannel(source));
  }

  private restart(start: TapStart): void {
    this.closeDetail();
    this.run(this.host.remote.restart(start));
  }

  private togglePause(): void {
    if (!this.status) return;
    this.run(this.status.paused ? this.host.remote.resume() : this.host.remote.pause());
  }

  private async showDetail(seq: number | undefined): Promise<void> {
    this.remember({ seq });
    if (seq === undefined) {
      this.shownDetail = undefined;
      this.detail.hide();
    } else {
      const detail = await this.host.remote.detail(seq);
      // By now another row may be chosen.
      if (this.list.selection !== seq) return;
      this.shownDetail = detail;
      if (detail) this.detail.show(detail);
      else this.detail.showGone();
    }
    setHidden(this.splitter.root, !this.detail.isOpen);
  }

  private closeDetail(): void {
    if (this.list.selection !== undefined) this.list.select(undefined);
    else if (this.detail.isOpen) this.run(this.showDetail(undefined));
    this.list.grid.focus();
  }

  private async countSelected(): Promise<void> {
    const { range } = this.list;
    const count = range ? await this.host.remote.countSelected(range) : 0;
    if (this.list.range !== range) return;
    this.footer.setSelected(count);
    this.header.setSelected(count);
    this.actions.selectedCount = count;
  }

  private drawTime(): void {
    this.tools.draw();
    this.list.root.dataset.time = this.view.time;
  }

  private viewChanged(view: TailView): void {
    this.list.setColumns();
    this.sendPaths();
    this.sendOrder();
    this.drawTime();
    this.filters.redraw();
    if (this.shownDetail) this.detail.redraw();
    this.histogram.refresh();
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.run(this.host.remote.keepView(view)), REST);
  }

  private sendPaths(): void {
    const paths = pathsOf(this.view.present);
    if (JSON.stringify(paths) === this.sentPaths) return;
    this.sentPaths = JSON.stringify(paths);
    this.run(this.host.remote.columns(paths).then(() => this.list.fetchAnew()));
  }

  private sendOrder(): void {
    const { order } = this.view;
    if (order === this.sentOrder) return;
    this.sentOrder = order;
    this.run(this.host.remote.order(order));
  }

  private listen(): void {
    onKeys(this.list.grid, {
      '/': () => this.filters.focus(),
      ' ': () => this.togglePause(),
      n: () => this.run(this.actions.nextFault('next')),
      N: () => this.run(this.actions.nextFault('previous')),
      f: () => this.faults.toggle(),
      c: () => this.tools.openColumns(),
      h: () => this.histogram.root.focus(),
      t: () => this.tools.nextTime(),
      o: () => this.toggleOrder(),
      s: () => this.header.openStart(),
      e: () => this.header.openExport(),
      y: () => this.list.selected && this.run(this.actions.copyLines(this.list.selected)),
      '?': () => this.help.open(this.header.root),
      Escape: () => this.closeDetail(),
      Enter: (target) => target === this.list.grid && this.detail.isOpen && this.detail.focus(),
      ...Object.fromEntries(TABS.map((tab, i) => [String(i + 1), () => this.detail.choose(tab)])),
    });
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

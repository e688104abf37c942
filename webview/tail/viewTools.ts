import { h } from '../ui/dom';
import type { TailOrder } from '../../src/protocol/tail';
import type { Menu } from '../ui/menu';
import type { TimeMode } from './clock';
import { ColumnChooser } from './columnChooser';
import { setText } from './dom';
import { countText } from './format';
import type { ViewModel } from './viewModel';

const TIMES: readonly TimeMode[] = ['local', 'utc', 'relative'];
const TITLES: Readonly<Record<TimeMode, string>> = { local: 'Local time', utc: 'UTC', relative: 'Relative: how long ago' };

const ORDERS: Readonly<Record<TailOrder, string>> = { arrival: 'As messages came', time: 'By time; no partition’s own order is changed' };

export interface ViewToolsHost {
  paths(): Promise<readonly string[]>;
  toggleFaults(): void;
  failed(error: unknown): void;
}

/** The buttons at the end of the second line: faults, columns, and how times are shown. */
export class ViewTools {
  readonly root: HTMLElement;
  private readonly faults = h('button', { class: 'small faults-button', type: 'button', title: 'Faults, how often each (f)' }, 'Faults');
  private readonly columns = h('button', { class: 'small columns-button', type: 'button', 'aria-haspopup': 'dialog', title: 'Columns (c)' }, 'Columns ▾');
  private readonly time = h('button', { class: 'small time-button', type: 'button', 'aria-haspopup': 'menu', title: 'How times are shown (t)' });
  private readonly order = h('button', { class: 'small order-button', type: 'button', 'aria-haspopup': 'menu', title: 'How the list is sorted (o)' });
  private readonly chooser: ColumnChooser;

  constructor(
    private readonly view: ViewModel,
    private readonly host: ViewToolsHost,
    menu: Menu,
  ) {
    this.chooser = new ColumnChooser(view, () => host.paths());
    this.root = h('span', { class: 'tools' }, this.faults, this.columns, this.order, this.time);
    this.faults.addEventListener('click', () => host.toggleFaults());
    this.columns.addEventListener('click', () => this.openColumns());
    this.time.addEventListener('click', () =>
      menu.open(
        this.time,
        'Times',
        TIMES.map((mode) => ({ label: TITLES[mode], checked: view.time === mode, run: () => view.setTime(mode) })),
      ),
    );
    this.order.addEventListener('click', () =>
      menu.open(
        this.order,
        'Order',
        (['arrival', 'time'] as const).map((order) => ({ label: ORDERS[order], checked: view.order === order, run: () => view.setOrder(order) })),
      ),
    );
    this.draw();
  }

  openColumns(): void {
    this.chooser.open(this.columns).catch((error: unknown) => this.host.failed(error));
  }

  nextTime(): void {
    this.view.setTime(TIMES[(TIMES.indexOf(this.view.time) + 1) % TIMES.length]!);
  }

  /** The view shows times in another way, or is sorted otherwise. */
  draw(): void {
    setText(this.order, `Order: ${this.view.order} ▾`);
    setText(this.time, `Time: ${this.view.time === 'utc' ? 'UTC' : this.view.time} ▾`);
  }

  setFaults(count: number): void {
    setText(this.faults, count ? `Faults ${countText(count)}` : 'Faults');
    this.faults.classList.toggle('some', count > 0);
  }

  setFaultsOpen(isOpen: boolean): void {
    this.faults.setAttribute('aria-expanded', String(isOpen));
  }
}

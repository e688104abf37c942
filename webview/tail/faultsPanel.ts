import type { FaultCount } from '../../src/protocol/tail';
import { counted, h } from '../ui/dom';
import type { Menu } from '../ui/menu';
import { VirtualRows } from '../ui/virtualRows';
import { setHidden, setText } from './dom';
import { countText } from './format';

const PAUSE = 1000;

export interface FaultsHost {
  faults(): Promise<readonly FaultCount[]>;
  /** Narrows the list to messages with this fault, and goes to the last one. */
  show(fault: FaultCount): void;
  report(fault: FaultCount): void;
  propose(): void;
  toggled(isOpen: boolean): void;
  leave(): void;
  failed(error: unknown): void;
}

/** What is wrong with the messages, by fault: how often, of how many, and where that is told to others. */
export class FaultsPanel {
  readonly root: HTMLElement;
  private readonly title = h('b', {}, 'Faults');
  private readonly propose = h('button', { class: 'link', type: 'button' }, 'Propose a contract');
  private readonly empty = h('p', { class: 'dim' }, 'No message has broken its contract so far.');
  private readonly rows: VirtualRows<FaultCount>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastAsked = -Infinity;

  constructor(
    private readonly host: FaultsHost,
    menu: Menu,
  ) {
    const reported = (fault: FaultCount): void => host.report(fault);
    this.rows = new VirtualRows<FaultCount>({
      rowHeight: 24,
      className: 'fault-rows',
      role: 'listbox',
      label: 'Faults; Enter shows the messages with one, p shows it in Problems',
      fill: (row, fault) => fillFault(row, fault),
      activate: (fault) => host.show(fault),
      key: (event, fault) => {
        if (event.key !== 'p') return false;
        reported(fault);
        return true;
      },
      menu: (fault, _, at) =>
        menu.open(at, 'Fault', [
          { label: 'Show these messages', hint: 'Enter', run: () => host.show(fault) },
          { label: 'Show in Problems', hint: 'p', run: () => reported(fault) },
        ]),
    });
    this.rows.root.addEventListener('click', (event) => {
      const index = this.rows.indexOf(event.target);
      const fault = index === undefined ? undefined : this.found[index];
      if (!fault) return;
      if (event.target instanceof Element && event.target.closest('.report')) reported(fault);
      else host.show(fault);
    });
    const close = h('button', { class: 'close', type: 'button', 'aria-label': 'Close faults', title: 'Close (f)' }, '×');
    close.addEventListener('click', () => this.toggle(false));
    this.propose.addEventListener('click', () => host.propose());
    this.root = h(
      'section',
      { class: 'faults', 'aria-label': 'Faults' },
      h('div', { class: 'faults-head' }, this.title, this.propose, h('span', { class: 'space' }), close),
      this.rows.root,
      this.empty,
    );
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.toggle(false);
    });
    this.root.hidden = true;
  }

  private found: readonly FaultCount[] = [];

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  toggle(open = !this.isOpen): void {
    if (open === this.isOpen) return;
    setHidden(this.root, !open);
    this.host.toggled(open);
    if (open) {
      this.lastAsked = -Infinity;
      this.refresh();
      this.rows.root.focus();
    } else {
      this.host.leave();
    }
  }

  /** There may be something new; asked for only while it is on screen. */
  refresh(): void {
    if (!this.isOpen || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.lastAsked + PAUSE - performance.now()));
  }

  private async ask(): Promise<void> {
    this.lastAsked = performance.now();
    try {
      this.found = await this.host.faults();
      const active = this.rows.activeIndex;
      this.rows.setItems(this.found, Math.min(Math.max(0, active), this.found.length - 1));
      this.rows.root.dataset.count = String(Math.min(6, this.found.length));
      setText(this.title, this.found.length ? `Faults: ${counted(this.found.length, 'kind')}` : 'Faults');
      setHidden(this.rows.root, !this.found.length);
      setHidden(this.empty, this.found.length > 0);
    } catch (error) {
      this.host.failed(error);
    } finally {
      this.timer = undefined;
    }
  }
}

/** `3 of 1,000`: how many messages of a channel have this fault. */
export function shareText({ count, of }: FaultCount): string {
  return `${countText(count)} of ${countText(of)}`;
}

function fillFault(row: HTMLElement, fault: FaultCount): void {
  const name = fault.version === undefined ? fault.contract : `${fault.contract}@${fault.version}`;
  row.className = `vrow fault ${fault.verdict}${row.classList.contains('active') ? ' active' : ''}`;
  row.replaceChildren(
    h('span', { class: 'sign', 'aria-hidden': 'true' }, fault.verdict === 'violates' ? '✗' : '⚠'),
    h('span', { class: 'share' }, shareText(fault)),
    h('span', { class: 'path' }, fault.path === '' ? '' : fault.path),
    h('span', { class: 'reason', title: fault.reason }, fault.reason),
    h('span', { class: 'dim of' }, `${fault.channel} · ${name}`),
    h('span', { class: 'report', title: 'Show in Problems (p)' }, 'Show in Problems'),
  );
}

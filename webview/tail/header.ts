import type { TapStart } from '../../src/protocol/tail';
import type { TailInit, TailStatus } from '../../src/protocol/tail';
import type { TextField } from '../ui/controls';
import { h } from '../ui/dom';
import { setHidden, setText } from './dom';
import { noteOf } from './stateText';

export interface HeaderHost {
  restart(start: TapStart): void;
  togglePause(): void;
  clear(): void;
  openSource(): void;
}

const STARTS: Readonly<Record<TapStart['at'], string>> = {
  latest: 'Start: latest',
  earliest: 'Start: earliest',
  last: 'Start: last …',
};
const DEFAULT_LAST = 100;

/** The first line: what is tailed, where, in which state, and from which start. */
export class Header {
  readonly root: HTMLElement;
  private readonly channel = h('button', { class: 'subject', type: 'button', title: 'Go to source' });
  private readonly dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
  private readonly broker = h('span');
  private readonly state = h('span', { class: 'state', role: 'status' });
  private readonly about = h('span', { class: 'dim about' });
  private readonly starts = h('vscode-dropdown', {
    class: 'starts',
    'aria-label': 'Where to start',
  }) as HTMLElement & { value: string };
  private readonly last = h('vscode-text-field', {
    class: 'last',
    'aria-label': 'How many of the last messages',
    title: 'How many of the last messages',
  }) as unknown as TextField;
  private readonly pause = h('vscode-button', { class: 'pause' });
  private offered: string | undefined;
  private start: TapStart = { at: 'latest' };

  constructor(private readonly host: HeaderHost) {
    const clear = h(
      'vscode-button',
      { class: 'clear', appearance: 'secondary', title: 'Empty the list; nothing on the broker changes' },
      'Clear',
    );
    this.root = h(
      'header',
      { class: 'bar' },
      this.channel,
      h('span', { class: 'pill' }, this.dot, this.broker, this.state),
      h(
        'span',
        {
          class: 'pill read-only',
          title: 'A tail only reads: no offsets, acks or sessions of others change',
        },
        'read-only',
      ),
      this.about,
      h('span', { class: 'space' }),
      h('div', { class: 'controls' }, this.starts, this.last, this.pause, clear),
    );
    this.last.value = String(DEFAULT_LAST);
    this.channel.addEventListener('click', () => host.openSource());
    clear.addEventListener('click', () => host.clear());
    this.pause.addEventListener('click', () => host.togglePause());
    this.starts.addEventListener('change', () => this.chooseStart());
    this.last.addEventListener('change', () => this.chooseStart());
  }

  init(init: TailInit): void {
    this.start = init.start;
    if (init.start.at === 'last') this.last.value = String(init.start.count);
    setText(this.channel, init.channel);
    setText(this.broker, [init.broker, init.environment].filter(Boolean).join(' · '));
    this.offered = undefined;
  }

  update(status: TailStatus, init: TailInit): void {
    const note = noteOf(status, init);
    this.root.dataset.tone = note.tone;
    setText(this.state, note.label);
    setText(this.about, [status.about, contractText(status, init)].filter(Boolean).join(' · '));
    this.about.title = this.about.textContent ?? '';
    setText(this.pause, status.paused ? '▶ Resume' : '❚❚ Pause');
    this.pause.title = status.paused ? 'Take messages again (Space)' : 'Take no more messages (Space)';
    const isRunning = status.state.is === 'live' || status.state.is === 'caught-up';
    this.pause.toggleAttribute('disabled', !isRunning);
    this.offer(status.plan?.starts ?? [init.start.at]);
  }

  /** Offers the starts that this channel can give. */
  private offer(starts: readonly TapStart['at'][]): void {
    const key = starts.join();
    if (key !== this.offered) {
      this.offered = key;
      const list = starts.includes(this.start.at) ? starts : [this.start.at, ...starts];
      this.starts.replaceChildren(...list.map((at) => h('vscode-option', { value: at }, STARTS[at])));
      this.starts.toggleAttribute('disabled', list.length < 2);
    }
    if (this.starts.value !== this.start.at) this.starts.value = this.start.at;
    setHidden(this.last, this.start.at !== 'last');
  }

  private chooseStart(): void {
    const at = this.starts.value as TapStart['at'];
    const count = Math.floor(Number(this.last.value));
    const start: TapStart =
      at === 'last' ? { at, count: Number.isFinite(count) && count > 0 ? count : DEFAULT_LAST } : { at };
    if (JSON.stringify(start) === JSON.stringify(this.start)) return;
    this.start = start;
    setHidden(this.last, at !== 'last');
    if (start.at === 'last') this.last.value = String(start.count);
    this.host.restart(start);
  }
}

/** What values are decoded by, or why they cannot be. */
function contractText({ contract }: TailStatus, init: TailInit): string | undefined {
  if (!contract) return init.contract;
  const name = contract.version === undefined ? contract.name : `${contract.name}@${contract.version}`;
  return contract.problem === undefined ? name : `${name} cannot be used: ${contract.problem}`;
}

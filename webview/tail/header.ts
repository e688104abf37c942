import type { TailInit, TailStatus, TapStart } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import type { Menu, MenuEntry } from '../ui/menu';
import type { TimeMode } from './clock';
import { setHidden, setText } from './dom';
import { filterKey } from './filterText';
import { countText } from './format';
import { SourcesPopup } from './sources';
import { StartForm, startText } from './startForm';
import { noteOf } from './stateText';

/** Which messages: all that are kept, what the filter lets through, or those of several rows that are chosen. */
export type Exported = 'kept' | 'matching' | 'selected';

export interface HeaderHost {
  restart(start: TapStart): void;
  togglePause(): void;
  clear(): void;
  openSource(): void;
  openContract(): void;
  showConsumers(): void;
  propose(): void;
  publish(): void;
  addChannel(): void;
  removeChannel(source: string): void;
  export(format: 'jsonl' | 'csv', what: Exported): void;
  help(): void;
  time(): TimeMode;
}

/** The first line: what is tailed, where, in which state, and from which start. */
export class Header {
  readonly root: HTMLElement;
  private readonly channel = h('button', { class: 'subject', type: 'button' });
  private readonly more = h('button', { class: 'small more-channels', type: 'button', 'aria-haspopup': 'dialog' });
  private readonly dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
  private readonly broker = h('span');
  private readonly state = h('span', { class: 'state', role: 'status' });
  private readonly environment = h('span', { class: 'pill environment' });
  private readonly writing = h('span', { class: 'pill writing' });
  private readonly unverified = h(
    'span',
    { class: 'pill unverified', title: 'This connection takes any certificate: whoever answers may not be the broker.' },
    '⚠ unverified TLS',
  );
  private readonly about = h('span', { class: 'dim about' });
  private readonly starts = h('vscode-button', { class: 'starts', appearance: 'secondary', 'aria-haspopup': 'dialog', title: 'Where to start and end (s)' });
  private readonly pause = h('vscode-button', { class: 'pause' });
  private readonly exports = h('vscode-button', { class: 'export', appearance: 'secondary', 'aria-haspopup': 'menu', title: 'Write the messages to a file (e)' }, 'Export ▾');
  private readonly others = h('vscode-button', { class: 'others', appearance: 'secondary', 'aria-haspopup': 'menu', 'aria-label': 'More', title: 'More' }, '⋯');
  private readonly form: StartForm;
  private readonly sources: SourcesPopup;
  private selected = 0;
  private start: TapStart = { at: 'latest' };
  private status: TailStatus | undefined;
  private subject: TailInit | undefined;

  constructor(
    private readonly host: HeaderHost,
    private readonly menu: Menu,
  ) {
    const clear = h(
      'vscode-button',
      { class: 'clear', appearance: 'secondary', title: 'Empty the list; nothing on the broker changes' },
      'Clear',
    );
    this.form = new StartForm(
      (start) => {
        this.setStart(start);
        host.restart(start);
      },
      () => host.time(),
    );
    this.sources = new SourcesPopup({
      add: () => host.addChannel(),
      remove: (id) => host.removeChannel(id),
      leave: () => this.channel.focus(),
    });
    this.root = h(
      'header',
      { class: 'bar' },
      this.channel,
      this.more,
      h('span', { class: 'pill broker' }, this.dot, this.broker, this.state),
      this.environment,
      this.writing,
      this.unverified,
      this.about,
      h('span', { class: 'space' }),
      h('div', { class: 'controls' }, this.starts, this.pause, clear, this.exports, this.others),
    );
    this.channel.addEventListener('click', () => host.openSource());
    this.more.addEventListener('click', () => this.openSources());
    clear.addEventListener('click', () => host.clear());
    this.pause.addEventListener('click', () => host.togglePause());
    this.starts.addEventListener('click', () => this.openStart());
    this.exports.addEventListener('click', () => this.openExport());
    this.others.addEventListener('click', () => this.openOthers());
  }

  init(init: TailInit): void {
    this.subject = init;
    this.setStart(init.start);
    const isProduction = /^prod/i.test(init.environment ?? '');
    setText(this.channel, init.channel);
    this.channel.title = `${init.channel}: go to source`;
    setText(this.more, `+ ${init.more?.length ?? 0} more ▾`);
    this.more.title = (init.more ?? []).map(({ channel, broker }) => `${channel} on ${broker}`).join('\n');
    setHidden(this.more, !init.more?.length);
    setText(this.broker, init.broker);
    setText(this.environment, init.environment ?? '');
    setHidden(this.environment, !init.environment);
    this.environment.classList.toggle('production', isProduction);
    this.root.classList.toggle('on-production', isProduction);
    const isWritable = init.readOnly === false;
    setText(this.writing, isWritable ? 'writable' : 'read-only');
    this.writing.classList.toggle('read-only', !isWritable);
    this.writing.title = isWritable
      ? 'Publishing to this broker is allowed. A tail itself only reads.'
      : 'A tail only reads: no offsets, acks or sessions of others change. Publishing is not allowed on this connection.';
    setHidden(this.unverified, !init.unverified);
  }

  update(status: TailStatus, init: TailInit): void {
    this.status = status;
    const note = noteOf(status, init);
    this.root.dataset.tone = note.tone;
    setText(this.state, note.label);
    setText(this.about, [status.about, contractText(status, init)].filter(Boolean).join(' · '));
    this.about.title = this.about.textContent ?? '';
    setText(this.pause, status.paused ? '▶ Resume' : '❚❚ Pause');
    this.pause.title = status.paused ? 'Take messages again (Space)' : 'Take no more messages (Space)';
    const isRunning = status.state.is === 'live' || status.state.is === 'caught-up';
    this.pause.toggleAttribute('disabled', !isRunning);
    this.exports.toggleAttribute('disabled', status.buffer.messages === 0);
    this.sources.update(status.sources ?? []);
  }

  /** How many messages are chosen; 0 where it is one or none. */
  setSelected(count: number): void {
    this.selected = count;
  }

  openStart(): void {
    if (!this.status || !this.subject) return;
    this.form.open(this.starts, this.start, this.status, this.subject.protocol === 'nats' ? 'Sequence' : 'Offset');
  }

  private openSources(): void {
    this.sources.open(this.more, this.status?.sources ?? []);
  }

  openExport(): void {
    if (!this.status?.buffer.messages) return;
    const { buffer, counters, filter, order } = this.status;
    const isFiltered = filterKey(filter) !== '[]';
    const kinds: readonly (readonly [Exported, string, number, boolean])[] = [
      // In another order there is but what the filter lets through.
      ['kept', isFiltered && order === 'time' ? 'all that is kept, as it came' : 'all that is kept', buffer.messages, true],
      ['matching', 'what matches the filter', counters.shown, isFiltered],
      ...(this.selected ? [['selected', 'what is selected', this.selected, true] as const] : []),
    ];
    const entries = (format: 'jsonl' | 'csv', name: string): readonly MenuEntry[] =>
      kinds.map(([what, words, count, isOffered]) => ({
        label: `${name}, ${words}…`,
        hint: countText(count),
        disabled: !isOffered,
        run: () => this.host.export(format, what),
      }));
    this.menu.open(this.exports, 'Export', [...entries('jsonl', 'JSON Lines'), 'line', ...entries('csv', 'CSV')]);
  }

  private openOthers(): void {
    const { host, subject } = this;
    const isMerged = Boolean(subject?.more?.length);
    this.menu.open(this.others, 'More', [
      { label: isMerged ? 'Add another channel…' : 'Add a channel to this list…', run: () => host.addChannel() },
      ...(isMerged ? [{ label: 'Take a channel out of this list…', run: () => this.openSources() }] : []),
      'line',
      { label: 'Go to source', run: () => host.openSource() },
      { label: 'Go to contract', disabled: subject?.contract === undefined, run: () => host.openContract() },
      { label: 'Who consumes this', run: () => host.showConsumers() },
      { label: 'Propose a contract from these messages', disabled: !this.status?.buffer.messages, run: () => host.propose() },
      ...(subject?.readOnly === false ? [{ label: 'Publish…', run: () => host.publish() }] : []),
      'line',
      { label: 'Keyboard', hint: '?', run: () => host.help() },
    ]);
  }

  private setStart(start: TapStart): void {
    this.start = start;
    setText(this.starts, `Start: ${startText(start, this.host.time())} ▾`);
  }
}

/** What values are decoded by, or why they cannot be. */
function contractText({ contract }: TailStatus, init: TailInit): string | undefined {
  if (!contract) return init.contract;
  const name = contract.version === undefined ? contract.name : `${contract.name}@${contract.version}`;
  return contract.problem === undefined ? name : `${name} cannot be used: ${contract.problem}`;
}

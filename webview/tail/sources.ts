import type { SourceStatus } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { Popup } from '../ui/popup';
import type { Anchor } from '../ui/popup';
import { setHidden, setText } from './dom';
import { countText } from './format';

export interface SourcesHost {
  add(): void;
  /** Takes a channel out of the list. */
  remove(id: string): void;
  /** Takes the keyboard when the box closes since there is nothing left to choose in it. */
  leave(): void;
}

interface Entry {
  readonly root: HTMLElement;
  readonly remove: HTMLElement;
  draw(source: SourceStatus, isOnly: boolean): void;
}

/** The box that lists the channels of a merged tail, each with its own state, contract and counts, to be taken out one by one. */
export class SourcesPopup {
  private readonly popup = new Popup('dialog', 'Channels of this tail', 'sources');
  private readonly list = h('ul', {});
  private readonly add = h('button', { class: 'link', type: 'button' }, 'Add another channel…');
  /** In their order; they stay the same while counts change, so that the keyboard stays where it is. */
  private entries = new Map<string, Entry>();

  constructor(private readonly host: SourcesHost) {
    this.add.addEventListener('click', () => {
      this.popup.close();
      host.add();
    });
    this.popup.root.append(this.list, this.add);
    this.list.addEventListener('keydown', (event) => this.onKey(event));
  }

  open(anchor: Anchor, sources: readonly SourceStatus[]): void {
    this.popup.open(anchor);
    this.update(sources);
    this.add.focus();
  }

  update(sources: readonly SourceStatus[]): void {
    if (!this.popup.isOpen) return;
    const ids = sources.map(({ id }, n) => id ?? String(n));
    if (ids.join('\n') !== [...this.entries.keys()].join('\n')) this.arrange(ids);
    sources.forEach((source, n) => this.entries.get(ids[n]!)?.draw(source, sources.length < 2));
  }

  private arrange(ids: readonly string[]): void {
    const at = [...this.entries.values()].findIndex(({ root }) => root.contains(document.activeElement));
    this.entries = new Map(ids.map((id) => [id, this.entries.get(id) ?? entryOf(() => this.host.remove(id))]));
    const entries = [...this.entries.values()];
    this.list.replaceChildren(...entries.map(({ root }) => root));
    if (at < 0) return;
    if (entries.length > 1) {
      entries[Math.min(at, entries.length - 1)]?.remove.focus();
    } else {
      this.popup.close();
      this.host.leave();
    }
  }

  private onKey(event: KeyboardEvent): void {
    const buttons = [...this.entries.values()].map(({ remove }) => remove);
    const at = buttons.findIndex((button) => button === event.target);
    if (at < 0) return;
    if (event.key === 'Delete' || event.key === 'Backspace') buttons[at]?.click();
    else if (event.key === 'ArrowDown') (buttons[at + 1] ?? this.add).focus();
    else if (event.key === 'ArrowUp') buttons[Math.max(0, at - 1)]?.focus();
    else return;
    event.preventDefault();
  }
}

function entryOf(removed: () => void): Entry {
  const tag = h('span', { class: 'tag', 'aria-hidden': 'true' });
  const channel = h('b', {});
  const broker = h('span', { class: 'dim' });
  const state = h('span', { class: 'source-state' });
  const counts = h('div', { class: 'dim' });
  const remove = h('button', { class: 'close remove', type: 'button' }, '×');
  remove.addEventListener('click', removed);
  const root = h('li', {}, h('div', { class: 'source' }, tag, channel, broker, state, counts), remove);
  return {
    root,
    remove,
    draw: (source, isOnly) => {
      const name = source.broker ?? source.protocol;
      root.dataset.state = source.state.is;
      tag.dataset.tag = String(source.tag ?? 0);
      setText(channel, source.channel);
      setText(broker, ` on ${name} · `);
      setText(state, stateOf(source));
      setText(counts, countsOf(source));
      remove.title = `Take ${source.channel} out of this list (Delete); the others go on`;
      remove.setAttribute('aria-label', `Take ${source.channel} on ${name} out of this list`);
      setHidden(remove, isOnly);
    },
  };
}

function stateOf({ state }: SourceStatus): string {
  const word = state.is === 'caught-up' ? 'caught up' : state.is;
  return 'reason' in state && state.reason ? `${word}: ${state.reason}` : word;
}

function countsOf({ received, undecodable, violating, contract, about }: SourceStatus): string {
  return [
    `${countText(received)} received`,
    violating ? `${countText(violating)} violating` : '',
    undecodable ? `${countText(undecodable)} undecodable` : '',
    contract ? `${contract.name}${contract.version === undefined ? '' : `@${contract.version}`}` : 'no contract',
    contract?.problem ?? '',
    about,
  ]
    .filter(Boolean)
    .join(' · ');
}

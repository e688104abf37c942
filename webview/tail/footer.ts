import type { TailStatus } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { setHidden, setText } from './dom';
import { timeText } from './clock';
import type { TimeMode } from './clock';
import { countText, rateText, sizeText } from './format';

/** The last line: what came, what is shown, what was lost on the way, and what the tap made. */
export class Footer {
  readonly root: HTMLElement;
  private readonly received = h('span', { class: 'received' });
  /** What came from channels that were taken out: it is in no other count. */
  private readonly removed = h('span', { class: 'taken-out' });
  private readonly rate = h('span');
  private readonly shown = h('span');
  private readonly dropped = h('span', {
    class: 'dropped',
    title: 'Fallen out of the bounded buffer, or dropped before it by client or broker',
  });
  private readonly undecodable = h('button', { class: 'undecodable', type: 'button', title: 'Show the faults (f)' });
  private readonly violating = h('button', { class: 'violating', type: 'button', title: 'Show the faults (f)' });
  private readonly selected = h('span', { class: 'selected-count', role: 'status' });
  private readonly exporting = h('span', { class: 'exporting', role: 'status' });
  private readonly said = h('span', { class: 'said', role: 'status' });
  private readonly notice = h('span', { class: 'notice', role: 'status' });
  private readonly tap = h('span', { class: 'tap' });
  private readonly buffer = h('span', {
    class: 'buffer',
    title: 'Set by tailrace.tail.bufferMessages and tailrace.tail.bufferBytes',
  });

  private last = 0;

  constructor() {
    this.selected.hidden = true;
    this.root = h(
      'footer',
      {},
      this.received,
      this.removed,
      this.rate,
      this.shown,
      this.dropped,
      this.undecodable,
      this.violating,
      this.selected,
      this.exporting,
      this.said,
      this.notice,
      h('span', { class: 'space' }),
      this.tap,
      this.buffer,
    );
  }

  /** A click on what is wrong leads to the faults. */
  onFaults(show: () => void): void {
    this.undecodable.addEventListener('click', show);
    this.violating.addEventListener('click', show);
  }

  /** How many messages are chosen; 0 where it is one or none. */
  setSelected(count: number): void {
    setText(this.selected, count ? `${countText(count)} selected` : '');
    setHidden(this.selected, !count);
  }

  /** Says something for a moment: the next status that brings messages takes its place. */
  say(text: string): void {
    setText(this.said, text);
  }

  update({ counters, removed, buffer, rate, plan, state, contract, exporting, notices = [] }: TailStatus, mode: TimeMode): void {
    if (this.said.textContent && counters.received !== this.last) setText(this.said, '');
    this.last = counters.received;
    setText(this.exporting, exporting ? `exporting ${countText(exporting.done)} of ${countText(exporting.of)}` : '');
    setHidden(this.exporting, !exporting);
    setText(this.received, `${countText(counters.received - (removed?.received ?? 0))} received`);
    setText(this.removed, removed ? `${countText(removed.received)} taken out` : '');
    this.removed.title = removed ? removedText(removed) : '';
    setHidden(this.removed, !removed?.received);
    setText(this.rate, rateText(rate));
    setText(this.shown, `shown ${countText(counters.shown)}`);
    setText(this.dropped, `dropped ${countText(counters.dropped)}`);
    this.dropped.classList.toggle('some', counters.dropped > 0);
    setText(this.undecodable, `undecodable ${countText(counters.undecodable)}`);
    this.undecodable.classList.toggle('some', counters.undecodable > 0);
    setText(this.violating, `violating ${countText(counters.violating ?? 0)}`);
    this.violating.classList.toggle('some', (counters.violating ?? 0) > 0);
    setHidden(this.violating, !contract && !counters.violating);
    setText(this.notice, notices.at(-1)?.why ?? '');
    this.notice.title = notices.map(({ time, why }) => `${timeText(time, Date.now(), mode)}  ${why}`).join('\n');
    setHidden(this.notice, !notices.length);
    const isTapping = state.is === 'live' || state.is === 'caught-up' || state.is === 'joining';
    const makes = isTapping ? (plan?.makes ?? []) : [];
    setText(this.tap, makes.length ? `Tap: ${makes.join('; ')}` : '');
    this.tap.title = this.tap.textContent ?? '';
    setHidden(this.tap, !makes.length);
    setText(
      this.buffer,
      `buffer ${countText(buffer.messages)} of ${countText(buffer.maxMessages)}` +
        ` · ${sizeText(buffer.bytes)} of ${sizeText(buffer.maxBytes)}`,
    );
  }
}

function removedText({ messages, bytes }: NonNullable<TailStatus['removed']>): string {
  const held = messages ? `; ${countText(messages)} of them still take ${sizeText(bytes)} of the buffer, until they fall out` : '';
  return `Received from channels that were taken out of this list, and counted nowhere else${held}`;
}

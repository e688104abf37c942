import type { Related, RelatedMessage } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { VirtualRows } from '../ui/virtualRows';
import { durationText, timeText } from './clock';
import type { TimeMode } from './clock';
import { verdictText } from './columns';

export interface TraceHost {
  related(seq: number): Promise<Related>;
  open(tail: string, seq: number): void;
  time(): TimeMode;
  failed(error: unknown): void;
}

interface Step {
  readonly message: RelatedMessage;
  /** Since the first one, and since the one before, in ms. */
  readonly sinceFirst: number;
  readonly sinceLast: number;
  readonly isOwn: boolean;
}

/** One id followed through all tails of the window: which messages carry it, where, and how much later. */
export class TraceView {
  readonly root = h('div', { class: 'trace' });
  private readonly rows: VirtualRows<Step>;
  private asked = -1;

  constructor(private readonly host: TraceHost) {
    this.rows = new VirtualRows<Step>({
      rowHeight: 44,
      className: 'trace-rows',
      role: 'listbox',
      label: 'Messages of the trace; Enter goes to one',
      fill: (row, step) => fillStep(row, step, host.time()),
      activatesOnClick: true,
      activate: ({ message }) => host.open(message.tail, message.row.seq),
    });
  }

  async show(seq: number): Promise<void> {
    this.asked = seq;
    this.root.replaceChildren(h('p', { class: 'dim' }, 'Looking through all tails…'));
    try {
      const related = await this.host.related(seq);
      if (this.asked === seq) this.draw(related, seq);
    } catch (error) {
      this.root.replaceChildren();
      this.host.failed(error);
    }
  }

  private draw({ ids, messages: found }: Related, seq: number): void {
    if (!ids.length) {
      this.root.replaceChildren(
        h('p', { class: 'dim' }, 'This message carries no trace or correlation id that Tailrace knows, in its headers or in its value.'),
      );
      return;
    }
    const messages = onceEach(found);
    const own = messages.find(({ isHere, row }) => isHere && row.seq === seq);
    const first = messages[0]?.row.time ?? 0;
    const steps = messages.map((message, i): Step => ({
      message,
      sinceFirst: message.row.time - first,
      sinceLast: message.row.time - (messages[i - 1]?.row.time ?? first),
      isOwn: message === own,
    }));
    this.root.replaceChildren(
      h('p', {}, ...ids.flatMap(({ value, by }) => [h('b', {}, value), h('span', { class: 'dim' }, ` by ${by} `)])),
      h('p', { class: 'dim' }, wayText(messages)),
      this.rows.root,
    );
    this.rows.setItems(steps, steps.findIndex(({ isOwn }) => isOwn));
    this.rows.setActive(this.rows.activeIndex);
  }
}

/** A message that several tails hold is told once, by this tail where it is one of them. */
function onceEach(messages: readonly RelatedMessage[]): readonly RelatedMessage[] {
  const told = new Map<string, RelatedMessage>();
  for (const message of messages) {
    const { channel, partition, offset } = message.row;
    // Without an offset nothing says that two are the same.
    const key = offset === undefined ? `${message.tail} ${message.row.seq}` : JSON.stringify([message.broker, channel, partition, offset]);
    if (!told.has(key) || message.isHere) told.set(key, message);
  }
  return [...told.values()];
}

/** `orders.placed → orders.scored → mail`, each channel where it first comes. */
function wayText(messages: readonly RelatedMessage[]): string {
  const way = messages.map(({ row }) => row.channel).filter((channel, i, all) => channel !== all[i - 1]);
  const shown = way.length > 8 ? [...way.slice(0, 7), '…', way.at(-1)!] : way;
  return shown.length > 1 ? shown.join(' → ') : 'No other channel that is tailed carries it. Tail further channels to follow it there.';
}

function fillStep(row: HTMLElement, { message, sinceFirst, sinceLast, isOwn }: Step, mode: TimeMode): void {
  row.classList.toggle('own', isOwn);
  const verdict = verdictText(message.row);
  row.replaceChildren(
    h(
      'div',
      {},
      h('b', {}, message.row.channel),
      h('span', { class: 'dim' }, message.broker === undefined ? '' : ` on ${message.broker}`),
      h('span', { class: 'delta' }, sinceFirst === 0 ? ' start' : ` +${durationText(sinceLast)}`),
      h('span', { class: 'dim' }, sinceFirst === sinceLast ? '' : ` (${durationText(sinceFirst)} in all)`),
      isOwn ? h('span', { class: 'dim' }, ' · this message') : undefined,
    ),
    h(
      'div',
      { class: 'dim' },
      `${timeText(message.row.time, Date.now(), mode)} · ${message.by}${verdict ? ` · ${verdict}` : ''} · `,
      h('span', { class: 'mono' }, message.row.preview),
    ),
  );
}

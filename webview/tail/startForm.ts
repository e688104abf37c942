import type { TailStatus, TapFrom, TapStart, TapUntil } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { Popup } from '../ui/popup';
import type { Anchor } from '../ui/popup';
import { fullTimeText, timeOf, timeText } from './clock';
import type { TimeMode } from './clock';
import { setHidden, setText } from './dom';
import { partitionsOf, partitionsText } from './partitions';

const FROM_TITLES: Readonly<Record<TapFrom['at'], string>> = {
  latest: 'Latest: only what comes from now on',
  earliest: 'Earliest: all that is there',
  last: 'Last messages',
  offset: 'Offset',
  time: 'Time',
};
const UNTIL_TITLES: Readonly<Record<TapUntil['at'] | 'follow', string>> = {
  follow: 'Follow: go on with what comes',
  now: 'Now: end with what is there',
  offset: 'Offset',
  time: 'Time',
};
const FIELD_HINTS: Readonly<Record<string, string>> = {
  last: 'how many',
  offset: 'number',
  time: '-15m, 22:14 or 2026-11-23 22:14:07',
};

interface Choice {
  readonly at: string;
  readonly box: HTMLInputElement;
  readonly field?: HTMLInputElement;
  readonly label: HTMLElement;
}

/** The box that says from where a tail starts, where it ends, and what it makes and changes on the broker. */
export class StartForm {
  private readonly popup = new Popup('dialog', 'Start', 'start-form');
  private readonly from: readonly Choice[];
  private readonly until: readonly Choice[];
  private readonly untilGroup: HTMLElement;
  private readonly partitions = h('input', { class: 'field', type: 'text', placeholder: 'all', spellcheck: 'false', 'aria-label': 'Partitions' });
  private readonly partitionsRow: HTMLElement;
  private readonly partitionsHint = h('span', { class: 'dim' });
  private readonly preflight = h('div', { class: 'preflight' });
  private readonly problem = h('p', { class: 'problem', role: 'alert' });

  constructor(
    private readonly restart: (start: TapStart) => void,
    private readonly time: () => TimeMode,
  ) {
    this.from = (Object.keys(FROM_TITLES) as TapFrom['at'][]).map((at) => this.choice('from', at, FROM_TITLES[at]));
    this.until = (Object.keys(UNTIL_TITLES) as (TapUntil['at'] | 'follow')[]).map((at) => this.choice('until', at, UNTIL_TITLES[at]));
    this.untilGroup = h('fieldset', {}, h('legend', {}, 'Until'), ...this.until.map(({ label }) => label));
    this.partitionsRow = h('label', { class: 'choice' }, h('span', {}, 'Partitions'), this.partitions, this.partitionsHint);
    const start = h('vscode-button', { class: 'go' }, 'Start');
    start.addEventListener('click', () => this.submit());
    this.popup.root.append(
      h('fieldset', {}, h('legend', {}, 'From'), ...this.from.map(({ label }) => label)),
      this.untilGroup,
      this.partitionsRow,
      this.preflight,
      this.problem,
      h('div', { class: 'actions' }, start, h('span', { class: 'dim' }, 'The list begins anew.')),
    );
    this.popup.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target === start) return;
      event.preventDefault();
      this.submit();
    });
  }

  open(anchor: Anchor, start: TapStart, { plan }: Pick<TailStatus, 'plan'>, offsetWord: string): void {
    const starts = plan?.starts ?? [start.at];
    const untils = plan?.untils ?? [];
    for (const one of this.from) setHidden(one.label, one.at !== start.at && !starts.includes(one.at as TapFrom['at']));
    for (const one of this.until) setHidden(one.label, one.at !== 'follow' && one.at !== start.until?.at && !untils.includes(one.at as TapUntil['at']));
    setHidden(this.untilGroup, !untils.length && start.until === undefined);
    for (const one of [...this.from, ...this.until]) if (one.at === 'offset') setText(one.label.querySelector('span')!, offsetWord);
    this.fill(start);
    const count = plan?.partitions?.length ?? 0;
    setHidden(this.partitionsRow, count < 2);
    setText(this.partitionsHint, `of ${count}, as in ${count > 3 ? '0, 2–3' : '0, 1'}`);
    this.preflight.replaceChildren(...preflightOf(plan).map((line) => h('p', { class: line.isWarning ? 'note' : 'dim' }, line.text)));
    setHidden(this.problem, true);
    this.popup.open(anchor);
    this.from.find(({ box }) => box.checked)?.box.focus();
  }

  private choice(group: 'from' | 'until', at: string, title: string): Choice {
    const box = h('input', { type: 'radio', name: group, value: at });
    const hint = FIELD_HINTS[at];
    const field = hint === undefined ? undefined : h('input', { class: 'field', type: 'text', placeholder: hint, spellcheck: 'false', 'aria-label': `${title}: ${hint}` });
    const label = h('label', { class: 'choice' }, box, h('span', {}, title), field);
    // Writing into a field means that choice.
    field?.addEventListener('input', () => (box.checked = true));
    box.addEventListener('change', () => field?.focus());
    return { at, box, field, label };
  }

  private fill(start: TapStart): void {
    for (const one of this.from) {
      one.box.checked = one.at === start.at;
      if (one.field) one.field.value = one.at === start.at ? fieldText(start, this.time()) : one.at === 'last' ? '100' : '';
    }
    for (const one of this.until) {
      one.box.checked = one.at === (start.until?.at ?? 'follow');
      if (one.field) one.field.value = one.at === start.until?.at ? fieldText(start.until, this.time()) : '';
    }
    this.partitions.value = partitionsText(start.partitions ?? []);
  }

  private submit(): void {
    const start = this.written();
    if (typeof start === 'string') {
      setText(this.problem, start);
      setHidden(this.problem, false);
      return;
    }
    this.popup.close();
    this.restart(start);
  }

  /** What the form says, or what is wrong with it. */
  private written(): TapStart | string {
    const from = this.from.find(({ box }) => box.checked);
    const until = this.until.find(({ box }) => box.checked);
    const begin = placeOf(from?.at ?? 'latest', from?.field?.value ?? '', this.time());
    if (typeof begin === 'string') return begin;
    const end = until && until.at !== 'follow' ? placeOf(until.at, until.field?.value ?? '', this.time()) : undefined;
    if (typeof end === 'string') return end;
    const partitions = partitionsOf(this.partitions.value);
    if (!partitions) return 'Write partitions as numbers and ranges, as in 0, 3–5.';
    return { ...(begin as TapFrom), ...(end && { until: end as TapUntil }), ...(partitions.length && { partitions }) };
  }
}

function fieldText(place: TapFrom | TapUntil, mode: TimeMode): string {
  if (place.at === 'last') return String(place.count);
  if (place.at === 'offset') return place.offset;
  return place.at === 'time' ? fullTimeText(place.time, mode).replace(/Z$/, '') : '';
}

/** A start or an end as it was written, or why it is none. */
function placeOf(at: string, text: string, mode: TimeMode): TapFrom | TapUntil | string {
  const written = text.trim();
  switch (at) {
    case 'last': {
      const count = Number(written);
      return Number.isSafeInteger(count) && count > 0 ? { at, count } : 'Say how many of the last messages, as a whole number.';
    }
    case 'offset':
      return /^\d{1,20}$/.test(written) ? { at, offset: written } : 'An offset is a whole number.';
    case 'time': {
      const time = timeOf(written, Date.now(), mode);
      return time === undefined ? 'Write a time as -15m, 22:14 or 2026-11-23 22:14:07.' : { at, time };
    }
    default:
      return { at: at as 'latest' };
  }
}

/** What this tap makes and what it may change, a line each. */
export function preflightOf(plan: TailStatus['plan']): readonly { readonly text: string; readonly isWarning: boolean }[] {
  if (!plan) return [];
  const makes = plan.makes.length ? plan.makes.join('; ') : 'nothing';
  return [
    { text: `Makes: ${makes}`, isWarning: false },
    plan.changes.length
      ? { text: `May change: ${plan.changes.join('; ')}`, isWarning: true }
      : { text: 'Changes: nothing that a producer or consumer can notice', isWarning: false },
  ];
}

/** `latest`, `last 100`, `offset 42 – now`, `time … · partitions 0–3`: a start in few words. */
export function startText(start: TapStart, mode: TimeMode): string {
  const place = (one: TapFrom | TapUntil): string =>
    one.at === 'last' ? `last ${one.count}` : one.at === 'offset' ? `offset ${one.offset}` : one.at === 'time' ? timeText(one.time, Date.now(), mode === 'relative' ? 'local' : mode, 1000) : one.at;
  const until = start.until ? ` – ${place(start.until)}` : '';
  const partitions = start.partitions?.length ? ` · partition ${partitionsText(start.partitions)}` : '';
  return `${place(start)}${until}${partitions}`;
}

import type { TraceStep } from '../../../src/protocol/guarantee';
import { h } from '../../ui/dom';

export interface StripActions {
  go(index: number): void;
  togglePlay(): void;
}

/** The sentences of a story, the current one lit, with the buttons that lead through them. */
export class StoryStrip {
  private readonly list = h('ol', { class: 'story-steps' });
  private readonly place = h('span', { class: 'story-place' });
  private readonly play: HTMLElement;
  private readonly back: HTMLElement;
  private readonly next: HTMLElement;
  readonly element: HTMLElement;
  private index = 0;
  private count = 0;

  constructor(private readonly actions: StripActions) {
    this.back = button('Back', 'Back (←)', () => actions.go(this.index - 1), 'story-back');
    this.next = button('Next', 'Next (→ or Space)', () => actions.go(this.index + 1), 'story-next', 'primary');
    this.play = button('Play', 'Play on by itself (P)', () => actions.togglePlay(), 'story-play');
    const group = { class: 'story-buttons', role: 'group', 'aria-label': 'Steps' };
    const keys = h('span', { class: 'story-keys' }, '→ or Space next · ← back · Esc done');
    const buttons = h('div', group, this.back, this.next, this.play, this.place, keys);
    this.element = h('section', { class: 'story-strip', 'aria-label': 'Story' }, buttons, this.list);
  }

  /** Takes over a story; the steps are drawn once, and lit as one goes. */
  show(trace: readonly TraceStep[], none: string): void {
    this.count = trace.length;
    this.list.replaceChildren(
      ...(trace.length === 0 ? [h('li', { class: 'story-none' }, none)] : trace.map((step, i) => this.step(step, i))),
    );
    this.element.classList.toggle('empty', trace.length === 0);
  }

  light(index: number, isPlaying: boolean): void {
    this.index = index;
    [...this.list.children].forEach((item, i) => {
      item.classList.toggle('current', i === index);
      item.classList.toggle('ahead', i > index);
      const inner = item.firstElementChild;
      if (i === index) inner?.setAttribute('aria-current', 'step');
      else inner?.removeAttribute('aria-current');
    });
    this.list.children[index]?.scrollIntoView({ block: 'nearest' });
    this.place.textContent = this.count === 0 ? '' : `${index + 1} of ${this.count}`;
    this.play.textContent = isPlaying ? 'Pause' : 'Play';
    toggle(this.back, index > 0);
    toggle(this.next, index < this.count - 1);
    toggle(this.play, this.count > 1);
  }

  private step({ text, kind }: TraceStep, index: number): HTMLElement {
    const line = h('button', { type: 'button', class: 'story-step' }, text);
    line.addEventListener('click', () => this.actions.go(index));
    return h('li', { class: kind }, line);
  }
}

function button(text: string, title: string, act: () => void, name: string, appearance = 'secondary'): HTMLElement {
  const element = h('vscode-button', { appearance, title, class: name }, text);
  element.addEventListener('click', act);
  return element;
}

function toggle(element: HTMLElement, on: boolean): void {
  if (on) element.removeAttribute('disabled');
  else element.setAttribute('disabled', '');
}

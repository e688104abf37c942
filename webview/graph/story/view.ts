import type { Story } from '../../../src/graph/story/spots';
import type { GraphData } from '../../../src/protocol/graph';
import type { Change, FlowView, Hazard, HazardView } from '../../../src/protocol/guarantee';
import { h, reducedMotion } from '../../ui/dom';
import { StoryHead } from './head';
import { StoryStage } from './stage';
import { StoryStrip } from './strip';
import { WhatIf } from './whatIf';

export interface StoryActions {
  graph(): GraphData;
  whatIf(flow: string, changes: readonly Change[]): Promise<FlowView | null>;
  apply(flow: string, changes: readonly Change[]): void;
  openSetting(id: string): void;
  /** The reader is done, and the graph is to be seen again. */
  ended(view: FlowView): void;
  changed(): void;
  failed(error: unknown): void;
}

/** Where a reader is in a story, to come back to it after the page was thrown away. */
export interface StoryPlace {
  readonly flow: string;
  readonly hazard: Hazard;
  readonly index: number;
}

/** While a story plays by itself, how long a step stays: some time to look, and more for each letter to read. In ms. */
const stepTime = (text: string): number => 1500 + text.length * 22;

/** Explains one flow over the graph: its stations, a story step by step, and what other settings would do. */
export class StoryView {
  readonly element = h('section', { class: 'story', hidden: true, tabindex: '-1' });
  private readonly head = new StoryHead({
    choose: (hazard) => this.choose(hazard),
    toggleWhatIf: () => this.toggleWhatIf(!this.whatIf.isOpen),
    openSetting: (id) => this.actions.openSetting(id),
    close: () => this.end(),
  });
  private readonly stage = new StoryStage();
  private readonly strip = new StoryStrip({ go: (index) => this.go(index), togglePlay: () => this.togglePlay() });
  private readonly whatIf = new WhatIf({
    reckon: (changes) => void this.reckon(changes),
    apply: (changes) => this.base && this.actions.apply(this.base.id, changes),
    openSetting: (id) => this.actions.openSetting(id),
  });
  private readonly live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  /** What the files say, and what is shown: the same, or reckoned with changes. */
  private base: FlowView | undefined;
  private view: FlowView | undefined;
  private hazard: Hazard = 'loss';
  private index = 0;
  private timer: number | undefined;
  private asked = 0;

  constructor(private readonly actions: StoryActions) {
    this.element.append(this.head.element, this.stage.element, this.strip.element, this.whatIf.element, this.live);
    document.addEventListener('keydown', (event) => this.onKey(event));
    this.element.addEventListener('click', (event) => {
      // Whoever goes on by keys after a click means the story's keys; a button that was reached by keys keeps its own.
      const byMouse = event.detail > 0 && !this.whatIf.element.contains(event.target as Node);
      if (byMouse && this.isOpen) this.element.focus({ preventScroll: true });
    });
    new ResizeObserver(() => {
      if (!this.isOpen) return;
      this.stage.place();
      this.draw(false);
    }).observe(this.stage.element);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get place(): StoryPlace | undefined {
    return this.isOpen && this.view ? { flow: this.view.id, hazard: this.hazard, index: this.index } : undefined;
  }

  /** Opens on a flow, or takes newer data of the one that is open, at the step where the reader is. */
  show(view: FlowView, place?: StoryPlace): void {
    const again = this.isOpen && this.base?.id === view.id;
    if (again && JSON.stringify(this.base) === JSON.stringify(view)) return;
    this.asked++;
    this.base = this.view = view;
    if (again) {
      const tried = this.whatIf.rebase(view);
      if (tried.length > 0) return void this.reckon(tried);
    } else {
      this.whatIf.reset(view);
    }
    this.element.hidden = false;
    this.element.setAttribute('aria-label', `Explanation of ${view.title}`);
    if (!again) {
      const kept = place?.flow === view.id ? place : undefined;
      this.hazard = kept?.hazard ?? first(view);
      this.index = kept?.index ?? 0;
      this.toggleWhatIf(false);
      this.stop();
      this.element.focus({ preventScroll: true });
    }
    this.refresh(!again);
    // A story plays by itself once, for readers who want motion.
    if (!again && place === undefined && !reducedMotion() && this.trace.length > 1) this.togglePlay();
  }

  end(): void {
    if (!this.isOpen || this.view === undefined) return;
    const { view } = this;
    this.stop();
    this.asked++;
    this.element.hidden = true;
    this.actions.ended(view);
  }

  private get current(): HazardView | undefined {
    return this.view?.hazards.find(({ hazard }) => hazard === this.hazard);
  }

  private get trace(): Story['trace'] {
    return this.current?.trace ?? [];
  }

  private choose(hazard: Hazard): void {
    this.stop();
    this.hazard = hazard;
    this.index = 0;
    this.refresh(true);
  }

  private go(index: number, byItself = false): void {
    if (!byItself) this.stop();
    const next = Math.min(Math.max(index, 0), this.trace.length - 1);
    const moving = next === this.index + 1;
    this.index = Math.max(next, 0);
    this.draw(moving);
    this.actions.changed();
  }

  private togglePlay(): void {
    if (this.timer !== undefined) {
      this.stop();
      return this.strip.light(this.index, false);
    }
    // At its end a story begins anew.
    if (this.index >= this.trace.length - 1) this.go(0);
    this.wait();
    this.strip.light(this.index, true);
  }

  private wait(): void {
    this.timer = setTimeout(() => {
      if (this.index >= this.trace.length - 1) {
        this.stop();
        return this.strip.light(this.index, false);
      }
      this.go(this.index + 1, true);
      this.wait();
    }, stepTime(this.trace[this.index]?.text ?? ''));
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private toggleWhatIf(open: boolean): void {
    this.whatIf.toggle(open);
    this.head.showWhatIf(open);
    this.element.classList.toggle('with-what-if', open);
    if (open && this.view !== undefined) this.whatIf.show(this.view);
  }

  private async reckon(changes: readonly Change[]): Promise<void> {
    const { base } = this;
    if (base === undefined) return;
    const mine = ++this.asked;
    try {
      const view = changes.length === 0 ? base : await this.actions.whatIf(base.id, changes);
      if (mine !== this.asked || view === null) return;
      this.stop();
      this.view = view;
      // Where what was looked at can no longer happen, what still can is shown.
      if (this.trace.length === 0) this.hazard = first(view);
      this.index = 0;
      this.refresh(false);
      this.live.textContent = `${view.verdict}. ${view.hazards.map(({ title, words }) => `${title} ${words}`).join(', ')}.`;
    } catch (error) {
      this.actions.failed(error);
    }
  }

  private refresh(moving: boolean): void {
    const { view, base } = this;
    if (view === undefined || base === undefined) return;
    this.index = Math.min(this.index, Math.max(0, this.trace.length - 1));
    this.head.show(view, base, this.hazard);
    this.strip.show(this.trace, nothing(this.current));
    this.stage.show(view, this.actions.graph());
    this.whatIf.show(view);
    this.draw(moving);
    this.actions.changed();
  }

  private draw(moving: boolean): void {
    const { view } = this;
    if (view === undefined) return;
    const { trace } = this;
    this.stage.draw({ stations: view.stations, hazard: this.hazard, trace }, trace.length === 0 ? -1 : this.index, moving);
    this.strip.light(this.index, this.timer !== undefined);
    const text = trace[this.index]?.text;
    this.stage.svg.setAttribute('aria-label', text ?? view.title);
    if (text !== undefined) this.live.textContent = `${this.index + 1} of ${trace.length}: ${text}`;
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as Element;
    if (event.key === 'Escape') {
      // The first Escape leaves the form, the second the story.
      if (this.whatIf.isOpen) this.toggleWhatIf(false);
      else this.end();
    } else if (this.whatIf.element.contains(target)) {
      return;
    } else if (event.key === ' ' && target.closest('button, vscode-button') !== null) {
      return;
    } else if (!this.step(event.key)) {
      return;
    }
    event.preventDefault();
    // The graph behind listens at the same document, and is in reach again once the story has ended.
    event.stopImmediatePropagation();
  }

  private step(key: string): boolean {
    switch (key) {
      case 'ArrowRight':
      case ' ':
        this.go(this.index + 1);
        return true;
      case 'ArrowLeft':
        this.go(this.index - 1);
        return true;
      case 'Home':
        this.go(0);
        return true;
      case 'End':
        this.go(this.trace.length - 1);
        return true;
      case 'p':
        this.togglePlay();
        return true;
      default:
        return false;
    }
  }
}

/** The hazard that decides, else the one that needs the fewest faults. */
function first(view: FlowView): Hazard {
  const told = view.hazards.filter(({ trace }) => trace.length > 0);
  if (view.decidedBy !== undefined && told.some(({ hazard }) => hazard === view.decidedBy)) return view.decidedBy;
  return [...told].sort((a, b) => (a.faults ?? 9) - (b.faults ?? 9))[0]?.hazard ?? view.decidedBy ?? 'loss';
}

function nothing(hazard: HazardView | undefined): string {
  return hazard === undefined ? '' : `No message is ${hazard.title}: ${hazard.words}.`;
}

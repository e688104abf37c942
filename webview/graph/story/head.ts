import type { FlowView, Hazard, HazardView, SettingView } from '../../../src/protocol/guarantee';
import { h } from '../../ui/dom';

export interface HeadActions {
  choose(hazard: Hazard): void;
  toggleWhatIf(): void;
  /** Opens where a setting is declared, or its default documented. */
  openSetting(id: string): void;
  close(): void;
}

/** Which flow is explained, what it gives, and what can become of its messages. */
export class StoryHead {
  private readonly title = h('h2', { class: 'story-title' });
  private readonly verdict = h('span', { class: 'story-verdict' });
  private readonly hazards = h('div', {
    class: 'story-hazards', role: 'group', 'aria-label': 'What can become of a message',
  });
  private readonly deciding = h('p', { class: 'story-deciding' });
  private readonly whatIf: HTMLElement;
  readonly element: HTMLElement;

  constructor(private readonly actions: HeadActions) {
    const toggle = { appearance: 'secondary', class: 'what-if-toggle', 'aria-expanded': 'false' };
    this.whatIf = h('vscode-button', toggle, 'What if…');
    this.whatIf.addEventListener('click', () => actions.toggleWhatIf());
    const close = h('vscode-button', { appearance: 'secondary', class: 'story-close', title: 'Back to the graph (Escape)' }, 'Done');
    close.addEventListener('click', () => actions.close());
    this.element = h(
      'header',
      { class: 'story-head' },
      h('div', { class: 'story-line' }, h('div', { class: 'story-names' }, this.title, this.verdict), this.whatIf, close),
      this.hazards,
      this.deciding,
    );
  }

  show(view: FlowView, base: FlowView, chosen: Hazard): void {
    this.title.textContent = view.title;
    const count = view.changes.length;
    const changes = count === 1 ? 'one change' : `${count} changes`;
    this.verdict.textContent = count > 0 ? `${view.verdict} (with ${changes})` : view.verdict;
    this.verdict.className = `story-verdict ${view.fallsShort ? 'short' : view.declared === undefined ? '' : 'kept'}`;
    const focused = this.hazards.contains(document.activeElement);
    this.hazards.replaceChildren(...view.hazards.map((hazard, i) => this.card(hazard, base.hazards[i], chosen)));
    this.deciding.replaceChildren(...this.decidedBy(view, chosen));
    if (focused) (this.hazards.querySelector('[aria-pressed="true"]') as HTMLElement | null)?.focus();
  }

  showWhatIf(open: boolean): void {
    this.whatIf.setAttribute('aria-expanded', String(open));
  }

  /** The settings of which a stronger value would make the chosen hazard rarer, each with its value and where that is from. */
  private decidedBy(view: FlowView, chosen: Hazard): (Node | string)[] {
    const ids = view.hazards.find(({ hazard }) => hazard === chosen)?.deciding ?? [];
    const settings = ids.flatMap((id) => view.settings.find((one) => one.id === id) ?? []);
    if (settings.length === 0) return [];
    const before = (i: number): string => (i === 0 ? 'Decided by ' : i === settings.length - 1 ? ' and ' : ', ');
    return [...settings.flatMap((one, i) => [before(i), ...this.setting(one)]), '.'];
  }

  private setting({ id, key, value, subject, origin, at, source }: SettingView): (Node | string)[] {
    const leads = at !== undefined || source !== undefined;
    const words = leads ? h('button', { type: 'button', class: 'origin' }, origin) : origin;
    if (words instanceof HTMLElement) words.addEventListener('click', () => this.actions.openSetting(id));
    return [h('code', {}, `${key}: ${value}`), ` of ${subject} (`, words, ')'];
  }

  private card(view: HazardView, base: HazardView | undefined, chosen: Hazard): HTMLElement {
    const { hazard, title, words, faults, trace } = view;
    const was = base !== undefined && base.words !== words ? base.words : undefined;
    const card = h(
      'button',
      {
        type: 'button', class: `hazard ${rarity(faults)}`, 'aria-pressed': String(hazard === chosen), 'data-hazard': hazard,
        disabled: trace.length === 0 && hazard !== chosen,
      },
      h('div', { class: 'hazard-title' }, title),
      h('div', { class: 'hazard-words' }, words),
      was === undefined ? undefined : h('div', { class: 'hazard-was' }, `in the files: ${was}`),
    );
    card.addEventListener('click', () => this.actions.choose(hazard));
    return card;
  }
}

function rarity(faults: HazardView['faults']): string {
  return faults === null ? 'never' : faults <= 1 ? 'often' : 'seldom';
}

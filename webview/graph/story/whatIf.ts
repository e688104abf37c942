import type { Change, ChoiceView, FlowView, SettingView } from '../../../src/protocol/guarantee';
import type { Dropdown } from '../../ui/controls';
import { h } from '../../ui/dom';

export interface WhatIfActions {
  /** Reckons with these instead of what the files say. */
  reckon(changes: readonly Change[]): void;
  apply(changes: readonly Change[]): void;
  openSetting(id: string): void;
}

/** The settings of a flow with other values to try. Nothing is written until the reader says so. */
export class WhatIf {
  readonly element = h('section', { class: 'what-if', 'aria-label': 'What if', hidden: true });
  private readonly changes = new Map<string, Change>();
  private base: FlowView | undefined;
  private structure = '';

  constructor(private readonly actions: WhatIfActions) {}

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(open: boolean): void {
    this.element.hidden = !open;
  }

  /** Another flow: what was tried was of the one before. */
  reset(base: FlowView): void {
    this.changes.clear();
    this.base = base;
  }

  /**
   * The same flow after an edit. What was tried goes on being tried, but for what the files say by now.
   * @returns what is left of it.
   */
  rebase(base: FlowView): readonly Change[] {
    this.base = base;
    for (const { id, value } of [...this.changes.values()]) {
      const choice = base.choices.find((one) => one.id === id);
      const tried = choice?.values.find((one) => one.value === value);
      if (tried === undefined || base.settings.some((one) => one.id === id && one.value === tried.words)) this.changes.delete(id);
    }
    return [...this.changes.values()];
  }

  /** @param view the flow as reckoned with the changes, whose settings decide now. */
  show(view: FlowView): void {
    const { base } = this;
    if (base === undefined) return;
    // Controls that somebody is using must stay the same elements.
    const structure = JSON.stringify([base.id, base.choices, base.settings, base.repair]);
    if (structure !== this.structure) {
      this.structure = structure;
      this.element.replaceChildren(...this.parts(base));
    }
    const deciding = new Set(view.hazards.flatMap(({ hazard, deciding: ids }) => (hazard === view.decidedBy ? ids : [])));
    for (const row of this.element.querySelectorAll<HTMLElement>('[data-setting]')) {
      const id = row.dataset.setting ?? '';
      row.classList.toggle('changed', this.changes.has(id));
      row.classList.toggle('deciding', deciding.has(id));
      const control = row.querySelector('vscode-dropdown') as Dropdown | null;
      const choice = base.choices.find((one) => one.id === id);
      if (control === null || choice === undefined) continue;
      control.value = String(this.selected(choice));
      const cost = row.querySelector('.cost');
      if (cost !== null) cost.textContent = choice.values[this.selected(choice)]?.cost ?? '';
    }
    const count = this.changes.size;
    for (const button of this.element.querySelectorAll('.what-if-apply, .what-if-reset')) {
      button.toggleAttribute('disabled', count === 0);
    }
    const summary = this.element.querySelector('.what-if-count');
    if (summary !== null) summary.textContent = countWords(count);
  }

  private parts(base: FlowView): HTMLElement[] {
    const apply = h('vscode-button', { class: 'what-if-apply', disabled: true }, 'Apply to file…');
    apply.addEventListener('click', () => this.actions.apply([...this.changes.values()]));
    const reset = h('vscode-button', { class: 'what-if-reset', appearance: 'secondary', disabled: true }, 'Reset');
    reset.addEventListener('click', () => {
      this.changes.clear();
      this.actions.reckon([]);
    });
    const deciding = new Set(base.hazards.flatMap(({ deciding: ids }) => ids));
    const isOpen = ({ id }: SettingView): boolean => deciding.has(id) || base.choices.some((choice) => choice.id === id);
    const stations = this.byStation(base, isOpen);
    const rest = this.byStation(base, (setting) => !isOpen(setting));
    return [
      h('h2', {}, 'What if…'),
      h('p', { class: 'sub' }, 'Try other values and see at once what they do. No file is touched until you apply them.'),
      ...this.repair(base),
      ...(base.settings.length === 0 ? [h('p', { class: 'sub' }, 'No setting is known to decide what this flow gives.')] : stations),
      ...(rest.length === 0 ? [] : [h('details', { class: 'also' }, h('summary', {}, 'Also reckoned with'), ...rest)]),
      h(
        'footer', { class: 'what-if-foot' },
        h('span', { class: 'what-if-count', role: 'status' }),
        h('div', { class: 'actions' }, apply, reset),
      ),
    ];
  }

  private byStation(base: FlowView, belongs: (setting: SettingView) => boolean): HTMLElement[] {
    return base.stations.flatMap(({ label }, station) => {
      const settings = base.settings.filter((one) => one.station === station && belongs(one));
      return settings.length === 0 ? [] : [h('section', {}, h('h3', {}, label), ...settings.map((one) => this.row(base, one)))];
    });
  }

  private repair({ repair }: FlowView): HTMLElement[] {
    if (repair === undefined || repair.changes.length === 0) return [];
    const attempt = h('vscode-button', { appearance: 'secondary', class: 'what-if-repair' }, 'Try it');
    attempt.addEventListener('click', () => {
      this.changes.clear();
      for (const { id, station, owner, key, value } of repair.changes) {
        this.changes.set(id, { id, station, owner, key, value });
      }
      this.actions.reckon([...this.changes.values()]);
    });
    return [h(
      'section',
      { class: 'repair' },
      h('h3', {}, 'Smallest change that keeps the promise'),
      h('ul', {}, ...repair.changes.map(({ key, words, subject, cost, needsCode }) => h(
        'li', {},
        h('code', {}, `${key}: ${words}`), ` for ${subject}`,
        cost === undefined ? undefined : h('div', { class: 'sub' }, cost),
        needsCode ? h('div', { class: 'sub' }, 'The program must be changed with it.') : undefined,
      ))),
      attempt,
    )];
  }

  private row(base: FlowView, setting: SettingView): HTMLElement {
    const choice = base.choices.find(({ id }) => id === setting.id);
    const leads = setting.at !== undefined || setting.source !== undefined;
    const origin = leads
      ? h('button', { type: 'button', class: 'origin' }, setting.origin)
      : h('span', { class: 'origin' }, setting.origin);
    if (leads) origin.addEventListener('click', () => this.actions.openSetting(setting.id));
    return h(
      'div',
      { class: `setting${setting.assumed ? ' assumed' : ''}`, 'data-setting': setting.id },
      h('div', { class: 'setting-name' }, h('code', {}, setting.key), h('span', { class: 'decides' }, 'decides')),
      choice === undefined ? h('code', { class: 'setting-value' }, setting.value) : this.control(setting, choice),
      origin,
      h('div', { class: 'cost' }),
    );
  }

  private control(setting: SettingView, choice: ChoiceView): HTMLElement {
    const control = h(
      'vscode-dropdown',
      { 'aria-label': `${setting.key} of ${setting.subject}`, class: 'setting-choice' },
      // The first stands for what the files say, whatever it is.
      h('vscode-option', { value: '-1' }, `${setting.value} (now)`),
      ...choice.values.flatMap(({ words }, i) =>
        words === setting.value ? [] : [h('vscode-option', { value: String(i) }, words)]),
    ) as Dropdown;
    control.addEventListener('change', () => {
      const value = choice.values[Number(control.value)]?.value;
      const { base } = this;
      const known = base?.settings.find(({ id }) => id === choice.id);
      if (value === undefined || known === undefined) this.changes.delete(choice.id);
      else this.changes.set(choice.id, { id: choice.id, station: known.station, owner: known.owner, key: known.key, value });
      this.actions.reckon([...this.changes.values()]);
    });
    return control;
  }

  private selected(choice: ChoiceView): number {
    const change = this.changes.get(choice.id);
    return change === undefined ? -1 : choice.values.findIndex(({ value }) => value === change.value);
  }
}

function countWords(count: number): string {
  if (count === 0) return 'Nothing is changed.';
  return count === 1 ? 'One change, in no file yet.' : `${count} changes, in no file yet.`;
}

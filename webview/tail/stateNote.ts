import type { TailInit, TailStatus } from '../../src/protocol/tail';
import { h } from '../ui/dom';
import { setHidden, withoutMarks } from './dom';
import { noteOf } from './stateText';
import type { StateNote } from './stateText';

const LABELS: Readonly<Record<NonNullable<StateNote['action']>, string>> = {
  retry: 'Try Again',
  again: 'Start Again',
  accept: 'Tail Anyway',
};

/** Tells the tail's state where it matters: in the middle of an empty list, as a band above a full one. */
export class StateNoteView {
  readonly root = h('div', { class: 'state-note', role: 'status' });
  private drawn = '';

  constructor(private readonly actions: Readonly<Record<NonNullable<StateNote['action']>, () => void>>) {}

  update(status: TailStatus, init: TailInit): void {
    const note = noteOf(status, init);
    const isEmpty = status.counters.shown === 0;
    // With rows on screen a tail that works needs no words.
    const isNeeded =
      isEmpty || note.tone === 'error' || note.action !== undefined || status.state.is === 'retrying';
    setHidden(this.root, !isNeeded);
    this.root.classList.toggle('band', !isEmpty);
    this.root.dataset.tone = note.tone;
    const key = JSON.stringify(note);
    if (key === this.drawn) return;
    this.drawn = key;
    this.root.replaceChildren(
      ...(note.tone === 'busy' ? [h('vscode-progress-ring')] : []),
      h('b', {}, withoutMarks(note.title)),
      ...(note.lines.length > 1
        ? [h('ul', {}, ...note.lines.map((line) => h('li', {}, withoutMarks(line))))]
        : note.lines.map((line) => h('p', {}, withoutMarks(line)))),
      ...(note.action ? [this.button(note.action)] : []),
    );
  }

  private button(action: NonNullable<StateNote['action']>): HTMLElement {
    const button = h('vscode-button', { class: action }, LABELS[action]);
    button.addEventListener('click', this.actions[action]);
    return button;
  }
}

import { h } from '../ui/dom';
import { Popup } from '../ui/popup';
import type { Anchor } from '../ui/popup';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Filter; Alt+E in the field changes between text and expression'],
  ['↑ ↓ Page Home End', 'Go from message to message; End follows the newest'],
  ['Shift+↑ ↓ Page Home End', 'Select several, as Shift+click does; Ctrl+A selects all'],
  ['Enter', 'Into the details; Escape closes them'],
  ['n  N', 'Next and previous message with a fault'],
  ['Space', 'Pause and resume'],
  ['1 … 6', 'Decoded, text, hex, headers, diff, trace'],
  ['Shift+F10', 'What can be done with a message, a field or a column'],
  ['f', 'Faults, how often each'],
  ['c', 'Columns'],
  ['h', 'The bars over time: arrows, Shift and arrows for a range, Enter'],
  ['t', 'Times local, UTC or relative'],
  ['o', 'As messages came, or by time'],
  ['s', 'Where to start and end'],
  ['e', 'Export'],
  ['y  Ctrl+C', 'Copy what is selected as JSON Lines'],
];

/** The box that says which key does what. */
export class KeyHelp {
  private readonly popup = new Popup('dialog', 'Keyboard', 'help');

  constructor() {
    this.popup.root.append(
      h('dl', { tabindex: -1 }, ...KEYS.flatMap(([key, does]) => [h('dt', {}, key), h('dd', {}, does)])),
    );
  }

  open(anchor: Anchor): void {
    this.popup.open(anchor);
    this.popup.root.querySelector('dl')?.focus();
  }
}

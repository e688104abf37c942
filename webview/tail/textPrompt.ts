import { h } from '../ui/dom';
import { Popup } from '../ui/popup';
import type { Anchor } from '../ui/popup';

/** Asks for one text beside what it belongs to. `done` answers with a problem, or takes it. */
export function askText(
  anchor: Anchor,
  { label, value, hint }: { readonly label: string; readonly value: string; readonly hint: string },
  done: (text: string) => string | undefined,
): void {
  const popup = new Popup('dialog', label, 'prompt');
  const field = h('input', { class: 'field', type: 'text', spellcheck: 'false', 'aria-label': label });
  const note = h('p', { class: 'dim', role: 'status' }, hint);
  field.value = value;
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const problem = done(field.value.trim());
    if (problem === undefined) popup.close();
    else note.textContent = problem;
  });
  popup.root.append(h('label', {}, label, field), note);
  popup.open(anchor, () => popup.root.remove());
  field.select();
  field.focus();
}

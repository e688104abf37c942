import type { DraftCheck, PublishPlan, PublishProgress } from '../../src/protocol/publish';
import { counted, h } from '../ui/dom';

/** The right side: what publishing does, whether the message is one, and how it goes. */
export class Outcome {
  private readonly effects = h('ul', { class: 'effects' });
  private readonly refused = h('p', { class: 'problem', hidden: true });
  private readonly check = h('div', { class: 'check', role: 'status' });
  private readonly bar = h('progress', { 'aria-label': 'Messages sent', hidden: true });
  private readonly state = h('p', { class: 'state', role: 'status' });
  private readonly notes = h('ul', { class: 'effects' });
  readonly root = h(
    'aside',
    { class: 'outcome' },
    h('h2', {}, 'What it does'),
    this.effects,
    this.refused,
    h('h2', {}, 'The message'),
    this.check,
    this.bar,
    this.state,
    this.notes,
  );

  setPlan({ effects, reason }: PublishPlan): void {
    this.effects.replaceChildren(...effects.map((effect) => h('li', {}, effect)));
    this.refused.hidden = reason === undefined;
    this.refused.textContent = reason ?? '';
  }

  /** @param contract what the value was checked against */
  setCheck(check: DraftCheck | undefined, contract: string | undefined): void {
    if (!check) {
      this.check.replaceChildren();
    } else if (check.problems.length > 0) {
      this.check.replaceChildren(h('ul', { class: 'problems' }, ...check.problems.map((problem) => h('li', {}, problem))));
    } else {
      const size = `${check.bytes.toLocaleString('en')} bytes`;
      this.check.replaceChildren(h('span', { class: 'dim' }, contract === undefined ? size : `${size}, keeps ${contract}`));
    }
  }

  setProblem(problem: string): void {
    this.check.replaceChildren(h('p', { class: 'problem' }, problem));
  }

  setProgress({ state, done, of, reason, notes, last }: PublishProgress): void {
    this.bar.hidden = state !== 'running';
    if (of === undefined) {
      this.bar.removeAttribute('value');
    } else {
      this.bar.max = of;
      this.bar.value = done;
    }
    const lies = last?.offset === undefined ? '' : `, the last at ${last.partition === undefined ? '' : `partition ${last.partition}, `}${last.offset}`;
    const sent = `${counted(done, 'message')} confirmed${lies}`;
    this.state.textContent = {
      running: of === undefined ? `Sending: ${sent}` : `Sending: ${done.toLocaleString('en')} of ${of.toLocaleString('en')} confirmed`,
      done: `Done: ${sent}.`,
      cancelled: `Cancelled: ${sent}; nothing else was sent.`,
      failed: `Ended after ${sent}. ${reason ?? ''}`,
    }[state];
    this.state.classList.toggle('problem', state === 'failed');
    this.notes.replaceChildren(...notes.map((note) => h('li', {}, note)));
  }
}

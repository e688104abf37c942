import type { PublishHostFunctions, PublishInit } from '../../src/protocol/publishView';
import type { PublishPlan, PublishProgress } from '../../src/protocol/publish';
import type { RpcPeer } from '../../src/protocol/rpc';
import { h } from '../ui/dom';
import { targetBar } from '../ui/target';
import { Form } from './form';
import { Outcome } from './outcome';

/** How long typing rests before the worker checks the message, in ms. */
const REST = 150;

/** The form for publishing: nothing is sent before the host has asked the user once more. */
export class PublishApp {
  private readonly form: Form;
  private readonly outcome = new Outcome();
  private readonly head = h('div');
  private readonly send = h('vscode-button', { class: 'send' }, 'Publish…');
  private readonly stop = h('vscode-button', { appearance: 'secondary', hidden: true }, 'Cancel');
  private init: PublishInit | undefined;
  private refused = false;
  private running = false;
  private seed = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private checked = 0;

  constructor(private readonly host: RpcPeer<PublishHostFunctions>) {
    this.form = new Form({
      changed: () => this.checkSoon(),
      sample: () => void this.sample(),
      chooseFile: () => host.notify('chooseFile'),
    });
    this.send.addEventListener('click', () => this.order());
    this.stop.addEventListener('click', () => host.notify('cancel'));
    document.body.append(
      this.head,
      h('main', {}, h('div', { class: 'left' }, this.form.root, h('div', { class: 'actions' }, this.send, this.stop)), this.outcome.root),
    );
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.order();
    });
  }

  setInit(init: PublishInit): void {
    const isFirst = this.init === undefined;
    this.init = init;
    this.head.replaceChildren(targetBar('Publish', init.to, () => this.host.notify('allowWriting')));
    this.form.set(init);
    if (isFirst) this.form.focus();
    this.enable();
    this.checkSoon();
  }

  setPlan(plan: PublishPlan): void {
    this.refused = plan.verdict === 'refused';
    this.outcome.setPlan(plan);
    this.enable();
  }

  setProgress(progress: PublishProgress): void {
    this.running = progress.state === 'running';
    this.outcome.setProgress(progress);
    this.enable();
  }

  private enable(): void {
    this.send.toggleAttribute('disabled', this.refused || this.running || this.init?.to.readOnly !== false);
    this.stop.hidden = !this.running;
  }

  private order(): void {
    if (this.send.hasAttribute('disabled')) return;
    const order = this.form.order();
    if ('problem' in order) this.outcome.setProblem(order.problem);
    else this.host.notify('send', order);
  }

  private async sample(): Promise<void> {
    try {
      this.form.setValue(await this.host.remote.sample(this.seed++));
    } catch (error) {
      this.outcome.setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  private checkSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), REST);
  }

  private async check(): Promise<void> {
    const order = this.form.order();
    const nth = ++this.checked;
    if ('problem' in order) return this.outcome.setProblem(order.problem);
    if (order.source !== 'draft') return this.outcome.setCheck(undefined, undefined);
    try {
      const result = await this.host.remote.check(order.draft);
      // By now there may be a newer text.
      if (nth === this.checked) this.outcome.setCheck(result, order.draft.as === 'contract' ? this.init?.contract : undefined);
    } catch (error) {
      if (nth === this.checked) this.outcome.setProblem(error instanceof Error ? error.message : String(error));
    }
  }
}

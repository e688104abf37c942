import { h } from '../ui/dom';

/** Stands in the middle of the stage where there is nothing to draw. */
export class Message {
  readonly element = h('div', { class: 'message', role: 'status', hidden: true });

  /** The workspace has nothing that flows: say what would. */
  empty(): void {
    const how =
      'Add a file that ends in .flow.yaml, an AsyncAPI document or RabbitMQ definitions to the workspace.';
    this.show('No flows here yet.', how);
  }

  show(title: string, text = ''): void {
    this.element.hidden = false;
    const more = text === '' ? [] : [h('p', {}, text)];
    this.element.replaceChildren(h('p', { class: 'message-title' }, title), ...more);
  }

  hide(): void {
    this.element.hidden = true;
  }
}

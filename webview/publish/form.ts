import type { Draft, DraftEncoding } from '../../src/protocol/publish';
import type { PublishInit, PublishOrder } from '../../src/protocol/publishView';
import type { Dropdown, TextField } from '../ui/controls';
import { counted, h } from '../ui/dom';
import { HeaderEditor } from './headerEditor';

export interface FormHost {
  /** The draft is another one now. */
  changed(): void;
  sample(): void;
  chooseFile(): void;
}

const ENCODINGS: Readonly<Record<DraftEncoding, string>> = {
  contract: 'JSON, encoded by the contract',
  text: 'Text',
  base64: 'Base64',
  none: 'No value (tombstone)',
};

/** The message to send, and how many of it. */
export class Form {
  readonly root = h('form', { class: 'form', novalidate: true });
  private readonly source = dropdown('What is sent');
  private readonly encoding = dropdown('How the value is written');
  private readonly value = h('vscode-text-area', {
    class: 'value',
    rows: 14,
    resize: 'vertical',
    'aria-label': 'Value',
    spellcheck: 'false',
  }) as unknown as TextField;
  private readonly key = field('Key', 'none');
  private readonly keyIsBase64 = h('vscode-checkbox', {}, 'base64') as HTMLElement & { checked: boolean };
  private readonly partition = field('Partition', 'by key');
  private readonly routingKey = field('Routing key', 'empty');
  private readonly contentType = field('Content type', 'none');
  private readonly qos = dropdown('Quality of service');
  private readonly retain = h('vscode-checkbox', {}, 'Retain') as HTMLElement & { checked: boolean };
  private readonly count = field('How many', '1');
  private readonly rate = field('At most a second', 'as fast as they are confirmed');
  private readonly headers: HeaderEditor;
  private readonly sampleButton = h('vscode-button', { appearance: 'secondary' }, 'Another Sample');
  private readonly fileButton = h('vscode-button', { appearance: 'secondary' }, 'Choose File…');
  private readonly about = h('span', { class: 'dim about-source' });
  private readonly message = h('div', { class: 'message' });
  private frame: string | undefined;
  private init: PublishInit | undefined;

  constructor(private readonly host: FormHost) {
    this.headers = new HeaderEditor(() => host.changed());
    fill(this.qos, [['0', 'QoS 0: not confirmed'], ['1', 'QoS 1: at least once'], ['2', 'QoS 2: exactly once to the broker']]);
    this.qos.value = '1';
    this.message.append(
      row('Value as', this.encoding, this.sampleButton),
      this.value,
      row('Key', this.key, this.keyIsBase64),
      row('Partition', this.partition),
      row('Routing key', this.routingKey),
      row('Content type', this.contentType),
      row('Quality of service', this.qos, this.retain),
      this.headers.root,
    );
    this.root.append(
      row('Send', this.source, this.fileButton, this.about),
      this.message,
      row('How many', this.count),
      row('Rate', this.rate),
    );
    this.sampleButton.addEventListener('click', () => host.sample());
    this.fileButton.addEventListener('click', () => host.chooseFile());
    this.root.addEventListener('submit', (event) => event.preventDefault());
    for (const event of ['input', 'change'])
      this.root.addEventListener(event, () => {
        this.arrange();
        host.changed();
      });
  }

  /** Fills the form; what the user has typed since is kept where only the file or the connection changed. */
  set(init: PublishInit): void {
    const isFirst = this.init === undefined;
    const hadFile = this.init?.file;
    this.init = init;
    const sources: [string, string][] = [['draft', 'This message']];
    if (init.contract !== undefined) sources.push(['samples', `Samples of ${init.contract}`]);
    if (init.held) sources.push(['tail', `${counted(init.held.count, 'message')} of the tail`]);
    sources.push(['file', 'Messages of a file']);
    fill(this.source, sources);
    const encodings = (Object.keys(ENCODINGS) as DraftEncoding[]).filter(
      (one) => (one !== 'contract' || init.contract !== undefined) && (one !== 'none' || init.to.protocol === 'kafka'),
    );
    fill(this.encoding, encodings.map((one) => [one, ENCODINGS[one]]));
    if (isFirst) {
      this.write(init.draft);
      this.source.value = init.held ? 'tail' : 'draft';
    }
    if (init.file !== undefined && init.file !== hadFile) this.source.value = 'file';
    this.arrange();
  }

  /** Puts another value into the form. */
  setValue(json: string): void {
    this.encoding.value = 'contract';
    this.value.value = json;
    this.arrange();
    this.host.changed();
  }

  focus(): void {
    this.value.focus();
  }

  /** What the form says now, or what is wrong with its numbers. */
  order(): PublishOrder | { readonly problem: string } {
    const source = this.source.value as PublishOrder['source'];
    if (source === 'file' && this.init?.file === undefined) return { problem: 'Choose a file of messages first.' };
    const count = this.count.value.trim() === '' ? 1 : Number(this.count.value);
    if (!Number.isInteger(count) || count < 1 || count > 1_000_000)
      return { problem: 'How many is a whole number from 1 to 1,000,000.' };
    const rate = this.rate.value.trim() === '' ? undefined : Number(this.rate.value);
    if (rate !== undefined && !(rate > 0 && rate <= 100_000)) return { problem: 'The rate is a number of messages a second above 0.' };
    const partition = this.partition.value.trim();
    if (partition !== '' && !/^\d{1,6}$/.test(partition)) return { problem: 'The partition is a whole number from 0, or empty.' };
    return { source, draft: this.draft(), count, ...(rate !== undefined ? { rate } : {}) };
  }

  private draft(): Draft {
    const { protocol, kind } = this.init!.to;
    const as = this.encoding.value as DraftEncoding;
    const given = (field: TextField): string | undefined => (field.value === '' ? undefined : field.value);
    const key = given(this.key);
    return {
      value: this.value.value,
      as,
      headers: this.headers.read(),
      ...(as === 'contract' && this.frame !== undefined ? { frame: this.frame } : {}),
      ...(protocol === 'kafka' && key !== undefined ? { key: { text: key, isBase64: this.keyIsBase64.checked } } : {}),
      ...(protocol === 'kafka' && given(this.partition) !== undefined ? { partition: Number(this.partition.value) } : {}),
      ...(protocol === 'rabbitmq' && kind === 'exchange' ? { routingKey: this.routingKey.value } : {}),
      ...(given(this.contentType) !== undefined ? { contentType: this.contentType.value } : {}),
      ...(protocol === 'mqtt' ? { qos: Number(this.qos.value) as 0 | 1 | 2, retain: this.retain.checked } : {}),
    };
  }

  private write(draft: Draft): void {
    this.frame = draft.frame;
    this.encoding.value = draft.as;
    this.value.value = draft.value;
    this.key.value = draft.key?.text ?? '';
    this.keyIsBase64.checked = draft.key?.isBase64 === true;
    this.routingKey.value = draft.routingKey ?? '';
    this.contentType.value = draft.contentType ?? '';
    if (draft.qos !== undefined) this.qos.value = String(draft.qos);
    this.retain.checked = draft.retain === true;
    this.headers.write(draft.headers);
  }

  /** Shows what the choices so far call for. */
  private arrange(): void {
    if (!this.init) return;
    const { to, held, file, contract } = this.init;
    const source = this.source.value;
    this.message.hidden = source === 'tail' || source === 'file';
    hide(this.fileButton, source !== 'file');
    this.about.textContent =
      source === 'tail'
        ? `byte for byte, as ${held?.of ?? 'the tail'} received them`
        : source === 'file'
          ? (file ?? 'JSON Lines, as a tail is exported')
          : '';
    const isSamples = source === 'samples';
    hide(this.encoding.parentElement!, isSamples);
    hide(this.value, isSamples || this.encoding.value === 'none');
    hide(this.sampleButton, contract === undefined);
    hide(this.key.parentElement!, to.protocol !== 'kafka');
    hide(this.partition.parentElement!, to.protocol !== 'kafka');
    hide(this.routingKey.parentElement!, !(to.protocol === 'rabbitmq' && to.kind === 'exchange'));
    hide(this.contentType.parentElement!, to.protocol === 'kafka' || to.protocol === 'nats');
    hide(this.qos.parentElement!, to.protocol !== 'mqtt');
    hide(this.count.parentElement!, this.message.hidden);
  }
}

function dropdown(label: string): Dropdown {
  return h('vscode-dropdown', { 'aria-label': label }) as unknown as Dropdown;
}

function field(label: string, placeholder: string): TextField {
  return h('vscode-text-field', { 'aria-label': label, placeholder, 'data-field': label }) as unknown as TextField;
}

function row(label: string, ...controls: HTMLElement[]): HTMLElement {
  return h('div', { class: 'row' }, h('span', { class: 'label', 'aria-hidden': 'true' }, label), ...controls);
}

function fill(list: Dropdown, options: readonly (readonly [value: string, text: string])[]): void {
  const before = list.value;
  list.replaceChildren(...options.map(([value, text]) => h('vscode-option', { value }, text)));
  if (options.some(([value]) => value === before)) list.value = before;
}

function hide(element: HTMLElement, hidden: boolean): void {
  element.hidden = hidden;
}

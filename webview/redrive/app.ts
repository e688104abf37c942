import type { RedriveMoved, RedriveRow, RedriveUnseen } from '../../src/protocol/publish';
import type { RedriveHostFunctions, RedriveInit } from '../../src/protocol/publishView';
import type { RpcPeer } from '../../src/protocol/rpc';
import type { Dropdown, TextField } from '../ui/controls';
import { counted, h } from '../ui/dom';
import { targetBar } from '../ui/target';
import { MovedTable } from './moved';
import { nameOf, RedriveTable } from './table';

const DEFAULT_COUNT = 20;
const MAX_COUNT = 500;

/**
 * Dead letters on their way back: read, choose, send; each step is confirmed. Where reading costs them something, the
 * next ones can be sent unseen.
 */
export class RedriveApp {
  private readonly table = new RedriveTable(() => this.enable());
  private readonly unseen = new MovedTable();
  private readonly head = h('div');
  private readonly effects = h('ul', { class: 'effects' });
  private readonly count = h('vscode-text-field', { class: 'count', 'aria-label': 'How many to read' }) as unknown as TextField;
  private readonly read = h('vscode-button', { class: 'read' }, 'Read Messages');
  private readonly to = h('vscode-dropdown', { 'aria-label': 'Where they go' }) as unknown as Dropdown;
  private readonly move = h('vscode-button', { class: 'move' }, 'Move…');
  private readonly state = h('p', { class: 'state', role: 'status' });
  private init: RedriveInit | undefined;
  private isEnd = false;
  private busy = false;
  private moved = 0;

  constructor(private readonly host: RpcPeer<RedriveHostFunctions>) {
    this.count.value = String(DEFAULT_COUNT);
    this.count.addEventListener('input', () => this.enable());
    this.read.addEventListener('click', () => host.notify('read', this.settledCount()));
    this.to.addEventListener('change', () => this.table.sendTo(this.init?.channels[Number(this.to.value)]));
    this.move.addEventListener('click', () => {
      if (!this.init?.unseen) return host.notify('move', this.table.moves());
      const to = this.init.channels[Number(this.to.value)];
      host.notify('moveUnseen', this.settledCount(), ...(to ? [to] : []));
    });
    document.body.append(
      this.head,
      h(
        'main',
        {},
        this.effects,
        h('div', { class: 'row' }, this.count, this.read, h('span', { class: 'space' }), h('span', { class: 'dim' }, 'Send to'), this.to, this.move),
        this.state,
        h('div', { class: 'list' }, this.table.root, this.unseen.root),
      ),
    );
  }

  setInit(init: RedriveInit): void {
    if (init.unseen && !this.init?.unseen) this.state.textContent = '';
    this.init = init;
    this.read.hidden = this.table.root.hidden = init.unseen === true;
    this.unseen.root.hidden = init.unseen !== true;
    this.count.setAttribute('aria-label', init.unseen ? 'How many to move' : 'How many to read');
    this.head.replaceChildren(targetBar('Redrive', init.from, () => this.host.notify('allowWriting')));
    this.effects.replaceChildren(...init.effects.map((effect) => h('li', {}, effect)));
    const before = this.to.value;
    this.to.replaceChildren(
      h('vscode-option', { value: 'source' }, 'where each came from'),
      ...init.channels.map((to, n) => h('vscode-option', { value: String(n) }, nameOf(to))),
    );
    this.to.value = before || 'source';
    this.enable();
  }

  setRows(rows: readonly RedriveRow[], isEnd: boolean): void {
    this.isEnd = isEnd;
    this.table.set(rows);
    this.say();
  }

  setMoved(results: readonly RedriveMoved[]): void {
    this.moved += results.filter((result) => result.is === 'moved').length;
    this.table.setMoved(results);
    const failed = results.find((result) => result.is === 'failed');
    const stays = results.some((result) => result.is === 'moved' && !result.removed);
    const notes = new Set(results.flatMap((result) => (result.is === 'moved' && result.note ? [result.note] : [])));
    this.say(
      [
        failed?.is === 'failed' ? `It ended at one that failed: ${failed.reason}` : undefined,
        stays && notes.size === 0 ? 'The channel keeps what was sent on.' : undefined,
        ...notes,
      ].filter((one) => one !== undefined),
    );
    this.state.classList.toggle('problem', failed !== undefined);
  }

  setMovedUnseen({ moved, isEnd, problem }: RedriveUnseen): void {
    this.moved += moved.length;
    this.unseen.add(moved);
    this.state.textContent = [
      `${counted(this.moved, 'message')} sent back.`,
      isEnd ? 'No more messages are here.' : '',
      problem === undefined ? '' : `It ended at one that failed: ${problem}`,
    ].filter(Boolean).join(' ');
    this.state.classList.toggle('problem', problem !== undefined);
    this.enable();
  }

  setState({ busy, problem }: { readonly busy?: string; readonly problem?: string }): void {
    this.busy = busy !== undefined;
    if (busy !== undefined || problem !== undefined) {
      this.state.textContent = busy ?? problem ?? '';
      this.state.classList.toggle('problem', problem !== undefined);
    }
    this.enable();
  }

  private say(more: readonly string[] = []): void {
    const held = this.table.count === 0 && this.isEnd ? 'No more messages are here.' : `${counted(this.table.count, 'message')} held.`;
    this.state.classList.remove('problem');
    this.state.textContent = [held, this.moved > 0 ? `${counted(this.moved, 'message')} sent back.` : '', ...more].filter(Boolean).join(' ');
    this.enable();
  }

  private wantedCount(): number {
    const count = Math.floor(Number(this.count.value));
    return count >= 1 && count <= MAX_COUNT ? count : DEFAULT_COUNT;
  }

  private settledCount(): number {
    const wanted = this.wantedCount();
    this.count.value = String(wanted);
    return wanted;
  }

  private enable(): void {
    const readOnly = this.init?.from.readOnly !== false;
    if (this.init?.unseen) {
      const count = this.wantedCount();
      this.move.toggleAttribute('disabled', this.busy || readOnly);
      this.move.textContent = count === 1 ? 'Move the Next One…' : `Move the Next ${count}…`;
      return;
    }
    const chosen = this.table.moves().length;
    this.read.toggleAttribute('disabled', this.busy || readOnly);
    this.move.toggleAttribute('disabled', this.busy || readOnly || chosen === 0);
    this.move.textContent = chosen === 0 ? 'Move…' : `Move ${counted(chosen, 'Message')}…`;
  }
}

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { RedriveOpened, RedriveRow, RedriveTo } from '../protocol/publish';
import type { RedriveHostFunctions, RedriveViewFunctions } from '../protocol/publishView';
import type { RpcPeer } from '../protocol/rpc';
import { log, logFailure, reasonOf } from './log';
import type { Way } from './resolveConnection';
import type { TailSubject } from './tailSubject';
import { connectWebview } from './webviewHost';
import { placeOf, writeTarget, type WriteContext } from './writeContext';

type Move = { readonly id: string; readonly to: RedriveTo };

const MOVE_UNSEEN = 'Move Unseen';
const READ_FIRST = 'Read First';

/**
 * Dead letters of one channel on their way back. Reading holds messages on some brokers, so it is
 * asked for as well; what is held and not moved is given back when the panel closes.
 */
export class RedrivePanel implements vscode.Disposable {
  private readonly peer: RpcPeer<RedriveViewFunctions>;
  private readonly subscriptions: { dispose(): void }[];
  private readonly id = randomUUID();
  private way: Way | undefined;
  private opened: RedriveOpened | undefined;
  /** The user chose to move messages without reading them first. */
  private isUnseen = false;
  private rows: readonly RedriveRow[] = [];
  private isBusy = false;

  constructor(
    panel: vscode.WebviewPanel,
    private readonly subject: TailSubject,
    private readonly context: WriteContext,
  ) {
    this.peer = connectWebview<RedriveViewFunctions>(panel.webview, context.extensionUri, 'redrive', panel.title, this.hostFunctions());
    this.subscriptions = [
      context.onWritingChanged(() => void this.show().catch((error: unknown) => this.failed(error))),
      context.worker.onDied((reason) => this.lost(reason)),
    ];
  }

  private hostFunctions(): RedriveHostFunctions {
    return {
      ready: () => void this.show().catch((error: unknown) => this.failed(error)),
      read: (count) => void this.once('Reading…', () => this.read(count)),
      move: (moves) => void this.once('Waiting for your answer…', () => this.move(moves)),
      moveUnseen: (count, to) => void this.once('Waiting for your answer…', () => this.moveUnseen(count, to)),
      allowWriting: () => {
        if (this.way) void this.context.allowWriting(this.way);
      },
      log: (text) => log().info(`redrive: ${text}`),
    };
  }

  private async show(): Promise<void> {
    const way = (this.way = await this.context.way(this.subject));
    this.peer.notify('init', {
      from: writeTarget(this.subject, way, this.context),
      ...(this.opened ? { about: this.opened.about } : {}),
      effects: (this.isUnseen ? this.opened?.unseen?.effects : this.opened?.effects) ?? [],
      ...(this.opened && this.isUnseen ? { unseen: true } : {}),
      channels: await this.context.channelsBeside(this.subject),
    });
  }

  /** One step at a time: a second click while a question is open does nothing. */
  private async once(busy: string, step: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.peer.notify('state', { busy });
    try {
      await step();
      this.peer.notify('state', {});
    } catch (error) {
      this.failed(error);
    } finally {
      this.isBusy = false;
    }
  }

  private async read(count: number): Promise<void> {
    if (!(await this.open())) return this.peer.notify('rows', this.rows, false);
    if (this.isUnseen) return;
    const more = await this.context.worker.remote.readRedrive(this.id, count);
    this.rows = [...this.rows, ...more];
    this.peer.notify('rows', this.rows, more.length < count);
  }

  /** Connects at the first step, and has the user agree to what holding messages does. */
  private async open(): Promise<boolean> {
    if (this.opened) return true;
    const way = await this.writable();
    const { target, contract } = this.subject;
    const opened = await this.context.worker.remote.openRedrive(this.id, {
      protocol: way.protocol,
      connect: way.options,
      target,
      ...(contract ? { contract } : {}),
    });
    const how = await this.chosen(opened, placeOf(way));
    if (how === undefined) {
      await this.context.worker.remote.closeRedrive(this.id);
      return false;
    }
    this.opened = opened;
    this.isUnseen = how === 'unseen';
    await this.show();
    return true;
  }

  /** Whether messages are read first: where that costs them something, the user chooses. */
  private async chosen({ effects, unseen }: RedriveOpened, place: string): Promise<'read' | 'unseen' | undefined> {
    const { channel } = this.subject;
    if (!unseen) {
      const agreed = effects.length === 0 || (await this.agrees(`Read and hold messages of ${channel} on ${place}?`, effects, 'Read'));
      return agreed ? 'read' : undefined;
    }
    const answer = await vscode.window.showWarningMessage(
      `Move messages of ${channel} on ${place} without reading them first?`,
      {
        modal: true,
        detail: [
          ...points(unseen.effects),
          '',
          ...(unseen.onlyWay === undefined ? ['If they are read first, so that you can choose:', ...points(effects)] : [unseen.onlyWay]),
        ].join('\n'),
      },
      MOVE_UNSEEN,
      ...(unseen.onlyWay === undefined ? [READ_FIRST] : []),
    );
    return answer === MOVE_UNSEEN ? 'unseen' : answer === READ_FIRST ? 'read' : undefined;
  }

  private async moveUnseen(count: number, to: RedriveTo | undefined): Promise<void> {
    if (!this.opened || !this.isUnseen) return;
    const way = await this.writable();
    const { channel } = this.subject;
    const number = count === 1 ? 'the next message' : `the next ${count} messages`;
    const detail = ['Unseen, from the head of the queue.', to ? `All go to ${to.target.address}.` : 'Each goes to where it came from.'];
    if (!(await this.agrees(`Send ${number} of ${channel} back on ${placeOf(way)}?`, detail, 'Send Back')) || !this.context.mayWrite(way)) return;
    log().info(`Sending ${number} of ${channel} back on ${placeOf(way)}, unseen.`);
    this.peer.notify('state', { busy: 'Sending, and waiting for the broker to confirm…' });
    this.peer.notify('movedUnseen', await this.context.worker.remote.moveRedriveUnseen(this.id, count, to));
  }

  private async move(moves: readonly Move[]): Promise<void> {
    const held = moves.filter((move) => this.rows.some((row) => row.id === move.id));
    if (held.length === 0) return;
    const way = await this.writable();
    const by = new Map<string, number>();
    for (const { to } of held) by.set(to.target.address, (by.get(to.target.address) ?? 0) + 1);
    const detail = [...by].map(([address, count]) => `${count} to ${address}`);
    const number = held.length === 1 ? 'one message' : `${held.length} messages`;
    const question = `Send ${number} of ${this.subject.channel} back on ${placeOf(way)}?`;
    if (!(await this.agrees(question, detail, 'Send Back')) || !this.context.mayWrite(way)) return;
    log().info(`Sending ${number} of ${this.subject.channel} back on ${placeOf(way)}.`);
    this.peer.notify('state', { busy: 'Sending, and waiting for the broker to confirm…' });
    const results = await this.context.worker.remote.moveRedrive(this.id, held);
    const moved = new Set(results.filter((result) => result.is === 'moved').map((result) => result.id));
    this.rows = this.rows.filter((row) => !moved.has(row.id));
    this.peer.notify('moved', results);
  }

  private async agrees(question: string, detail: readonly string[], yes: string): Promise<boolean> {
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: points(detail).join('\n') }, yes);
    return answer === yes;
  }

  /** @throws Error where the law forbids it now */
  private async writable(): Promise<Way> {
    const way = (this.way = await this.context.way(this.subject));
    if (!this.context.mayWrite(way)) throw new Error(`${placeOf(way)} is read-only. Allow writing first.`);
    return way;
  }

  /** The worker's end has given back what was held: the broker does that when the connection is gone. */
  private lost(reason: string): void {
    if (!this.opened) return;
    this.opened = undefined;
    this.isUnseen = false;
    this.rows = [];
    void this.show().catch((error: unknown) => this.failed(error));
    this.peer.notify('rows', [], false);
    this.peer.notify('state', { problem: `${reason}. What was held is given back; read again.` });
  }

  private failed(error: unknown): void {
    logFailure(`Redriving ${this.subject.channel}`, error);
    this.peer.notify('state', { problem: reasonOf(error) });
  }

  dispose(): void {
    void this.context.worker.remoteIfRunning?.closeRedrive(this.id).catch((error: unknown) => logFailure('Ending a redrive', error));
    this.peer.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function points(lines: readonly string[]): string[] {
  return lines.map((line) => `• ${line}`);
}

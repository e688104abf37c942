import * as vscode from 'vscode';
import type { DriftAnswer, DriftHostFunctions, DriftView, DriftViewFunctions } from '../protocol/drift';
import type { RpcPeer } from '../protocol/rpc';
import { log, logFailure } from './log';
import { openPlace } from './places';
import { connectWebview, webviewOptions } from './webviewHost';

interface Open {
  readonly panel: vscode.WebviewPanel;
  readonly peer: RpcPeer<DriftViewFunctions>;
}

/** The tables of files beside brokers: one panel a broker. */
export class DriftPanels implements vscode.Disposable {
  private readonly panels = new Map<string, Open>();
  private readonly views = new Map<string, DriftView>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly again: (id: string) => Promise<void>,
  ) {}

  /** Opens a broker's table beside the text, or brings it to the front. */
  open(id: string, name: string): void {
    const there = this.panels.get(id);
    if (there !== undefined) {
      there.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      'tailrace.drift', `${name}: files and broker`, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, webviewOptions(this.extensionUri),
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'flow-file.svg');
    const mine: DriftHostFunctions = {
      ready: () => this.send(id),
      again: () => void this.again(id).catch((error: unknown) => logFailure('Comparing with a broker', error)),
      open: (at) => void openPlace(at, panel.viewColumn).catch((error: unknown) => logFailure('Opening a place', error)),
      log: (text) => log().warn(`drift table: ${text}`),
    };
    const peer = connectWebview<DriftViewFunctions>(panel.webview, this.extensionUri, 'drift', panel.title, mine);
    this.panels.set(id, { panel, peer });
    panel.onDidDispose(() => {
      peer.dispose();
      this.panels.delete(id);
    });
  }

  show(id: string, { broker, about, notes, rows }: DriftAnswer, asked: number): void {
    const before = this.views.get(id);
    const view = { broker, about, notes, rows, asked, busy: before?.busy ?? false };
    // Files change with every letter, and mostly nothing in the table.
    if (JSON.stringify(view) === JSON.stringify(before)) return;
    this.views.set(id, view);
    this.send(id);
  }

  busy(id: string, busy: boolean): void {
    const view = this.views.get(id);
    if (view === undefined) return;
    this.views.set(id, { ...view, busy });
    this.send(id);
  }

  close(id: string): void {
    this.views.delete(id);
    this.panels.get(id)?.panel.dispose();
  }

  closeAll(): void {
    for (const id of [...this.panels.keys()]) this.close(id);
    this.views.clear();
  }

  dispose(): void {
    this.closeAll();
  }

  private send(id: string): void {
    const view = this.views.get(id);
    if (view !== undefined) this.panels.get(id)?.peer.notify('show', view);
  }
}

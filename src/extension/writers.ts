import * as vscode from 'vscode';
import type { TreeBroker } from '../protocol/lsp';
import type { RedriveTo } from '../protocol/publish';
import { askToAllowWriting } from './allowWriting';
import type { Connections } from './connections';
import { PublishPanel, type FromTail } from './publishPanel';
import { RedrivePanel } from './redrivePanel';
import type { Server } from './server';
import type { TailManager } from './tailManager';
import type { TailSubject } from './tailSubject';
import { webviewOptions } from './webviewHost';
import type { WriteContext } from './writeContext';

export const PUBLISH_VIEW_TYPE = 'tailrace.publish';

const MAX_CHANNELS = 100;

/** The panels that publish, replay and redrive. Each asks before it writes, and is off where a connection is read-only. */
export class Writers implements vscode.Disposable {
  private readonly panels = new Set<{ dispose(): void }>();
  private readonly context: WriteContext;

  constructor(
    private readonly extensionUri: vscode.Uri,
    server: Server,
    tails: TailManager,
    connections: Connections,
  ) {
    this.context = {
      extensionUri,
      worker: tails.worker,
      way: (subject) => tails.way(subject),
      mayWrite: (way) => connections.writing.mayWrite(way),
      onWritingChanged: connections.writing.onChanged,
      allowWriting: (way) =>
        askToAllowWriting(connections.writing, way, way.label, way.connection?.name ?? 'what the file says'),
      channelsBeside: (subject) => channelsBeside(subject, server),
    };
  }

  /** @param from messages of a tail to begin with */
  publish(subject: TailSubject, from?: FromTail): void {
    this.open(PUBLISH_VIEW_TYPE, `Publish to ${subject.channel}`, (panel) => new PublishPanel(panel, subject, this.context, from));
  }

  redrive(subject: TailSubject): void {
    this.open('tailrace.redrive', `Redrive ${subject.channel}`, (panel) => new RedrivePanel(panel, subject, this.context));
  }

  private open(type: string, title: string, make: (panel: vscode.WebviewPanel) => { dispose(): void }): void {
    // What has been typed and what is held is lost with the page, so the page stays while it is hidden.
    const options = { ...webviewOptions(this.extensionUri), retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, options);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'flow-file.svg');
    const made = make(panel);
    this.panels.add(made);
    panel.onDidDispose(() => {
      made.dispose();
      this.panels.delete(made);
    });
  }

  dispose(): void {
    for (const panel of this.panels) panel.dispose();
  }
}

async function channelsBeside(subject: TailSubject, server: Server): Promise<readonly RedriveTo[]> {
  const brokers: readonly TreeBroker[] = await server.tree();
  const mine = brokers.find((broker) => broker.id === subject.broker?.id);
  const infos = await Promise.all((mine?.channels ?? []).slice(0, MAX_CHANNELS).map((channel) => server.tailInfo(channel.id)));
  return infos.flatMap((info) =>
    info && (info.target.address !== subject.target.address || info.target.kind !== subject.target.kind) ? [{ target: info.target }] : [],
  );
}

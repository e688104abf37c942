import * as vscode from 'vscode';
import type { GraphData, GraphHostFunctions, GraphViewFunctions } from '../protocol/graph';
import type { RpcPeer } from '../protocol/rpc';
import type { LiveFigures } from './figures';
import { applyChanges, FlowStory } from './flowStory';
import { log, logFailure } from './log';
import { openPlace } from './places';
import type { Server } from './server';
import { connectWebview, webviewOptions } from './webviewHost';

export const GRAPH_VIEW_TYPE = 'tailrace.graph';

/** How long the cursor rests before the graph is asked what lies under it, in ms. */
const CURSOR_REST = 80;

const EXPORTS = {
  svg: { 'SVG drawing': ['svg'] },
  mermaid: { 'Mermaid diagram': ['mmd', 'md'] },
  dot: { 'Graphviz drawing': ['dot'] },
  json: { 'Graph as JSON': ['json'] },
} as const;

/** The window's one flow graph: opens beside the text, follows it, and leads back to it. */
export class GraphPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: GraphPanel | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly server: Server,
    private readonly figures: LiveFigures,
    private readonly tail: (id: string) => void,
  ) {}

  /** Opens the graph, or brings it to the front; with an id, that element comes into view. */
  show(id?: string): void {
    if (!this.panel) {
      const panel = vscode.window.createWebviewPanel(
        GRAPH_VIEW_TYPE,
        'Flow Graph',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        webviewOptions(this.extensionUri),
      );
      this.adopt(panel);
    } else {
      this.panel.bringToFront();
    }
    if (id !== undefined) this.panel?.reveal(id);
  }

  /** Opens the graph on a flow, and tells how it breaks. */
  explain(flow: string): void {
    this.show();
    this.panel?.explain(flow);
  }

  /** Called by VS Code for a panel of the last session. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) {
      panel.dispose();
    } else {
      panel.webview.options = webviewOptions(this.extensionUri);
      this.adopt(panel);
    }
    return Promise.resolve();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'flow-file.svg');
    const graph = new GraphPanel(panel, this.extensionUri, this.server, this.figures, this.tail);
    this.panel = graph;
    panel.onDidDispose(() => {
      graph.dispose();
      if (this.panel === graph) this.panel = undefined;
    });
  }

  dispose(): void {
    this.panel?.close();
  }
}

class GraphPanel {
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly peer: RpcPeer<GraphViewFunctions>;
  private readonly story: FlowStory;
  private data: GraphData = { nodes: [], edges: [] };
  private isReady = false;
  /** This page was sent a graph. */
  private isDrawn = false;
  private toReveal: string | undefined;
  private cursorTimer: NodeJS.Timeout | undefined;
  /** Counts refreshes and cursor moves, so that a slow answer never overwrites a newer one. */
  private refreshes = 0;
  private selections = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly server: Server,
    private readonly figures: LiveFigures,
    tail: (id: string) => void,
  ) {
    const host: GraphHostFunctions = {
      ready: () => {
        this.isReady = true;
        this.isDrawn = false;
        return this.refresh();
      },
      open: (id) => this.open(id),
      tail: (id) => tail(id),
      export: (format) => this.export(format),
      explain: (flow) => this.explain(flow),
      explained: () => this.story.end(),
      whatIf: (flow, changes) => server.flow(flow, changes),
      apply: (flow, changes) => applyChanges(server, flow, changes, panel.viewColumn),
      openSetting: (id) => this.story.openSetting(id, panel.viewColumn),
      figures: (on) => figures.turn(on),
      series: (id) => figures.series(id),
      log: (text) => log().info(`graph: ${text}`),
    };
    this.subscriptions.push(
      server.onChanged(() => void this.refresh()),
      vscode.window.onDidChangeTextEditorSelection((event) => this.followCursor(event.textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.followCursor(editor)),
      panel.onDidChangeViewState(() => {
        // A hidden page is unloaded; it says `ready` again when it comes back.
        if (!panel.visible) this.isReady = false;
        figures.seen('graph', panel.visible);
      }),
      figures.onChanged(() => this.showFigures()),
    );
    this.story = new FlowStory(server, (view) => {
      if (this.isDrawn) this.peer.notify('explain', view);
    });
    figures.seen('graph', panel.visible);
    this.peer = connectWebview<GraphViewFunctions>(panel.webview, extensionUri, 'graph', 'Flow Graph', host);
  }

  bringToFront(): void {
    this.panel.reveal(undefined, true);
  }

  reveal(id: string): void {
    this.toReveal = id;
    this.revealNow();
  }

  explain(flow: string): void {
    void this.story.begin(flow);
  }

  private revealNow(): void {
    if (!this.isReady || this.toReveal === undefined || !this.find(this.toReveal)) return;
    this.peer.notify('reveal', this.toReveal);
    this.toReveal = undefined;
  }

  private find(id: string): { readonly at?: import('../protocol/common').Place } | undefined {
    return this.data.nodes.find((node) => node.id === id) ?? this.data.edges.find((edge) => edge.id === id);
  }

  private async refresh(): Promise<void> {
    const mine = ++this.refreshes;
    try {
      const data = await this.server.graph();
      if (mine !== this.refreshes) return;
      this.data = data;
      if (!this.isReady) return;
      if (!this.isDrawn) {
        // Where reading starts must be known before the first drawing is placed.
        await this.select(vscode.window.activeTextEditor);
        if (mine !== this.refreshes || !this.isReady) return;
        this.isDrawn = true;
      }
      this.peer.notify('update', data);
      this.showFigures();
      // After a page was thrown away it has to be told again, and after an edit anew.
      void this.story.renew();
      this.revealNow();
      this.followCursor(vscode.window.activeTextEditor);
    } catch (error) {
      logFailure('Reading the graph', error);
    }
  }

  private showFigures(): void {
    if (this.isDrawn && this.isReady) this.peer.notify('figures', this.figures.view());
  }

  private followCursor(editor: vscode.TextEditor | undefined): void {
    clearTimeout(this.cursorTimer);
    if (!editor || !this.isReady) return;
    this.cursorTimer = setTimeout(() => void this.select(editor), CURSOR_REST);
  }

  private async select(editor: vscode.TextEditor | undefined): Promise<void> {
    if (!editor) return;
    const mine = ++this.selections;
    const { line, character } = editor.selection.active;
    try {
      const id = await this.server.elementAt({ uri: editor.document.uri.toString(), line, character });
      if (this.isReady && mine === this.selections) this.peer.notify('select', id ?? undefined);
    } catch (error) {
      logFailure('Finding the element under the cursor', error);
    }
  }

  private async open(id: string): Promise<void> {
    const at = this.find(id)?.at;
    if (at) await openPlace(at, this.panel.viewColumn);
    else
      void vscode.window.showInformationMessage(
        `No file declares ${id.replace(/^\w+:/, '')}; it is only mentioned.`,
      );
  }

  private async export(format: keyof typeof EXPORTS): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const filters = EXPORTS[format];
    const extension = Object.values(filters)[0]?.[0] ?? format;
    const target = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `flow-graph.${extension}`) }),
      filters: filters as unknown as Record<string, string[]>,
    });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(await this.server.export(format, this.figures.view().elements)));
  }

  close(): void {
    this.panel.dispose();
  }

  dispose(): void {
    clearTimeout(this.cursorTimer);
    this.peer.dispose();
    this.figures.seen('graph', false);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

import * as vscode from 'vscode';
import type { PlacedBreach } from '../protocol/figures';
import type { LiveFigures } from './figures';
import { rangeOf } from './places';

/** Thresholds of files (`alert:`) that live brokers exceed: warnings at the `alert` key, and one notification each. */
export class FigureAlerts implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('tailrace-live');
  private readonly subscriptions: readonly { dispose(): void }[];
  private shown = '';
  /** A notification is on screen: what comes meanwhile is in the Problems list. */
  private isTelling = false;

  constructor(
    private readonly figures: LiveFigures,
    private readonly showInGraph: (element: string) => void,
  ) {
    this.subscriptions = [
      this.collection,
      figures.onChanged(() => this.show()),
      figures.onBreached((raised) => void this.tell(raised)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private show(): void {
    const { exceeded } = this.figures;
    const key = JSON.stringify(exceeded);
    // Setting them anew closes what somebody has opened on them.
    if (key === this.shown) return;
    this.shown = key;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const breach of exceeded) byFile.set(breach.at.uri, [...(byFile.get(breach.at.uri) ?? []), diagnostic(breach)]);
    this.collection.clear();
    this.collection.set([...byFile].map(([uri, found]) => [vscode.Uri.parse(uri), found]));
  }

  private async tell(raised: readonly PlacedBreach[]): Promise<void> {
    const [first, ...others] = raised;
    if (first === undefined || this.isTelling) return;
    this.isTelling = true;
    try {
      const more = others.length === 0 ? '' : ` And ${others.length} more alert${others.length === 1 ? '' : 's'}, in the Problems list.`;
      const graph = 'Show in Graph';
      const answer = await vscode.window.showWarningMessage(`${first.message}${more}`, graph);
      if (answer === graph) this.showInGraph(first.element);
    } finally {
      this.isTelling = false;
    }
  }
}

function diagnostic({ at, message, measure }: PlacedBreach): vscode.Diagnostic {
  const found = new vscode.Diagnostic(rangeOf(at), message, vscode.DiagnosticSeverity.Warning);
  found.source = 'tailrace live';
  found.code = `live/${measure}`;
  return found;
}

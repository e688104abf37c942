import * as vscode from 'vscode';
import type { Place, ProblemCounts } from '../protocol/common';
import type { ElementFigures } from '../protocol/figures';
import type { TreeBroker, TreeChannel, TreeService } from '../protocol/lsp';
import type { LiveFigures } from './figures';
import { logFailure } from './log';
import type { Server } from './server';

/** An entry of the side view; `elementId` is the graph's id of it. */
export type FlowEntry =
  | { readonly is: 'broker'; readonly elementId: string; readonly value: TreeBroker }
  | {
      readonly is: 'channel';
      readonly elementId: string;
      readonly value: TreeChannel;
      readonly broker: string;
    }
  | {
      readonly is: 'service';
      readonly elementId: string;
      readonly value: TreeService;
      readonly channel: string;
    };

/** Brokers → channels → services, with problems counted on each, and with live figures where they are on. */
export class FlowTree implements vscode.TreeDataProvider<FlowEntry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: readonly { dispose(): void }[];
  /** What the server said last: newer figures are no reason to ask it again. */
  private brokers: Promise<readonly TreeBroker[]> | undefined;
  private shown = '';

  constructor(
    private readonly server: Server,
    private readonly figures: LiveFigures,
  ) {
    this.subscriptions = [server.onChanged(() => this.refresh()), figures.onChanged(() => this.showFigures())];
  }

  refresh(): void {
    this.brokers = undefined;
    this.changed.fire();
  }

  /** Draws the entries anew where their figures read differently. */
  private showFigures(): void {
    const now = JSON.stringify(this.figures.view().elements.map(({ id, badges }) => [id, badges]));
    if (now === this.shown) return;
    this.shown = now;
    this.changed.fire();
  }

  async getChildren(entry?: FlowEntry): Promise<FlowEntry[]> {
    if (entry?.is === 'service') return [];
    if (entry?.is === 'channel') {
      return entry.value.services.map((value) => ({
        is: 'service',
        elementId: value.id,
        value,
        channel: entry.elementId,
      }));
    }
    if (entry?.is === 'broker') {
      return entry.value.channels.map((value) => ({
        is: 'channel',
        elementId: value.id,
        value,
        broker: entry.elementId,
      }));
    }
    try {
      const brokers = await (this.brokers ??= this.server.tree());
      return brokers.map((value) => ({ is: 'broker', elementId: value.id, value }));
    } catch (error) {
      this.brokers = undefined;
      logFailure('Reading the side view', error);
      return [];
    }
  }

  getTreeItem(entry: FlowEntry): vscode.TreeItem {
    const hasChildren =
      entry.is === 'broker'
        ? entry.value.channels.length > 0
        : entry.is === 'channel' && entry.value.services.length > 0;
    const state = !hasChildren
      ? vscode.TreeItemCollapsibleState.None
      : entry.is === 'broker'
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(entry.value.label, state);
    item.id =
      entry.is === 'broker'
        ? entry.elementId
        : entry.is === 'channel'
          ? `${entry.broker}/${entry.elementId}`
          : `${entry.channel}/${entry.value.role}/${entry.elementId}`;
    item.contextValue = entry.is + (entry.value.at ? '-source' : '');
    const figures = this.figures.of(figuresId(entry));
    item.iconPath = iconOf(entry, figures);
    const detail = entry.is === 'service' ? entry.value.role : entry.value.detail;
    const counts = entry.is === 'service' ? '' : countsText(entry.value.problems);
    const live = figuresText(figures);
    item.description = [live, counts, detail].filter(Boolean).join(' · ');
    item.tooltip = tooltipOf(entry, counts, figures);
    if (entry.value.at) item.command = goToSource(entry.value.at);
    item.accessibilityInformation = {
      label: [entry.is, entry.value.label, item.description].filter(Boolean).join(', '),
    };
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function goToSource(at: Place): vscode.Command {
  return { command: 'tailrace.goToSource', title: 'Go to Source', arguments: [at] };
}

/** Whose figures an entry shows: a service at a channel has those of the edge between them. */
function figuresId(entry: FlowEntry): string {
  if (entry.is !== 'service') return entry.elementId;
  const [service, channel] = [entry.elementId, entry.channel].map((id) => id.slice(id.indexOf(':') + 1));
  return entry.value.role === 'publishes' ? `publish:${service}>${channel}` : `consume:${channel}>${service}`;
}

function figuresText(figures: ElementFigures | undefined): string {
  const arrows = { rising: ' ↗', falling: ' ↘', alert: '' };
  return (figures?.badges ?? []).map(({ text, sign }) => text + (sign ? arrows[sign] : '')).join(' · ');
}

/** `warning` and `error` of what somebody must look at: dead letters, a threshold that is exceeded, a broker that does not answer. */
function alarmOf(figures: ElementFigures | undefined): vscode.ThemeIcon | undefined {
  const alarms = (figures?.badges ?? []).filter(({ sign, tone }) => sign === 'alert' && (tone === 'warning' || tone === 'error'));
  if (alarms.length === 0) return undefined;
  const isError = alarms.some(({ tone }) => tone === 'error');
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor(isError ? 'list.errorForeground' : 'list.warningForeground'));
}

function iconOf(entry: FlowEntry, figures: ElementFigures | undefined): vscode.ThemeIcon {
  const alarm = alarmOf(figures);
  if (alarm) return alarm;
  if (entry.is === 'service') {
    return new vscode.ThemeIcon(entry.value.role === 'publishes' ? 'arrow-right' : 'arrow-left');
  }
  const { errors, warnings } = entry.value.problems;
  const color = errors
    ? new vscode.ThemeColor('list.errorForeground')
    : warnings
      ? new vscode.ThemeColor('list.warningForeground')
      : undefined;
  if (entry.is === 'broker') return new vscode.ThemeIcon('server', color);
  const shape = {
    topic: 'list-unordered',
    exchange: 'git-branch',
    queue: 'inbox',
    stream: 'database',
    subject: 'radio-tower',
    channel: 'list-unordered',
  } as const;
  return new vscode.ThemeIcon(shape[entry.value.kind], color);
}

/** `2 errors, 1 warning`; empty for none. */
export function countsText({ errors, warnings, infos }: ProblemCounts): string {
  const some = (count: number, word: string): string[] =>
    count ? [`${count} ${word}${count === 1 ? '' : 's'}`] : [];
  return [...some(errors, 'error'), ...some(warnings, 'warning'), ...some(infos, 'info')].join(', ');
}

function tooltipOf(entry: FlowEntry, counts: string, figures: ElementFigures | undefined): string {
  const live = (figures?.facts ?? []).map(({ name, value }) => `${name}: ${value}`);
  if (entry.is === 'service') {
    const what = `${entry.value.label} ${entry.value.role} ${entry.channel.replace(/^channel:/, '')}`;
    return [what, ...(entry.value.guarantees ?? []), ...live].join('\n');
  }
  const lines = [entry.value.label, entry.value.detail, counts, ...live, ...(figures?.notes ?? [])];
  if (entry.is === 'broker') lines.push(`${entry.value.channels.length} channels`);
  return lines.filter(Boolean).join('\n');
}

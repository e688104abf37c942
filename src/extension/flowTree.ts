import * as vscode from 'vscode';
import type { Place, ProblemCounts } from '../protocol/common';
import type { TreeBroker, TreeChannel, TreeService } from '../protocol/lsp';
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

/** Brokers → channels → services, with problems counted on each. */
export class FlowTree implements vscode.TreeDataProvider<FlowEntry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.subscription = server.onChanged(() => this.changed.fire());
  }

  refresh(): void {
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
      const brokers = await this.server.tree();
      return brokers.map((value) => ({ is: 'broker', elementId: value.id, value }));
    } catch (error) {
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
    item.iconPath = iconOf(entry);
    const detail = entry.is === 'service' ? entry.value.role : entry.value.detail;
    const counts = entry.is === 'service' ? '' : countsText(entry.value.problems);
    item.description = [counts, detail].filter(Boolean).join(' · ');
    item.tooltip = tooltipOf(entry, counts);
    if (entry.value.at) item.command = goToSource(entry.value.at);
    item.accessibilityInformation = {
      label: [entry.is, entry.value.label, item.description].filter(Boolean).join(', '),
    };
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function goToSource(at: Place): vscode.Command {
  return { command: 'tailrace.goToSource', title: 'Go to Source', arguments: [at] };
}

function iconOf(entry: FlowEntry): vscode.ThemeIcon {
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

function tooltipOf(entry: FlowEntry, counts: string): string {
  if (entry.is === 'service')
    return `${entry.value.label} ${entry.value.role} ${entry.channel.replace(/^channel:/, '')}`;
  const lines = [entry.value.label, entry.value.detail, counts];
  if (entry.is === 'broker') lines.push(`${entry.value.channels.length} channels`);
  return lines.filter(Boolean).join('\n');
}

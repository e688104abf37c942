import * as vscode from 'vscode';
import type { Connections } from './connections';
import type { GraphPanels } from './graphPanel';
import { GRAPH_VIEW_TYPE } from './graphPanel';
import { log, logFailure, reasonOf } from './log';
import { subjectOf } from './pickChannel';
import type { Server } from './server';
import type { KeptSubject } from './tailKept';
import type { TailManager } from './tailManager';
import { subjectOnConnection } from './tailSubject';
import type { TailSubject } from './tailSubject';
import { PUBLISH_VIEW_TYPE } from './writers';

/** In the workspace's state while an extension host of a window runs: that window's session. */
const SESSION = 'tailrace.session';

/** What is needed to put panels back. */
interface Window {
  readonly server: Server;
  readonly connections: Connections;
  readonly graphs: GraphPanels;
  readonly tails: TailManager;
}

/** For `deactivate`: this extension host ends in order. */
export async function endSession(state: vscode.Memento): Promise<void> {
  await state.update(SESSION, undefined);
}

/**
 * Takes away what an extension host that crashed left on screen. VS Code starts another one in the same window, and leaves
 * webviews as they are: nobody answers them any more, and a tail would say for ever that it is live.
 */
export async function closeDeadPanels(state: vscode.Memento, window: Window): Promise<void> {
  const { sessionId } = vscode.env;
  const crashed = state.get<string>(SESSION) === sessionId;
  const left = window.tails.takeLeft();
  const ours = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => typeOf(tab) !== undefined);
  const graphs = ours.filter((tab) => typeOf(tab) === GRAPH_VIEW_TYPE);
  const forms = ours.filter((tab) => typeOf(tab) === PUBLISH_VIEW_TYPE);
  const others = ours.filter((tab) => !graphs.includes(tab) && !forms.includes(tab));
  await state.update(SESSION, sessionId);
  // Only the graph is put back when a window opens: whatever else is there at activation is dead, and so is the graph beside it.
  if (!crashed && others.length + forms.length === 0) return;
  await vscode.window.tabGroups.close([...others, ...graphs], true);
  // It asks no broker, so that it need not wait for the user.
  if (graphs.length > 0) window.graphs.show();
  if (others.length + forms.length > 0) await tell(others, forms, left, window);
}

async function tell(closed: readonly vscode.Tab[], forms: readonly vscode.Tab[], left: readonly (readonly KeptSubject[])[], window: Window): Promise<void> {
  const sentences = [
    'The extension host ended unexpectedly and was started again.',
    ...(closed.length > 0 ? [`Closed, since nothing answered them any more: ${labelsOf(closed)}.`] : []),
    // What has been typed would be lost with the page.
    ...(forms.length > 0 ? [`Nothing can be sent from these forms any more; copy what you need and close them: ${labelsOf(forms)}.`] : []),
  ];
  log().warn(sentences.join(' '));
  const again = 'Tail Again';
  const answer = await vscode.window.showWarningMessage(sentences.join(' '), ...(left.length > 0 ? [again] : []));
  if (answer !== again) return;
  for (const tail of left) {
    const subjects = await Promise.all(tail.map((one) => subjectAgain(one, window)));
    const [first, ...more] = subjects.filter((one) => one !== undefined);
    if (first) window.tails.open(first, ...more);
  }
}

/** As it is now: files and connections may have changed. Undefined where it is not there any more, which the user is told. */
async function subjectAgain({ elementId, connectionId, target }: KeptSubject, { server, connections }: Window): Promise<TailSubject | undefined> {
  try {
    if (elementId !== undefined) return await subjectOf(elementId, server, connections);
    const connection = connectionId === undefined ? undefined : connections.byId(connectionId);
    if (connection) return subjectOnConnection(connection, target);
    void vscode.window.showWarningMessage(`The connection over which ${target.address} was tailed was removed.`);
  } catch (error) {
    logFailure(`Tailing ${target.address} again`, error);
    void vscode.window.showWarningMessage(`${target.address} cannot be tailed again: ${reasonOf(error)}`);
  }
  return undefined;
}

/** The type of a panel of ours, which VS Code gives with words of its own before it. */
function typeOf({ input }: vscode.Tab): string | undefined {
  return input instanceof vscode.TabInputWebview ? /(?:^|-)(tailrace\.\w+)$/.exec(input.viewType)?.[1] : undefined;
}

function labelsOf(tabs: readonly vscode.Tab[]): string {
  return tabs.map(({ label }) => label).join(', ');
}

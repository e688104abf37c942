import * as vscode from 'vscode';
import type { Connections } from './connections';
import { LiveFigures } from './figures';
import { logFailure } from './log';
import { NoWay } from './resolveConnection';
import type { Server } from './server';
import { surroundings } from './surroundings';
import type { TailManager } from './tailManager';

const SECTION = 'tailrace.figures';
/** What the setting may say, in seconds. */
const interval = { least: 2, usual: 5 };

/** The window's live figures, over the connections of its tails; they follow files, connections and settings. */
export function liveFigures(server: Server, tails: TailManager, connections: Connections): LiveFigures {
  const figures = new LiveFigures({
    targets: () => server.figureTargets(),
    figures: (params) => server.figures(params),
    way: ({ broker, protocol }) => {
      const spoken = broker.protocol ?? protocol;
      if (!spoken) throw new NoWay(`No file says which protocol ${broker.name} speaks. Give the broker a protocol.`);
      return tails.wayToBroker(broker, spoken);
    },
    worker: tails.worker,
    every: () => {
      const seconds = vscode.workspace.getConfiguration(SECTION).get<number>('interval', interval.usual);
      return Math.max(interval.least, seconds) * 1000;
    },
    prefix: () => surroundings().tapPrefix,
    failed: logFailure,
  });
  let isShown = false;
  const showState = (): void => {
    if (figures.on === isShown) return;
    isShown = figures.on;
    void vscode.commands.executeCommand('setContext', 'tailrace.figuresOn', isShown);
  };
  const following = [
    server.onChanged(() => figures.renew()),
    connections.onChanged(() => figures.renew()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) figures.renew();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => figures.renew()),
    figures.onChanged(showState),
  ];
  figures.owns(...following);
  return figures;
}

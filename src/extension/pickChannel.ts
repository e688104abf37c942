import * as vscode from 'vscode';
import type { TapTarget } from '../brokers/driver';
import type { Protocol } from '../protocol/common';
import type { TailInfo } from '../protocol/lsp';
import { noAddress } from '../protocol/noAddress';
import type { Connection, Connections } from './connections';
import { addConnection } from './connectionWizard';
import { logFailure, reasonOf } from './log';
import type { Server } from './server';
import type { TailManager } from './tailManager';
import { subjectOfChannel, subjectOnConnection } from './tailSubject';
import type { TailSubject } from './tailSubject';

/** A channel of the files, or a connection that has others. */
export type Pick = vscode.QuickPickItem & {
  readonly channelId?: string;
  readonly connection?: Connection;
  readonly add?: true;
};

const KINDS: Readonly<Record<Protocol, readonly TapTarget['kind'][]>> = {
  kafka: ['topic'],
  rabbitmq: ['queue', 'exchange', 'stream'],
  mqtt: ['topic'],
  nats: ['subject', 'stream'],
};

/** The channel with this id, or what the user picks under this title; undefined when given up. */
export async function chosenSubject(
  id: string | undefined,
  title: string,
  server: Server,
  connections: Connections,
  tails: TailManager,
): Promise<TailSubject | undefined> {
  if (id !== undefined) return subjectOf(id, server, connections);
  const pick = await vscode.window.showQuickPick<Pick>(await picks(server, connections), {
    title,
    placeHolder: 'A channel of your files, or a connection',
    matchOnDescription: true,
    // Called from the palette, a panel that was focused takes the focus back and would close the list.
    ignoreFocusOut: true,
  });
  if (pick?.channelId !== undefined) return subjectOf(pick.channelId, server, connections);
  const connection = pick?.connection ?? (pick?.add && (await addConnection({ connections, server })));
  return connection ? subjectOn(connection, tails) : undefined;
}

export async function picks(server: Server, connections: Connections): Promise<Pick[]> {
  const brokers = await server.tree().catch((error: unknown) => {
    logFailure('Reading the channels', error);
    return [];
  });
  const separator = (label: string): Pick => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    ...brokers.flatMap((broker) => [
      separator(broker.label),
      ...broker.channels.map((channel) => ({
        label: channel.label,
        description: channel.detail,
        channelId: channel.id,
      })),
    ]),
    separator('connections'),
    ...connections
      .all()
      .filter((one) => !one.signInOnly)
      .map((connection) => ({
        label: `$(plug) ${connection.name}`,
        description: `another channel on ${connection.url}`,
        connection,
      })),
    { label: '$(add) Add Connection…', add: true },
  ];
}

export async function subjectOf(
  id: string,
  server: Server,
  connections: Connections,
): Promise<TailSubject | undefined> {
  const info = await server.tailInfo(id);
  if (!info) {
    void vscode.window.showWarningMessage(
      `No file of this workspace has a channel ${id.replace(/^channel:/, '')}.`,
    );
    return undefined;
  }
  const spoken = info.broker?.protocol ?? info.protocol;
  const isReachable =
    info.broker?.url !== undefined ||
    (info.broker && spoken && connections.active(info.broker, spoken) !== undefined);
  if (info.broker && isReachable) return subjectOfChannel(id, info);
  const connection = await connectionFor(info, server, connections);
  return connection && subjectOfChannel(id, info, connection);
}

/** Where no file says how to get to a channel's broker from here, the user says which connection has it. */
async function connectionFor(info: TailInfo, server: Server, connections: Connections): Promise<Connection | undefined> {
  const fitting = connections
    .all()
    .filter((one) => !one.signInOnly && (info.protocol === undefined || one.protocol === info.protocol));
  const add = (): Promise<Connection | undefined> =>
    addConnection({ connections, server }, { broker: info.broker?.name, protocol: info.protocol });
  if (!fitting.length) return add();
  const pick = await vscode.window.showQuickPick<Pick>(
    [
      ...fitting.map((connection) => ({ label: connection.name, description: connection.url, connection })),
      { label: '$(add) Add Connection…', add: true },
    ],
    {
      title: `Tail ${info.channel}`,
      placeHolder: info.broker
        ? `${noAddress(info.broker.name, info.broker.unset)} Which connection?`
        : 'No file says which broker has this channel. Which connection?',
      ignoreFocusOut: true,
    },
  );
  return pick?.connection ?? (pick?.add && add());
}

export async function subjectOn(
  connection: Connection,
  tails: TailManager,
): Promise<TailSubject | undefined> {
  const { options } = await tails.wayOver(connection);
  let there: readonly TapTarget[] | undefined;
  try {
    // MQTT has no way to ask a broker for its topics.
    if (connection.protocol !== 'mqtt')
      there = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: `Asking ${connection.name} for its channels`,
        },
        () => tails.worker.remote.channels(connection.protocol, options),
      );
  } catch (error) {
    // The name can still be written, and the tail itself tells the reason on its panel.
    void vscode.window.showWarningMessage(
      `${connection.name} does not tell its channels: ${reasonOf(error)}`,
    );
  }
  const write = '$(edit) Write the name…';
  if (there?.length) {
    const pick = await vscode.window.showQuickPick(
      [
        ...there.map((target) => ({ label: target.address, description: target.kind, target })),
        { label: write, description: '', target: undefined },
      ],
      { title: `Tail a channel on ${connection.name}`, matchOnDescription: true, ignoreFocusOut: true },
    );
    if (!pick) return undefined;
    if (pick.target) return subjectOnConnection(connection, pick.target);
  }
  const kinds = KINDS[connection.protocol];
  const kind =
    kinds.length === 1
      ? kinds[0]
      : await vscode.window.showQuickPick([...kinds], {
          title: `Tail a channel on ${connection.name}`,
          placeHolder: 'What is it?',
          ignoreFocusOut: true,
        });
  if (!kind) return undefined;
  const address = await vscode.window.showInputBox({
    title: `Tail a ${kind} on ${connection.name}`,
    prompt: `The ${kind}’s name on the wire`,
    ignoreFocusOut: true,
  });
  return address ? subjectOnConnection(connection, { address, kind: kind as TapTarget['kind'] }) : undefined;
}

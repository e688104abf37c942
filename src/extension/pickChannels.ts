import * as vscode from 'vscode';
import type { Connections } from './connections';
import { picks, subjectOf, subjectOn } from './pickChannel';
import type { Pick } from './pickChannel';
import type { Server } from './server';
import type { TailManager } from './tailManager';
import type { TailSubject } from './tailSubject';

/** Several channels for one list, also of different brokers; undefined when given up. */
export async function subjectsToTail(
  server: Server,
  connections: Connections,
  tails: TailManager,
): Promise<readonly [TailSubject, ...TailSubject[]] | undefined> {
  const offered = (await picks(server, connections)).filter(({ add }) => !add);
  const chosen = await vscode.window.showQuickPick<Pick>(offered, {
    title: 'Tail Channels Together',
    placeHolder: 'The channels whose messages come into one list, by time of arrival',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  const subjects: TailSubject[] = [];
  // One after the other: each may have its own question.
  for (const { channelId, connection } of chosen ?? []) {
    const subject =
      channelId !== undefined
        ? await subjectOf(channelId, server, connections)
        : connection && (await subjectOn(connection, tails));
    if (subject && !subjects.some(({ key }) => key === subject.key)) subjects.push(subject);
  }
  const [first, ...more] = subjects;
  return first && [first, ...more];
}

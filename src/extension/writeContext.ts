import type * as vscode from 'vscode';
import type { RedriveTo } from '../protocol/publish';
import type { WriteTarget } from '../protocol/publishView';
import type { LiveWorker } from './liveWorker';
import type { Way } from './resolveConnection';
import type { TailSubject } from './tailSubject';

/** What a panel that writes needs of the window. */
export interface WriteContext {
  readonly extensionUri: vscode.Uri;
  readonly worker: LiveWorker;
  /** How to reach the subject's broker now. @throws NoWay */
  way(subject: TailSubject): Promise<Way>;
  /** As the law is now; asked again right before anything is written. */
  mayWrite(way: Way): boolean;
  readonly onWritingChanged: (listener: () => void) => { dispose(): void };
  /** Asks the user to lift the law. */
  allowWriting(way: Way): Promise<void>;
  /** Other channels of the subject's broker, which messages can be sent to. */
  channelsBeside(subject: TailSubject): Promise<readonly RedriveTo[]>;
}

/** Where a view writes to, for its head. */
export function writeTarget(subject: TailSubject, way: Way, context: WriteContext): WriteTarget {
  return {
    channel: subject.channel,
    kind: subject.target.kind,
    broker: way.label,
    protocol: way.protocol,
    ...(way.environment !== undefined ? { environment: way.environment } : {}),
    readOnly: !context.mayWrite(way),
    unverified: way.unverified,
  };
}

/** `events (development)`: what a question about writing names. */
export function placeOf(way: Way): string {
  return `${way.label} (${way.environment ?? 'no environment'})`;
}

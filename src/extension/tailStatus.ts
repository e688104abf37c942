import * as vscode from 'vscode';
import type { TapState } from '../brokers/driver';
import type { TailRequest, TailStatus } from '../protocol/tail';

/** The bounds of one tail's buffer, from the settings. */
export function tailLimits(): TailRequest['limits'] {
  const settings = vscode.workspace.getConfiguration('tailrace.tail');
  return {
    messages: Math.max(100, settings.get<number>('bufferMessages', 100_000)),
    bytes: Math.max(1 << 20, settings.get<number>('bufferBytes', 64 << 20)),
  };
}

/** The status of a tail that the worker knows nothing of: before it starts, or after it failed to. */
export function idleStatus(state: TapState, limits: TailRequest['limits']): TailStatus {
  return {
    state,
    about: '',
    paused: false,
    filter: {},
    counters: { received: 0, shown: 0, dropped: 0, undecodable: 0 },
    buffer: { messages: 0, bytes: 0, maxMessages: limits.messages, maxBytes: limits.bytes },
    rate: 0,
  };
}

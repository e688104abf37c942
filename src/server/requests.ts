import { exportRequest, elementAtRequest, graphRequest } from '../protocol/lsp';
import { guard } from './guard';
import type { Session } from './session';

/** The requests of `protocol/lsp.ts`, for Tailrace's own views. */
export function listenToRequests(session: Session): void {
  void guard; void exportRequest; void elementAtRequest; void graphRequest; void session;
}

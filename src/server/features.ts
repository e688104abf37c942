import type { Session } from './session';

/** The requests of the protocol that editors know. */
export function listenToFeatures(session: Session): void {
  void session;
}

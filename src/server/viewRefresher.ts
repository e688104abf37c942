import { CodeLensRefreshRequest } from 'vscode-languageserver';
import { lenses } from '../ide/lenses';
import { changedNotification } from '../protocol/lsp';
import type { Session } from './session';

/** Tells the client to ask again for what it shows beside the text. */
export class ViewRefresher {
  /** True if the client can be asked to renew its lenses: they count what other files say. */
  refreshesLenses = false;
  private shown = '';

  constructor(private readonly session: Session) {}

  refresh(): void {
    const { connection } = this.session;
    void connection.sendNotification(changedNotification, {});
    if (!this.refreshesLenses) return;
    const ide = this.session.ide();
    const ids = [...this.session.openIds()].sort();
    const now = ids
      .map(
        (id) =>
          `${id} ${lenses(ide, id)
            .map((lens) => lens.title)
            .join()}`,
      )
      .join('\n');
    if (now === this.shown) return;
    this.shown = now;
    connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }
}

import { CodeLensRefreshRequest, InlayHintRefreshRequest } from 'vscode-languageserver';
import type { Ide } from '../ide/context';
import { guaranteeInlays } from '../ide/guarantee/inlays';
import { changedNotification } from '../protocol/lsp';
import type { SourceFile } from '../text/sourceFile';
import { allLenses, lensWords } from './features';
import type { Session } from './session';

/**
 * VS Code waits a little before it asks again, and does not ask at all if the editor loses the focus meanwhile: what was
 * typed right before somebody looked at the problems would keep its old lenses. After this long it is told again, in ms.
 */
const reminderAfter = 1_000;

/** A document in a tab that nobody looks at is not asked for, however often one is told. */
const maxReminders = 2;

/** Tells the client to ask again for what it shows beside the text. */
export class ViewRefresher {
  /** True if the client can be asked to renew its lenses: they count what other files say. */
  refreshesLenses = false;
  /** The same of inlay hints: another file may change what a flow gives. */
  refreshesInlays = false;
  private lensesShown = '';
  private inlaysShown = '';
  private reminder?: NodeJS.Timeout;

  constructor(private readonly session: Session) {}

  refresh(): void {
    const { connection, shows } = this.session;
    void connection.sendNotification(changedNotification, {});
    if (!this.refreshesLenses && !this.refreshesInlays) return;
    const ide = this.session.ide();
    if (this.refreshesLenses) {
      const now = this.inOpenFiles(ide, (file) => lensWords(allLenses(this.session, { ide, file })));
      if (now !== this.lensesShown) this.renewLenses(maxReminders);
      this.lensesShown = now;
    }
    if (this.refreshesInlays) {
      const now = shows.inlays
        ? this.inOpenFiles(ide, (file) => guaranteeInlays(ide, file).map(({ text, tooltip }) => `${text} ${tooltip}`).join())
        : '';
      if (now !== this.inlaysShown) connection.sendRequest(InlayHintRefreshRequest.type).catch(() => undefined);
      this.inlaysShown = now;
    }
  }

  dispose(): void {
    clearTimeout(this.reminder);
  }

  private renewLenses(reminders: number): void {
    this.session.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    clearTimeout(this.reminder);
    if (reminders === 0) return;
    this.reminder = setTimeout(() => {
      void this.session.settle().then(() => {
        if (this.hasOldLenses()) this.renewLenses(reminders - 1);
      }).catch((error: unknown) => this.session.log(`renewing lenses failed: ${String(error)}`));
    }, reminderAfter);
    this.reminder.unref();
  }

  /** True if the client shows lenses that are no longer true. */
  private hasOldLenses(): boolean {
    const ide = this.session.ide();
    return [...this.session.lensesGiven].some(([id, given]) => {
      const file = ide.file(id)?.file;
      return file !== undefined && lensWords(allLenses(this.session, { ide, file })) !== given;
    });
  }

  private inOpenFiles(ide: Ide, words: (file: SourceFile) => string): string {
    return [...this.session.openIds()]
      .sort()
      .map((id) => {
        const file = ide.file(id)?.file;
        return `${id} ${file === undefined ? '' : words(file)}`;
      })
      .join('\n');
  }
}

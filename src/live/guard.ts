import { createContext, Script } from 'node:vm';

/**
 * Ends JavaScript that does not end by itself, such as a regular expression that backtracks for ever: the
 * watchdog of `vm` interrupts whatever runs on this thread, native matching included. Starting it takes
 * about 0.1 ms, so that it watches over slices of work, not over single messages.
 */
export class Guard {
  /** Made with the first work: a realm of its own weighs as much as many messages. */
  private realm: { readonly context: { run?: () => void }; readonly script: Script } | undefined;

  /** @returns false where the work was ended after `limit` milliseconds, wherever it was */
  run(work: () => void, limit: number): boolean {
    const { context, script } = (this.realm ??= {
      context: createContext(Object.create(null) as { run?: () => void }),
      script: new Script('run()'),
    });
    context.run = work;
    try {
      script.runInContext(context, { timeout: limit });
      return true;
    } catch (error) {
      // It is an error of the context's own realm, so that it is no instance of ours.
      if ((error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw error;
    } finally {
      context.run = undefined;
    }
  }
}

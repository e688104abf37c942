import { findProgram } from '../support/find-program.mjs';

/**
 * The browser that tests drive: TAILRACE_CHROMIUM, else Debian's, else another build of the same.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  return process.env.TAILRACE_CHROMIUM
    ?? ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(findProgram).find(Boolean);
}

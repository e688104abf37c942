import { findProgram } from '../support/find-program.mjs';

/**
 * The browser that tests drive: TAILRACE_CHROMIUM, else Debian's, else another build of the same.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return process.env.TAILRACE_CHROMIUM ?? names.map(findProgram).find(Boolean);
}

import { byHand, installPackages } from './apt.mjs';
import { findChromium } from './chromium-home.mjs';
import { attempt, runAsScript, say } from './run.mjs';

// Chromium only recommends fonts; without any, a page is drawn in empty boxes.
const PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];

/**
 * Puts a Chromium on this machine where none is. Does nothing the second time.
 *
 * @returns {Promise<import('./run.mjs').Missing[]>}
 */
export async function setUpChromium() {
  if (findChromium()) {
    say('Chromium is here');
    return [];
  }
  const how = `${byHand(PACKAGES)}, or set TAILRACE_CHROMIUM`;
  return attempt('install Chromium', how, () => installPackages(PACKAGES));
}

await runAsScript(import.meta.url, setUpChromium);

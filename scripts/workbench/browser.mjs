import { chromium } from 'playwright-core';
import { findChromium } from '../setup/chromium-home.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  // Nothing outside this machine is looked up, so that a test cannot come to need it.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/**
 * A headless Chromium for a workbench on the loopback address.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is not installed: run node scripts/setup/chromium.mjs');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { findChromium } from '../../scripts/setup/chromium-home.mjs';
import { launchBrowser } from '../../scripts/workbench/browser.mjs';
import { notRun } from '../support/not-run';
import { serveGraph, type GraphPage, type GraphSite, type OpenOptions } from './graphPage';

/**
 * A browser and the graph's site for the suite that calls it. Returns what opens a page: each is closed
 * behind its test, and must have had no faults.
 */
export function graphViews(): (options?: OpenOptions) => Promise<GraphPage> {
  let browser: Browser;
  let site: GraphSite;
  const opened: GraphPage[] = [];

  before(async function () {
    if (!findChromium()) notRun(this, 'there is no Chromium', 'node scripts/setup/chromium.mjs');
    [browser, site] = await Promise.all([launchBrowser(), serveGraph()]);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    for (const { page, faults } of opened.splice(0)) {
      await page.context().close();
      assert.deepEqual(faults, []);
    }
  });

  return async (options) => {
    const view = await site.open(browser, options);
    opened.push(view);
    return view;
  };
}

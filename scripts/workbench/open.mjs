import { launchBrowser } from './browser.mjs';
import { WorkbenchPage } from './page.mjs';
import { startWorkbench } from './server.mjs';

/**
 * A workbench and a browser page that shows it, with everything a test does to the page.
 *
 * @typedef {WorkbenchPage & {
 *   readonly server: import('./server.mjs').RunningWorkbench,
 *   newPage(): Promise<WorkbenchPage>,
 *   close(): Promise<void>,
 * }} OpenWorkbench
 */

/**
 * Starts a workbench and opens it in a headless Chromium.
 *
 * @param {import('./server.mjs').WorkbenchOptions & { size?: { width: number, height: number } }} options
 * @returns {Promise<OpenWorkbench>} `newPage` opens it once more, in a browser context of its own;
 *   `close` ends pages, browser and server, and may be called twice
 */
export async function openWorkbench({ size = { width: 1280, height: 800 }, ...options }) {
  const server = await startWorkbench(options);
  let browser;
  const pages = new Set();
  const close = async () => {
    // A page that is cut off without closing leaves its extension host running on the server.
    await Promise.all([...pages].map((page) => page.close()));
    pages.clear();
    await browser?.close();
    await server.stop();
  };
  const newPage = async () => {
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    pages.add(page);
    const workbench = new WorkbenchPage(page);
    await workbench.open(server.url);
    return workbench;
  };
  try {
    browser = await launchBrowser();
    return Object.assign(await newPage(), { server, newPage, close });
  } catch (error) {
    await close();
    throw error;
  }
}

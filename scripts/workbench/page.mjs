import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/until.mjs';

/** How long any one thing on screen may take to appear, in milliseconds. */
const PATIENCE = 30_000;

/**
 * One browser page with a workbench in it, driven as a person would: by keyboard and by what is
 * on screen. Each method returns when what it did can be seen.
 */
export class WorkbenchPage {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
  }

  /** Goes to a workbench's address and waits until its window is there. @param {string} url */
  async open(url) {
    await this.page.goto(url);
    await this.page.locator('[id="status.problems"]').waitFor();
  }

  /**
   * Opens a file of the workspace in the editor, by name or by the end of its path.
   *
   * @param {string} name
   */
  async openFile(name) {
    const file = name.split('/').at(-1) ?? name;
    await this.#pick('Control+p', name, file);
    await this.page.locator('.tab.active', { hasText: file }).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
  }

  /**
   * Runs a command by its title in the command palette, “Tailrace: Show Flow Graph”.
   *
   * @param {string} title
   */
  async runCommand(title) {
    await this.#pick('F1', `>${title}`, title);
  }

  async #pick(key, text, wanted) {
    const input = this.page.locator('.quick-input-widget input.input');
    // Until the search is done the list may hold results of the empty text; the first row decides.
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: wanted }).first();
    await until(async () => {
      if (!await input.isVisible()) await this.page.keyboard.press(key);
      // An editor or panel that opens late takes the focus away, and the box closes: then it is opened again.
      await input.fill(text, { timeout: 2_000 });
      await row.waitFor({ timeout: 10_000 });
      await row.click({ timeout: 2_000 });
      return true;
    }, { what: `a quick pick for “${text}”`, timeout: PATIENCE });
    await input.waitFor({ state: 'hidden' });
  }

  /**
   * Opens the Problems view and waits for a problem whose row has this text.
   *
   * @param {string | RegExp} text
   * @returns {Promise<import('playwright-core').Locator>} the row
   */
  async waitForProblem(text) {
    const panel = this.page.locator('.markers-panel');
    if (!await panel.isVisible()) await this.page.keyboard.press('Control+Shift+M');
    await panel.waitFor();
    const row = panel.locator('.monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    return row;
  }

  /**
   * The document inside a webview of an extension. Where several are on screen, `containing`, a
   * CSS selector, says which.
   *
   * @param {string} [extension] its id
   * @param {string} [containing]
   * @returns {Promise<import('playwright-core').Frame>}
   */
  async webviewFrame(extension = 'tailrace.tailrace', containing = 'body > *') {
    return until(async () => {
      for (const frame of this.page.frames()) {
        const outer = frame.parentFrame();
        if (!outer?.url().includes(`extensionId=${extension}`)) continue;
        const element = await outer.frameElement();
        if (await element.isVisible() && await frame.locator(containing).count() > 0) return frame;
      }
      return undefined;
    }, { what: `a webview of ${extension} with ${containing}`, timeout: PATIENCE });
  }

  /**
   * Saves what is on screen as `test-output/screenshots/<name>.png` of the current folder.
   *
   * @param {string} name
   * @returns {Promise<string>} the file
   */
  async screenshot(name) {
    const folder = join(process.cwd(), 'test-output', 'screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

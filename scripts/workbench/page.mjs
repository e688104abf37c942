import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/until.mjs';

/** How long any one thing on screen may take to appear, in milliseconds. */
const PATIENCE = 60_000;

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
   * Opens a file of the workspace in the editor, by name or by the end of its path, and returns when keys reach it.
   *
   * @param {string} name
   */
  async openFile(name) {
    const [file, ...folders] = name.split('/').reverse();
    await this.#pick('Control+p', name, file, folders.reverse().join('/'));
    const group = this.page.locator('.editor-group-container.active');
    await group.locator('.tab.active', { hasText: file }).waitFor();
    await group.locator('.monaco-editor .view-line').first().waitFor();
    await group.locator('.monaco-editor:focus-within').first().waitFor();
  }

  /**
   * Puts the cursor of the active editor on a line.
   *
   * @param {number} line counted from 1
   */
  async goToLine(line) {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    await until(async () => {
      if (!await input.isVisible()) await this.page.keyboard.press('Control+g');
      await input.fill(`:${line}`, { timeout: 2_000 });
      // What it does, such as another theme for everything, belongs to it.
    await input.press('Enter', { timeout: 10_000 });
      await this.#cursorOn(line);
      return true;
    }, { what: `the cursor on line ${line}`, timeout: PATIENCE });
  }

  async #cursorOn(line) {
    await this.page.locator('[id="status.editor.selection"]', { hasText: `Ln ${line},` }).waitFor({ timeout: 5_000 });
    await this.page.locator('.monaco-editor:focus-within').first().waitFor({ timeout: 5_000 });
  }

  /**
   * Runs a command by its title in the command palette, “Tailrace: Show Flow Graph”.
   *
   * @param {string} title
   */
  async runCommand(title) {
    await this.#pick('F1', `>${title}`, title);
  }

  async #pick(key, text, wanted, where = '') {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    await until(async () => {
      if (!await input.isVisible()) await this.page.keyboard.press(key);
      // An editor or panel that opens late takes the focus away, and the box closes: then it is opened again.
      await input.fill(text, { timeout: 2_000 });
      await this.takeRow(wanted, where).catch((error) => this.leaveBox(error));
      return true;
    }, { what: `a quick pick for “${text}”`, timeout: PATIENCE });
    await input.waitFor({ state: 'hidden' });
  }

  /**
   * After an attempt at a list of choices that has failed: what was taken on a busy machine may have opened a box of its
   * own, in which another attempt would wait for ever.
   *
   * @param {unknown} error is thrown again
   * @returns {Promise<never>}
   */
  async leaveBox(error) {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    if (await input.isVisible()) await input.press('Escape', { timeout: 2_000 });
    throw error;
  }

  /**
   * Takes the entry of the list of choices that is open, by keys: a row that is clicked can become another one's
   * while a search still brings results. Commands that are like the wanted one may stand above it.
   *
   * @param {string} wanted is in its row
   * @param {string} [where] is in its row too
   */
  async takeRow(wanted, where = '') {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    const row = this.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: wanted }).filter({ hasText: where });
    await row.first().waitFor({ timeout: 10_000 });
    await until(async () => {
      if (await row.and(this.page.locator('.focused')).count() > 0) return true;
      await input.press('ArrowDown', { timeout: 2_000 });
      return false;
    }, { what: `the entry ${wanted}`, timeout: 10_000 });
    // What it does, such as another theme for everything, belongs to it.
    await input.press('Enter', { timeout: 10_000 });
  }

  /**
   * Opens the Problems view and waits for a problem whose row has this text.
   *
   * @param {string | RegExp} text
   * @returns {Promise<import('playwright-core').Locator>} the row
   */
  async waitForProblem(text) {
    const panel = this.page.locator('.markers-panel');
    const row = panel.locator('.monaco-list-row').filter({ hasText: text }).first();
    await until(async () => {
      // The key closes a view that was just being opened by something else: then it is pressed again.
      if (!await panel.isVisible()) await this.page.keyboard.press('Control+Shift+M');
      await row.waitFor({ timeout: 5_000 });
      return true;
    }, { what: `a problem with ${text}`, timeout: PATIENCE });
    return row;
  }

  /**
   * Goes to a problem by its row, and returns when the cursor is on its line and keys reach the editor. An
   * editor that had the focus before is marked as focused for a moment longer than it is, and a row that a new
   * list has just replaced leads to where its successor does: then it is gone to again.
   *
   * @param {string | RegExp} text
   */
  async goToProblem(text) {
    await until(async () => {
      const row = await this.waitForProblem(text);
      const line = /\bLn (\d+)/.exec(await row.innerText())?.[1];
      if (line === undefined) throw new Error(`The row of ${text} names no line.`);
      await row.dblclick({ timeout: 5_000 });
      await this.#cursorOn(Number(line));
      return true;
    }, { what: `the cursor at the problem ${text}`, timeout: 2 * PATIENCE });
  }

  /**
   * Opens the fixes of a problem, as a person would: what closes their list, such as the focus that something slow takes
   * back, makes one ask for it again.
   *
   * @param {string | RegExp} problem is in the problem's row
   * @param {string} wanted is in the fix's name
   * @returns {Promise<import('playwright-core').Locator>} the fix, on screen
   */
  async findFix(problem, wanted) {
    const fix = this.page.locator('.context-view .monaco-list-row', { hasText: wanted }).first();
    await until(async () => {
      await this.goToProblem(problem);
      await this.page.keyboard.press('Control+.');
      try {
        await fix.waitFor({ timeout: 10_000 });
      } catch (error) {
        // A list without it would lie over the problems.
        await this.page.keyboard.press('Escape');
        throw error;
      }
      return true;
    }, { what: `the fix “${wanted}”`, timeout: 3 * PATIENCE });
    return fix;
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

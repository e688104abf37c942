import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { openWorkbench, requireWorkbench } from '../support/workbench';
import type { OpenWorkbench, WorkbenchOptions } from '../support/workbench';

const VSIX = resolve('dist/tailrace.vsix');

/** A workbench with the packaged extension installed, on a copy of an example. */
export async function openExample(
  hook: Mocha.Context,
  example: string,
  options: Partial<WorkbenchOptions> = {},
): Promise<OpenWorkbench> {
  requireWorkbench(hook);
  if (!existsSync(VSIX)) throw new Error('There is no dist/tailrace.vsix: run npm run package.');
  return openWorkbench({
    folder: join('examples', example),
    vsix: VSIX,
    size: { width: 1500, height: 900 },
    ...options,
    settings: {
      // Typed text must arrive as it is, and brokers' ports must not be offered for forwarding.
      'editor.autoIndent': 'none',
      'editor.autoClosingBrackets': 'never',
      'remote.autoForwardPorts': false,
      ...options.settings,
    },
  });
}

/** Runs a command whose dialogue goes on, and takes one entry after the other. */
export async function pickThrough(
  { page }: OpenWorkbench,
  command: string,
  ...choices: readonly string[]
): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  const row = (text: string): Locator =>
    page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  await until(
    async () => {
      if (!(await input.isVisible())) await page.keyboard.press('F1');
      // A panel that is just opening takes the focus, and the box closes: then it is opened again.
      await input.fill(`>${command}`, { timeout: 2_000 });
      await row(command).click({ timeout: 2_000 });
      return true;
    },
    { what: `the command ${command}` },
  );
  for (const choice of choices) {
    await row(choice).waitFor();
    await input.fill(choice);
    await row(choice).click();
  }
}

/** Opens Tailrace's side view. */
export async function openSideView({ page }: OpenWorkbench): Promise<Locator> {
  const view = page
    .locator('.pane-body')
    .filter({ has: page.locator('[aria-label="Flows"], .tree-explorer-viewlet-tree-view') });
  const icon = page.locator('.activitybar a.action-label[aria-label^="Tailrace"]').first();
  if (!(await view.first().isVisible())) await icon.click();
  await view.first().waitFor();
  return view.first();
}

/** The flow graph's document, once it has drawn something. */
export async function graphFrame(workbench: OpenWorkbench): Promise<Frame> {
  return workbench.webviewFrame('tailrace.tailrace', '[data-id^="channel:"]');
}

/** The document of the tail that is on screen. */
export async function tailFrame(workbench: OpenWorkbench, channel: string): Promise<Frame> {
  return until(
    async () => {
      const frame = await workbench.webviewFrame('tailrace.tailrace', 'button.subject');
      return (await frame.locator('button.subject').innerText()) === channel ? frame : undefined;
    },
    { what: `a tail of ${channel}` },
  );
}

/** The extension's own log so far. */
export async function extensionLog({ server }: OpenWorkbench): Promise<string> {
  const logs = join(server.userData, 'logs');
  const files = (await readdir(logs, { recursive: true })).filter((name) =>
    /tailrace\.tailrace[/\\]Tailrace\.log$/.test(name),
  );
  return (await Promise.all(files.map((name) => readFile(join(logs, name), 'utf8')))).join('\n');
}

/** For an `afterEach` hook: what the screen showed and the extension logged when a test failed. */
export async function pictureOfFailure(
  test: Mocha.Context,
  workbench: OpenWorkbench | undefined,
): Promise<void> {
  if (test.currentTest?.state !== 'failed') return;
  if (!workbench) return;
  await workbench.screenshot(
    `failed-${test.currentTest
      .fullTitle()
      .replace(/[^a-z0-9]+/gi, '-')
      .slice(0, 80)}`,
  );
  console.log(await extensionLog(workbench));
}

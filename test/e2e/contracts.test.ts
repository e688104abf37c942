import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenWorkbench } from '../support/workbench';
import { openExample, pictureOfFailure } from './support';

describe('changing a contract in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;
  let folder: string;

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'tailrace-e2e-'));
    const shop = join(folder, 'shop');
    cpSync(join('examples', 'shop'), shop, { recursive: true });
    const git = (...args: readonly string[]): void => {
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: shop, stdio: 'ignore' });
    };
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    // High enough for all problems: a row that is scrolled out is not there.
    workbench = await openExample(this, 'shop', { folder: shop, size: { width: 1500, height: 1700 } });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const lens = (title: RegExp): Promise<void> =>
    workbench.page.locator('.codelens-decoration a:visible', { hasText: title }).first().waitFor();

  it('says above a message who reads it and that they can', async () => {
    await workbench.openFile('v2/order.proto');
    await lens(/carried by .*orders\.placed.* consumers · backward compatible with version 1 ✓/);
    await workbench.screenshot('contracts-lens');
  });

  it('tells what a removed field breaks and for whom, and mends it by reserving', async () => {
    const { page } = workbench;
    const text = page.locator('.editor-instance .view-lines');
    await text.locator('.view-line', { hasText: 'total_cents' }).first().click();
    await page.keyboard.press('Control+Shift+K');
    // Whoever looks at the problems at once takes the focus from an editor that was about to ask for its lenses again.
    await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
    await workbench.waitForProblem('total_cents was removed');
    await page.locator('.markers-panel .monaco-list-row', { hasText: /which fraud-scorer, order-clinic and warehouse read/ }).first().waitFor();
    await lens(/· not backward compatible with version 1: \d+ ✗/);
    await workbench.screenshot('contracts-problem');
    const fix = await workbench.findFix('total_cents was removed', 'Reserve 3 and the name total_cents');
    await workbench.screenshot('contracts-fix');
    await fix.click();
    await text.locator('.view-line', { hasText: /reserved\s3;/ }).first().waitFor();
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'total_cents was removed' }).first().waitFor({ state: 'detached' });
    await lens(/· backward compatible with version 1 ✓/);
    await workbench.screenshot('contracts-reserved');
  });
});

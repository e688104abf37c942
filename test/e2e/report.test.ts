import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { OpenWorkbench } from '../support/workbench';
import { openExample, pictureOfFailure } from './support';

describe('the reliability checklist in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;

  before(async function () {
    workbench = await openExample(this, 'payments');
    await workbench.openFile('payments.flow.yaml');
    await workbench.waitForProblem('consumer/auto-commit-async');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(() => workbench?.close());

  it('is shown in the Markdown preview, and its links lead to the places', async () => {
    const { page } = workbench;
    await workbench.runCommand('Tailrace: Open Reliability Checklist');
    const preview = await workbench.webviewFrame('vscode.markdown-language-features', 'h1');
    const flow = preview.locator('h2', { hasText: 'processor → payments.settled → notifier' }).last();
    await flow.waitFor();
    const row = preview.locator('table', { has: preview.locator('th', { hasText: 'place' }) }).last().locator('tr', { hasText: 'Commit after processing' });
    assert.match(await row.innerText(), /met|unknown/);
    await workbench.screenshot('report');
    const link = preview.locator('a', { hasText: /^payments\.flow\.yaml:\d+$/ }).first();
    const line = /:(\d+)$/.exec(await link.innerText())?.[1];
    await link.click();
    await page.locator('.editor-group-container.active .tab.active', { hasText: 'payments.flow.yaml' }).waitFor();
    await page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${line},`) }).waitFor();
  });

  it('is kept in step with the text', async () => {
    const { page } = workbench;
    await workbench.openFile('payments.flow.yaml');
    await workbench.runCommand('Tailrace: Open Reliability Checklist');
    await workbench.runCommand('View: Move Editor into Right Group');
    const heading = async (text: string): Promise<number> => {
      const preview = await workbench.webviewFrame('vscode.markdown-language-features', 'h1');
      return preview.locator('h2', { hasText: text }).count();
    };
    await until(async () => (await heading('gateway → payments.requested → processor')) > 0, { what: 'the checklist beside the text' });
    await workbench.runCommand('View: Focus First Editor Group');
    await page.locator('.monaco-editor:focus-within').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n  auditor:\n    consumes: { payments.settled: { group: auditor } }\n');
    await until(async () => (await heading('auditor')) > 0, { what: 'the new flow in the checklist' });
  });
});

import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import type { OpenWorkbench } from '../support/workbench';
import { openExample, pickThrough, pictureOfFailure } from './support';

describe('the explanation of a flow in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;
  let story: Frame;
  const current = () => story.locator('.story-steps .current').innerText();

  before(async function () {
    workbench = await openExample(this, 'payments');
    await workbench.openFile('payments.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(() => workbench?.close());

  it('shows above a consume what its flows give, and behind each publish and consume', async () => {
    const { page } = workbench;
    await workbench.goToLine(102);
    const lens = page.locator('.codelens-decoration a:visible', { hasText: /best-effort · declared at-least-once ✗/ }).first();
    await lens.waitFor();
    await page.locator('.view-line', { hasText: /payments\.settled:.*best-effort\s✗/ }).first().waitFor();
    await workbench.screenshot('explain-lens');
    await lens.click();
    story = await workbench.webviewFrame('tailrace.tailrace', '.story-steps .current');
    // Of two flows that are as bad as each other the shorter one is told.
    assert.equal(await story.locator('.story-title').innerText(), 'processor → payments.settled → notifier');
  });

  it('leads from hover to the explanation', async () => {
    const { page } = workbench;
    await story.locator('.story-close').click();
    await story.locator('.story').waitFor({ state: 'hidden' });
    const text = page.locator('.editor-group-container').first();
    const key = text.locator('.view-line', { hasText: /payments\.settled:/ }).last();
    const link = page.locator('.monaco-hover:visible a', { hasText: 'Explain this flow' }).first();
    await until(async () => {
      const box = await key.boundingBox();
      if (box === null) return false;
      // Where the key's own letters are, behind the indentation.
      await page.mouse.move(box.x + 70, box.y + box.height / 2);
      await page.mouse.move(box.x + 75, box.y + box.height / 2, { steps: 5 });
      return link.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    }, { what: 'a hover with the link' });
    await workbench.screenshot('explain-hover');
    await link.click();
    await story.locator('.story-title', { hasText: /→ notifier$/ }).waitFor();
  });

  it('goes through the story by keys, on and back', async () => {
    await story.locator('.story').press('Home');
    const first = await current();
    await story.locator('.story').press('ArrowRight');
    await story.locator('.story').press('Space');
    const third = await current();
    assert.notEqual(third, first);
    await story.locator('.story').press('ArrowLeft');
    await story.locator('.story').press('ArrowRight');
    assert.equal(await current(), third);
    await story.locator('.story').press('End');
    assert.match(await current(), /m1 is gone: notifier never works on it to the end\./);
    await story.locator('.token.missing').waitFor();
    await workbench.screenshot('explain-end');
  });

  it('tries another setting, and writes it only after that was confirmed', async () => {
    const { page } = workbench;
    const text = page.locator('.editor-group-container').first().locator('.view-lines');
    await story.locator('.what-if-toggle').click();
    await story.locator('.what-if-repair').click();
    await story.locator('.story-verdict', { hasText: /at-least-once ✓ \(with one change\)/ }).waitFor();
    await workbench.screenshot('explain-what-if');
    await text.locator('.view-line', { hasText: /processing:\sasync/ }).first().waitFor();
    await story.locator('.what-if-apply').click();
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'processing of notifier: sync' });
    await dialog.waitFor();
    await workbench.screenshot('explain-apply');
    await text.locator('.view-line', { hasText: /processing:\sasync/ }).first().waitFor();
    await dialog.locator('.monaco-button', { hasText: 'Apply' }).click();
    await text.locator('.view-line', { hasText: /processing:\ssync/ }).first().waitFor();
    // The explanation is of the files as they are now.
    await story.locator('.story-verdict', { hasText: /^at-least-once ✓$/ }).waitFor();
  });

  it('ends with Escape, and begins anew from the command palette', async () => {
    await story.locator('.story').press('Escape');
    await story.locator('.story').press('Escape');
    await story.locator('.story').waitFor({ state: 'hidden' });
    await pickThrough(workbench, 'Tailrace: Explain This Flow…', 'gateway → payments.requested → processor');
    await story.locator('.story-title', { hasText: 'gateway → payments.requested → processor' }).waitFor();
  });
});

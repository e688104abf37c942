import assert from 'node:assert/strict';
import type { OpenWorkbench } from '../support/workbench';
import { extensionLog, graphFrame, openExample, openSideView, pictureOfFailure } from './support';

describe('a repository without a flow file in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;

  before(async function () {
    workbench = await openExample(this, 'brownfield');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(() => workbench?.close());

  it('starts by itself and shows the problems of four dialects', async () => {
    for (const rule of ['producer/acks-not-all', 'consumer/auto-commit', 'consumer/auto-ack', 'dlq/target-missing']) {
      await workbench.waitForProblem(rule);
    }
    await workbench.goToProblem('producer/acks-not-all');
    await workbench.page.locator('.tab.active', { hasText: 'application.yml' }).waitFor();
    await workbench.page.locator('.squiggly-warning').first().waitFor();
    await workbench.screenshot('brownfield-problems');
  });

  it('explains a setting of Spring’s where it is written', async () => {
    const { page } = workbench;
    // The cursor stands on the value since the problem was opened.
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+i');
    await page.locator('.monaco-hover:visible', { hasText: 'acks: 1 · order-service publishes' }).first().waitFor();
    await workbench.screenshot('brownfield-hover');
    await page.keyboard.press('Escape');
  });

  it('counts producers and consumers above a topic of Strimzi’s', async () => {
    await workbench.openFile('topics.yaml');
    const lens = workbench.page.locator('.codelens-decoration a', { hasText: '1 producer · 1 consumer' }).first();
    await lens.waitFor();
    await workbench.screenshot('brownfield-lenses');
  });

  it('draws the system as one graph, and leads from a node to its source', async () => {
    await workbench.runCommand('Tailrace: Open Flow Graph');
    const frame = await graphFrame(workbench);
    for (const id of ['channel:orders.placed', 'service:order-service', 'service:billing', 'service:invoices-archive']) {
      await frame.locator(`[data-id="${id}"]`).first().waitFor();
    }
    assert.equal(await frame.locator('[data-id="channel:orders.placed"]').count(), 1);
    await workbench.screenshot('brownfield-graph');
    await frame.locator('[data-id="service:billing"]').first().click();
    await workbench.page.locator('.tab', { hasText: 'application.properties' }).first().waitFor();
  });

  it('lists it in the side view', async () => {
    const view = await openSideView(workbench);
    const row = (text: string) => view.locator('.monaco-list-row').filter({ hasText: text }).first();
    for (const text of ['shop', 'orders.placed.dead', 'rabbitmq', 'mail.invoices']) await row(text).waitFor();
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });
});

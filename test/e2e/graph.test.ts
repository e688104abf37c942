import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import type { OpenWorkbench } from '../support/workbench';
import { graphFrame, openExample, pictureOfFailure } from './support';

describe('the graph in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;
  let graph: Frame;

  before(async function () {
    workbench = await openExample(this, 'shop');
    await workbench.openFile('shop.flow.yaml');
    await workbench.runCommand('Tailrace: Open Flow Graph');
    graph = await graphFrame(workbench);
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(() => workbench?.close());

  const node = (id: string) => graph.locator(`[data-id="${id}"]`).first();

  it('draws services and channels beside the text', async () => {
    for (const id of [
      'service:checkout',
      'service:mailer',
      'channel:orders.placed',
      'channel:mail.receipts',
    ]) {
      await node(id).waitFor();
    }
    await workbench.screenshot('graph-beside');
  });

  it('leads from a node to its source beside', async () => {
    // It lies below what a narrow panel opens with.
    await graph.locator('.fit').click();
    await node('service:mailer').click();
    await workbench.page.locator('.view-line', { hasText: 'mailer:' }).first().waitFor();
    const columns = workbench.page.locator('.editor-group-container');
    assert.equal(await columns.count(), 2);
    assert.match(await columns.first().innerText(), /shop\.flow\.yaml/);
  });

  it('opens at a channel from its lens, and lists its users from another', async () => {
    const { page } = workbench;
    const editor = page.locator('.editor-group-container').first();
    await editor.locator('.view-lines').click();
    // Onto a channel: how far a page goes depends on the lenses that are drawn by then.
    await workbench.goToLine(51);
    await node('channel:orders.placed').and(graph.locator('.lit')).waitFor();
    const lens = (text: string) =>
      editor.locator('.codelens-decoration a:visible', { hasText: text }).first();
    await lens('Show in graph').waitFor();
    await lens('Show in graph').click();
    await graph
      .locator('[data-id="channel:orders.placed"].lit, [data-id="channel:orders.placed"].selected')
      .waitFor();
    const row = editor.locator('.reference-zone-widget .ref-tree .monaco-list-row').first();
    // Lenses are drawn anew when an answer comes; a click in just that moment hits none.
    await until(async () => {
      await lens('1 producer').click({ timeout: 5_000 });
      return row.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    }, { what: 'the users of a channel from its lens' });
    await workbench.screenshot('lens-references');
    await page.keyboard.press('Escape');
  });

  it('follows an edit, and keeps what it can of a broken file', async () => {
    const { page } = workbench;
    await page.locator('.editor-group-container').first().locator('.view-lines').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('\n  late-joiner:\n    consumes:\n      orders.scored: { group: late }\n');
    await node('service:late-joiner').waitFor();
    await workbench.screenshot('graph-edited');
    await page.keyboard.insertText('\n  half: [');
    await page.locator('.squiggly-error').first().waitFor();
    await node('service:checkout').waitFor();
    await node('service:late-joiner').waitFor();
    await workbench.screenshot('graph-broken-file');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
  });

  it('comes back after the window was loaded anew', async () => {
    await workbench.page.reload();
    graph = await graphFrame(workbench);
    await node('service:checkout').waitFor();
    assert.equal(await workbench.page.locator('.tab', { hasText: 'Flow Graph' }).count(), 1);
  });
});

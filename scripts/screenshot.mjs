/**
 * `npm run screenshot`: makes media/screenshot.png and media/explain.png, the README's pictures, from the running product:
 * the packaged extension in the real workbench, examples/shop with its graph beside it, and with a flow explained.
 */
import { join } from 'node:path';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpWorkbench } from './setup/workbench.mjs';
import { openWorkbench } from './workbench/open.mjs';

const root = join(import.meta.dirname, '..');
const missing = [...await setUpChromium(), ...await setUpWorkbench()];
if (missing[0]) throw new Error(`${missing[0].what}: ${missing[0].why}`);

const workbench = await openWorkbench({
  folder: join(root, 'examples/shop'),
  vsix: join(root, 'dist/tailrace.vsix'),
  size: { width: 1720, height: 1240 },
  settings: {
    'editor.minimap.enabled': false, 'breadcrumbs.enabled': false, 'editor.fontSize': 12, 'workbench.activityBar.location': 'default',
  },
});
try {
  await workbench.openFile('shop.flow.yaml');
  const problem = await workbench.waitForProblem('producer/acks-not-all');
  await problem.dblclick();
  await workbench.page.locator('[id="status.editor.selection"]').filter({ hasText: /Ln 1[0-9][0-9]/ }).waitFor();
  await workbench.runCommand('Tailrace: Open Flow Graph');
  const graph = await workbench.webviewFrame('tailrace.tailrace', '[data-id="service:checkout"]');
  await graph.locator('[data-id="service:checkout"]').waitFor();
  // The side bar's place is better used by the graph.
  await workbench.page.keyboard.press('Control+b');
  await graph.locator('[data-id="channel:orders.placed"]').waitFor();
  await workbench.page.screenshot({ path: join(root, 'media/screenshot.png') });
  console.log('media/screenshot.png');

  await workbench.page.setViewportSize({ width: 1720, height: 1000 });
  await workbench.page.keyboard.press('Control+j');
  await workbench.page.locator('.markers-panel').waitFor({ state: 'hidden' });
  await workbench.page.locator('.codelens-decoration a:visible', { hasText: 'at-most-once · declared at-least-once ✗' }).first().click();
  const story = await workbench.webviewFrame('tailrace.tailrace', '.story-steps .current');
  await story.locator('.what-if-toggle').click();
  await story.locator('.hazard[data-hazard="loss"]').click();
  await story.locator('.story').press('End');
  await story.locator('.token.missing').waitFor();
  // The drawing glides to its place.
  await story.locator('.story-world').evaluate((world) => Promise.all(world.getAnimations().map(({ finished }) => finished)));
  await workbench.page.screenshot({ path: join(root, 'media/explain.png') });
  console.log('media/explain.png');
} finally {
  await workbench.close();
}

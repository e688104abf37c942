/**
 * `npm run screenshot`: makes media/screenshot.png, the README's picture, from the running product:
 * the packaged extension in the real workbench, examples/shop with its graph beside it.
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
} finally {
  await workbench.close();
}

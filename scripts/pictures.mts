/**
 * `npm run pictures`: the pictures of the Marketplace page, from the running product on four real brokers: a tail for
 * each broker and the graph with live figures, each dark, light and in high contrast, into test-output/screenshots/.
 */
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpBrokers } from './setup/brokers.mjs';
import { setUpWorkbench } from './setup/workbench.mjs';
import { openWorkbench } from './workbench/open.mjs';
import type { OpenWorkbench } from './workbench/open.mjs';
import { until } from './support/until.mjs';
import { addRabbitConnection, clearToasts, graphFrame, notified, pickThrough, tailFrame } from '../test/e2e/support';
import { startShop } from './pictures/brokers';
import { faintTexts } from './pictures/contrast';
import { copyShop } from './pictures/shop';

const root = join(import.meta.dirname, '..');
/** The pictures' themes, as the list of themes names them. */
const TITLES = { 'dark': 'Dark Modern', 'light': 'Light Modern', 'high-contrast': 'Dark High Contrast' } as const;
type Theme = keyof typeof TITLES;
const SHOWN: readonly Theme[] = ['dark', 'light', 'high-contrast'];

/** A tail that a picture shows. */
interface Scene {
  readonly picture: string;
  readonly channel: string;
  /** Fields of the value as columns, `header:` before a header's name. */
  readonly columns: readonly string[];
  /** Begins this far back, where the broker keeps its messages. */
  readonly from?: string;
  /** A CEL expression that the list is narrowed to. */
  readonly expression?: string;
}

const SCENES: readonly Scene[] = [
  { picture: 'kafka', channel: 'orders.placed', columns: ['total', 'currency', 'header:tenant'], from: '-20m', expression: 'value.total > 500 && headers["tenant"] == "eu"' },
  { picture: 'rabbitmq', channel: 'mail', columns: ['order_id', 'total'] },
  { picture: 'mqtt', channel: 'shop/shelves/+/weight', columns: ['grams', 'sku'] },
  { picture: 'nats', channel: 'stock.level', columns: ['sku', 'left'], from: '-10m' },
];

async function main(): Promise<void> {
  const missing = [...await setUpChromium(), ...await setUpWorkbench(), ...await setUpBrokers()];
  if (missing[0]) throw new Error(`${missing[0].what}: ${missing[0].why}`);
  const undo: (() => Promise<unknown>)[] = [];
  let shown: OpenWorkbench | undefined;
  try {
    const shop = await startShop();
    undo.push(() => shop.stop());
    const files = await copyShop(join(root, 'examples/shop'));
    undo.push(() => files.remove());
    const workbench = await openWorkbench({
      folder: files.folder,
      vsix: join(root, 'dist/tailrace.vsix'),
      size: { width: 1500, height: 900 },
      env: { ...shop.env },
      settings: { 'tailrace.figures.interval': 2, 'breadcrumbs.enabled': false, 'remote.autoForwardPorts': false },
    });
    undo.push(() => workbench.close());
    shown = workbench;
    await workbench.openFile('shop.flow.yaml');
    await addRabbitConnection(workbench, 'work', shop.rabbit);
    await workbench.page.keyboard.press('Control+b');
    for (const scene of SCENES) await open(workbench, scene);
    await openGraph(workbench);
    for (const theme of SHOWN) {
      await setTheme(workbench, theme);
      for (const scene of SCENES) {
        const tail = await showTail(workbench, scene);
        await dressed(tail, theme);
        await take(workbench, tail, `picture-${scene.picture}-${theme}`);
      }
      await workbench.page.locator('.tab', { hasText: 'Flow Graph' }).first().click();
      const graph = await figuredGraph(workbench);
      await dressed(graph, theme);
      await graph.locator('.fit').click();
      await graph.locator('.world:not(.gliding)').waitFor();
      await take(workbench, graph, `picture-graph-${theme}`);
    }
  } catch (error) {
    if (shown) console.log(`What was on screen: ${await shown.screenshot('picture-failed')}`);
    throw error;
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

/** Starts a tail, chooses what it shows, and selects the newest message that breaks its contract. */
async function open(workbench: OpenWorkbench, { channel, columns, from, expression }: Scene): Promise<void> {
  const { keyboard } = workbench.page;
  await pickThrough(workbench, 'Tailrace: Tail Channel…', channel);
  const tail = await tailFrame(workbench, channel);
  await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
  if (from !== undefined) {
    await tail.locator('.starts').click();
    await tail.getByLabel('Time: -15m').first().fill(from);
    await keyboard.press('Enter');
  }
  await tail.locator('.layer .row').first().waitFor();
  await tail.locator('.scroller').focus();
  await keyboard.press('c');
  for (const column of columns) {
    await tail.locator('.popup.columns .field').fill(column);
    await keyboard.press('Enter');
    await tail.locator('.row.head', { hasText: column }).waitFor();
  }
  await keyboard.press('Escape');
  if (expression !== undefined) {
    await tail.locator('.toggle', { hasText: 'expression' }).click();
    await tail.locator('.filter').fill(expression);
    await keyboard.press('Enter');
    await tail.locator('.matches', { hasText: 'match' }).waitFor();
  }
  await tail.locator('footer', { hasText: /[1-9][0-9]* violating|violating [1-9]/ }).waitFor({ timeout: 60_000 });
  await until(async () => {
    // While old messages still come, there may be no fault yet among those that the filter lets through.
    await tail.locator('.scroller').focus();
    await keyboard.press('End');
    await keyboard.press('Shift+N');
    await tail.locator('.layer .row.selected', { hasText: 'violates' }).waitFor({ timeout: 2_000 });
    return true;
  }, { what: `a message on ${channel} that breaks its contract`, timeout: 60_000 });
  await tail.locator('.detail .json-tree .fault-mark').first().waitFor();
}

/** Comes back to a tail, which is as it was left. */
async function showTail(workbench: OpenWorkbench, { channel }: Scene): Promise<Frame> {
  await workbench.page.locator('.tab', { hasText: channel }).first().click();
  const tail = await tailFrame(workbench, channel);
  await tail.locator('.detail .json-tree .fault-mark').first().waitFor();
  await tail.locator('.hist .bars').first().waitFor({ state: 'attached' });
  return tail;
}

async function openGraph(workbench: OpenWorkbench): Promise<void> {
  await workbench.page.locator('.tab', { hasText: 'shop.flow.yaml' }).first().click();
  await workbench.runCommand('Tailrace: Open Flow Graph');
  await graphFrame(workbench);
  // Beside the text it would have half the room.
  await workbench.runCommand('View: Join All Editor Groups');
  await workbench.page.locator('.tab', { hasText: 'Flow Graph' }).first().click();
  await (await graphFrame(workbench)).locator('.live-toggle').click();
  await figuredGraph(workbench);
  // The warehouse is behind, which is told once.
  await notified(workbench, 'warehouse at orders.placed');
  await clearToasts(workbench);
}

/** The graph once every broker has told of what moves. */
async function figuredGraph(workbench: OpenWorkbench): Promise<Frame> {
  const graph = await graphFrame(workbench);
  const pill = (id: string, text: RegExp): Promise<void> => graph.locator(`.world [data-id="${id}"] .pill`, { hasText: text }).first().waitFor();
  await pill('publish:checkout>orders.placed', /\/s/);
  await pill('consume:orders.placed>warehouse', /lag/);
  await pill('channel:orders.placed.dlq', /dead letters/);
  await pill('channel:mail.dead', /dead letters/);
  await pill('broker:floor', /clients? connected/);
  return graph;
}

/** By the list of themes, as a person would. */
async function setTheme(workbench: OpenWorkbench, theme: Theme): Promise<void> {
  const { page } = workbench;
  const box = page.locator('.quick-input-widget:visible');
  await until(async () => {
    // A panel that is just being drawn may take the focus, and the first of the two keys with it.
    await page.locator('.tab.active').first().click();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+t');
    await box.locator('input.input').fill(TITLES[theme], { timeout: 5_000 });
    await box.locator('.monaco-list-row.focused', { hasText: TITLES[theme] }).waitFor({ timeout: 5_000 });
    return true;
  }, { what: 'the list of themes', timeout: 60_000 });
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'hidden' });
}

/** Waits until a view has the colours of the theme. */
async function dressed(view: Frame, theme: Theme): Promise<void> {
  await view.locator(`body.vscode-${theme}`).waitFor();
}

/** Takes the picture, and tells which texts of the view are hard to read in it. */
async function take(workbench: OpenWorkbench, view: Frame, name: string): Promise<void> {
  await workbench.page.mouse.move(750, 4);
  console.log(await workbench.screenshot(name));
  for (const { element, text, ratio, wanted } of await faintTexts(view)) console.log(`  ${ratio} : 1, not ${wanted} : 1: “${text}” (${element})`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

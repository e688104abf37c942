import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { findBroker, startMosquitto } from '../support/brokers';
import type { RunningBroker } from '../support/brokers';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import { clearToasts, extensionLog, graphFrame, openExample, pickThrough, pictureOfFailure, tailFrame } from './support';

/** Comes in the broker’s URL from the environment, as at many places. */
const PASSWORD = 'hush-hush-0815';

describe('Restricted Mode in a real workbench', function () {
  this.timeout(240_000);
  let workbench: OpenWorkbench;
  let broker: RunningBroker | undefined;

  before(async function () {
    if (await findBroker('mosquitto')) broker = await startMosquitto({ users: { sam: PASSWORD } });
    const env = broker && { SHOP_MQTT_URL: broker.url.replace('://', `://sam:${PASSWORD}@`) };
    workbench = await openExample(this, 'shop', {
      restricted: true,
      ...(env && { env }),
    });
    await workbench.openFile('shop.flow.yaml');
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor();
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await broker?.stop();
  });

  it('lints and draws the files', async () => {
    await workbench.waitForProblem('producer/acks-not-all');
    await workbench.runCommand('Tailrace: Open Flow Graph');
    const graph = await graphFrame(workbench);
    await graph.locator('[data-id="channel:orders.placed"]').first().waitFor();
  });

  it('connects to no broker that a file names, and says why and what to do', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'shop/shelves/+/weight');
    const tail = await tailFrame(workbench, 'shop/shelves/+/weight');
    await tail.locator('.pill .state', { hasText: 'refused' }).waitFor();
    const note = await tail.locator('.state-note').innerText();
    assert.match(note, /floor is declared by a file of a workspace that is not trusted/);
    assert.match(note, /Trust the workspace, or add a connection of that name/);
    await page.locator('.notification-toast', { hasText: 'Manage Workspace Trust' }).waitFor();
    await workbench.screenshot('restricted-tail-refused');
    assert.doesNotMatch(await extensionLog(workbench), /\[error\]/);
  });

  it('asks no schema registry, and says why', async () => {
    await pickThrough(workbench, 'Tailrace: Compare with Schema Registry…');
    await workbench.page.locator('.notification-toast', { hasText: 'its contracts are sent to no schema registry' }).waitFor();
    // The list of commands closes by itself; a list of registries would stay and let this run out of time.
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  });

  it('asks no broker what is on it, to compare or to import, and says why', async () => {
    for (const command of ['Compare with Broker…', 'Import from Broker…']) {
      await clearToasts(workbench);
      await pickThrough(workbench, `Tailrace: ${command}`);
      await workbench.page.locator('.notification-toast', { hasText: 'so no broker is asked what is on it' }).waitFor();
      await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    }
  });

  it('makes no connection of what its files say, and says why', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Add Connection…', 'From a file of the workspace');
    await page.locator('.notification-toast', { hasText: 'its files decide no connection. Trust it first.' }).waitFor();
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await clearToasts(workbench);
  });

  it('tails as soon as the workspace is trusted, signed in by the environment, which it shows nowhere', async function () {
    const { page } = workbench;
    if (!broker) return notRun(this, 'mosquitto is not installed', 'node scripts/setup/brokers.mjs');
    // The tail's own notification leads there too; by now it has been cleared.
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor({ state: 'detached' });
    // It starts by itself, behind the editor of trust that lies over the window.
    const tail = await tailFrame(workbench, 'shop/shelves/+/weight');
    await tail.locator('.pill .state', { hasText: 'live' }).waitFor();
    const publisher = await connectAsync(broker.url, { username: 'sam', password: PASSWORD });
    await publisher.publishAsync('shop/shelves/a1/weight', '{"grams":7}');
    await tail.locator('.layer .row:visible', { hasText: '"grams":7' }).first().waitFor();
    await publisher.endAsync();
    await workbench.screenshot('restricted-then-trusted');
    assert.doesNotMatch(await tail.locator('body').innerText(), /hush-hush/);
    assert.doesNotMatch(await extensionLog(workbench), /hush-hush/);
  });
});

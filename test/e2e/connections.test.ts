import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { Frame } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import { findBroker, startMosquitto, type RunningBroker } from '../support/brokers';
import { startRabbitWithTls, type RabbitWithTls } from '../support/brokers/rabbitTls';
import { makeCertificates } from '../support/certificates';
import { notRun } from '../support/not-run';
import type { OpenWorkbench } from '../support/workbench';
import {
  answer as answerIn, choose as chooseIn, clearToasts as clearToastsOf, extensionLog, openExample, openSideView, pickThrough, pictureOfFailure,
  tailFrame,
} from './support';

const SECRET = 'hush-hush-4711';
const FROM_FILE = 'hush-file-0815';
const NO_PORT = 'amqps://127.0.0.1:1';

describe('connections in a real workbench', function () {
  this.timeout(240_000);
  let rabbit: RabbitWithTls;
  let mosquitto: RunningBroker;
  let staging: RunningBroker;
  let workbench: OpenWorkbench;
  let folder: string;
  let otherCa: string;

  before(async function () {
    this.timeout(240_000);
    for (const kind of ['rabbitmq', 'mosquitto'] as const) {
      if (await findBroker(kind) === undefined) notRun(this, `${kind} is not installed`, 'node scripts/setup/brokers.mjs');
    }
    folder = mkdtempSync(join(tmpdir(), 'tailrace-connections-'));
    ({ otherCa } = await makeCertificates(join(folder, 'made')));
    [rabbit, mosquitto, staging] = await Promise.all([startRabbitWithTls(), startMosquitto(), startMosquitto()]);
    await user('sam', { password: SECRET, tags: 'monitoring' }, { configure: '^tailrace-tap', write: '^tailrace-tap', read: '.*' });
    const workspace = join(folder, 'shop');
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'shop.flow.yaml'), `flow: 1
brokers:
  floor: { protocol: mqtt, url: "${mosquitto.url}", environment: development }
  work: { protocol: rabbitmq, url: "${rabbit.broker.url.replace('guest:guest@', '')}", environment: production }
channels:
  doors: { broker: floor }
  mails: { broker: work, queue: classic }
services:
  mailer: { consumes: { mails: {}, doors: {} } }
`);
    writeFileSync(join(workspace, 'producer.properties'), `bootstrap.servers=kafka-1.example.com:9093
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="checkout" password="${FROM_FILE}";
ssl.truststore.location=/etc/kafka/trust.jks
acks=all
`);
    workbench = await openExample(this, 'shop', { folder: workspace });
    await workbench.openFile('shop.flow.yaml');
  });
  afterEach(function () {
    return pictureOfFailure(this, workbench);
  });
  after(async () => {
    await workbench?.close();
    await Promise.all([rabbit?.stop(), mosquitto?.stop(), staging?.stop()]);
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** By the management API, as an administrator would. */
  async function user(name: string, account: object, rights: object): Promise<void> {
    const { origin, username, password } = new URL(rabbit.broker.adminUrl ?? '');
    const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`, 'content-type': 'application/json' };
    for (const [path, body] of [[`users/${name}`, account], [`permissions/%2F/${name}`, rights]] as const) {
      const answer = await fetch(`${origin}/api/${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      assert.ok(answer.ok, await answer.text());
    }
  }

  const box = () => workbench.page.locator('.quick-input-widget:visible');
  const input = () => box().locator('input.input');

  const answer = (prompt: string, text?: string) => answerIn(workbench, prompt, text);
  const choose = (question: string, label?: string) => chooseIn(workbench, question, label);
  const toast = (text: string | RegExp) => workbench.page.locator('.notification-toast', { hasText: text });
  const status = (text: string) => workbench.page.locator('.statusbar-item', { hasText: text });
  const clearToasts = () => clearToastsOf(workbench);
  const url = () => `amqps://127.0.0.1:${rabbit.tlsPort}`;

  /** From where the broker is on, to the end. */
  async function answerAddress(more: { url?: string; ca?: string; password?: string } = {}): Promise<void> {
    await answer('Where is it?', more.url);
    await answer('Virtual host');
    await choose('By what is the broker’s certificate checked?', more.ca && 'By a certificate file');
    await answer('The authority’s certificate', more.ca);
    await choose('Does the broker ask for a client certificate?');
    await choose('How do you sign in?', 'User and password');
    await answer('User (Press', 'sam');
    await answer('Password of sam', more.password);
    await answer('Management API', rabbit.broker.adminUrl?.replace('guest:guest@', ''));
  }

  async function edit(more: Parameters<typeof answerAddress>[0]): Promise<void> {
    await pickThrough(workbench, 'Tailrace: Edit Connection…', 'work');
    await choose('Which broker of your files is it a way to?');
    await choose('Which environment is it in?');
    await answer('A name for the connection');
    await answerAddress(more);
    await toast('The connection work was changed').getByRole('button', { name: 'Test Connection' }).click();
  }

  it('are shown from the start by what the files say', async () => {
    await status('floor · development · writable').waitFor();
  });

  it('are added step by step, with a way back, and tested: AMQPS with an own authority', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Add Connection…');
    await choose('What do you connect to?', 'RabbitMQ');
    await choose('Which broker of your files is it a way to?', 'None of them');
    await choose('Which environment is it in?', 'production');
    await box().filter({ hasText: 'A name for the connection' }).waitFor();
    // Back twice, and another answer.
    await box().locator('[aria-label^="Back"]').first().click();
    await box().locator('input.input[placeholder="Which environment is it in?"]').waitFor();
    await box().locator('[aria-label^="Back"]').first().click();
    await choose('Which broker of your files is it a way to?', 'work');
    await workbench.screenshot('connection-environment');
    await choose('Which environment is it in?', 'staging');
    await answer('A name for the connection');
    await answer('Where is it?', `amqps://sam:${SECRET}@127.0.0.1`);
    await box().filter({ hasText: 'Leave user and password out' }).waitFor();
    await answer('Leave user and password out', url());
    await answer('Virtual host');
    await choose('By what is the broker’s certificate checked?', 'By a certificate file');
    await answer('The authority’s certificate', rabbit.files.clientKey);
    await box().filter({ hasText: 'holds no PEM certificate' }).waitFor();
    await workbench.screenshot('connection-wrong-file');
    // The button opens the window's own dialogue, and what is chosen there is the answer.
    await box().locator('[aria-label^="Choose a File"]').first().click();
    // It writes the folder into its box only when it has listed it.
    await box().locator('.monaco-list-row', { hasText: 'producer.properties' }).first().waitFor();
    await input().fill(rabbit.files.ca);
    await box().locator('.monaco-list-row', { hasText: 'ca.pem' }).first().waitFor();
    await page.keyboard.press('Enter');
    await choose('Does the broker ask for a client certificate?', 'No');
    await choose('How do you sign in?', 'User and password');
    await answer('User (Press', 'sam');
    await answer('Password of sam', SECRET);
    await answer('Management API', rabbit.broker.adminUrl?.replace('guest:guest@', ''));
    await status('work · staging · read-only').waitFor();
    await toast('The connection work was added').getByRole('button', { name: 'Test Connection' }).click();
    await toast(/work answers: RabbitMQ .*Its management API answers\..*✓ name ✓ port ✓ TLS ✓ protocol ✓ sign-in ✓ rights/).waitFor();
    await toast('Testing work').waitFor({ state: 'detached' });
    await workbench.screenshot('connection-tested');
    await clearToasts();
    await page.locator('.statusbar-item', { hasText: 'work · staging' }).waitFor();
  });

  for (const [what, change, step, words] of [
    ['a name that is not there', { url: 'amqps://nowhere.invalid' }, '✗ name – port', /nowhere\.invalid/],
    ['a port where nobody listens', { url: NO_PORT }, '✓ name ✗ port', /127\.0\.0\.1:1\b/],
    ['TLS spoken to a plain port', { url: 'PLAIN' }, '✓ port ✗ TLS', /TLS/],
    ['another authority', { ca: 'OTHER' }, '✓ port ✗ TLS', /certificate|authority/i],
    ['a wrong password', { password: 'wrong-0000' }, '✓ protocol ✗ sign-in', /password|refused/i],
  ] as const) {
    it(`tell ${what} apart in a test, and go on to the edit`, async () => {
      const used = { url: url(), ca: rabbit.files.ca, ...change } as { url: string; ca: string; password?: string };
      if (used.url === 'PLAIN') used.url = `amqps://127.0.0.1:${rabbit.broker.port}`;
      if (used.ca === 'OTHER') used.ca = otherCa;
      await edit(used);
      const failed = toast('work cannot be used').filter({ hasText: step });
      await failed.waitFor();
      assert.match(await failed.innerText(), words);
      await failed.getByRole('button', { name: 'Show Log' }).waitFor();
      await toast('Testing work').waitFor({ state: 'detached' });
      await workbench.screenshot(`connection-fails-${step.replace(/[^a-zA-Z]+/g, '-')}`);
      await failed.getByRole('button', { name: 'Edit Connection' }).click();
      await box().filter({ hasText: 'Edit work' }).waitFor();
      await workbench.page.keyboard.press('Escape');
      await box().waitFor({ state: 'hidden' });
      await clearToasts();
    });
  }

  it('keep a secret that is not typed anew', async () => {
    await edit({ url: url(), ca: rabbit.files.ca, password: SECRET });
    await toast('work answers: RabbitMQ').waitFor();
    await clearToasts();
    await edit({});
    await toast('work answers: RabbitMQ').waitFor();
    await clearToasts();
  });

  it('are chosen in the status bar, and in their view', async () => {
    await status('work · staging · read-only').first().click();
    await box().locator('.monaco-list-row', { hasText: 'work, as the file says' }).first().waitFor();
    await workbench.screenshot('connection-choose');
    await input().fill('work, as the file says');
    await workbench.page.keyboard.press('Enter');
    await status('work · production · read-only').waitFor();
    await openSideView(workbench);
    // Each pane gets its room: the one of the flows is closed for the other.
    for (const [name, isOpen] of [['Flows', 'false'], ['Connections', 'true']] as const) {
      const pane = workbench.page.locator('.pane-header', { hasText: name });
      if ((await pane.getAttribute('aria-expanded')) !== isOpen) await pane.click();
    }
    const row = (text: string) => workbench.page.locator('.pane-body .monaco-list-row', { hasText: text });
    await row('As the file says').filter({ hasText: 'production · read-only' }).and(workbench.page.locator('[aria-label*=", active,"]')).waitFor();
    await workbench.screenshot('connection-view');
    const own = row('staging · read-only').first();
    await own.hover();
    await own.locator('[aria-label*="Use This Connection"]').click();
    await status('work · staging · read-only').waitFor();
  });

  it('may be written to once the user allows it by name, until the window closes', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Allow Writing…', 'work');
    const modal = page.locator('.monaco-dialog-box', { hasText: 'Allow writing to work (staging)?' });
    await modal.filter({ hasText: 'It ends when this window closes' }).waitFor();
    await workbench.screenshot('connection-allow-writing');
    await modal.getByRole('button', { name: 'Allow Writing' }).click();
    await status('work · staging · writable').waitFor();
    await workbench.screenshot('connection-writable');
    await page.reload();
    await status('work · staging · read-only').waitFor();
  });

  it('decide what a tail watches: each its own, side by side', async () => {
    const { page } = workbench;
    await pickThrough(workbench, 'Tailrace: Add Connection…');
    await choose('What do you connect to?', 'MQTT');
    await choose('Which broker of your files is it a way to?', 'floor');
    await choose('Which environment is it in?', 'staging');
    await answer('A name for the connection', 'floor staging');
    await answer('Where is it?', staging.url);
    await choose('Is the connection encrypted?');
    await choose('Which version of MQTT?');
    await choose('How do you sign in?');
    await status('floor · staging · read-only').waitFor();
    await clearToasts();
    const tailed = async (broker: RunningBroker, environment: string, text: string): Promise<Frame> => {
      await pickThrough(workbench, 'Tailrace: Tail Channel…', 'doors');
      // The tail before it has the same channel, and is on screen until this one is.
      const tail = await until(async () => {
        const frame = await tailFrame(workbench, 'doors');
        await frame.locator('.pill .state', { hasText: 'live' }).waitFor({ timeout: 5_000 });
        return (await frame.locator('body').innerText()).includes(environment) ? frame : undefined;
      }, { what: `a tail of ${environment}` });
      const publisher = await connectAsync(broker.url);
      await publisher.publishAsync('doors', text);
      await publisher.endAsync();
      await tail.locator('.layer .row:visible', { hasText: text }).first().waitFor();
      return tail;
    };
    const first = await tailed(staging, 'staging', 'open in staging');
    assert.match(await first.locator('body').innerText(), /staging/);
    await workbench.screenshot('connection-tail-staging');
    await status('floor · staging · read-only').first().click();
    await box().locator('.monaco-list-row', { hasText: 'floor, as the file says' }).first().waitFor();
    await input().fill('floor, as the file says');
    await page.keyboard.press('Enter');
    await status('floor · development · writable').waitFor();
    const second = await tailed(mosquitto, 'development', 'open in development');
    assert.doesNotMatch(await second.locator('.layer').first().innerText(), /open in staging/);
    await pickThrough(workbench, 'Tailrace: Remove Connection…', 'floor staging');
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('shop.flow.yaml');
  });

  it('are taken from a file of the workspace; its password only when the user says so', async () => {
    const before = await secretBytes();
    await pickThrough(workbench, 'Tailrace: Add Connection…');
    await choose('What do you connect to?', 'From a file of the workspace');
    await box().locator('.monaco-list-row', { hasText: 'kafka-1.example.com:9093' }).first().waitFor();
    await workbench.screenshot('connection-import');
    await choose('Which of these?', 'kafka-1');
    await choose('producer.properties gives a password for checkout. Take it?', 'Take it');
    await choose('Which environment is it in?', 'staging');
    await answer('A name for the connection', 'orders');
    await answer('Where is it?');
    await choose('Is the connection encrypted?');
    await choose('By what is the broker’s certificate checked?');
    await choose('Does the broker ask for a client certificate?');
    await choose('How do you sign in?');
    await answer('User (Press');
    await box().locator('input.input[placeholder="unchanged; leave it empty to keep it"]').waitFor();
    await answer('Password of checkout');
    await toast('trust store /etc/kafka/trust.jks is a Java key store').waitFor();
    await toast('The connection orders was added').waitFor();
    await until(async () => (await secretBytes()) > before + FROM_FILE.length, { what: 'the password in secret storage' });
    await workbench.screenshot('connection-imported');
    await clearToasts();
  });

  it('leave no secret when they are removed, nor anywhere else before', async () => {
    assert.ok((await secretBytes()) > SECRET.length + FROM_FILE.length);
    for (const name of ['orders', 'work']) await pickThrough(workbench, 'Tailrace: Remove Connection…', name);
    await until(async () => (await secretBytes()) <= 2, { what: 'an empty secret storage' });
    assert.doesNotMatch(await stateKept(), /hush-/);
    const log = await extensionLog(workbench);
    assert.doesNotMatch(log, /hush-|wrong-0000/);
    assert.doesNotMatch(log, /\[error\]/);
    const holding = filesBelow(workbench.server.userData).filter((path) => /hush-|wrong-0000/.test(readFileSync(path, 'latin1')));
    assert.deepEqual(holding, []);
  });

  /** How much secret storage holds: this workbench has it in the browser, encrypted by AES-GCM behind its half of the key; empty it is `{}`. */
  async function secretBytes(): Promise<number> {
    const { origins } = await workbench.page.context().storageState();
    const kept = origins.flatMap((one) => one.localStorage).find(({ name }) => name === 'secrets.provider')?.value ?? '';
    const [half, nonce, tag] = [32, 12, 16];
    return Math.max(0, Buffer.from(kept, 'base64').length - half - nonce - tag);
  }

  /** All that the workbench keeps of state in the browser. */
  async function stateKept(): Promise<string> {
    return JSON.stringify(await workbench.page.context().storageState({ indexedDB: true }));
  }
});

function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name)).filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

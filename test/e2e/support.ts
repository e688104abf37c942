import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../../scripts/support/until.mjs';
import type { RunningBroker } from '../support/brokers';
import { openWorkbench, requireWorkbench } from '../support/workbench';
import type { OpenWorkbench, WorkbenchOptions } from '../support/workbench';

const VSIX = resolve('dist/tailrace.vsix');

/** A workbench with the packaged extension installed, on a copy of an example. */
export async function openExample(
  hook: Mocha.Context,
  example: string,
  options: Partial<WorkbenchOptions> & { readonly size?: { width: number; height: number } } = {},
): Promise<OpenWorkbench> {
  requireWorkbench(hook);
  if (!existsSync(VSIX)) throw new Error('There is no dist/tailrace.vsix: run npm run package.');
  return openWorkbench({
    folder: join('examples', example),
    vsix: VSIX,
    size: { width: 1500, height: 900 },
    ...options,
    settings: {
      // Typed text must arrive as it is, and brokers' ports must not be offered for forwarding.
      'editor.autoIndent': 'none',
      'editor.autoClosingBrackets': 'never',
      'remote.autoForwardPorts': false,
      ...options.settings,
    },
  });
}

const boxIn = ({ page }: OpenWorkbench): Locator => page.locator('.quick-input-widget:visible');

/** Runs a command whose dialogue goes on, and takes one entry after the other. */
export async function pickThrough(
  workbench: OpenWorkbench,
  command: string,
  ...choices: readonly string[]
): Promise<void> {
  const { page } = workbench;
  const box = boxIn(workbench);
  const input = box.locator('input.input');
  await until(
    async () => {
      if (!(await input.isVisible())) await page.keyboard.press('F1');
      // A panel that is just opening takes the focus, and the box closes: then it is opened again.
      await input.fill(`>${command}`, { timeout: 2_000 });
      await workbench.takeRow(command).catch((error: unknown) => workbench.leaveBox(error));
      return true;
    },
    { what: `the command ${command}` },
  );
  for (const choice of choices) {
    await box.locator('.monaco-list-row', { hasText: choice }).first().waitFor();
    await input.fill(choice);
    await workbench.takeRow(choice);
  }
}

/** Chooses in a list of a dialogue, which its question tells; without a label, what is marked. */
export async function choose(workbench: OpenWorkbench, question: string, label = ''): Promise<void> {
  const input = boxIn(workbench).locator(`input.input[placeholder="${question}"]`);
  await input.waitFor();
  if (label !== '') await input.fill(label);
  await workbench.takeRow(label);
}

/** Answers a question of a dialogue; without a text, by what it proposes. The prompt must not be in the question before. */
export async function answer(workbench: OpenWorkbench, prompt: string, text?: string): Promise<void> {
  const box = boxIn(workbench);
  await box.filter({ hasText: prompt }).waitFor();
  const input = box.locator('input.input');
  if (text !== undefined) await input.fill(text);
  await input.press('Enter');
}

/** Waits for a notification in their list, where it stays: as a toast it may have gone by itself before anybody looks. */
export async function notified(workbench: OpenWorkbench, text: string): Promise<Locator> {
  const list = workbench.page.locator('.notifications-center');
  const notification = list.locator('.notification-list-item', { hasText: text });
  await until(async () => {
    // The list closes when something else takes the focus.
    if (!(await list.isVisible())) await workbench.runCommand('Notifications: Show Notifications');
    await notification.first().waitFor({ timeout: 5_000 });
    return true;
  }, { what: `a notification of ${text}`, timeout: 60_000 });
  return notification;
}

/** Takes all notifications off the screen, and returns when they are. */
export async function clearToasts(workbench: OpenWorkbench): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.page.locator('.notification-toast, .notifications-center .notification-list-item').first().waitFor({ state: 'detached' });
}

/** Adds a connection that says where a RabbitMQ's management API is, as a way to a broker of the files. */
export async function addRabbitConnection(workbench: OpenWorkbench, broker: string, rabbit: RunningBroker): Promise<void> {
  await pickThrough(workbench, 'Tailrace: Add Connection…');
  await choose(workbench, 'What do you connect to?', 'RabbitMQ');
  await choose(workbench, 'Which broker of your files is it a way to?', broker);
  await choose(workbench, 'Which environment is it in?', 'development');
  await answer(workbench, 'A name for the connection');
  await answer(workbench, 'Where is it?', `amqp://${new URL(rabbit.url).host}`);
  await answer(workbench, 'Virtual host');
  await choose(workbench, 'Is the connection encrypted?', 'Plain');
  await choose(workbench, 'How do you sign in?', 'User and password');
  await answer(workbench, 'User (Press', 'guest');
  await answer(workbench, 'Password of guest', 'guest');
  await answer(workbench, 'Management API', new URL(rabbit.adminUrl ?? '').origin);
  await workbench.page.locator('.notification-toast', { hasText: 'The connection' }).waitFor();
  await clearToasts(workbench);
}

/** Opens Tailrace's side view. */
export async function openSideView({ page }: OpenWorkbench): Promise<Locator> {
  const view = page
    .locator('.pane-body')
    .filter({ has: page.locator('[aria-label="Flows"], .tree-explorer-viewlet-tree-view') });
  const icon = page.locator('.activitybar a.action-label[aria-label^="Tailrace"]').first();
  if (!(await view.first().isVisible())) await icon.click();
  await view.first().waitFor();
  return view.first();
}

/** The flow graph's document, once it has drawn something. */
export async function graphFrame(workbench: OpenWorkbench): Promise<Frame> {
  return workbench.webviewFrame('tailrace.tailrace', '[data-id^="channel:"]');
}

/** The document of the tail that is on screen. */
export async function tailFrame(workbench: OpenWorkbench, channel: string): Promise<Frame> {
  return until(
    async () => {
      const frame = await workbench.webviewFrame('tailrace.tailrace', 'button.subject');
      return (await frame.locator('button.subject').innerText()) === channel ? frame : undefined;
    },
    { what: `a tail of ${channel}` },
  );
}

/** The extension's own log so far. */
export async function extensionLog({ server }: OpenWorkbench): Promise<string> {
  const logs = join(server.userData, 'logs');
  const files = (await readdir(logs, { recursive: true })).filter((name) =>
    /tailrace\.tailrace[/\\]Tailrace\.log$/.test(name),
  );
  return (await Promise.all(files.map((name) => readFile(join(logs, name), 'utf8')))).join('\n');
}

export interface HostProcess {
  readonly pid: number;
  readonly command: string;
  /** Resident memory in bytes. */
  readonly memory: number;
}

interface Process extends HostProcess {
  readonly parent: number;
}

/** All processes of this machine but those that have ended and were not yet waited for. */
async function processes(): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,ppid=,stat=,rss=,command='], { maxBuffer: 1 << 24 });
  return stdout.trim().split('\n').flatMap((line) => {
    const [, pid, parent, state, kib, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return state?.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), memory: Number(kib) * 1024, command }];
  });
}

/** Those of the processes that still run. */
export async function runningOf(pids: readonly number[]): Promise<readonly number[]> {
  return (await processes()).map(({ pid }) => pid).filter((pid) => pids.includes(pid));
}

/** The window's extension host, live worker included, and the processes that it has started; one that is ending is waited for. */
export async function extensionHost({ server }: OpenWorkbench): Promise<HostProcess & { readonly children: readonly HostProcess[] }> {
  return until(
    async () => {
      const all = await processes();
      const below = (pid: number): readonly Process[] => all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
      const [host, other] = below(server.pid).filter(({ command }) => command.includes('--type=extensionHost'));
      return host && !other ? { ...host, children: below(host.pid) } : undefined;
    },
    { what: 'one extension host' },
  );
}

/** For an `afterEach` hook: what the screen showed and the extension logged when a test failed. */
export async function pictureOfFailure(
  test: Mocha.Context,
  workbench: OpenWorkbench | undefined,
): Promise<void> {
  if (test.currentTest?.state !== 'failed') return;
  if (!workbench) return;
  await workbench.screenshot(
    `failed-${test.currentTest
      .fullTitle()
      .replace(/[^a-z0-9]+/gi, '-')
      .slice(0, 80)}`,
  );
  console.log(await extensionLog(workbench));
}

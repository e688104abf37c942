import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { pickThrough, tailFrame } from '../../test/e2e/support';
import { startNats } from '../../test/support/brokers/index';
import { openWorkbench } from '../../test/support/workbench/index';
import type { Row } from './measure';

const root = join(__dirname, '../..');
const RATE = 20_000;
/** Frames that are measured, at rest and under the flood. */
const FRAMES = 300;

/**
 * Frames of the tail panel in the real workbench while a NATS server sends 20,000 messages a second: fields as columns,
 * bars over time and a contract that judges each message, by the packaged extension and its live worker. All run on this
 * machine, sender, server and browser too.
 */
export async function panelRows(): Promise<Row[]> {
  const vsix = join(root, 'dist/tailrace.vsix');
  if (!existsSync(vsix)) throw new Error('dist/tailrace.vsix is missing: run npm run package');
  const nats = await startNats();
  const workbench = await openWorkbench({ folder: join(root, 'examples/shop'), vsix, size: { width: 1500, height: 900 }, env: { NATS_URL: nats.url } });
  try {
    await workbench.openFile('shop.flow.yaml');
    await pickThrough(workbench, 'Tailrace: Tail Channel…', 'stock.level');
    const tail = await tailFrame(workbench, 'stock.level');
    await tail.locator('.pill .state', { hasText: /live|caught up/ }).waitFor();
    await tail.locator('.scroller').focus();
    await workbench.page.keyboard.press('c');
    for (const field of ['sku', 'left']) {
      await tail.locator('.popup.columns .field').fill(field);
      await workbench.page.keyboard.press('Enter');
    }
    await workbench.page.keyboard.press('Escape');
    const idle = await frames(tail);
    const stop = flood(nats.url);
    try {
      await tail.locator('footer', { hasText: /violating [1-9]/ }).waitFor();
      await tail.locator('.hist .bars[d*="M"]').waitFor({ state: 'attached' });
      const before = [await received(tail), performance.now()] as const;
      const busy = await frames(tail);
      const rate = ((await received(tail)) - before[0]) * 1000 / (performance.now() - before[1]);
      const elements = await tail.evaluate<number>(`document.querySelectorAll('*').length`);
      return [
        { name: 'messages that arrived', value: rate, unit: 'msg/s' },
        { name: 'panel, frame at the 95th percentile', value: busy, unit: 'ms', ratio: { of: 'the panel at rest', value: busy / idle, budget: '≤ 20 ms' } },
        { name: 'panel, elements', value: elements, unit: '', ratio: { of: '500', value: elements / 500, budget: '≤ 1' } },
      ];
    } finally {
      stop();
    }
  } finally {
    await workbench.close();
    await nats.stop();
  }
}

/** The time from frame to frame that 95 of 100 stay below, in ms. */
function frames(tail: Frame): Promise<number> {
  return tail.evaluate<number>(`new Promise((resolve) => {
    const gaps = [];
    let last = performance.now();
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      if (gaps.length < ${FRAMES}) requestAnimationFrame(step);
      else resolve(gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]);
    };
    requestAnimationFrame(step);
  })`);
}

async function received(tail: Frame): Promise<number> {
  return Number(/([\d,]+) received/.exec(await tail.locator('footer').innerText())?.[1]?.replaceAll(',', ''));
}

/** Stock levels from a process of their own, one in a thousand against its contract; the returned function ends it. */
function flood(url: string): () => void {
  const child = spawn(process.execPath, ['-e', `(async () => {
    const { connect } = require('@nats-io/transport-node');
    const connection = await connect({ servers: '${url.replace('nats://', '')}' });
    const began = performance.now();
    let n = 0;
    setInterval(() => {
      for (const due = (performance.now() - began) * ${RATE / 1000}; n < due; n++)
        connection.publish('stock.level', JSON.stringify({ sku: 'SKU-' + (1000 + n % 900), left: n % 1000 === 0 ? -1 : n % 240, at: new Date().toISOString() }));
    }, 5);
  })()`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return () => child.kill('SIGKILL');
}

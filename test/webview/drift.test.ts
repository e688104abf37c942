import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { DriftHostFunctions, DriftTableRow, DriftView, DriftViewFunctions } from '../../src/protocol/drift';
import { WriteViews, type WritePage } from './writePage';

const at = { uri: 'file:///shop.flow.yaml', start: { line: 4, character: 2 }, end: { line: 4, character: 8 } };
const rows: readonly DriftTableRow[] = [
  { subject: 'queue <img src=x onerror=alert(1)>', what: 'is there', declared: 'no', real: 'yes', at, severity: 'info' },
  { subject: 'topic orders.placed', what: 'partitions', declared: '12', real: '6', at, severity: 'warning' },
  { subject: 'topic orders.placed', what: 'retention', declared: '7d', real: '7d', at },
  { subject: 'topic refunds', what: 'is there', declared: 'yes', real: 'no', at, severity: 'error' },
];
const view: DriftView = { broker: 'events', about: 'Kafka 4.1, 3 brokers', notes: ['Groups need the right DESCRIBE.'], rows, asked: 0, busy: false };

describe('the table of files and broker, in Chromium', function () {
  this.timeout(180_000);
  let views: WriteViews;
  let page: WritePage<DriftViewFunctions>;
  const opened: unknown[] = [];
  let asked = 0;
  const host: DriftHostFunctions = {
    ready: () => page.view.notify('show', view),
    again: () => { asked++; },
    open: (place) => { opened.push(place); },
    log: (text) => assert.fail(text),
  };

  before(async function () {
    views = await WriteViews.start(this, ['drift']);
  });
  afterEach(() => page?.close());
  after(() => views?.stop());

  const lines = (): Promise<string[]> => page.page.locator('tbody tr').allInnerTexts();

  for (const theme of ['dark', 'light', 'high-contrast'] as const) {
    it(`shows differences first, all on demand, and what is filtered for, in a ${theme} theme`, async () => {
      page = await views.open('drift', host, theme);
      await page.load('tbody tr');
      assert.equal((await lines()).length, 3);
      assert.match(await page.page.locator('.count').innerText(), /^3 differences in 4 rows\.$/);
      assert.equal(await page.page.locator('img').count(), 0);
      await page.screenshot(`drift-table-${theme}`);
      await page.page.locator('vscode-checkbox').click();
      await until(async () => (await lines()).length === 4, { what: 'all rows' });
      await page.page.locator('vscode-text-field input').fill('retention');
      await until(async () => (await lines()).length === 1, { what: 'one row' });
      assert.deepEqual(await page.faults(), []);
    });
  }

  it('leads to a line by keyboard, and asks again once', async () => {
    page = await views.open('drift', host);
    await page.load('tbody tr');
    await page.page.locator('.place').first().focus();
    await page.page.keyboard.press('Enter');
    await until(() => opened.length === 1, { what: 'the opened place' });
    assert.deepEqual(opened, [at]);
    await page.page.locator('vscode-button').click();
    await until(() => asked === 1, { what: 'the question' });
    page.view.notify('show', { ...view, busy: true });
    await page.page.locator('vscode-button', { hasText: 'Asking…' }).waitFor();
    page.view.notify('show', { ...view, rows: rows.filter(({ severity }) => severity === undefined) });
    await until(async () => /say the same in all 1 row\.$/.test(await page.page.locator('.count').innerText()), { what: 'no difference' });
    assert.deepEqual(await page.faults(), []);
  });

  it('draws a thousand rows of many, and says so', async () => {
    page = await views.open('drift', { ...host, ready: () => page.view.notify('show', {
      ...view, rows: Array.from({ length: 5000 }, (_, i): DriftTableRow => ({ subject: `topic t${i}`, what: 'retention', declared: '1d', real: '2d', at, severity: 'warning' })),
    }) });
    await page.load('tbody tr');
    assert.equal((await lines()).length, 1000);
    assert.match(await page.page.locator('.count').innerText(), /the first 1000 of 5000 are shown: narrow the filter/);
  });
});

import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import { bigGraph, shop } from '../graph/sample';
import type { GraphPage } from './graphPage';
import { graphViews } from './graphViews';
import { screenshotPath } from './screenshots';

describe('graph view in Chromium', function () {
  this.timeout(180_000);
  const open = graphViews();

  /** Waits until every node is in view: a drawing moves to its place over some frames. */
  async function allInView(view: GraphPage): Promise<void> {
    for (const node of shop.nodes) {
      await until(() => inView(view, node.id), { what: `${node.id} in view`, timeout: 10_000 });
    }
  }

  /** True where all of a node lies on the drawing's part of the screen. */
  async function inView(view: GraphPage, id: string): Promise<boolean> {
    const stage = await view.page.locator('.drawing').boundingBox();
    const node = await view.node(id).locator('.shape').boundingBox();
    if (!stage || !node) return false;
    return (
      node.x >= stage.x &&
      node.y >= stage.y &&
      node.x + node.width <= stage.x + stage.width &&
      node.y + node.height <= stage.y + stage.height
    );
  }

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    it(`draws every node under the strict policy, ${theme} theme`, async () => {
      const view = await open({ theme });
      assert.equal((await view.calls('ready')).length, 1);
      await view.draw(shop);
      assert.equal(await view.page.locator('.world .edge').count(), shop.edges.length);
      assert.equal(
        await view.page.locator('.world .label').count(),
        shop.edges.filter((e) => e.label !== '').length,
      );
      const badge = view.node('channel:orders.placed').locator('.badge');
      assert.deepEqual(await badge.allTextContents(), ['2', '1']);
      assert.match(
        await view.page.locator('footer').innerText(),
        /3 errors[^]*2 warnings[^]*6 services · 6 channels · 4 flows/,
      );
      await view.node('channel:orders.placed').click();
      await view.page.screenshot({ path: screenshotPath(`graph-${theme}`) });
    });
  }

  it('says what to do where there is nothing to draw', async () => {
    const view = await open();
    await view.call('update', { nodes: [], edges: [] });
    await view.page.getByText('No flows here yet.').waitFor();
    await view.page.screenshot({ path: screenshotPath('graph-empty') });
    await view.draw(shop);
    assert.equal(await view.page.locator('.message').isVisible(), false);
  });

  it('opens the source of what is clicked, once, and shows what it knows of it', async () => {
    const view = await open();
    await view.draw(shop);
    await view.node('channel:orders.placed').dblclick();
    assert.deepEqual(await view.calls('open'), [['channel:orders.placed']]);
    const details = view.page.locator('aside');
    assert.match(
      await details.innerText(),
      /orders\.placed\s+Kafka topic[^]*min\.insync\.replicas 1[^]*partitions\s+12[^]*fraud-scorer/,
    );
    await details.locator('vscode-button.tail').click();
    assert.deepEqual(await view.calls('tail'), [['channel:orders.placed']]);
    await details.locator('.link', { hasText: 'warehouse' }).click();
    assert.equal(await details.locator('h2').innerText(), 'orders.placed → warehouse');
    await details.locator('.go-to-source').click();
    assert.deepEqual((await view.calls('open')).at(-1), ['consume:orders.placed>warehouse']);
  });

  it('opens the source of a line, and of what its label stands on', async () => {
    const view = await open();
    await view.draw(shop);
    const line = await view.page.locator('[data-id="publish:storefront>mail"] .line').boundingBox();
    assert.ok(line);
    await view.page.mouse.click(line.x + 8, line.y + line.height / 2 + 3);
    await view.page.locator('.label[data-id="publish:checkout>orders.placed"]').click();
    assert.deepEqual(await view.calls('open'), [
      ['publish:storefront>mail'],
      ['publish:checkout>orders.placed'],
    ]);
    assert.equal(await view.page.locator('aside h2').innerText(), 'checkout → orders.placed');
  });

  it('a drag pans and selects nothing', async () => {
    const view = await open();
    await view.draw(shop);
    const before = await view.transform();
    const box = await view.node('channel:mail').boundingBox();
    assert.ok(box);
    await view.page.mouse.move(box.x + 20, box.y + 20);
    await view.page.mouse.down();
    await view.page.mouse.move(box.x + 60, box.y - 10, { steps: 4 });
    await view.page.mouse.up();
    const after = await view.transform();
    assert.deepEqual([after.x - before.x, after.y - before.y].map(Math.round), [40, -30]);
    assert.deepEqual(await view.calls('open'), []);
    assert.equal(await view.page.locator('.node.selected').count(), 0);
  });

  it('searches: lights matches, Enter goes round, Escape leaves', async () => {
    const view = await open();
    await view.draw(shop);
    await view.page.keyboard.press('/');
    await view.page.keyboard.type('mail');
    assert.equal(await view.page.locator('.node.match').count(), 4);
    assert.equal(await view.page.locator('.hits').innerText(), '4 found');
    const seen: (string | null)[] = [];
    for (let i = 0; i < 5; i++) {
      await view.page.keyboard.press('Enter');
      seen.push(await view.page.locator('.node.selected').getAttribute('data-id'));
    }
    assert.deepEqual(seen.slice(0, 4).sort(), [
      'channel:mail',
      'channel:mail.dead',
      'channel:mail.receipts',
      'service:mailer',
    ]);
    assert.equal(seen[4], seen[0]);
    await view.page.screenshot({ path: screenshotPath('graph-search') });
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.node.match').count(), 0);
  });

  it('moves along the flows by keys, opens and tails', async () => {
    const view = await open();
    await view.draw(shop);
    const at = (): Promise<string | null> => view.page.locator('.node.selected').getAttribute('data-id');
    await view.node('service:storefront').focus();
    await view.page.keyboard.press('ArrowRight');
    assert.equal(await at(), 'channel:mail');
    await view.page.keyboard.press('ArrowRight');
    assert.equal(await at(), 'channel:mail.receipts');
    await view.page.keyboard.press('t');
    assert.deepEqual(await view.calls('tail'), [['channel:mail.receipts']]);
    await view.page.keyboard.press('ArrowLeft');
    assert.equal(await at(), 'channel:mail');
    await view.page.keyboard.press('Enter');
    assert.deepEqual(await view.calls('open'), [['channel:mail']]);
    assert.equal(await view.page.locator('.node:focus').getAttribute('data-id'), 'channel:mail');
    await view.page.keyboard.press('Tab');
    assert.notEqual(await at(), 'channel:mail', 'Tab goes on to another node');
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.node.selected').count(), 0);
  });

  it('keeps pan, zoom and selection over an edit that moves nothing, and the place over one that does', async () => {
    const view = await open();
    await view.draw(shop);
    await view.page.mouse.move(700, 400);
    await view.page.keyboard.down('Control');
    await view.page.mouse.wheel(0, -200);
    await view.page.keyboard.up('Control');
    await view.page.mouse.wheel(30, 50);
    await view.node('channel:orders.placed').click();
    const before = await view.transform();
    assert.ok(before.k > 1, `zoomed in: ${before.k}`);

    const mended = {
      ...shop,
      nodes: shop.nodes.map((n) =>
        n.id === 'channel:orders.placed' ? { ...n, problems: { errors: 0, warnings: 1, infos: 0 } } : n,
      ),
    };
    await view.call('update', mended);
    await view.page.locator('[data-id="channel:orders.placed"] .badge', { hasText: '1' }).waitFor();
    assert.deepEqual(await view.node('channel:orders.placed').locator('.badge').allTextContents(), ['1']);
    assert.deepEqual(await view.transform(), before);
    assert.equal(await view.page.locator('.node.selected').getAttribute('data-id'), 'channel:orders.placed');

    const place = await view.node('channel:orders.placed').locator('.shape').boundingBox();
    const added = shop.nodes.find((n) => n.id === 'channel:orders.scored');
    assert.ok(added);
    await view.draw({
      ...mended,
      nodes: [...mended.nodes, { ...added, id: 'channel:orders.new', label: 'orders.new' }],
    });
    const moved = await view.node('channel:orders.placed').locator('.shape').boundingBox();
    assert.ok(
      place && moved && Math.abs(place.x - moved.x) < 1 && Math.abs(place.y - moved.y) < 1,
      'the selected node stays',
    );
    assert.equal((await view.transform()).k, before.k);
  });

  it('lights what the cursor is on without moving, and reveals on request', async () => {
    const view = await open();
    await view.draw(shop);
    const before = await view.transform();
    await view.call('select', 'service:mailer');
    await view.page.locator('.node.lit[data-id="service:mailer"]').waitFor();
    assert.deepEqual(await view.transform(), before);
    for (let i = 0; i < 4; i++) await view.page.keyboard.press('+');
    await view.call('reveal', 'service:mailer');
    await view.page.locator('.node.selected[data-id="service:mailer"]').waitFor();
    assert.ok(await inView(view, 'service:mailer'));
  });

  it('opens in a narrow panel large enough to read, at what the cursor is on', async () => {
    const view = await open({ width: 560, height: 640 });
    await view.call('select', 'channel:mail.receipts');
    await view.draw(shop);
    assert.ok((await view.transform()).k >= 0.65, `${(await view.transform()).k}`);
    assert.ok(await inView(view, 'channel:mail.receipts'), 'the cursor’s element is in view');
    await view.page.screenshot({ path: screenshotPath('graph-narrow') });
    const [from, to] = [
      await view.node('channel:mail').locator('.shape').boundingBox(),
      await view.node('channel:mail.receipts').locator('.shape').boundingBox(),
    ];
    assert.ok(from && to && from.y + from.height < to.y, 'it runs down');
    await view.node('channel:mail').focus();
    await view.page.keyboard.press('ArrowDown');
    assert.equal(
      await view.page.locator('.node.selected').getAttribute('data-id'),
      'channel:mail.receipts',
      'keys go with the flow',
    );
    await view.page.keyboard.press('Escape');

    await view.page.locator('.fit').click();
    await allInView(view);
    await view.page.screenshot({ path: screenshotPath('graph-narrow-fit') });
  });

  it('follows the cursor where only a part is shown, until the reader moves the drawing', async () => {
    const view = await open({ width: 560, height: 640 });
    await view.draw(shop);
    assert.equal(await inView(view, 'service:mailer'), false, 'it starts at the top');
    await view.call('select', 'service:mailer');
    await view.page.locator('.node.lit[data-id="service:mailer"]').waitFor();
    assert.ok(await inView(view, 'service:mailer'));
    await view.page.mouse.move(300, 300);
    await view.page.mouse.wheel(0, 10);
    const own = await view.transform();
    await view.call('select', 'service:checkout');
    await view.page.locator('.node.lit[data-id="service:checkout"]').waitFor();
    assert.deepEqual(await view.transform(), own);
  });

  it('turns the drawing where the panel becomes wide', async () => {
    const view = await open({ width: 560, height: 640 });
    await view.draw(shop);
    await view.page.setViewportSize({ width: 1500, height: 700 });
    const storefront = view.node('service:storefront').locator('.shape');
    const mail = view.node('channel:mail').locator('.shape');
    await until(
      async () => {
        const [from, to] = [await storefront.boundingBox(), await mail.boundingBox()];
        return from && to && from.x + from.width < to.x;
      },
      { what: 'a drawing to the right' },
    );
    await allInView(view);
  });

  for (const width of [460, 560, 700]) {
    it(`keeps the toolbar in two rows at most, all of it in reach, at ${width} px`, async () => {
      const view = await open({ width, height: 600 });
      await view.draw(shop);
      const bar = await view.page.locator('.toolbar').boundingBox();
      assert.ok(bar && bar.height <= 72, `${bar?.height} px high`);
      const tops = new Set<number>();
      for (const control of ['.search', '.percent', '.fit', '.export']) {
        const box = await view.page.locator(control).boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width, control);
        tops.add(Math.round((box.y + box.height / 2) / 10));
      }
      assert.equal(tops.size, 1, 'search, zoom and export share a row');
    });
  }

  it('reveals a node that arrives later', async () => {
    const view = await open();
    await view.call('reveal', 'channel:mail');
    await view.draw(shop);
    assert.equal(await view.page.locator('.node.selected').getAttribute('data-id'), 'channel:mail');
  });

  it('filters by protocol', async () => {
    const view = await open();
    await view.draw(shop);
    await view.page.getByRole('button', { name: 'RabbitMQ', exact: true }).click();
    assert.equal(await view.node('channel:mail').isVisible(), false);
    assert.equal(await view.node('service:mailer').isVisible(), false);
    assert.equal(await view.node('service:checkout').isVisible(), true);
  });

  it('exports in the format chosen', async () => {
    const view = await open();
    await view.draw(shop);
    await view.page.locator('.export').click();
    await view.page.getByRole('menuitem', { name: 'Mermaid' }).click();
    assert.deepEqual(await view.calls('export'), [['mermaid']]);
  });

  it('lays 1,000 nodes out in a worker, and draws of them what is near the screen', async () => {
    const view = await open();
    await view.draw(bigGraph(1000));
    assert.equal(view.page.workers().length, 1);
    assert.match(view.page.workers()[0]?.url() ?? '', /^blob:/);
    await view.page.screenshot({ path: screenshotPath('graph-1000-far') });
    await view.call('reveal', 'channel:topic-100');
    await view.page.locator('.node.selected').waitFor();
    await view.page.locator('.node.culled').first().waitFor({ state: 'attached' });
    const drawn = await view.page.locator('.world .node:not(.culled)').count();
    assert.ok(drawn < 200, `${drawn} of 1,000 nodes are drawn`);
    assert.equal(await view.node('channel:topic-100').isVisible(), true);
    // A key that leads off the screen brings its node into the drawing.
    await view.page.keyboard.press('ArrowRight');
    const next = view.page.locator('.node.selected');
    assert.match((await next.getAttribute('data-id')) ?? '', /^service:/);
    assert.equal(
      await next.evaluate(
        (element) =>
          element ===
          (element as { ownerDocument?: { activeElement: unknown } }).ownerDocument?.activeElement,
      ),
      true,
    );
    await view.page.screenshot({ path: screenshotPath('graph-1000-near') });
  });

  it('keeps its view where VS Code throws the page away', async () => {
    const view = await open();
    await view.draw(shop);
    await view.page.keyboard.press('+');
    await view.page.getByRole('button', { name: 'Kafka', exact: true }).click();
    await view.page.mouse.move(700, 400);
    await view.page.mouse.wheel(10, 20);
    const before = await view.transform();
    const again = await view.reopen();
    await again.draw(shop);
    assert.deepEqual(await again.transform(), before);
    assert.equal(await again.node('channel:orders.placed').isVisible(), false);
  });
});

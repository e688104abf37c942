import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { ElementFigures, FiguresView } from '../../src/protocol/figures';
import { bigGraph, shop } from '../graph/sample';
import type { GraphPage, OpenOptions } from './graphPage';
import { graphViews } from './graphViews';
import { screenshotPath } from './screenshots';

const events = { broker: 'broker:events' };
const work = { broker: 'broker:work' };
const none = { facts: [] };

/** What a busy day at the shop looks like: a group that falls behind, and dead letters. */
const elements: readonly ElementFigures[] = [
  { ...events, id: 'broker:events', badges: [{ text: '3 brokers', tone: 'plain' }], facts: [{ name: 'brokers', value: '3' }] },
  {
    ...events, id: 'channel:orders.placed', rate: 1214, health: 'good',
    badges: [{ text: '1.2 k/s · 3.4 M stored', tone: 'plain' }, { text: '+2 groups no file knows', tone: 'muted' }],
    facts: [{ name: 'rate in', value: '1.2 k/s' }, { name: 'depth', value: '3,400,120' }],
    strangers: [{ name: 'ad-hoc-report', value: 'lag 5 · Empty' }, { name: 'mirror', value: 'lag 0 · Stable' }],
    key: { channel: 'orders.placed', kind: 'topic' },
  },
  { ...events, ...none, id: 'publish:checkout>orders.placed', rate: 1214, health: 'good', badges: [{ text: '1.2 k/s', tone: 'plain' }] },
  {
    ...events, id: 'consume:orders.placed>warehouse', rate: 420, health: 'error',
    badges: [{ text: 'lag above 1000', tone: 'error', sign: 'alert', far: true }, { text: 'lag 3,410 · 420/s', tone: 'warning', sign: 'rising' }],
    facts: [{ name: 'lag', value: '3,410' }],
    partitions: Array.from({ length: 20 }, (_, i) => ({ name: `partition ${19 - i}`, value: String((19 - i) * 10) })),
    key: { channel: 'orders.placed', kind: 'topic', reader: 'warehouse' },
  },
  { ...events, ...none, id: 'consume:orders.placed>billing', rate: 1190, health: 'good', badges: [{ text: 'lag 12 · 1.2 k/s', tone: 'plain' }] },
  { ...events, ...none, id: 'channel:orders.placed.dlq', health: 'error', badges: [{ text: '17 dead letters', tone: 'error', sign: 'alert', far: true }] },
  {
    ...work, ...none, id: 'broker:work', notes: ['The management API of work does not answer: its port is closed.'],
    badges: [{ text: 'The management API of work does not answer: its port is closed.', tone: 'warning', sign: 'alert' }],
  },
  { ...work, ...none, id: 'channel:mail.receipts', rate: 4, badges: [{ text: '12 ready · 3 unacked · 4/s', tone: 'plain' }] },
  { ...work, ...none, id: 'consume:mail.receipts>mailer', rate: 3.5, health: 'good', badges: [{ text: '3 unacked · 3.5/s', tone: 'plain' }] },
];
const on: FiguresView = { on: true, elements, about: 'live, sampled every 5 s' };
const off: FiguresView = { on: false, elements: [], about: '' };

describe('live figures on the graph, in Chromium', function () {
  this.timeout(180_000);
  const openEmpty = graphViews();

  async function open(options?: OpenOptions): Promise<GraphPage> {
    const view = await openEmpty(options);
    await view.draw(shop);
    return view;
  }

  const pills = (view: GraphPage, id: string) => view.page.locator(`.world [data-id="${id}"] .pill`);
  const texts = (view: GraphPage, id: string) => pills(view, id).locator('text').allTextContents();
  const aLittle = 200;

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    it(`draws badges, and moves nothing, ${theme} theme`, async () => {
      const view = await open({ theme });
      const boxes = () => view.page.locator('.world .node .shape, .world .edge .line, .world .label > rect').evaluateAll((all) =>
        (all as unknown as { getAttribute(name: string): string }[]).map((one) => one.getAttribute('d') ?? one.getAttribute('width')));
      const before = { boxes: await boxes(), transform: await view.transform() };
      await view.call('figures', on);
      await pills(view, 'channel:orders.placed').first().waitFor();
      assert.deepEqual({ boxes: await boxes(), transform: await view.transform() }, before);
      assert.deepEqual(await texts(view, 'channel:orders.placed'), ['1.2 k/s · 3.4 M stored', '+2 groups no file knows']);
      assert.deepEqual(await texts(view, 'consume:orders.placed>warehouse'), ['lag above 1000', 'lag 3,410 · 420/s']);
      assert.match(await view.page.locator('.edge[data-id="publish:checkout>orders.placed"]').getAttribute('class') ?? '', /rate-5 .*health-good/);
      assert.match(await view.page.locator('footer').innerText(), /live, sampled every 5 s/);
      await view.answer('series', [{ name: 'rate in', points: Array.from({ length: 40 }, (_, i) => [i * 5000, 1000 + 200 * Math.sin(i / 4)]) }]);
      await view.node('channel:orders.placed').click();
      await view.page.locator('.spark-line').waitFor();
      await view.page.screenshot({ path: screenshotPath(`figures-${theme}`) });
    });
  }

  it('lays no badge of a broker over one of its channels', async () => {
    const view = await open();
    const stream = { ...shop.nodes.find(({ id }) => id === 'channel:orders.placed')!, id: 'channel:stock', broker: 'broker:nats', label: 'stock.>', detail: 'stream STOCK' };
    const server = { ...shop.nodes.find(({ id }) => id === 'broker:events')!, id: 'broker:nats', label: 'stock', detail: 'NATS' };
    await view.draw({ ...shop, nodes: [...shop.nodes, server, stream] });
    const of = { broker: 'broker:nats', facts: [] };
    await view.call('figures', { ...on, elements: [
      ...elements,
      { ...of, id: 'broker:nats', badges: [{ text: '1 stream · 2 consumers', tone: 'plain' }] },
      { ...of, id: 'channel:stock', badges: [{ text: '12.3 k/s · 3.4 M stored', tone: 'plain' }, { text: '+1 consumer no file knows', tone: 'muted' }] },
    ] });
    await pills(view, 'broker:nats').first().waitFor();
    await pills(view, 'channel:stock').nth(1).waitFor();
    // At one moment, since the drawing may be on its way.
    const boxes = await view.page.locator('.world [data-id="broker:nats"] .pill, .world [data-id="channel:stock"] .pill').evaluateAll((all) =>
      (all as unknown as { getBoundingClientRect(): { left: number; top: number; right: number; bottom: number } }[]).map((one) => one.getBoundingClientRect())
        .map(({ left, top, right, bottom }) => ({ left, top, right, bottom })));
    assert.equal(boxes.length, 3);
    const covered = boxes.flatMap((a, i) => boxes.slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map((b) => [a, b]));
    assert.deepEqual(covered, []);
    await view.page.locator('.fit').click();
    await view.page.screenshot({ path: screenshotPath('figures-frame') });
  });

  it('asks the host by its toggle, and shows what the host says', async () => {
    const view = await open();
    const toggle = view.page.locator('.live-toggle');
    assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
    await toggle.click();
    assert.deepEqual(await view.calls('figures'), [[true]]);
    await view.call('figures', on);
    await view.page.locator('.live-toggle[aria-pressed="true"]').waitFor();
    await toggle.click();
    assert.deepEqual(await view.calls('figures'), [[true], [false]]);
    await view.call('figures', off);
    await view.page.locator('.live-toggle[aria-pressed="false"]').waitFor();
    assert.equal(await view.page.locator('.pill:not(.sign .pill)').count(), 0);
    assert.equal(await view.page.locator('.world [class*="health-"], .world [class*="rate-"], .world .alarm').count(), 0);
  });

  it('says figures to screen readers, and takes them back', async () => {
    const view = await open();
    const node = view.node('channel:orders.placed.dlq');
    const before = await node.getAttribute('aria-label');
    await view.call('figures', on);
    await pills(view, 'channel:orders.placed.dlq').first().waitFor();
    assert.equal(await node.getAttribute('aria-label'), `${before}, attention: 17 dead letters`);
    await view.call('figures', off);
    await view.page.locator('.live-toggle[aria-pressed="false"]').waitFor();
    assert.equal(await node.getAttribute('aria-label'), before);
  });

  it('keeps what somebody must see where the drawing is far away, and leaves out the rest', async () => {
    const view = await open({ width: 700, height: 500 });
    await view.call('figures', on);
    const dead = pills(view, 'channel:orders.placed.dlq').first();
    await dead.waitFor();
    await view.page.locator('.fit').click();
    for (let i = 0; i < 12 && (await view.transform()).k > 0.3; i++) {
      await view.page.keyboard.press('-');
      await view.page.waitForTimeout(aLittle);
    }
    await view.page.locator('.drawing.far').waitFor();
    assert.equal(await dead.isVisible(), true);
    const alert = pills(view, 'consume:orders.placed>warehouse');
    assert.deepEqual(await Promise.all([alert.nth(0).isVisible(), alert.nth(1).isVisible()]), [true, false]);
    assert.equal(await pills(view, 'channel:mail.receipts').first().isVisible(), false);
    await view.page.screenshot({ path: screenshotPath('figures-far') });
  });

  it('tells in the details what the badge has no room for', async () => {
    const view = await open();
    await view.call('figures', on);
    await view.node('channel:orders.placed').click();
    const details = view.page.locator('aside .live');
    assert.match(await details.innerText(), /depth\s+3,400,120[^]*readers that no file knows[^]*ad-hoc-report[^]*lag 5 · Empty[^]*mirror/i);
    await view.page.locator('.label[data-id="consume:orders.placed>warehouse"]').click();
    assert.match(await details.innerText(), /lag above 1000[^]*lag\s+3,410/);
    await details.locator('summary').click();
    await view.call('figures', on);
    assert.match(await details.innerText(), /partition 19\s+190\s+partition 18/, 'it stays open over samples');
    await view.node('broker:work').click({ position: { x: 30, y: 20 } });
    assert.match(await details.innerText(), /its port is closed/);
    assert.deepEqual((await view.calls('series')).at(-1), ['consume:orders.placed>warehouse']);
  });

  it('keeps figures over an edit of the text, on the elements that are drawn anew', async () => {
    const view = await open();
    await view.call('figures', on);
    await pills(view, 'channel:orders.placed').first().waitFor();
    await view.call('update', {
      ...shop, nodes: shop.nodes.map((n) => (n.id === 'channel:orders.placed' ? { ...n, problems: { errors: 0, warnings: 0, infos: 7 } } : n)),
    });
    await view.page.locator('[data-id="channel:orders.placed"] .badge', { hasText: '7' }).waitFor();
    assert.equal((await texts(view, 'channel:orders.placed')).length, 2);
  });

  it('touches only what reads differently', async () => {
    const view = await open();
    await view.call('figures', on);
    await pills(view, 'channel:orders.placed').first().waitFor();
    await pills(view, 'channel:orders.placed').first().evaluate((pill) => (pill as unknown as { setAttribute(n: string, v: string): void }).setAttribute('data-mine', ''));
    await view.call('figures', {
      ...on, elements: elements.map((one) => (one.id === 'channel:orders.placed.dlq' ? { ...one, badges: [{ text: '18 dead letters', tone: 'error', sign: 'alert', far: true }] } : one)),
    });
    await pills(view, 'channel:orders.placed.dlq').filter({ hasText: '18 dead letters' }).first().waitFor();
    assert.equal(await view.page.locator('.pill[data-mine]').count(), 1);
  });

  it('keeps the toolbar in two rows in a narrow panel, figures included', async () => {
    const view = await open({ width: 460, height: 600 });
    await view.call('figures', on);
    const bar = await view.page.locator('.toolbar').boundingBox();
    assert.ok(bar && bar.height <= 72, `${bar?.height} px high`);
    const toggle = await view.page.locator('.live-toggle').boundingBox();
    assert.ok(toggle && toggle.x + toggle.width <= 460);
    await view.page.screenshot({ path: screenshotPath('figures-narrow') });
  });

  it('draws of 1,000 nodes with figures only those that can be read, so that a sample fits into a frame', async function () {
    this.timeout(180_000);
    const view = await openEmpty();
    const big = bigGraph(1000);
    await view.draw(big);
    const sample = (round: number): FiguresView => ({
      on: true, about: 'live', elements: [
        ...big.nodes.filter(({ kind }) => kind === 'channel').map((node, i): ElementFigures => ({
          id: node.id, broker: node.broker ?? '', facts: [], rate: i, health: i % 50 === 0 ? 'error' : 'good',
          badges: [i % 50 === 0 ? { text: `${i + round} dead letters`, tone: 'error', sign: 'alert', far: true } : { text: `${i + round}/s · 3.4 M stored`, tone: 'plain' }],
        })),
        ...big.edges.map((edge, i): ElementFigures => ({ id: edge.id, broker: '', facts: [], rate: i % 2000, health: 'good', badges: [{ text: `lag ${i + round}`, tone: 'plain' }] })),
      ],
    });
    await view.page.locator('.fit').click();
    await view.page.locator('.drawing.far').waitFor();
    await view.call('figures', sample(0));
    const drawn = view.page.locator('.world .pill');
    await until(async () => (await drawn.count()) === 10, { what: 'the dead letters of ten channels, and nothing else' });
    await view.page.screenshot({ path: screenshotPath('figures-1000-far') });
    await view.call('reveal', 'channel:topic-100');
    await pills(view, 'channel:topic-100').filter({ hasText: '100 dead letters' }).waitFor();
    await pills(view, 'channel:topic-101').filter({ hasText: '101/s' }).waitFor({ state: 'attached' });
    await until(async () => (await drawn.count()) < 700, { what: 'no badges of what is far away' });
    await view.call('figures', sample(7));
    await pills(view, 'channel:topic-100').filter({ hasText: '107 dead letters' }).waitFor();
    await view.page.screenshot({ path: screenshotPath('figures-1000-near') });
  });
});

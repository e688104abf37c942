import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { RedriveRow } from '../../src/protocol/publish';
import type {
  PublishHostFunctions,
  PublishInit,
  PublishOrder,
  PublishViewFunctions,
  RedriveHostFunctions,
  RedriveInit,
  RedriveViewFunctions,
  WriteTarget,
} from '../../src/protocol/publishView';
import type { ThemeName } from './tailThemes';
import { WriteViews } from './writePage';

const to: WriteTarget = {
  channel: 'orders.placed',
  kind: 'topic',
  broker: 'events',
  protocol: 'kafka',
  environment: 'development',
  readOnly: false,
  unverified: false,
};
const init: PublishInit = {
  to,
  contract: 'OrderPlaced@2',
  draft: {
    key: { text: 'o-1001' },
    value: '{\n  "order_id": "o-1001",\n  "total_cents": 4900\n}',
    as: 'contract',
    headers: [{ name: 'traceparent', text: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }],
    partition: 3,
  },
  held: { of: 'orders.placed.dlq', count: 12 },
};
const effects = ['Each message goes to one of 12 partitions, by its key.', 'Groups that read it now: billing, shipping.'];
const themes: readonly ThemeName[] = ['dark', 'light', 'high-contrast'];

describe('the views that write', () => {
  let views: WriteViews;
  before(async function () {
    views = await WriteViews.start(this);
  });
  after(() => views?.stop());

  /** The form as the host opens it, with what was sent to the host. */
  const publish = async (more: Partial<PublishInit> = {}, theme?: ThemeName) => {
    const sent: PublishOrder[] = [];
    const calls: string[] = [];
    let problems: readonly string[] = [];
    const host: PublishHostFunctions = {
      ready: () => {
        opened.view.notify('init', { ...init, ...more });
        opened.view.notify('plan', { verdict: 'ok', effects });
      },
      check: async () => ({ bytes: 46, problems }),
      sample: async (seed) => `{"order_id":"sample-${seed}"}`,
      chooseFile: () => {
        calls.push('chooseFile');
        opened.view.notify('init', { ...init, ...more, file: 'replay/orders.jsonl' });
      },
      send: (order) => void sent.push(order),
      cancel: () => void calls.push('cancel'),
      allowWriting: () => void calls.push('allowWriting'),
      log: (text) => void calls.push(`log ${text}`),
    };
    const opened: Awaited<ReturnType<typeof views.open<PublishViewFunctions>>> = await views.open('publish', host, theme);
    await opened.load();
    return { ...opened, sent, calls, refuse: (all: readonly string[]) => (problems = all) };
  };
  const choose = async (page: Awaited<ReturnType<typeof publish>>['page'], label: string, option: string): Promise<void> => {
    await page.locator(`vscode-dropdown[aria-label="${label}"]`).click();
    await page.locator('vscode-option:visible', { hasText: option }).click();
  };

  it('sends the message of the form as it stands, once', async () => {
    const { page, sent, faults, close } = await publish({ held: undefined });
    await page.locator('.outcome', { hasText: '46 bytes, keeps OrderPlaced@2' }).waitFor();
    await page.locator('vscode-text-field[data-field="Key"] input').fill('o-2');
    await page.locator('vscode-button.send').click();
    await until(() => sent.length === 1, { what: 'the order' });
    assert.deepEqual(sent, [{ source: 'draft', draft: { ...init.draft, key: { text: 'o-2', isBase64: false }, partition: undefined }, count: 1 }].map((order) => {
      const { partition: _, ...draft } = order.draft;
      return { ...order, draft };
    }));
    assert.deepEqual(await faults(), []);
    await close();
  });

  it('says what is wrong with the message, and with the numbers, before anything is asked', async () => {
    const { page, sent, refuse, close } = await publish({ held: undefined });
    refuse(['/total_cents must be an integer.']);
    await page.locator('vscode-text-area textarea').fill('{"order_id":"o","total_cents":"x"}');
    await page.locator('.problems', { hasText: '/total_cents must be an integer.' }).waitFor();
    await page.locator('vscode-text-field[data-field="How many"] input').fill('0');
    await page.locator('.outcome .problem', { hasText: 'How many is a whole number from 1' }).waitFor();
    await page.locator('vscode-button.send').click();
    assert.deepEqual(sent, []);
    await close();
  });

  it('replays what a tail holds, or a file that was chosen, at a rate', async () => {
    const { page, sent, calls, close } = await publish();
    await page.locator('.about-source', { hasText: 'byte for byte, as orders.placed.dlq received them' }).waitFor();
    await page.locator('vscode-text-field[data-field="At most a second"] input').fill('50');
    await page.keyboard.press('Control+Enter');
    await until(() => sent.length === 1, { what: 'the order' });
    assert.deepEqual([sent[0]!.source, sent[0]!.rate], ['tail', 50]);
    await choose(page, 'What is sent', 'Messages of a file');
    await page.locator('vscode-button.send').click();
    await page.locator('.outcome .problem', { hasText: 'Choose a file' }).waitFor();
    await page.locator('vscode-button', { hasText: 'Choose File…' }).click();
    await page.locator('.about-source', { hasText: 'replay/orders.jsonl' }).waitFor();
    await page.locator('vscode-button.send').click();
    await until(() => sent.length === 2, { what: 'the second order' });
    assert.equal(sent[1]!.source, 'file');
    assert.deepEqual(calls, ['chooseFile']);
    await close();
  });

  it('puts another sample into the form at each press', async () => {
    const { page, close } = await publish({ held: undefined });
    const value = page.locator('vscode-text-area textarea');
    await page.locator('vscode-button', { hasText: 'Another Sample' }).click();
    await until(async () => (await value.inputValue()) === '{"order_id":"sample-1"}', { what: 'a sample' });
    await page.locator('vscode-button', { hasText: 'Another Sample' }).click();
    await until(async () => (await value.inputValue()) === '{"order_id":"sample-2"}', { what: 'another sample' });
    await close();
  });

  it('is off where the connection is read-only, and leads to what lifts that', async () => {
    const { page, sent, calls, close } = await publish({ to: { ...to, environment: 'production', readOnly: true } });
    await page.locator('.pill.locked', { hasText: 'read-only' }).waitFor();
    await page.locator('vscode-button.send[disabled]').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('vscode-button', { hasText: 'Allow Writing…' }).click();
    await until(() => calls.includes('allowWriting'), { what: 'the question' });
    assert.deepEqual(sent, []);
    await close();
  });

  it('shows how it goes, and can be cancelled', async () => {
    const { page, view, calls, close } = await publish({ held: undefined });
    view.notify('progress', { state: 'running', done: 40, of: 100, notes: [] });
    await page.locator('.state', { hasText: 'Sending: 40 of 100 confirmed' }).waitFor();
    await page.locator('vscode-button', { hasText: 'Cancel' }).click();
    await until(() => calls.includes('cancel'), { what: 'the end' });
    view.notify('progress', { state: 'failed', done: 41, of: 100, notes: ['Nobody confirms it.'], reason: 'The broker is gone.' });
    await page.locator('.state.problem', { hasText: 'Ended after 41 messages confirmed. The broker is gone.' }).waitFor();
    await page.locator('.outcome li', { hasText: 'Nobody confirms it.' }).waitFor();
    await close();
  });

  for (const theme of themes) {
    it(`keeps to its security policy and can be looked at: publishing, ${theme}`, async () => {
      const { page, screenshot, faults, close } = await publish({ held: undefined }, theme);
      await page.locator('.outcome', { hasText: '46 bytes' }).waitFor();
      await screenshot(`publish-${theme}`);
      assert.deepEqual(await faults(), []);
      await close();
    });
  }

  const rows: readonly RedriveRow[] = [
    {
      id: 'a',
      row: { seq: 0, time: 1_700_000_000_000, channel: 'orders.dlq', size: 20, key: 'o-1', preview: '{"order_id":"o-1"}', marks: [] },
      reason: 'rejected 3 times',
      source: { target: { address: 'orders', kind: 'queue' }, why: 'header x-death' },
    },
    {
      id: 'b',
      row: { seq: 1, time: 1_700_000_060_000, channel: 'orders.dlq', size: 20, preview: '<img src=x onerror=alert(1)>', marks: [] },
    },
  ];
  const redrive = async (theme?: ThemeName) => {
    const calls: unknown[] = [];
    const host: RedriveHostFunctions = {
      ready: () =>
        opened.view.notify('init', {
          from: { ...to, channel: 'orders.dlq', kind: 'queue', protocol: 'rabbitmq' },
          effects: ['What is read is held from other readers until this panel closes.'],
          channels: [{ target: { address: 'orders.retry', kind: 'queue' } }],
        }),
      read: (count) => {
        calls.push(['read', count]);
        opened.view.notify('rows', rows, true);
      },
      move: (moves) => void calls.push(['move', moves]),
      moveUnseen: (...order) => void calls.push(['moveUnseen', ...order]),
      allowWriting: () => undefined,
      log: (text) => void calls.push(text),
    };
    const opened: Awaited<ReturnType<typeof views.open<RedriveViewFunctions>>> = await views.open('redrive', host, theme);
    await opened.load();
    await opened.page.locator('vscode-button.read').click();
    await opened.page.locator('tbody tr').nth(1).waitFor();
    return { ...opened, calls };
  };

  it('sends dead letters back to where they came from, or where they are told to', async () => {
    const { page, view, calls, faults, close } = await redrive();
    const boxes = page.locator('tbody input[type=checkbox]');
    assert.equal(await boxes.nth(1).isDisabled(), true);
    await boxes.nth(0).check();
    await page.locator('vscode-button.move', { hasText: 'Move 1 Message…' }).click();
    await until(() => calls.length === 2, { what: 'the move' });
    assert.deepEqual(calls[1], ['move', [{ id: 'a', to: rows[0]!.source }]]);
    view.notify('moved', [{ id: 'a', is: 'failed', reason: 'No queue is bound.' }]);
    await page.locator('tr.failed', { hasText: 'No queue is bound.' }).waitFor();
    await choose(page, 'Where they go', 'orders.retry');
    await page.locator('thead input').check();
    await page.locator('vscode-button.move', { hasText: 'Move 2 Messages…' }).click();
    await until(() => calls.length === 3, { what: 'the second move' });
    assert.deepEqual(calls[2], ['move', ['a', 'b'].map((id) => ({ id, to: { target: { address: 'orders.retry', kind: 'queue' } } }))]);
    view.notify('moved', [{ id: 'a', is: 'moved', removed: true }, { id: 'b', is: 'moved', removed: true }]);
    await page.locator('.state', { hasText: 'No more messages are here. 2 messages sent back.' }).waitFor();
    assert.deepEqual(await faults(), []);
    await close();
  });

  it('moves the next ones unseen where reading costs them something, and shows them afterwards', async () => {
    const calls: unknown[] = [];
    const init: RedriveInit = {
      from: { ...to, channel: 'orders.dlq', kind: 'queue', protocol: 'rabbitmq' },
      effects: [],
      channels: [{ target: { address: 'orders.retry', kind: 'queue' } }],
    };
    const host: RedriveHostFunctions = {
      ready: () => opened.view.notify('init', init),
      read: () => opened.view.notify('init', { ...init, unseen: true, effects: ['What they are cannot be shown before.'] }),
      move: () => calls.push('move'),
      moveUnseen: (...order) => void calls.push(order),
      allowWriting: () => undefined,
      log: (text) => void calls.push(text),
    };
    const opened: Awaited<ReturnType<typeof views.open<RedriveViewFunctions>>> = await views.open('redrive', host);
    await opened.load();
    const { page, view } = opened;
    await page.locator('vscode-button.read').click();
    await page.locator('.effects', { hasText: 'cannot be shown before' }).waitFor();
    await page.locator('vscode-button.read').waitFor({ state: 'hidden' });
    await page.locator('vscode-text-field.count input').fill('2');
    await page.locator('vscode-button.move', { hasText: 'Move the Next 2…' }).click();
    await until(() => calls.length === 1, { what: 'the order' });
    assert.deepEqual(calls[0], [2]);
    const source = rows[0]!.source!;
    view.notify('movedUnseen', { moved: rows.map((row) => ({ ...row, to: source, removed: true })), isEnd: false });
    await page.locator('.state', { hasText: '2 messages sent back.' }).waitFor();
    assert.deepEqual(await page.locator('table.moved tbody tr td:last-child').allInnerTexts(), ['orders', 'orders']);
    assert.equal(await page.locator('td', { hasText: '<img src=x' }).count(), 1);
    await choose(page, 'Where they go', 'orders.retry');
    await page.locator('vscode-button.move').click();
    await until(() => calls.length === 2, { what: 'the second order' });
    assert.deepEqual(calls[1], [2, init.channels[0]]);
    view.notify('movedUnseen', { moved: [], isEnd: false, problem: 'No queue is bound. A copy has been put at the end.' });
    view.notify('state', {});
    await page.locator('.state.problem', { hasText: '2 messages sent back. It ended at one that failed: No queue is bound. A copy' }).waitFor();
    assert.deepEqual(await opened.faults(), []);
    await opened.screenshot('redrive-unseen');
    await opened.close();
  });

  for (const theme of themes) {
    it(`keeps to its security policy and can be looked at: redriving, ${theme}`, async () => {
      const { page, screenshot, faults, close } = await redrive(theme);
      assert.equal(await page.locator('td', { hasText: '<img src=x' }).count(), 1);
      await screenshot(`redrive-${theme}`);
      assert.deepEqual(await faults(), []);
      await close();
    });
  }
});

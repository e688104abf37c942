import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import { TailHarness } from './tailHarness';
import type { TailPage } from './tailHarness';

describe('what the tail view is worked with', function () {
  this.timeout(180_000);
  let harness: TailHarness;
  let tail: TailPage;

  before(async function () {
    harness = await TailHarness.start(this);
  });
  after(() => harness?.stop());
  beforeEach(async () => {
    tail = await harness.open();
    await tail.evaluate('fake.live(); fake.push(3000)');
    await rows().filter({ hasText: 'o-90999' }).waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(await tail.evaluate('window.violations'), []);
    assert.deepEqual(tail.faults, []);
    assert.deepEqual(await tail.evaluate('fake.logged'), []);
    await tail.close();
  });

  const rows = () => tail.page.locator('.layer .row:visible');
  const menu = (label: string) => tail.page.locator('.popup.menu button', { hasText: label }).first();
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await tail.page.keyboard.press(key);
  };
  const focusList = () => tail.page.locator('.scroller').focus();
  const calls = () => tail.evaluate<string[]>('fake.calls');
  const called = (call: string) => until(async () => (await calls()).some((one) => one.startsWith(call)), { what: `the call ${call}` });
  const selected = (text: string) => tail.page.locator('.layer .row.selected', { hasText: text }).waitFor();
  const titles = () => tail.page.locator('.row.head > span').allInnerTexts();

  it('makes columns of fields, by the chooser and from a message, and keeps them', async () => {
    await focusList();
    await press('c');
    const chooser = tail.page.locator('.popup.columns');
    await chooser.locator('.choice', { hasText: 'lines[0].qty' }).waitFor();
    await tail.page.keyboard.type('curr');
    await chooser.getByLabel('currency').check();
    await tail.screenshot('tail-columns');
    await press('Escape');
    await called('columns currency');
    await rows().last().locator('.json', { hasText: 'EUR' }).waitFor();
    await rows().last().click();
    await tail.page.locator('.json-tree .vrow', { hasText: 'sku' }).click({ button: 'right' });
    await menu('Add as column').click();
    await called('columns currency lines[0].sku');
    await rows().last().locator('.json', { hasText: 'SKU-5512' }).waitFor();
    await called('keepView {"columns":["$time","$partition","$offset","$key","$size","currency","lines[0].sku","$value","$marks"]');
  });

  it('moves, pins, sizes and takes away columns by keys alone', async () => {
    await tail.page.locator('.row.head [data-id="$key"]').focus();
    await press('p');
    assert.deepEqual((await titles())[0], 'Key');
    await tail.page.locator('.row.head [data-id="$key"].pinned').waitFor();
    await tail.page.locator('.row.head [data-id="$key"]').focus();
    await press('ArrowRight', 'ArrowRight', 'Delete');
    assert.ok(!(await titles()).includes('Part.'));
    await tail.page.locator('.row.head [data-id="$value"]').focus();
    const before = (await tail.page.locator('.row.head [data-id="$value"]').boundingBox())!.width;
    await press('Shift+ArrowLeft');
    const after = (await tail.page.locator('.row.head [data-id="$value"]').boundingBox())!.width;
    assert.equal(Math.round(before - after), 16);
    await press('Alt+ArrowLeft');
    assert.deepEqual(await titles(), ['Key', 'Time', 'Offset', 'Value', 'Size', 'Contract']);
    await press('Enter');
    await menu('Standard columns').click();
    assert.deepEqual(await titles(), ['Time', 'Part.', 'Offset', 'Key', 'Size', 'Value', 'Contract']);
  });

  it('sizes and moves columns by the mouse, and scrolls beside pinned ones', async () => {
    const value = tail.page.locator('.row.head [data-id="$value"]');
    const box = (await value.boundingBox())!;
    await tail.page.mouse.move(box.x + box.width - 2, box.y + 10);
    await tail.page.mouse.down();
    await tail.page.mouse.move(box.x + 1900, box.y + 10);
    await tail.page.mouse.up();
    assert.ok((await value.boundingBox())!.width > 1500);
    await tail.page.locator('.row.head [data-id="$time"]').focus();
    await press('p');
    const time = rows().last().locator('.time');
    const at = (await time.boundingBox())!.x;
    await tail.evaluate('document.querySelector(".scroller").scrollLeft = 600');
    assert.equal((await time.boundingBox())!.x, at);
    await tail.screenshot('tail-pinned');
    await tail.page.locator('.row.head [data-id="$size"]').dragTo(tail.page.locator('.row.head [data-id="$key"]'), { sourcePosition: { x: 5, y: 10 }, targetPosition: { x: 3, y: 10 } });
    assert.deepEqual((await titles()).slice(0, 5), ['Time', 'Part.', 'Offset', 'Size', 'Key']);
  });

  it('tells times in three ways', async () => {
    const time = rows().last().locator('.time');
    await focusList();
    await press('t');
    await time.filter({ hasText: /2026-11-23 22:20:52\.863Z/ }).waitFor();
    await press('t');
    await time.filter({ hasText: /ago|in / }).waitFor();
    await press('t');
    await called('keepView');
  });

  it('filters by expressions with offers, tells what is wrong, and keeps parts as chips', async () => {
    await tail.page.locator('.toggle', { hasText: 'expression' }).click();
    await tail.page.keyboard.type('value.tot');
    await tail.page.locator('.offers [aria-selected="true"]', { hasText: 'value.total' }).waitFor();
    await press('Tab');
    await tail.page.keyboard.type(' > 900 && headers["te');
    await tail.screenshot('tail-expression');
    await press('Tab');
    await tail.page.keyboard.type(' == "eu"');
    await press('Enter');
    await called(`filter ${JSON.stringify({ expression: 'value.total > 900 && headers["tenant"] == "eu"' })}`);
    await press('/');
    await tail.page.keyboard.type('((');
    await tail.page.locator('.problem', { hasText: 'at column 3' }).waitFor();
    await press('Escape', 'Escape');
    await tail.page.locator('.add-filter').click();
    await menu('Partitions').click();
    await tail.page.keyboard.type('3, 5');
    await press('Enter');
    await called('filter {"partitions":[3,5]}');
    await tail.page.locator('.add-filter').click();
    await menu('Time').click();
    await tail.page.keyboard.type('2026-11-23T22:14:00Z – 2026-11-23T22:15:00Z');
    await press('Enter');
    await called(`filter ${JSON.stringify({ partitions: [3, 5], from: Date.UTC(2026, 10, 23, 22, 14), to: Date.UTC(2026, 10, 23, 22, 15) })}`);
    await tail.page.locator('.chip', { hasText: '–' }).last().click();
    const chip = tail.page.locator('.chip', { hasText: 'partition 3, 5' });
    await chip.focus();
    await press('Delete');
    await called('filter {}');
  });

  it('saves filters, offers them, and removes them', async () => {
    await focusList();
    await press('/');
    await tail.page.keyboard.type('total');
    await press('Enter');
    await tail.page.locator('.saved').click();
    await menu('Save this filter').click();
    await called('saveFilter');
    await press('/');
    await press('Escape');
    await tail.page.locator('.saved').click();
    await menu('large orders').click();
    await until(async () => (await calls()).at(-1) === 'filter {"text":"total"}', { what: 'the saved filter' });
    await tail.page.locator('.saved').click();
    await menu('Remove a saved filter').click();
    await menu('Remove large orders').click();
    await called('removeFilter large orders');
  });

  it('goes from fault to fault, shows them in the tree, and tells them in Problems', async () => {
    await focusList();
    await press('Home', 'n');
    await selected('undecodable');
    await press('n');
    await selected('violates');
    await tail.page.locator('.json-tree .faulty', { hasText: 'SKU-5512' }).waitFor({ state: 'detached' });
    await press('n');
    await tail.page.locator('.json-tree .faulty', { hasText: 'is text of 8 characters, and must match the pattern' }).waitFor();
    await press('N');
    await selected('violates');
    await press('f');
    const fault = tail.page.locator('.faults .fault').first();
    await fault.filter({ hasText: '30 of 3,000' }).waitFor();
    await tail.screenshot('tail-faults');
    await press('p');
    await called('report 30 of 3000 /lines/*/sku');
    await press('Enter');
    await called(`filter ${JSON.stringify({ fault: { verdict: 'violates', path: '/lines/*/sku', reason: 'must match the pattern ^SKU-\\d{6}$' } })}`);
    await selected('o-90921');
    const chip = tail.page.locator('.chip', { hasText: '/lines/*/sku must match the pattern' });
    await chip.waitFor();
    await tail.screenshot('tail-fault-filter');
    // A verdict is another thing than this fault, and takes its place; a fault takes that of a verdict.
    await tail.page.locator('.add-filter').click();
    await menu('Valid').click();
    await until(async () => (await calls()).at(-1) === 'filter {"verdicts":["valid"]}', { what: 'the verdict in place of the fault' });
    await tail.page.locator('.faults .fault', { hasText: 'schema id 977 is unknown' }).click();
    await called(`filter ${JSON.stringify({ fault: { verdict: 'undecodable', path: '', reason: 'schema id 977 is unknown' } })}`);
    await tail.page.locator('.saved').click();
    await menu('Save this filter').click();
    await called('saveFilter');
    await tail.page.locator('.chip', { hasText: 'schema id 977' }).focus();
    await press('Delete');
    await until(async () => (await calls()).at(-1) === 'filter {}', { what: 'all messages' });
    await tail.page.locator('.saved').click();
    await menu('large orders').click();
    await tail.page.locator('.chip', { hasText: 'schema id 977' }).waitFor();
    await fault.click();
    await selected('o-90921');
    await tail.page.locator('.links .link', { hasText: 'Show in Problems' }).click();
    await until(async () => (await calls()).filter((one) => one.startsWith('report')).length === 2, { what: 'the report' });
    await press('Escape');
  });

  it('chooses a range of time by mouse and by keys', async () => {
    const svg = tail.page.locator('.hist svg');
    await until(() => tail.evaluate<boolean>('document.querySelector(".hist .bars").getAttribute("d").length > 100'), { what: 'bars' });
    for (const end of await tail.page.locator('.hist-axis .dim').allInnerTexts()) assert.match(end, / \d\d:\d\d:\d\d$/, 'bars of whole seconds need no milliseconds');
    const box = (await svg.boundingBox())!;
    await tail.page.mouse.move(box.x + 400, box.y + 20);
    await tail.page.locator('.hist-tip', { hasText: /:\d\d – [\d-]+ \d\d:\d\d:\d\d: / }).waitFor();
    await tail.page.mouse.down();
    await tail.page.mouse.move(box.x + 700, box.y + 20, { steps: 4 });
    await tail.page.locator('.hist-tip', { hasText: 'messages' }).waitFor();
    await tail.screenshot('tail-brush');
    await tail.page.mouse.up();
    await called('filter {"from":');
    const filter = JSON.parse((await calls()).at(-1)!.slice('filter '.length)) as { from: number; to: number };
    assert.ok(filter.from < filter.to && filter.from >= Date.UTC(2026, 10, 23, 22, 14));
    await tail.page.locator('.chip').waitFor();
    await tail.page.locator('.whole').click();
    await until(async () => (await calls()).at(-1) === 'filter {}', { what: 'the whole time' });
    await focusList();
    await press('h', 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await tail.page.locator('.hist-tip', { hasText: 'messages' }).waitFor();
    await press('Enter');
    await until(async () => (await calls()).at(-1)!.startsWith('filter {"from":'), { what: 'the range' });
    await press('Escape');
    await until(async () => (await calls()).at(-1) === 'filter {}', { what: 'the whole time again' });
  });

  it('compares with the message before of the same key, and follows a trace', async () => {
    await rows().last().click();
    await tail.page.locator('.json-tree').waitFor();
    await focusList();
    await press('5');
    const diff = tail.page.locator('.diff');
    await diff.locator('.vrow', { hasText: 'total' }).filter({ hasText: '− 12.5' }).waitFor();
    await diff.locator('.vrow', { hasText: 'note removed' }).waitFor();
    await tail.screenshot('tail-diff');
    await diff.locator('.link').click();
    await selected('o-90099');
    await focusList();
    await press('6');
    const trace = tail.page.locator('.trace');
    await trace.getByText('orders.placed → orders.scored → mail.receipts').waitFor();
    await trace.locator('.vrow', { hasText: 'mail.receipts' }).filter({ hasText: '+2.1 s' }).waitFor();
    // Another tail holds this message, too.
    assert.equal(await trace.locator('.vrow:visible').count(), 3);
    assert.equal(await trace.locator('.vrow.own', { hasText: 'this message' }).count(), 1);
    await tail.screenshot('tail-trace');
    await trace.locator('.vrow', { hasText: 'orders.scored' }).click();
    await called('openRelated other 7');
  });

  it('opens and closes fields, filters by a value, and copies', async () => {
    await rows().last().click();
    await focusList();
    await press('1', 'Enter');
    const tree = tail.page.locator('.json-tree');
    await press('End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    await tree.locator('[aria-expanded="false"]').waitFor();
    await press('ArrowRight', 'Home', 'ArrowDown', 'Shift+F10');
    await menu('Filter by this value').click();
    await called('filter {"expression":"value.order_id == \\"o-90999\\""}');
    await tree.focus();
    await press('Control+c');
    await called('copy o-90999');
    await focusList();
    await press('y');
    await called('copyLines 2999-2999');
    await rows().last().click({ button: 'right' });
    await menu('Only this key').click();
    await until(async () => (await calls()).at(-1)!.includes('"key":"c-'), { what: 'the filter by key' });
  });

  it('selects several messages by keys and by mouse, and copies, exports and publishes them', async () => {
    await tail.evaluate('fake.setInit({ readOnly: false })');
    const chosen = (count: number, by = '.selected') =>
      until(async () => (await tail.page.locator(`.layer .row${by}:visible`).count()) === count, { what: `${count} chosen rows` });
    const footer = (text: string) => tail.page.locator('footer .selected-count', { hasText: text }).waitFor();
    const lead = (text: string) => tail.page.locator('.layer .row.lead', { hasText: text }).waitFor();
    assert.equal(await tail.page.locator('[role=grid]').getAttribute('aria-multiselectable'), 'true');
    await focusList();
    await press('End', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowDown');
    await footer('3 selected');
    await lead('o-90997');
    await chosen(3);
    await chosen(3, '[aria-selected=true]');
    const active = (await tail.page.locator('[role=grid]').getAttribute('aria-activedescendant')) ?? '';
    assert.match((await tail.page.locator(`[id="${active}"]`).getAttribute('class')) ?? '', /lead/);
    await press('y');
    await called('copyLines 2997-2999');
    await tail.page.locator('footer .said', { hasText: '3 messages copied as JSON Lines.' }).waitFor();
    await press('e');
    await menu('JSON Lines, what is selected').click();
    await called('export jsonl true 2997-2999');
    // Those that come belong to none of it.
    await tail.evaluate('fake.push(5)');
    await tail.page.locator('.jump', { hasText: '5 new' }).waitFor();
    await footer('3 selected');
    // A row that is not fetched yet is as good an end of it.
    await focusList();
    await press('Shift+Home');
    await footer('3,000 selected');
    await lead('o-88000');
    await press('ArrowDown');
    await tail.page.locator('footer .selected-count').waitFor({ state: 'hidden' });
    await selected('o-88001');
    await chosen(1);
    await rows().filter({ hasText: 'o-88009' }).click({ modifiers: ['Shift'] });
    await footer('9 selected');
    await lead('o-88009');
    await tail.page.locator('.detail .about, .detail .title', { hasText: 'offset 1204009' }).first().waitFor();
    await tail.screenshot('tail-selected');
    await rows().filter({ hasText: 'o-88004' }).click({ button: 'right' });
    await tail.page.locator('.popup.menu .menu-title', { hasText: '9 messages' }).waitFor();
    await menu('Publish again').click();
    await called('publishSelected 1-9');
    await press('Shift+F10');
    await menu('Export as CSV').click();
    await called('export csv true 1-9');
    await rows().filter({ hasText: 'o-88012' }).click({ button: 'right' });
    await menu('Only this key').waitFor();
    await press('Escape');
    await selected('o-88012');
    await chosen(1);
    await focusList();
    await press('Control+a');
    await footer('3,005 selected');
    await press('Control+c');
    await called('copyLines 0-3004');
    // Another filter would let through others between the two ends.
    await press('/');
    await tail.page.keyboard.type('o-8801');
    await press('Enter');
    await tail.page.locator('footer .selected-count').waitFor({ state: 'hidden' });
    await focusList();
    await press('Control+a');
    await footer('9 selected');
    await press('Escape');
    await tail.page.locator('footer .selected-count').waitFor({ state: 'hidden' });
    await chosen(0);
  });

  it('sorts by time what came partition by partition, keeps what is read in its place, and selects in that order', async () => {
    await tail.evaluate('fake.backlog = 1500; fake.set({ order: undefined })');
    const footer = (text: string) => tail.page.locator('footer .selected-count', { hasText: text }).waitFor();
    await focusList();
    await press('Home', 'ArrowDown');
    await selected('o-88001');
    await press('o');
    await called('order time');
    await called('keepView');
    await tail.page.locator('.order-button', { hasText: 'Order: time' }).waitFor();
    await tail.page.locator('.row.head [data-id="$time"][aria-sort="ascending"]', { hasText: 'Time ↓' }).waitFor();
    // Between two of the first partition stands one of the second.
    await rows().filter({ hasText: 'o-89501' }).waitFor();
    await selected('o-88001');
    await press('Shift+ArrowDown');
    await footer('2 selected');
    await tail.page.locator('.layer .row.lead', { hasText: 'o-89501' }).waitFor();
    await press('ArrowUp', 'ArrowDown');
    await selected('o-89501');
    await press('Shift+ArrowDown', 'Shift+ArrowDown');
    await footer('3 selected');
    await tail.page.locator('.layer .row.lead', { hasText: 'o-89502' }).waitFor();
    await press('y');
    await called('copyLines 1501-1502');
    await tail.screenshot('tail-by-time');
    // Rows that come above what is read do not move it.
    const top = () => tail.page.locator('.layer .row.lead').evaluate((row) => row.getBoundingClientRect().top);
    await press('End', 'ArrowUp', 'ArrowUp');
    await selected('o-90998');
    const before = await top();
    await tail.evaluate('fake.backlog = 1600; fake.push(200)');
    await tail.page.locator('.jump', { hasText: '200 new' }).waitFor();
    await until(async () => (await top().catch(() => -1)) === before, { what: 'the row that is read in its place' });
    await selected('o-90998');
    await tail.page.locator('.order-button').click();
    await menu('As messages came').click();
    await called('order arrival');
    await selected('o-90998');
    await focusList();
    await press('ArrowDown');
    await selected('o-90999');
  });

  it('exports, adds channels and leads elsewhere by its menus', async () => {
    await focusList();
    await press('e');
    await menu('JSON Lines, all that is kept').click();
    await called('export jsonl false');
    await tail.page.locator('.others').click();
    await menu('Add a channel').click();
    await called('addChannel');
    await tail.page.locator('.others').click();
    await menu('Propose a contract').click();
    await called('propose');
    await focusList();
    await press('?');
    await tail.page.locator('.popup.help', { hasText: 'Next and previous message' }).waitFor();
    await press('Escape');
    await tail.evaluate('fake.set({ exporting: { done: 1200, of: 3000 } })');
    await tail.page.locator('footer .exporting', { hasText: 'exporting 1,200 of 3,000' }).waitFor();
  });

  it('shows merged channels with their colours and each one’s state', async () => {
    await tail.evaluate(`fake.setInit({ more: [{ channel: 'orders.scored', broker: 'events' }, { channel: 'mail', broker: 'work' }] });
      fake.set({ sources: [
        { id: 'a', tag: 0, channel: 'orders.placed', kind: 'topic', protocol: 'kafka', broker: 'events', about: 'Kafka 4.1', state: { is: 'live' }, received: 2000, undecodable: 3, violating: 30 },
        { id: 'b', tag: 1, channel: 'orders.scored', kind: 'topic', protocol: 'kafka', broker: 'events', about: 'Kafka 4.1', state: { is: 'caught-up' }, received: 1000, undecodable: 0, violating: 0 },
        { id: 'c', tag: 2, channel: 'mail', kind: 'exchange', protocol: 'rabbitmq', broker: 'work', about: '', state: { is: 'refused', reason: 'user sam may not read' }, received: 0, undecodable: 0, violating: 0 }] });
      fake.push(3)`);
    await rows().last().locator('.channel[data-tag="2"]', { hasText: 'mail' }).waitFor();
    await tail.page.locator('.more-channels').click();
    await tail.page.locator('.popup.sources', { hasText: 'refused: user sam may not read' }).waitFor();
    await tail.screenshot('tail-merged');
    await press('Escape');
    await tail.page.locator('.add-filter').click();
    await menu('orders.scored').click();
    await called('filter {"channels":["orders.scored"]}');
  });

  it('takes channels out of a merged list, by keys and by mouse', async () => {
    await tail.evaluate(`fake.setInit({ more: [{ channel: 'orders.scored', broker: 'events' }, { channel: 'mail', broker: 'work' }] });
      fake.set({ sources: ['orders.placed', 'orders.scored', 'mail'].map((channel, tag) => (
        { id: channel, tag, channel, kind: 'topic', protocol: 'kafka', broker: 'events', about: 'Kafka 4.1', state: { is: 'live' }, received: 2000, undecodable: 3, violating: 30 })) });
      fake.push(3)`);
    await tail.page.locator('.add-filter').click();
    await menu('orders.scored').click();
    await called('filter {"channels":["orders.scored"]}');
    await tail.page.locator('.others').click();
    await menu('Take a channel out').click();
    const focused = () => tail.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.className');
    await press('Shift+Tab');
    assert.equal(await focused(), 'Take mail on events out of this list');
    // Counts that change take the keyboard from nothing.
    await tail.evaluate('fake.set({ sources: fake.status.sources.map((one) => ({ ...one, received: 7777 })) })');
    await tail.page.locator('.popup.sources', { hasText: '7,777 received' }).waitFor();
    assert.equal(await focused(), 'Take mail on events out of this list');
    await tail.screenshot('tail-merged-channels');
    await press('ArrowUp', 'Delete');
    await called('removeChannel orders.scored');
    // The others keep their colours, and nothing counts what went.
    await rows().last().locator('.channel[data-tag="2"]', { hasText: 'mail' }).waitFor();
    await tail.page.locator('.popup.sources li', { hasText: 'mail' }).locator('.tag[data-tag="2"]').waitFor();
    await tail.page.locator('footer', { hasText: /2,002 received\s*1,001 taken out[\s\S]*shown 2,002[\s\S]*buffer 2,002 of/ }).waitFor();
    await tail.screenshot('tail-merged-without');
    // The filter named that channel alone.
    await called('filter {}');
    await until(async () => (await focused()) === 'Take mail on events out of this list', { what: 'the keyboard on the next channel' });
    await tail.page.locator('.popup.sources .remove').first().click();
    await called('removeChannel orders.placed');
    await tail.page.locator('.subject', { hasText: /^mail$/ }).waitFor();
    await tail.page.locator('.popup.sources').waitFor({ state: 'hidden' });
    await tail.page.locator('.more-channels').waitFor({ state: 'hidden' });
    await until(async () => (await focused()) === 'subject', { what: 'the keyboard on the header' });
  });

  it('keeps the reader’s place when a channel is taken out, and closes the details of its messages', async () => {
    await tail.evaluate(`fake.setInit({ more: [{ channel: 'orders.scored', broker: 'events' }, { channel: 'mail', broker: 'events' }] });
      fake.set({ sources: ['orders.placed', 'orders.scored', 'mail'].map((channel, tag) => (
        { id: channel, tag, channel, kind: 'topic', protocol: 'kafka', broker: 'events', about: 'Kafka 4.1', state: { is: 'live' }, received: 1000, undecodable: 3, violating: 30 })) });
      fake.push(0)`);
    await tail.evaluate("fake.peer.notify('choose', 1002)");
    await selected('o-89002');
    await tail.page.locator('.detail .title').waitFor();
    await tail.evaluate("fake.removeSource('orders.scored')");
    await rows().filter({ hasText: 'o-89003' }).waitFor({ state: 'detached' });
    await selected('o-89002');
    await tail.page.locator('.detail .title').waitFor();
    await tail.evaluate("fake.removeSource('orders.placed')");
    await tail.page.locator('.detail').waitFor({ state: 'hidden' });
    // What was around it stays in sight.
    await rows().filter({ hasText: 'o-89001' }).waitFor();
  });

  it('shows production, writing and unverified certificates at all times', async () => {
    await tail.evaluate("fake.setInit({ environment: 'production', readOnly: true, unverified: true })");
    await tail.page.locator('.environment.production').waitFor();
    await tail.page.locator('.read-only', { hasText: 'read-only' }).waitFor();
    await tail.page.locator('.unverified').waitFor();
    await rows().last().click();
    await tail.page.locator('.detail .copy').waitFor();
    assert.equal(await tail.page.locator('.detail .publish').isVisible(), false);
    await tail.screenshot('tail-production');
    await tail.evaluate("fake.setInit({ environment: 'development', readOnly: false, unverified: false })");
    await tail.page.locator('.writing', { hasText: 'writable' }).waitFor();
    await tail.page.locator('.unverified').waitFor({ state: 'hidden' });
    await tail.page.locator('.detail .publish').click();
    await called('publish 2999');
  });

  it('brings a message into view that the host chooses, also where the filter leaves it out', async () => {
    await tail.evaluate("fake.peer.notify('choose', 77)");
    await selected('o-88077');
    await focusList();
    await press('/');
    await tail.page.keyboard.type('o-90');
    await press('Enter');
    await tail.page.locator('.matches', { hasText: 'match' }).waitFor();
    await tail.evaluate("fake.peer.notify('choose', 77)");
    await tail.page.locator('.detail .about, .detail .title', { hasText: 'offset 1204077' }).first().waitFor();
  });

  it('freezes on no message, however large its value, key or headers are', async () => {
    await tail.evaluate(`{
      const large = JSON.stringify({ items: Array.from({ length: 40000 }, (_, i) => ({ id: i, html: '<img src=x onerror=window.pwned=1>' })) }, null, 2);
      const base = { channel: 'orders.placed', time: 0, size: 10 << 20, preview: '<b>' + 'x'.repeat(237), marks: [], decodedAs: 'json', hex: '00000000  3c\\n'.repeat(32768), headers: [] };
      fake.details[2999] = { ...base, seq: 2999, json: large.slice(0, 2 << 20), text: large.slice(0, 512 << 10), cutAt: 512 << 10 };
      fake.details[2998] = { ...base, seq: 2998, key: 'k'.repeat(1 << 20), json: '["' + 'y'.repeat(1 << 20) + '"]', text: 'z'.repeat(512 << 10),
        headers: Array.from({ length: 5000 }, (_, i) => ({ name: 'h' + i, value: '<script>window.pwned=1</script>' })) };
    }`);
    const gap = `new Promise((done) => { let worst = 0, last = performance.now(); const end = last + 1500;
      const step = (now) => { worst = Math.max(worst, now - last); last = now; now < end ? requestAnimationFrame(step) : done(worst); }; requestAnimationFrame(step); })`;
    const worst: Record<string, number> = {};
    await focusList();
    await press('End');
    for (const [name, key] of [['decoded', '1'], ['text', '2'], ['hex', '3']] as const) {
      const measured = tail.evaluate<number>(gap);
      await press(key);
      worst[name] = await measured;
    }
    await press('1', 'Enter', 'End');
    await tail.page.locator('.json-tree .vrow').first().waitFor();
    await focusList();
    await press('ArrowUp');
    for (const [name, key] of [['long key', '1'], ['5,000 headers', '4'], ['long text', '2']] as const) {
      const measured = tail.evaluate<number>(gap);
      await press(key);
      worst[name] = await measured;
    }
    console.log(`      longest frames: ${Object.entries(worst).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', ')}`);
    assert.ok((await tail.evaluate<number>('document.querySelectorAll("*").length')) < 1200);
    assert.equal(await tail.evaluate('window.pwned'), undefined);
    await press('4');
    await tail.page.locator('.header-rows .vrow').first().waitFor();
    await tail.screenshot('tail-large');
  });
});

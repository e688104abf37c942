import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import { checkoutToBilling, withAcksAll } from '../graph/flowView';
import { shop } from '../graph/sample';
import type { GraphPage, OpenOptions } from './graphPage';
import { graphViews } from './graphViews';
import { screenshotPath } from './screenshots';

const data = { ...shop, flows: [checkoutToBilling] };

describe('the explanation of a flow in Chromium', function () {
  this.timeout(180_000);
  const open = graphViews();

  async function explain(options?: OpenOptions): Promise<GraphPage> {
    const view = await open(options);
    await view.draw(data);
    await view.call('explain', checkoutToBilling);
    await view.page.locator('.story-steps .current').waitFor();
    return view;
  }

  const current = (view: GraphPage): Promise<string> => view.page.locator('.story-steps .current').innerText();
  /** The drawing without what only says where the eye is: equal pictures have equal text. */
  const drawing = (view: GraphPage): Promise<string> => view.page.locator('.story-drawing').innerHTML();

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    it(`draws the stations, the copies and the story under the strict policy, ${theme} theme`, async () => {
      const view = await explain({ theme });
      assert.equal(await view.page.locator('.story-title').innerText(), 'checkout → orders.placed → billing');
      assert.equal(await view.page.locator('.story-verdict.short').innerText(), 'best-effort · declared exactly-once ✗');
      assert.deepEqual(await view.page.locator('.story-row text').allTextContents(), [
        'acknowledged', 'copy 1 · leader', 'copy 2', 'copy 3', 'in hand', 'processed',
      ]);
      assert.equal(await view.page.locator('.story-step').count(), 6);
      await view.page.keyboard.press('End');
      assert.equal(await view.page.locator('.token.missing').count(), 1);
      await view.page.screenshot({ path: screenshotPath(`story-${theme}`) });
    });
  }

  it('goes on and back by keys, and shows on the way back what it showed before', async () => {
    const view = await explain();
    const { keyboard } = view.page;
    const forth = [await drawing(view)];
    for (const key of ['ArrowRight', 'Space', 'ArrowRight', ' ', 'ArrowRight']) {
      await keyboard.press(key);
      forth.push(await drawing(view));
    }
    assert.match(await current(view), /m1 is gone/);
    await keyboard.press('ArrowRight');
    assert.match(await current(view), /m1 is gone/);
    const back = [await drawing(view)];
    for (let i = 0; i < 5; i++) {
      await keyboard.press('ArrowLeft');
      back.push(await drawing(view));
    }
    assert.deepEqual(back.reverse(), forth);
    await keyboard.press('End');
    assert.match(await current(view), /m1 is gone/);
    await keyboard.press('Home');
    assert.match(await current(view), /checkout sends m1\./);
  });

  it('tells each step to screen readers, and keeps the graph behind it out of their reach', async () => {
    const view = await explain();
    await view.page.keyboard.press('ArrowRight');
    assert.equal(await view.page.locator('.story [aria-live]').innerText(), '2 of 6: The leader of orders.placed appends m1.');
    assert.equal(await view.page.locator('.story-step[aria-current="step"]').innerText(), 'The leader of orders.placed appends m1.');
    assert.equal(await view.page.locator('main.stage[inert]').count(), 1);
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.story').isVisible(), false);
    assert.equal(await view.page.locator('[inert]').count(), 0);
    assert.equal((await view.calls('explained')).length, 1);
    // The keys are the graph's again, at the end of the flow.
    await view.node('service:billing').and(view.page.locator(':focus')).waitFor();
    assert.equal(await view.page.locator('.details h2').innerText(), 'billing');
  });

  it('tells another hazard, and none that cannot happen', async () => {
    const view = await explain();
    await view.page.locator('[data-hazard="duplication"]').click();
    // After a click the keys are the story's; a card that was reached by Tab is pressed by them.
    await view.page.keyboard.press('Space');
    assert.match(await current(view), /orders\.placed stores m1/);
    await view.page.locator('[data-hazard="duplication"]').focus();
    await view.page.keyboard.press('Space');
    assert.match(await current(view), /checkout sends m1 to orders\.placed/);
    assert.equal(await view.page.locator('.story-step').count(), 9);
    await view.page.keyboard.press('End');
    assert.equal(await view.page.locator('.token.again').count(), 1);
    assert.equal(await view.page.locator('[data-hazard="blocking"]').isDisabled(), true);
  });

  it('names what decides, and leads to where that is said', async () => {
    const view = await explain();
    assert.equal(
      await view.page.locator('.story-deciding').innerText(),
      'Decided by acks: 1 of checkout (the default of Java client < 3.0, assumed).',
    );
    await view.page.locator('.story-deciding .origin').click();
    assert.deepEqual(await view.calls('openSetting'), [['0/publish/acks']]);
    await view.page.locator('[data-hazard="reordering"]').click();
    assert.equal(await view.page.locator('.story-deciding').innerText(), '');
  });

  it('moves messages where motion is wanted, and plays by itself until somebody takes over', async () => {
    const view = await explain({ reducedMotion: false });
    assert.equal(await view.page.locator('.story-play').innerText(), 'Pause');
    await until(async () => /^\D*The leader of orders\.placed appends/.test(await current(view)), { what: 'the second step by itself', timeout: 15_000 });
    await view.page.keyboard.press('ArrowRight');
    assert.equal(await view.page.locator('.story-play').innerText(), 'Play');
    await view.page.locator('.token.acknowledgement').waitFor();
  });

  it('reckons with other values, shows what they change, and writes only when told to', async () => {
    const view = await explain();
    await view.answer('whatIf', withAcksAll);
    await view.page.locator('.what-if-toggle').click();
    const acks = view.page.locator('[data-setting="0/publish/acks"]');
    assert.match(await acks.innerText(), /the default of Java client < 3\.0, assumed/);
    assert.equal(await acks.locator('.decides').isVisible(), true);
    await acks.locator('vscode-dropdown').click();
    await acks.locator('vscode-option', { hasText: 'all' }).click();
    await view.page.locator('.hazard-was').waitFor();
    assert.deepEqual(await view.calls('whatIf'), [[
      checkoutToBilling.id, [{ id: '0/publish/acks', station: 0, owner: 'publish', key: 'acks', value: 'all' }],
    ]]);
    assert.match(await view.page.locator('[data-hazard="loss"]').innerText(), /never within three faults\s+in the files: by one fault/);
    assert.match(await view.page.locator('.story-verdict').innerText(), /^at-least-once .* \(with one change\)$/);
    // The loss can be told no longer: what still can happen is.
    assert.equal(await view.page.locator('[data-hazard="duplication"]').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(await view.calls('apply'), []);
    await view.page.screenshot({ path: screenshotPath('story-what-if') });
    await view.page.locator('.what-if-apply').click();
    assert.equal((await view.calls('apply')).length, 1);
    await view.page.locator('.what-if-reset').click();
    await view.page.locator('.hazard-was').waitFor({ state: 'detached' });
    assert.equal(await view.page.locator('.story-verdict').innerText(), checkoutToBilling.verdict);
  });

  it('goes on trying after an edit elsewhere, and lets go of what the files say by now', async () => {
    const view = await explain();
    await view.answer('whatIf', withAcksAll);
    await view.page.locator('.what-if-toggle').click();
    await view.page.locator('.what-if-repair').click();
    await view.page.locator('.setting.changed').nth(1).waitFor();
    const edited = { ...checkoutToBilling, settings: checkoutToBilling.settings.map((one) => (one.key === 'acks' ? { ...one, value: 'all', origin: 'declared' } : one)) };
    await view.call('explain', edited);
    await view.page.locator('.what-if-count', { hasText: 'One change, in no file yet.' }).waitFor();
    const [, changes] = (await view.calls('whatIf')).at(-1) as [string, readonly { key: string }[]];
    assert.deepEqual(changes.map(({ key }) => key), ['minInsyncReplicas']);
  });

  it('tries the smallest change that keeps the promise', async () => {
    const view = await explain();
    await view.answer('whatIf', withAcksAll);
    await view.page.locator('.what-if-toggle').click();
    await view.page.locator('.what-if-repair').click();
    await view.page.locator('.setting.changed').nth(1).waitFor();
    assert.equal(await view.page.locator('.what-if-count').innerText(), '2 changes, in no file yet.');
    // The first Escape leaves the form, the second the story.
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.what-if').isVisible(), false);
    assert.equal(await view.page.locator('.story').isVisible(), true);
  });

  it('comes back to its step after its page was thrown away', async () => {
    const view = await explain();
    await view.page.locator('[data-hazard="duplication"]').click();
    await view.page.keyboard.press('ArrowRight');
    await view.reopen();
    await view.draw(data);
    await view.call('explain', checkoutToBilling);
    await view.page.locator('.story-steps .current').waitFor();
    assert.match(await current(view), /orders\.placed stores m1/);
  });

  it('leads from the graph to the explanation, and marks a broken promise there', async () => {
    const view = await open();
    await view.draw(data);
    assert.equal(await view.page.locator('.edge .promise').count(), 1);
    assert.equal(await view.page.locator('[data-id="consume:orders.placed>billing"] .promise title').textContent(), checkoutToBilling.verdict);
    await view.node('channel:orders.placed').click();
    await view.page.locator('.details .flow').click();
    await view.page.keyboard.press('Escape');
    await view.node('service:billing').click();
    await view.page.keyboard.press('e');
    assert.deepEqual(await view.calls('explain'), [[checkoutToBilling.id], [checkoutToBilling.id]]);
  });

  it('shows names as text, whatever is in them', async () => {
    const view = await open();
    await view.draw(data);
    await view.call('explain', {
      ...checkoutToBilling, title: '<img src=x onerror=alert(1)>',
      stations: checkoutToBilling.stations.map((one) => ({ ...one, label: '<b>x</b>', element: 'nowhere' })),
    });
    await view.page.locator('.story-title', { hasText: '<img src=x' }).waitFor();
    assert.equal(await view.page.locator('.story img, .story b').count(), 0);
  });
});

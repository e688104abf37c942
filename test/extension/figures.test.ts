import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Breaches } from '../../src/extension/breaches';
import { LiveFigures, type FigureSources } from '../../src/extension/figures';
import { Signal } from '../../src/extension/signal';
import type { FiguresAnswer, FiguresReport, FigureTargets, PlacedBreach } from '../../src/protocol/figures';
import { until } from '../../scripts/support/until.mjs';

const at = { uri: 'file:///a.flow.yaml', start: { line: 3, character: 4 }, end: { line: 3, character: 9 } };

function breach(key: string, message = key): PlacedBreach {
  return { key, element: 'channel:orders', broker: 'broker:events', measure: 'lag', at, message, badge: { text: 'lag above 1', tone: 'error', sign: 'alert', far: true } };
}

describe('thresholds over samples', () => {
  const keys = (all: readonly PlacedBreach[]): string[] => all.map(({ key }) => key);

  it('hold from the second sample above on, and until the second one below', () => {
    const breaches = new Breaches();
    const story = [1, 0, 1, 1, 1, 0, 1, 0, 0].map((above, i) => {
      const raised = breaches.judge('broker:events', i, above ? [breach('lag')] : []);
      return `${raised.length}${breaches.active.length}`;
    });
    assert.deepEqual(story, ['00', '00', '00', '11', '01', '01', '01', '01', '00']);
  });

  it('count a sample once, however often it is judged, and take its newer words', () => {
    const breaches = new Breaches();
    breaches.judge('broker:events', 1, [breach('lag', 'one')]);
    assert.deepEqual(breaches.judge('broker:events', 1, [breach('lag', 'two')]), []);
    assert.deepEqual(breaches.judge('broker:events', 2, [breach('lag', 'three')]).map(({ message }) => message), ['three']);
    breaches.judge('broker:events', 2, [breach('lag', 'four')]);
    assert.deepEqual(breaches.active.map(({ message }) => message), ['four']);
  });

  it('are told apart by broker: one that says nothing changes nothing of the others', () => {
    const breaches = new Breaches();
    for (const sample of [1, 2]) {
      breaches.judge('broker:events', sample, [breach('a')]);
      breaches.judge('broker:work', sample, [{ ...breach('b'), broker: 'broker:work' }]);
    }
    assert.deepEqual(keys(breaches.active), ['a', 'b']);
    for (const sample of [3, 4]) breaches.judge('broker:work', sample, []);
    assert.deepEqual(keys(breaches.active), ['a']);
    breaches.clear();
    assert.deepEqual(breaches.active, []);
  });
});

describe('live figures of the window', () => {
  const targets: FigureTargets[] = ['events', 'work'].map((name) => ({
    broker: { id: `broker:${name}`, name, protocol: 'kafka', url: 'localhost:9092', tls: false },
    targets: [{ address: 'orders', kind: 'topic' }],
  }));

  /** What the worker is asked, with the answers of a server that finds one breach in each reading of `events`. */
  function window_(refused: string[] = []) {
    const asked: string[] = [];
    const told = new Signal<{ id: string; report: FiguresReport }>();
    const died = new Signal<string>();
    const remote = {
      watchFigures: async (id: string) => void asked.push(`watch ${id}`),
      endFigures: async (id: string) => void asked.push(`end ${id}`),
      figureSeries: async (id: string) => [{ name: id, points: [] }],
    };
    const sources: FigureSources = {
      targets: async () => targets,
      figures: async ({ readings }): Promise<FiguresAnswer> => ({
        elements: readings.map(({ broker }) => ({ id: `channel:${broker}`, broker, badges: [{ text: 'lag 5', tone: 'plain' }], facts: [], key: { channel: 'orders', kind: 'topic' } })),
        breaches: readings.filter(({ broker }) => broker === 'broker:events').map(() => breach('lag')),
      }),
      way: async ({ broker }) => {
        if (refused.includes(broker.name)) throw new Error(`${broker.name} is not trusted.`);
        return { label: broker.name, protocol: 'kafka', options: { url: 'localhost:9092' } } as never;
      },
      worker: { remote: remote as never, remoteIfRunning: remote as never, onFigures: told.on, onDied: died.on },
      every: () => 5000,
      prefix: () => 'tailrace-tap',
      failed: (doing, error) => assert.fail(`${doing}: ${String(error)}`),
    };
    const figures = new LiveFigures(sources);
    const report = (id: string, sample: number): void =>
      told.fire({ id: `broker:${id}`, report: { is: 'live', about: '', reading: { at: sample, channels: [], consumers: [], broker: [], notes: [] } } });
    return { figures, asked, report, told, died };
  }

  const badges = (figures: LiveFigures, id: string): string[] => figures.of(id)?.badges.map(({ text }) => text) ?? [];

  it('asks nobody before the user says so, and nobody while nothing of it can be seen', async () => {
    const { figures, asked } = window_();
    figures.seen('graph', true);
    await turn();
    assert.deepEqual(asked, []);
    figures.turn(true);
    await until(() => asked.length === 2, { what: 'both brokers to be asked' });
    assert.deepEqual(asked.splice(0), ['watch broker:events', 'watch broker:work']);
    figures.seen('tree', true);
    figures.seen('graph', false);
    assert.deepEqual(asked, [], 'the tree can still be seen');
    figures.seen('tree', false);
    assert.deepEqual(asked.splice(0), ['end broker:events', 'end broker:work'], 'at once');
    figures.seen('graph', true);
    await until(() => asked.length === 2, { what: 'both brokers to be asked again' });
    figures.dispose();
    assert.deepEqual(asked.slice(2), ['end broker:events', 'end broker:work']);
  });

  it('says at its node why a broker tells nothing, and goes on with the others', async () => {
    const { figures, asked, report } = window_(['work']);
    figures.turn(true);
    figures.seen('graph', true);
    await until(() => asked.includes('watch broker:events'), { what: 'the other broker to be asked' });
    report('events', 1);
    await until(() => badges(figures, 'channel:broker:events').length > 0, { what: 'its figures' });
    assert.deepEqual(badges(figures, 'broker:work'), ['work is not trusted.']);
    assert.match(figures.view().about, /1 of 2 brokers answers/);
    assert.deepEqual(await figures.series('channel:broker:events'), [{ name: 'broker:events', points: [] }]);
    figures.dispose();
  });

  it('tells a threshold once, marks the element, and clears it where figures are turned off', async () => {
    const { figures, asked, report } = window_();
    const raised: string[] = [];
    figures.onBreached((all) => raised.push(...all.map(({ key }) => key)));
    figures.turn(true);
    figures.seen('graph', true);
    await until(() => asked.length === 2, { what: 'brokers to be asked' });
    for (const sample of [1, 2, 3]) {
      const done = new Promise<void>((resolve) => {
        const { dispose } = figures.onChanged(() => (dispose(), resolve()));
      });
      report('events', sample);
      await done;
    }
    assert.deepEqual(raised, ['lag']);
    assert.deepEqual(badges(figures, 'channel:orders'), ['lag above 1']);
    assert.equal(figures.of('channel:orders')?.health, 'error');
    figures.seen('graph', false);
    assert.deepEqual([figures.exceeded.length, figures.view().elements.length], [1, 1], 'it holds until somebody has looked again');
    figures.turn(false);
    assert.deepEqual([figures.exceeded, figures.view()], [[], { on: false, elements: [], about: '' }]);
    figures.dispose();
  });

  it('shows the reason of the last failure until there is an answer, and starts anew when the worker died', async () => {
    const { figures, asked, told, died, report } = window_();
    figures.turn(true);
    figures.seen('graph', true);
    await until(() => asked.length === 2, { what: 'brokers to be asked' });
    told.fire({ id: 'broker:events', report: { is: 'failed', reason: 'events does not answer.', again: 10_000 } });
    told.fire({ id: 'broker:events', report: { is: 'connecting' } });
    await until(() => badges(figures, 'broker:events')[0] === 'events does not answer.', { what: 'the reason' });
    report('events', 1);
    await until(() => badges(figures, 'broker:events').length === 0, { what: 'figures' });
    died.fire('the live worker ended');
    await until(() => badges(figures, 'broker:work')[0] === 'No figures: the live worker ended.', { what: 'the reason' });
    figures.dispose();
  });
});

import assert from 'node:assert/strict';
import type { Hazard, TraceStep } from '../../src/delivery/guarantee';
import { storyFrame, type StoryFrame } from '../../src/graph/story/frame';
import type { Story } from '../../src/graph/story/spots';
import { along, layoutStory, pathOf, pointOf } from '../../src/graph/story/layout';
import { doubleWork } from '../support/guarantee';
import { lostWithLeader } from './flowView';

const stations: Story['stations'] = [{ kind: 'publisher', copies: 1 }, { kind: 'channel', copies: 3 }, { kind: 'consumer', copies: 1 }];
const story = (trace: readonly TraceStep[], hazard: Hazard = 'loss'): Story => ({ stations, hazard, trace });

/** The rows in words: `copy 1 · leader: m1`, a look behind the message where it is not plain. */
function rows(frame: StoryFrame): string[] {
  return frame.rows.flatMap((list, station) => list.map(({ label }, row) => {
    const inside = frame.copies.filter(({ at }) => at.at === 'row' && at.station === station && at.row === row);
    return `${label}: ${inside.map(({ message, look }) => `m${message}${look === 'plain' ? '' : ` ${look}`}`).join(', ')}`;
  }).filter((text) => !text.endsWith(': ')));
}

const moves = (frame: StoryFrame): string[] => frame.travels.map(({ token, message, from, to, breaks }) =>
  `${token} ${message ?? ''} ${[from, to].map((s) => `${s.at}${s.station}${s.at === 'row' ? `.${s.row}.${s.slot}` : s.at === 'door' ? `.${s.slot}` : ''}`).join('→')}${breaks ? ' breaks' : ''}`);

describe('frames of a story', () => {
  const loss = story(lostWithLeader);

  it('follow a message into the leader, and the leader down', () => {
    assert.deepEqual(rows(storyFrame(loss, -1)), []);
    assert.deepEqual(moves(storyFrame(loss, 0)), ['message 1 node0→door1.0']);
    assert.deepEqual(moves(storyFrame(loss, 1)), ['message 1 door1.0→row1.0.0']);
    assert.deepEqual(rows(storyFrame(loss, 1)), ['copy 1 · leader: m1']);
    assert.deepEqual(moves(storyFrame(loss, 2)), ['acknowledgement 1 node1→row0.0.0']);
    const crash = storyFrame(loss, 3);
    assert.deepEqual(rows(crash), ['acknowledged: m1 promised', 'copy 1 · down: m1 gone']);
    assert.deepEqual(crash.struck, { at: 'row', station: 1, row: 0, slot: 0 });
    assert.deepEqual(storyFrame(loss, 4).rows[1]?.map(({ label }) => label), ['copy 1 · down', 'copy 2 · leader', 'copy 3']);
    const end = storyFrame(loss, 5);
    assert.deepEqual(rows(end).at(-1), 'processed: m1 missing');
    assert.equal(end.outcome, 2);
  });

  it('are the same whichever way one comes to them', () => {
    const forth = lostWithLeader.map((_, i) => storyFrame(loss, i));
    const back = lostWithLeader.map((_, i) => storyFrame(loss, lostWithLeader.length - 1 - i)).reverse();
    assert.deepEqual(back, forth);
    assert.deepEqual(storyFrame(loss, 99), forth.at(-1));
  });

  it('mark what is processed a second time', () => {
    const twice = story(doubleWork, 'duplication');
    assert.deepEqual(rows(storyFrame(twice, 4)).at(-1), 'processed: m1');
    const crash = storyFrame(twice, 5);
    assert.deepEqual(crash.struck, { at: 'node', station: 2 });
    assert.deepEqual(rows(crash), ['acknowledged: m1 promised', 'copy 1 · leader: m1', 'processed: m1']);
    assert.deepEqual(rows(storyFrame(twice, 8)), ['acknowledged: m1 promised', 'copy 1 · leader: m1 out', 'processed: m1, m1 again']);
  });

  it('let all followers copy where no single one is told of, but none that has fallen behind', () => {
    const steps: TraceStep[] = [
      ...lostWithLeader.slice(0, 2),
      { kind: 'fault', from: 1, to: 1, replica: 2, text: '' },
      { kind: 'replicate', from: 1, to: 1, text: '' },
    ];
    const frame = storyFrame(story(steps, 'reordering'), 3);
    assert.deepEqual(moves(frame), ['message 1 row1.0.0→row1.1.0']);
    assert.deepEqual(frame.rows[1]?.map(({ label }) => label), ['copy 1 · leader', 'copy 2', 'copy 3 · behind']);
  });

  it('lose on the way what is lost on the way', () => {
    const steps: TraceStep[] = [
      { kind: 'send', message: 1, from: 0, to: 1, text: '' },
      { kind: 'fault', message: 1, from: 0, to: 1, text: '' },
      { kind: 'fault', message: 1, from: 1, to: 0, text: '' },
    ];
    assert.deepEqual(moves(storyFrame(story(steps), 1)), ['message 1 node0→way0 breaks']);
    assert.deepEqual(storyFrame(story(steps), 1).copies, []);
    assert.deepEqual(moves(storyFrame(story(steps), 2)), ['acknowledgement 1 node1→way0 breaks']);
  });

  it('change nothing by what comes to nothing', () => {
    const steps: TraceStep[] = [
      { kind: 'send', message: 1, from: 0, to: 1, text: 'and is stored' },
      { kind: 'deliver', message: 1, from: 1, to: 2, text: '' },
      { kind: 'process', message: 1, from: 2, to: 2, text: 'fails', inVain: true },
      { kind: 'outcome', from: 1, to: 1, text: '' },
    ];
    const end = storyFrame(story(steps, 'blocking'), 3);
    assert.deepEqual(rows(end), ['copy 1 · leader: m1 out', 'copy 2: m1 out', 'copy 3: m1 out', 'in hand: m1']);
    assert.equal(end.outcome, 1);
  });

  it('take a message from a queue when it is answered for, and back when the work fails', () => {
    const queue: Story['stations'] = [{ kind: 'publisher', copies: 1 }, { kind: 'channel', copies: 1 }, { kind: 'consumer', copies: 1 }];
    const steps: TraceStep[] = [
      { kind: 'send', message: 1, from: 0, to: 1, text: '' },
      { kind: 'deliver', message: 1, from: 1, to: 2, text: '' },
      { kind: 'fault', message: 1, from: 2, to: 1, text: '' },
      { kind: 'deliver', message: 1, from: 1, to: 2, text: '' },
      { kind: 'process', message: 1, from: 2, to: 2, text: '' },
      { kind: 'acknowledge', message: 1, from: 2, to: 1, text: '' },
    ];
    const at = (index: number): string[] => rows(storyFrame({ stations: queue, hazard: 'reordering', trace: [...steps, { kind: 'outcome', from: 2, to: 2, text: '' }] }, index));
    assert.deepEqual(at(1), ['at the broker: m1 out', 'in hand: m1']);
    assert.deepEqual(at(2), ['at the broker: m1']);
    assert.deepEqual(at(5), ['processed: m1']);
  });

  it('show what the last sentence foretells of a flow whose story ends before its consumer', () => {
    const trace: TraceStep[] = [...lostWithLeader.slice(0, 2), { kind: 'outcome', message: 1, from: 1, to: 2, text: '' }];
    assert.equal(rows(storyFrame(story(trace, 'duplication'), 2)).at(-1), 'processed: m1, m1 again');
    assert.equal(rows(storyFrame(story(trace, 'reordering'), 2)).at(-1), 'processed: m2, m1 late');
  });

  it('keep messages apart that wait before one station', () => {
    const steps: TraceStep[] = [
      { kind: 'send', message: 1, from: 0, to: 1, text: '' },
      { kind: 'send', message: 2, from: 0, to: 1, text: '' },
      { kind: 'fault', message: 1, from: 0, to: 1, text: '' },
      { kind: 'store', message: 2, from: 0, to: 1, replica: 0, text: '' },
    ];
    assert.deepEqual(storyFrame(story(steps), 1).copies.map(({ at }) => at), [
      { at: 'door', station: 1, slot: 0 }, { at: 'door', station: 1, slot: 1 },
    ]);
    assert.deepEqual(storyFrame(story(steps), 2).copies.map(({ message, at }) => [message, at]), [[2, { at: 'door', station: 1, slot: 0 }]]);
  });

  it('pass by an exchange, which keeps nothing', () => {
    const way: Story['stations'] = [{ kind: 'publisher', copies: 1 }, { kind: 'channel', copies: 0 }, { kind: 'channel', copies: 1 }, { kind: 'consumer', copies: 1 }];
    const frame = storyFrame({ stations: way, hazard: 'blocking', trace: [{ kind: 'send', message: 1, from: 0, to: 2, text: '' }, { kind: 'fault', from: 1, to: 1, replica: 0, text: '' }] }, 1);
    assert.deepEqual(frame.rows[1], []);
    assert.deepEqual(frame.copies.map(({ at }) => at.station), [2]);
    assert.deepEqual(frame.struck, { at: 'node', station: 1 });
  });

  it('take steps of stations that are not there for nothing', () => {
    const frame = storyFrame(story([{ kind: 'send', message: 1, from: 0, to: 9, text: '' }]), 0);
    assert.deepEqual(frame.travels, []);
  });
});

describe('layout of a story', () => {
  const node = (id: string) => ({ id, kind: 'service' as const, label: id, detail: '', problems: { errors: 0, warnings: 0, infos: 0 } });
  const parts = [{ node: node('a'), rows: 1 }, { node: node('b'), rows: 3 }, { node: node('c'), rows: 2 }];

  it('runs to the right where that can be read, else down', () => {
    assert.equal(layoutStory(parts, { width: 1200, height: 500 }).flow, 'right');
    assert.equal(layoutStory(parts, { width: 420, height: 800 }).flow, 'down');
  });

  for (const room of [{ width: 1200, height: 500 }, { width: 420, height: 800 }]) {
    it(`keeps all boxes apart and inside, ${room.width} px wide`, () => {
      const layout = layoutStory(parts, room);
      const boxes = layout.stations.flatMap(({ node: box, rows: list }) => [box, ...list]);
      for (const [i, a] of boxes.entries()) {
        assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height);
        for (const b of boxes.slice(i + 1))
          assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, 'boxes overlap');
      }
    });
  }

  it('leads from spot to spot along the lines', () => {
    const layout = layoutStory(parts, { width: 1200, height: 500 });
    const path = pathOf(layout, { at: 'row', station: 1, row: 0, slot: 0 }, { at: 'row', station: 2, row: 0, slot: 0 });
    assert.deepEqual(path[0], pointOf(layout, { at: 'row', station: 1, row: 0, slot: 0 }));
    assert.deepEqual(path.at(-1), pointOf(layout, { at: 'row', station: 2, row: 0, slot: 0 }));
    assert.deepEqual(path.slice(1, 3), layout.ways[1]);
    assert.deepEqual(along([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }], 0.75), { x: 10, y: 5 });
  });
});

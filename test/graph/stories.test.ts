import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hazards } from '../../src/delivery/guarantee';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { storyFrame, type StoryFrame } from '../../src/graph/story/frame';
import { cameraOn, layoutStory, pathOf, pointOf } from '../../src/graph/story/layout';
import type { Place } from '../../src/protocol/common';
import type { FlowView } from '../../src/protocol/guarantee';
import { flowView } from '../../src/server/flowData';
import type { SourceRange } from '../../src/text/range';
import { fixtureModel } from '../support/fixture';

const place = (at: SourceRange): Place => ({
  uri: at.file, start: { line: 0, character: at.start }, end: { line: 0, character: at.end },
});

/** The flow files of the examples, and those in which rules and stages of all protocols have something to say. */
const files: readonly (readonly [string, string])[] = [
  ...readdirSync('examples').flatMap((folder) =>
    readdirSync(join('examples', folder)).filter((name) => name.endsWith('.flow.yaml'))
      .map((name) => [folder, readFileSync(join('examples', folder, name), 'utf8')] as const)),
  ['all protocols', `flow: 1
brokers:
  k: { protocol: kafka, version: "4.1" }
  r: { protocol: rabbitmq, version: "4.1" }
  m: { protocol: mqtt }
  n: { protocol: nats }
channels:
  orders: { broker: k, partitions: 6, replicas: 3, ordering: per-key }
  mail: { broker: r, exchange: topic }
  mail.out: { broker: r, queue: quorum, bindings: [{ exchange: mail, routingKey: "#" }] }
  mail.quick: { broker: r, queue: classic, bindings: [{ exchange: mail, routingKey: "#" }] }
  shelves: { broker: m }
  stock: { broker: n, stream: { storage: file, replicas: 3 } }
  ticks: { broker: n }
services:
  sender:
    publishes:
      orders: { guarantee: exactly-once, acks: 1 }
      mail: { routingKey: a, confirms: true }
      shelves: { qos: 2 }
      stock: { waitForAck: true }
      ticks: {}
  reader:
    consumes:
      orders: { guarantee: exactly-once, autoCommit: true }
      mail.out: { ack: manual, prefetch: 10 }
      mail.quick: { ack: auto }
      shelves: { qos: 1, cleanStart: true }
      stock: { durable: reader, ackPolicy: explicit }
      ticks: {}
`],
];

interface Told {
  readonly name: string;
  readonly view: FlowView;
  readonly hazard: (typeof hazards)[number];
  readonly frames: readonly StoryFrame[];
}

const told: readonly Told[] = files.flatMap(([name, text]) => {
  const { model } = fixtureModel(text, `${name}.flow.yaml`);
  return guaranteesOf(model).flatMap((guarantee) => {
    const view = flowView(guarantee, { choices: [], changes: [] }, place);
    return view.hazards.filter(({ trace }) => trace.length > 0).map(({ hazard, trace }): Told => ({
      name: `${name}: ${view.title}, ${hazard}`, view, hazard,
      frames: trace.map((_, i) => storyFrame({ stations: view.stations, hazard, trace }, i)),
    }));
  });
});

describe('stories of real flows', () => {
  it('are there for every hazard', () => {
    for (const hazard of hazards) assert.ok(told.some((one) => one.hazard === hazard), `no story of ${hazard}`);
    assert.ok(told.length > 40, `only ${told.length} stories`);
  });

  it('end with a picture of what they tell', () => {
    const wanted = { loss: 'missing', duplication: 'again', reordering: 'late', blocking: undefined } as const;
    const wrong = told.filter(({ hazard, frames }) => {
      const end = frames.at(-1);
      const look = wanted[hazard];
      return end?.outcome === undefined || (look !== undefined && !end.copies.some((copy) => copy.look === look));
    });
    assert.deepEqual(wrong.map(({ name }) => name), []);
  });

  it('put nothing where nothing is drawn', () => {
    for (const { name, view, frames } of told) {
      for (const frame of frames) {
        const spots = [...frame.copies.map(({ at }) => at), ...frame.travels.flatMap(({ from, to }) => [from, to])];
        for (const spot of spots) {
          assert.ok(view.stations[spot.station] !== undefined, name);
          if (spot.at === 'row') assert.ok(frame.rows[spot.station]?.[spot.row] !== undefined, `${name}: row ${spot.row} of station ${spot.station}`);
        }
        const places = frame.copies.map(({ at }) => JSON.stringify(at));
        assert.equal(new Set(places).size, places.length, `${name}: two messages in one place`);
      }
    }
  });

  it('stay within their drawing, and the drawing within the screen', () => {
    const node = { id: '', kind: 'service' as const, label: 'orders.placed', detail: '', problems: { errors: 0, warnings: 0, infos: 0 } };
    for (const { name, view, frames } of told) {
      for (const room of [{ width: 1200, height: 500 }, { width: 420, height: 300 }]) {
        const layout = layoutStory(view.stations.map((_, i) => ({ node, rows: frames[0]?.rows[i]?.length ?? 0 })), room);
        for (const { copies, travels, active } of frames) {
          const points = [...copies.map(({ at }) => pointOf(layout, at)), ...travels.flatMap(({ from, to }) => pathOf(layout, from, to))];
          for (const { x, y } of points) assert.ok(x >= 0 && y >= 0 && x <= layout.width && y <= layout.height, `${name}: ${x},${y}`);
          const { x, y, k } = cameraOn(layout, room, active, 1.35);
          assert.ok([x, y, k].every(Number.isFinite), name);
          assert.ok(x <= Math.max(0, (room.width - layout.width * k) / 2 + 1) && y <= Math.max(0, (room.height - layout.height * k) / 2 + 1), name);
        }
      }
    }
  });
});

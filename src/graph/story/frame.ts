import type { TraceStep } from '../../delivery/guarantee';
import {
  sameSpot, type Copy, type Look, type Message, type Row, type Spot, type Story, type StoryStation, type Travel,
} from './spots';
import { done, emptyPlace, take, type Place, type Scene } from './steps';

/** What is drawn for one step. */
export interface StoryFrame {
  readonly step: TraceStep | undefined;
  /** The rows of each station. */
  readonly rows: readonly (readonly Row[])[];
  readonly copies: readonly Copy[];
  readonly travels: readonly Travel[];
  /** Where this step's fault strikes. */
  readonly struck?: Spot;
  /** The stations that the step is about. */
  readonly active: readonly number[];
  /** Set on the last step: where the hazard shows. */
  readonly outcome?: number;
}

/**
 * What the drawing shows after the steps up to `index`, -1 being before the first. Depends on nothing else, so that
 * stepping back shows exactly what was there before.
 */
export function storyFrame(story: Story, index: number): StoryFrame {
  const places = story.stations.map(emptyPlace);
  const last = Math.min(index, story.trace.length - 1);
  let scene: Scene = { travels: [] };
  for (let i = 0; i <= last; i++) scene = take(story, places, i);
  const step = story.trace[last];
  const isEnd = step !== undefined && last === story.trace.length - 1;
  const outcome = isEnd ? outcomeStation(story, step) : undefined;
  const copies = places.flatMap((place, station) => copiesAt(story, place, station, scene));
  if (isEnd) copies.push(...foretold(story, places, step));
  return {
    step,
    rows: places.map((place, station) => rowsOf(story.stations[station]!, place)),
    copies,
    travels: scene.travels,
    ...(scene.struck && { struck: scene.struck }),
    active: step === undefined ? [] : [...new Set([step.from, step.to])],
    ...(outcome !== undefined && { outcome }),
  };
}

function copiesAt(story: Story, place: Place, station: number, { travels }: Scene): Copy[] {
  const kind = story.stations[station]?.kind;
  const isTarget = (spot: Spot): boolean => travels.some(({ to, breaks }) => !breaks && sameSpot(to, spot));
  const copies: Copy[] = place.rows.flatMap((messages, row) => messages.map((message, slot): Copy => {
    const at: Spot = { at: 'row', station, row, slot };
    const look: Look = kind === 'channel'
      ? place.states[row] === 'down' ? 'gone' : place.out.has(message) ? 'out' : 'plain'
      : kind === 'publisher' ? 'promised' : row === done ? doneLook(messages, slot) : 'plain';
    return { message, at, look, arrives: isTarget(at) };
  }));
  place.door.forEach((message, slot) => {
    const at: Spot = { at: 'door', station, slot };
    copies.push({ message, at, look: 'plain', arrives: isTarget(at) });
  });
  return copies;
}

/** Processed for a second time, or after a later one. */
function doneLook(messages: readonly Message[], slot: number): Look {
  const message = messages[slot];
  const before = messages.slice(0, slot);
  if (message !== undefined && before.includes(message)) return 'again';
  return message === 1 && before.includes(2) ? 'late' : 'plain';
}

/** What the last sentence says of the end of the flow, where the story itself ends before. */
function foretold({ stations, hazard, trace }: Story, places: readonly Place[], step: TraceStep): Copy[] {
  const station = stations.length - 1;
  const worked = places[station]?.rows[done];
  if (worked === undefined || stations[station]?.kind === 'channel') return [];
  const add = (...looks: readonly (readonly [Message, Look])[]): Copy[] => looks.map(([message, look], i): Copy => ({
    message, look, arrives: false, at: { at: 'row', station, row: done, slot: worked.length + i },
  }));
  switch (hazard) {
    case 'loss': {
      const message = step.message ?? 1;
      return worked.includes(message) || !trace.some((one) => one.message !== undefined) ? [] : add([message, 'missing']);
    }
    case 'duplication': {
      const message = step.message ?? 1;
      const times = worked.filter((one) => one === message).length;
      return times > 1 ? [] : times === 1 ? add([message, 'again']) : add([message, 'plain'], [message, 'again']);
    }
    case 'reordering':
      if (worked.includes(2)) return worked.includes(1, worked.indexOf(2)) ? [] : add([1, 'late']);
      return worked.includes(1) ? [] : add([2, 'plain'], [1, 'late']);
    case 'blocking':
      return [];
  }
}

/** Where a story's end shows: loss, duplication and order at who processes, blocking where it hangs. */
function outcomeStation({ stations, hazard }: Story, step: TraceStep): number {
  return hazard === 'blocking' ? step.to : stations.length - 1;
}

function rowsOf(station: StoryStation, place: Place): readonly Row[] {
  if (station.kind === 'publisher') return [{ label: 'acknowledged', state: 'plain' }];
  if (station.kind !== 'channel') return [{ label: 'in hand', state: 'plain' }, { label: 'processed', state: 'plain' }];
  if (station.copies === 1) return [{ label: 'at the broker', state: place.states[0] ?? 'plain' }];
  return place.states.map((state, i): Row => ({ label: rowLabel(state, i), state }));
}

function rowLabel(state: Row['state'], index: number): string {
  const name = `copy ${index + 1}`;
  return state === 'leader' ? `${name} · leader` : state === 'plain' ? name : `${name} · ${state}`;
}

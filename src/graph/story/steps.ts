import type { TraceStep } from '../../delivery/guarantee';
import type { Message, Row, Spot, Story, StoryStation, Travel } from './spots';

/** What a station holds while a story is told. */
export interface Place {
  /** Messages in each row. */
  readonly rows: Message[][];
  readonly states: Row['state'][];
  /** The row of the leader; undefined while there is none. */
  leader: number | undefined;
  /** Messages that a consumer was given. */
  readonly out: Set<Message>;
  /** A message that has come up to it and is not taken in yet. */
  door: Message[];
}

/** Rows of a publisher: what it was promised. Of a consumer: what it has, and what it has done. */
const promised = 0;
const inHand = 0;
export const done = 1;

/** What a step moves, and where its fault strikes. */
export interface Scene {
  readonly travels: readonly Travel[];
  readonly struck?: Spot;
}

export function emptyPlace({ kind, copies }: StoryStation): Place {
  const rows = kind === 'channel' ? copies : kind === 'publisher' ? 1 : 2;
  return {
    rows: Array.from({ length: rows }, () => []),
    states: Array.from({ length: rows }, (_, row) => (kind === 'channel' && copies > 1 && row === 0 ? 'leader' : 'plain')),
    leader: 0, out: new Set(), door: [],
  };
}

/** Takes one step: changes the places and tells what moves. */
export function take(story: Story, places: readonly Place[], index: number): Scene {
  const step = story.trace[index]!;
  const from = places[step.from];
  const to = places[step.to];
  if (from === undefined || to === undefined) return { travels: [] };
  const isChannel = (station: number): boolean => story.stations[station]?.kind === 'channel';
  const travel = (token: Travel['token'], start: Spot, end: Spot, breaks = false): Travel =>
    ({ token, ...(step.message && { message: step.message }), from: start, to: end, breaks });
  const node = (station: number): Spot => ({ at: 'node', station });
  const { message } = step;

  switch (step.kind) {
    case 'send':
    case 'retry':
    case 'deliver':
    case 'hand-on': {
      if (message === undefined || step.from === step.to) return { travels: [] };
      if (isChannel(step.from)) takeIn(from, message);
      const start = whereIs(story, places, step.from, message) ?? node(step.from);
      if (isChannel(step.from)) from.out.add(message);
      if (!isChannel(step.to)) {
        to.rows[inHand]?.push(message);
        return { travels: [travel('message', start, lastOf(step.to, inHand, to))] };
      }
      if (!isHeldUp(story, index, message)) {
        // It is told in one sentence that it comes and is kept: then all copies have it.
        for (const row of to.rows) row.push(message);
        return { travels: [travel('message', start, lastOf(step.to, to.leader ?? 0, to))] };
      }
      to.door = [...to.door.filter((other) => other !== message), message];
      return { travels: [travel('message', start, { at: 'door', station: step.to, slot: to.door.length - 1 })] };
    }
    case 'store': {
      if (message === undefined) return { travels: [] };
      const row = rowFor(to, step.replica);
      const slot = to.door.indexOf(message);
      const start: Spot = slot < 0 ? node(step.from) : { at: 'door', station: step.to, slot };
      to.door = to.door.filter((other) => other !== message);
      if (step.inVain === true) return { travels: [travel('message', start, node(step.to), true)] };
      to.rows[row]?.push(message);
      return { travels: [travel('message', start, lastOf(step.to, row, to))] };
    }
    case 'replicate': {
      if (step.replica === undefined && to.leader !== undefined) {
        return { travels: to.rows.flatMap((_, row) => copied(to, step.to, row)) };
      }
      const row = rowFor(to, step.replica);
      if (to.leader === undefined) {
        // The leader is gone: this copy takes over.
        to.leader = row;
        to.states[row] = 'leader';
        return { travels: [] };
      }
      if (to.states[row] === 'behind') to.states[row] = 'plain';
      return { travels: copied(to, step.to, row) };
    }
    case 'acknowledge': {
      if (step.to > step.from) return { travels: [] };
      if (!isChannel(step.to)) {
        if (message !== undefined) to.rows[promised]?.push(message);
        return { travels: [travel('acknowledgement', node(step.from), lastOf(step.to, promised, to))] };
      }
      // A consumer's answer: the channel need not keep the message for it any longer.
      if (message !== undefined) to.rows.forEach((row, i) => (to.rows[i] = row.filter((other) => other !== message)));
      return { travels: [travel('acknowledgement', node(step.from), node(step.to))] };
    }
    case 'process': {
      if (message === undefined || isChannel(step.to)) return { travels: [] };
      const hand = to.rows[inHand] ?? [];
      const slot = hand.indexOf(message);
      // Some stories tell in one sentence that a message is fetched and worked on.
      const origin = isChannel(step.from) ? whereIs(story, places, step.from, message) : undefined;
      const start: Spot = slot >= 0 ? { at: 'row', station: step.to, row: inHand, slot } : origin ?? node(step.from);
      if (step.inVain === true) return { travels: [], struck: start };
      if (slot >= 0) hand.splice(slot, 1);
      to.rows[done]?.push(message);
      return { travels: [travel('message', start, lastOf(step.to, done, to))] };
    }
    case 'commit':
      return { travels: [travel('commit', node(step.from), node(step.to))] };
    case 'fault':
      return fault(story, places, step, from, to);
    case 'outcome':
      return { travels: [] };
  }
}

function fault(story: Story, places: readonly Place[], step: TraceStep, from: Place, to: Place): Scene {
  const { message } = step;
  const node = (station: number): Spot => ({ at: 'node', station });
  const kinds = [story.stations[step.from]?.kind, story.stations[step.to]?.kind];
  if (step.from < step.to) {
    const start: Spot = message === undefined ? node(step.from) : whereIs(story, places, step.from, message) ?? node(step.from);
    to.door = to.door.filter((other) => other !== message);
    const way: Spot = { at: 'way', station: step.from };
    return { travels: [{ token: 'message', ...(message && { message }), from: start, to: way, breaks: true }], struck: way };
  }
  if (step.from > step.to) {
    if (kinds[1] === 'channel' && message !== undefined) {
      // What a consumer could not do goes back.
      const hand = from.rows[inHand] ?? [];
      const slot = hand.indexOf(message);
      if (slot >= 0) hand.splice(slot, 1);
      to.out.delete(message);
      const start: Spot = slot < 0 ? node(step.from) : { at: 'row', station: step.from, row: inHand, slot };
      return { travels: [{ token: 'message', message, from: start, to: node(step.to), breaks: false }], struck: start };
    }
    const way: Spot = { at: 'way', station: step.to };
    return {
      travels: [{ token: 'acknowledgement', ...(message && { message }), from: node(step.from), to: way, breaks: true }],
      struck: way,
    };
  }
  if (kinds[0] !== 'channel') {
    // A program that goes down forgets what it had in hand; what it will be given again is told when it is.
    if (kinds[0] !== 'publisher') {
      from.rows[inHand] = [];
      places[step.from - 1]?.out.clear();
    }
    return { travels: [], struck: node(step.from) };
  }
  if (step.replica === undefined || to.rows.length < 2) return { travels: [], struck: node(step.from) };
  const row = rowFor(to, step.replica);
  if (row === to.leader) {
    to.leader = undefined;
    to.states[row] = 'down';
  } else {
    to.states[row] = 'behind';
  }
  return { travels: [], struck: { at: 'row', station: step.from, row, slot: Math.max(0, (to.rows[row]?.length ?? 0) - 1) } };
}

/** A follower takes what the leader has and it has not; one that is down or has fallen behind takes nothing. */
function copied(place: Place, station: number, row: number): Travel[] {
  const lead = place.leader ?? 0;
  if (row === lead || place.states[row] !== 'plain') return [];
  const had = place.rows[row]?.length ?? 0;
  const all = place.rows[lead] ?? [];
  place.rows[row] = [...all];
  return all.slice(had).map((message, i): Travel => ({
    token: 'message', message, breaks: false,
    from: { at: 'row', station, row: lead, slot: had + i }, to: { at: 'row', station, row, slot: had + i },
  }));
}

/** True where the next that is told of a message is what becomes of it on its way in. */
function isHeldUp({ trace }: Story, index: number, message: Message): boolean {
  const { to } = trace[index]!;
  const next = trace.slice(index + 1).find((step) => step.message === message);
  return next !== undefined && next.to === to && (next.kind === 'store' || (next.kind === 'fault' && next.from < next.to));
}

/** What a channel hands out it has had: of some stories only the end is told. */
function takeIn(place: Place, message: Message): void {
  place.door = place.door.filter((other) => other !== message);
  const row = place.rows[place.leader ?? 0];
  if (row !== undefined && !row.includes(message)) row.push(message);
}

function rowFor(place: Place, replica: number | undefined): number {
  return Math.max(0, Math.min(replica ?? place.leader ?? 0, place.rows.length - 1));
}

function lastOf(station: number, row: number, place: Place): Spot {
  return { at: 'row', station, row, slot: Math.max(0, (place.rows[row]?.length ?? 1) - 1) };
}

/** Where a message lies in a channel, to leave from there; services send from themselves. */
function whereIs({ stations }: Story, places: readonly Place[], station: number, message: Message): Spot | undefined {
  const place = places[station];
  if (place === undefined || stations[station]?.kind !== 'channel') return undefined;
  const waiting = place.door.indexOf(message);
  if (waiting >= 0) return { at: 'door', station, slot: waiting };
  const row = place.leader ?? 0;
  const slot = place.rows[row]?.indexOf(message) ?? -1;
  return slot < 0 ? undefined : { at: 'row', station, row, slot };
}

import type { Hazard } from '../guarantee';
import type { Machine, Move, StepDraft } from './explore';

/** What decides how a message gets from a publisher into a queue, a stream or an MQTT broker's sessions. */
export interface StoreWrite {
  /** `confirm`, `PubAck`, `PUBACK`: the answer that the publisher waits for; undefined where it waits for none. */
  readonly answer?: string;
  /** Whether a second message may be under way before the first one is answered. */
  readonly pipelined: boolean;
  /**
   * How a message that is sent twice is known: by an identifier for some time (`window`), by the protocol within
   * one session (`session`, QoS 2), or not.
   */
  readonly duplicates: 'kept' | 'window' | 'session';
  /** How many copies there are; a message counts as stored when most of them have it. */
  readonly copies: number;
  /**
   * What loses messages that are stored: any `restart` of the broker, its `kill` (and a power failure), only a `power`
   * failure of its machine, or none of these.
   */
  readonly volatile: 'restart' | 'kill' | 'power' | 'no';
  /** Why a restart loses them: `m1 was sent as transient`. */
  readonly why?: string;
  /** Whether the loss of a node with its disk is looked at: nobody promises to outlive it without copies. */
  readonly disks: boolean;
  /** Whether a message that no queue takes is dropped, though it is confirmed. */
  readonly unroutable: boolean;
  /** Whether other nodes answer for a channel whose only node is down: to them, nothing takes its messages. */
  readonly droppedWhenDown?: true;
  /** What happens when the channel is full: it drops its oldest message or the newest, or refuses what comes. */
  readonly full?: 'drops' | 'drops-new' | 'refuses';
  /** How long a message waits before it is dropped, in words. */
  readonly expiry?: string;
  /** Set where a consumer may be away for longer than messages are kept. */
  readonly outage?: { readonly away: string; readonly kept: string };
}

type Sent = 'new' | 'wire' | 'stored' | 'acked' | 'sent';

interface State {
  readonly sent: readonly [Sent, Sent];
  /** How often m1 was stored, and whether it came behind m2. */
  readonly log: string;
  /** How many copies have all of the log, how many are left at all, and how many are down for a while. */
  readonly have: number;
  readonly left: number;
  readonly session: number;
  readonly isLate: boolean;
  /** Set once the time within which duplicates are known has passed. */
  readonly isOld: boolean;
  /** m1 is gone from the store. */
  readonly gone: boolean;
}

/** The store without m1; a publisher that has no answer yet will not get one, and sends it again. */
function vanished(s: State): State {
  const [first, second] = s.sent;
  if (first === 'acked' || first === 'sent') return { ...s, gone: true };
  return { ...s, sent: [first === 'stored' ? 'new' : first, second], log: s.log.replaceAll('0', ''), isLate: true };
}

/** Publisher, channel, its copies. Where it is not about order, one message is enough. */
export function storeWrite(spec: StoreWrite, messages: 1 | 2 = 2): Machine<State> {
  const { answer, pipelined, duplicates, copies, volatile, disks } = spec;
  const majority = Math.floor(copies / 2) + 1;
  const done: Sent = answer === undefined ? 'sent' : 'acked';

  function* messageMoves(s: State, m: 0 | 1): Generator<Move<State>> {
    const message = (m + 1) as 1 | 2;
    const name = `m${message}`;
    const now = (sent: Sent): State['sent'] => (m === 0 ? [sent, s.sent[1]] : [s.sent[0], sent]);
    const step = (kind: StepDraft['kind'], text: string, from: StepDraft['from'], to: StepDraft['to']): StepDraft =>
      ({ kind, text, from, to, message });
    const isKnown = s.log.includes(String(m)) && !s.isOld
      && (duplicates === 'window' || (duplicates === 'session' && s.session === 0));
    switch (s.sent[m]) {
      case 'new': {
        const isFree = s.sent[0] === 'acked' || s.sent[0] === 'sent';
        if (m === 1 && (s.sent[0] === 'new' && !s.log.includes('0') && !s.isLate ? true : !pipelined && !isFree)) return;
        const again = s.log.includes(String(m)) || s.isLate;
        yield {
          state: { ...s, sent: now('wire') }, faults: 0,
          step: step(again ? 'retry' : 'send', `{source} sends ${name}${again ? ' again' : ''}.`, 'source', 'channel'),
        };
        return;
      }
      case 'wire': {
        yield {
          state: { ...s, sent: now(answer === undefined ? done : 'new'), isLate: s.isLate || (m === 0 && answer !== undefined) }, faults: 1,
          step: step('fault', answer === undefined ? `The connection drops with ${name} on its way, and {source} waits for no answer.`
            : `The connection drops with ${name} on its way; no ${answer} comes, and {source} will send it again.`, 'source', 'channel'),
        };
        // A connection keeps the order of what is sent; what was lost and is sent again comes late.
        if (m === 1 && s.sent[0] === 'wire' && !s.isLate) return;
        if (s.left < majority) {
          if (spec.droppedWhenDown === true && m === 0 && s.log === '') {
            yield {
              state: { ...s, sent: now(done), gone: true }, faults: 0,
              step: step('outcome', `To the other nodes {channel} is not there: m1 is dropped${answer === undefined ? '' : ', and confirmed all the same'}.`, 'channel', 'channel'),
            };
          }
          return;
        }
        if (m === 0 && spec.unroutable && s.log === '') {
          yield {
            state: { ...s, sent: now(done), gone: true }, faults: 0,
            step: step('outcome', `No binding takes the routing key of m1: {channel} drops it${answer === undefined ? '' : ' and confirms it all the same'}.`, 'channel', 'channel'),
          };
        }
        const words = isKnown ? `{channel} knows ${name} and drops the copy.`
          : `{channel} takes ${name}${s.log.includes(String(m)) ? ' a second time' : ''}.`;
        yield {
          state: {
            ...s, sent: now(answer === undefined ? done : 'stored'), have: isKnown ? s.have : 1,
            log: isKnown || s.log.length > 3 ? s.log : s.log + m,
          },
          faults: 0, step: { ...step('store', words, 'source', 'channel'), ...(isKnown && { inVain: true as const }) },
        };
        return;
      }
      case 'stored': {
        if (s.have >= majority) {
          yield {
            state: { ...s, sent: now('acked') }, faults: 0,
            step: step('acknowledge', copies > 1 ? `Most members have ${name}; the ${answer} goes back.` : `The ${answer} for ${name} goes back.`, 'channel', 'source'),
          };
        }
        yield {
          state: { ...s, sent: now('new') }, faults: 1,
          step: step('fault', `The ${answer} for ${name} is lost on its way back; {source} will send it again.`, 'channel', 'source'),
        };
        return;
      }
      default:
    }
  }

  function* moves(s: State): Generator<Move<State>> {
    yield* messageMoves(s, 0);
    if (messages === 2) yield* messageMoves(s, 1);
    const fault = (text: string, at: StepDraft['from'] = 'channel'): StepDraft => ({ kind: 'fault', text, from: at, to: at, message: 1 });
    const isIn = s.log.includes('0') && !s.gone;
    if (s.have > 0 && s.have < s.left && s.log !== '') {
      yield {
        state: { ...s, have: s.have + 1 }, faults: 0,
        step: { kind: 'replicate', text: 'Another member stores it.', from: 'channel', to: 'channel', replica: s.have },
      };
    }
    // A publisher that waits for answers sends again what it does not know to be stored when it starts anew.
    if (answer !== undefined && s.session === 0 && (s.sent[0] === 'wire' || s.sent[0] === 'stored')) {
      yield {
        state: { ...s, session: 1, sent: ['new', s.sent[1]], isLate: true }, faults: 1,
        step: fault(`{source} crashes before it has the ${answer}. Once back, it sends what it cannot know to be stored.`, 'source'),
      };
    }
    if (isIn && duplicates === 'window' && !s.isOld && s.sent[0] === 'new') {
      yield {
        state: { ...s, isOld: true }, faults: 1,
        step: fault('{source} is cut off for longer than {channel} remembers what it has taken.', 'source'),
      };
    }
    if (isIn && volatile !== 'no' && copies === 1) {
      const what = { restart: 'The broker restarts', kill: 'The broker is killed, or its machine loses power', power: 'The server\'s machine loses power' }[volatile];
      yield { state: vanished(s), faults: 1, step: fault(`${what}; ${spec.why ?? 'm1 was in memory only'}.`) };
    }
    if (s.left > 0 && (copies > 1 || disks)) {
      yield {
        // The copy with the newest messages is the one whose loss matters.
        state: { ...(isIn && s.have <= 1 ? vanished(s) : s), left: s.left - 1, have: Math.max(0, s.have - 1) }, faults: 1, length: 2,
        step: fault(copies === 1 ? 'The node is lost with its disk, which had the only copy.' : 'A member that has it is lost with its disk.'),
      };
    }
    if (s.left > 0) {
      const words = copies === 1 ? 'The broker goes down and stays down.' : 'A member goes down and stays down.';
      yield { state: { ...s, left: s.left - 1 }, faults: 1, step: fault(words) };
    }
    // What is dropped by a limit is confirmed all the same: it had been taken.
    const isSettled = isIn && s.sent[0] === done;
    if (isSettled && (spec.full === 'drops' || spec.full === 'drops-new')) {
      yield {
        state: vanished(s), faults: 1, length: 2,
        step: fault(spec.full === 'drops' ? '{target} is slow or away until {channel} is full and drops its oldest message, which is m1.'
          : '{target} is away until the broker holds as many messages for it as it may, and drops m1.'),
      };
    }
    if (spec.full === 'refuses' && answer === undefined && s.sent[0] === 'wire') {
      yield {
        state: { ...s, sent: ['sent', s.sent[1]] }, faults: 1, length: 2,
        step: fault('{target} is away until {channel} is full and refuses m1, and {source} does not hear of it.'),
      };
    }
    if (isSettled && spec.expiry !== undefined) {
      yield {
        state: vanished(s), faults: 1, length: 2,
        step: fault(`{target} is away for longer than ${spec.expiry}; m1 expires.`),
      };
    }
    if (isSettled && spec.outage !== undefined) {
      yield {
        state: vanished(s), faults: 0,
        step: { ...fault(`{target} is away for ${spec.outage.away}, as it may be; {channel} keeps messages for ${spec.outage.kept} and deletes m1 unread.`), kind: 'outcome' },
      };
    }
  }

  return {
    start: {
      sent: ['new', messages === 1 ? 'acked' : 'new'], log: '', have: 0, left: copies, session: 0, isLate: false, isOld: false, gone: false,
    },
    key: (s) => `${s.sent.join()} ${s.log} ${s.have}${s.left}${s.session}${s.isLate}${s.isOld}${s.gone}`,
    moves: (s) => [...moves(s)],
    shows: (s) => {
      const shown: Hazard[] = [];
      if (s.sent[0] === done && s.session === 0 && (s.gone || !s.log.includes('0'))) shown.push('loss');
      if (s.log.indexOf('0') !== s.log.lastIndexOf('0')) shown.push('duplication');
      if (s.log.startsWith('1') && s.log.includes('0')) shown.push('reordering');
      if (s.left < majority) shown.push('blocking');
      return shown;
    },
  };
}

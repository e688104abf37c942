import type { Hazard } from '../guarantee';
import type { Machine, Move, StepDraft } from './explore';

/** What decides how messages get from a queue, a stream's consumer or a subscription into a consumer's work. */
export interface QueueRead {
  /** When a message counts as delivered: when it is sent, when it is handed over, or when the work is done. */
  readonly ack: 'on-sending' | 'before-work' | 'after-work';
  /** The word for the answer: `ack`, `PUBACK`. */
  readonly word: string;
  /** Whether several consumers share the messages. */
  readonly competing: boolean;
  /** Whether a consumer gets a second message before the first is done. */
  readonly ahead: boolean;
  /**
   * What becomes of a message whose processing always fails: back to the queue for ever, dropped after `limit` tries or
   * at once, set aside as a dead letter, or left where it is and delivered no more. What is delivered again beside the
   * others, or comes back after it has waited elsewhere, holds up none of them.
   */
  readonly failure: 'requeue' | 'drop' | 'dead-letter' | 'left' | 'redeliver' | 'comes-back';
  /** Where a message goes that is given back: to its place at the front, or behind all others. */
  readonly returns?: 'end';
  /** `20 deliveries`, where the broker counts. */
  readonly limit?: string;
  /** What a consumer misses while it is away: nothing, or everything, since the broker keeps nothing for it. */
  readonly away: 'kept' | 'missed';
  /** Why it misses it: `its session is clean`. */
  readonly why?: string;
  /** Set where a consumer may be away for longer than the broker keeps what is for it. */
  readonly outage?: { readonly away: string; readonly kept: string };
  /** Set where the broker waits for less time than the work may take: both in words. */
  readonly impatient?: { readonly wait: string; readonly work: string };
}

interface State {
  /** Messages that wait, `0` and `1`. */
  readonly queue: string;
  /** Of each consumer the messages in its hands: a capital stands for one that is worked on, `A` for `0`, `B` for `1`. */
  readonly hands: readonly [string, string];
  readonly done: string;
  readonly lost: boolean;
  readonly poison: '' | 'meets' | 'ended' | 'stuck' | 'dropped';
}

/** Queue, deliveries, work, answers. */
export function queueRead(spec: QueueRead): Machine<State> {
  const { ack, word, competing, ahead, failure, limit, away, impatient, outage } = spec;
  const isEarly = ack !== 'after-work';

  function* consumerMoves(s: State, c: 0 | 1): Generator<Move<State>> {
    const hand = s.hands[c];
    const holding = (text: string): State['hands'] => (c === 0 ? [text, s.hands[1]] : [s.hands[0], text]);
    const who = competing ? `{target} (${c === 0 ? 'first' : 'second'} consumer)` : '{target}';
    const step = (kind: StepDraft['kind'], text: string, m: number, from: StepDraft['from'] = 'target', to: StepDraft['to'] = 'target'): StepDraft =>
      ({ kind, text, from, to, message: (m + 1) as 1 | 2 });
    const head = s.queue[0];
    if (head !== undefined && (hand === '' || (ahead && hand.length < 2))) {
      yield {
        state: { ...s, queue: s.queue.slice(1), hands: holding(hand + head) }, faults: 0,
        step: step('deliver', `${who} gets m${Number(head) + 1} from {channel}${isEarly ? `, which counts as delivered ${ack === 'on-sending' ? 'when it is sent' : `by ${word === 'ack' ? 'an' : 'a'} ${word} before the work`}` : ''}.`, Number(head), 'channel', 'target'),
      };
    }
    const open = [...hand].findIndex((item) => item === '0' || item === '1');
    if (open >= 0) {
      const m = Number(hand[open]);
      const after = isEarly ? hand.slice(0, open) + hand.slice(open + 1) : hand.slice(0, open) + (m === 0 ? 'A' : 'B') + hand.slice(open + 1);
      yield {
        state: { ...s, hands: holding(after), done: s.done + m }, faults: 0,
        step: step('process', `${who} works on m${m + 1}.`, m),
      };
      if (m === 0 && s.done === '' && (!isEarly || failure === 'drop')) {
        yield {
          state: { ...s, poison: 'meets' }, faults: 0,
          step: { ...step('process', 'm1 is a message that {target} cannot process: each try fails.', 0), inVain: true },
        };
        // What is rejected for good at its first failure does not come back.
        if (!isEarly && !((failure === 'drop' || failure === 'dead-letter') && limit === undefined)) {
          // What comes back goes to the front of most queues, but what is in hand is already ahead of it.
          const isLast = spec.returns === 'end';
          yield {
            state: { ...s, hands: holding(hand.slice(0, open) + hand.slice(open + 1)), queue: isLast ? `${s.queue}0` : `0${s.queue}` }, faults: 1,
            step: step('fault', `The work on m1 fails once, and m1 goes back to ${isLast ? 'the end of ' : ''}{channel}.`, 0, 'target', 'channel'),
          };
        }
      }
      // One more copy of a message shows all that further ones would.
      if (impatient !== undefined && !isEarly && copiesOf(s, m) < 2) {
        yield {
          // What is sent again comes before what was not sent yet.
          state: { ...s, queue: m + s.queue }, faults: 0,
          step: step('retry', `The work on m${m + 1} takes ${impatient.work}; {channel} waits for ${impatient.wait} and sends m${m + 1} again.`, m, 'channel', 'target'),
        };
      }
    }
    const worked = [...hand].findIndex((item) => item === 'A' || item === 'B');
    if (worked >= 0) {
      const m = hand[worked] === 'A' ? 0 : 1;
      yield {
        state: { ...s, hands: holding(hand.slice(0, worked) + hand.slice(worked + 1)) }, faults: 0,
        step: step('acknowledge', `${who} sends the ${word} for m${m + 1}.`, m, 'target', 'channel'),
      };
    }
    if (hand !== '') {
      const back = [...hand].map((item) => (item === 'A' ? '0' : item === 'B' ? '1' : item)).join('');
      const isLost = isEarly && /[01]/.test(hand);
      const words = isLost ? `${who} crashes before the work on m${Number(/[01]/.exec(hand)![0]) + 1} is done.`
        : `${who} crashes before {channel} has its ${word}; what it had is sent again.`;
      yield {
        state: { ...s, hands: holding(''), queue: isEarly ? s.queue : back + s.queue, lost: s.lost || isLost }, faults: 1,
        step: { kind: 'fault', text: words, from: 'target', to: 'target' },
      };
    }
  }

  function* moves(s: State): Generator<Move<State>> {
    if (s.lost || s.poison === 'ended' || s.poison === 'stuck' || s.poison === 'dropped' || s.done.length > 3) return;
    if (s.poison === 'meets') {
      const end = failure === 'drop' || failure === 'left' ? 'dropped' : failure === 'requeue' ? 'stuck' : 'ended';
      yield {
        state: { ...s, poison: end }, faults: 0,
        step: { kind: 'outcome', from: 'target', to: 'channel', message: 1, text: isEarly ? '{target} gives m1 up, and it is gone: it counted as delivered before the work.' : poisonWords(spec) },
      };
      return;
    }
    yield* consumerMoves(s, 0);
    if (competing) yield* consumerMoves(s, 1);
    if (outage !== undefined && s.queue.includes('0')) {
      yield {
        state: { ...s, lost: true }, faults: 0,
        step: {
          kind: 'outcome', from: 'channel', to: 'channel', message: 1,
          text: `{target} is away for ${outage.away}, as it may be; its session ends after ${outage.kept}, and m1 with it.`,
        },
      };
    }
    if (away === 'missed' && s.queue !== '') {
      yield {
        state: { ...s, queue: '', lost: true }, faults: 1,
        step: { kind: 'fault', from: 'channel', to: 'target', message: 1, text: `{target} is away when {channel} hands out m1; ${spec.why ?? 'nothing is kept for it'}.` },
      };
    }
  }

  return {
    start: { queue: '01', hands: ['', ''], done: '', lost: false, poison: '' },
    key: (s) => `${s.queue} ${s.hands.join('/')} ${s.done} ${s.lost} ${s.poison}`,
    moves: (s) => [...moves(s)],
    shows: (s) => {
      const shown: Hazard[] = [];
      if (s.lost || s.poison === 'dropped') shown.push('loss');
      if (s.done.indexOf('0') !== s.done.lastIndexOf('0')) shown.push('duplication');
      if (s.done.startsWith('1') && s.done.includes('0')) shown.push('reordering');
      if (s.poison === 'stuck') shown.push('blocking');
      return shown;
    },
  };
}

/** How often a message waits or is in somebody's hands. */
function copiesOf({ queue, hands }: State, m: number): number {
  const kinds = m === 0 ? '0A' : '1B';
  return [...queue + hands.join('')].filter((item) => kinds.includes(item)).length;
}

function poisonWords({ failure, limit }: QueueRead): string {
  switch (failure) {
    case 'requeue': return 'm1 goes back to {channel} each time and is delivered again, without end.';
    case 'drop': return limit === undefined ? '{channel} drops m1 when it is rejected.' : `After ${limit} {channel} drops m1.`;
    case 'left': return `After ${limit ?? 'its last delivery'} m1 stays in {channel} and is delivered no more.`;
    case 'comes-back': return 'm1 waits as a dead letter and comes back to {channel} again and again, beside the others.';
    case 'redeliver': return '{channel} delivers m1 again and again, beside the others.';
    case 'dead-letter': return `${limit === undefined ? 'When it is rejected' : `After ${limit}`}, m1 is set aside as a dead letter.`;
  }
}

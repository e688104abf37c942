import type { Hazard } from '../guarantee';
import type { Machine, Move, StepDraft } from './explore';

/** What decides how records get from a partition into a consumer's work. */
export interface KafkaRead {
  /**
   * When the offset is committed: after the work, before it, by a timer that counts what was worked on
   * (`timer`) or what was handed over (`timer-ahead`), or with the output in one transaction.
   */
  readonly commit: 'after' | 'before' | 'timer' | 'timer-ahead' | 'transaction';
  /** What becomes of a record whose processing always fails. */
  readonly failure: 'block' | 'skip' | 'dead-letter';
  /** Set where a consumer may be away for longer than records are kept: how long, and how long they are kept. */
  readonly outage?: { readonly away: string; readonly kept: string };
}

interface State {
  /** The next record to fetch, and the committed one: 0 to 2. */
  readonly next: number;
  readonly committed: number;
  /** Records handed over and not worked on yet, `0` and `1`. */
  readonly hand: string;
  /** Records in the order in which they were worked on. */
  readonly done: string;
  readonly poison: '' | 'meets' | 'stuck' | 'skipped' | 'set-aside';
  readonly isDeleted: boolean;
}

/** Partition, fetched records, work, committed offset. */
export function kafkaRead(spec: KafkaRead): Machine<State> {
  const { commit, failure, outage } = spec;
  const isAhead = commit === 'timer-ahead';

  function* moves(s: State): Generator<Move<State>> {
    if (s.isDeleted || s.poison === 'stuck' || s.poison === 'skipped' || s.poison === 'set-aside') return;
    if (s.poison === 'meets') {
      const outcome = failure === 'block' ? 'stuck' : failure === 'skip' ? 'skipped' : 'set-aside';
      yield { state: { ...s, poison: outcome }, faults: 0, step: step('outcome', poisonWords[failure], 'target', 'channel', 0) };
      return;
    }
    if (s.next < 2 && (isAhead || s.hand === '')) {
      const name = `m${s.next + 1}`;
      yield {
        state: { ...s, next: s.next + 1, hand: s.hand + s.next }, faults: 0,
        step: step('deliver', `{target} fetches ${name} from {channel}.`, 'channel', 'target', s.next),
      };
    }
    if (s.hand !== '' && (commit !== 'before' || s.committed > Number(s.hand[0]))) {
      const m = Number(s.hand[0]);
      const words = commit === 'transaction'
        ? `{target} works on m${m + 1} and commits its output and the offset in one transaction.` : `{target} works on m${m + 1}.`;
      yield {
        state: {
          ...s, hand: s.hand.slice(1), done: s.done + m,
          committed: commit === 'transaction' ? s.next : s.committed,
        },
        faults: 0, step: step('process', words, 'target', 'target', m),
      };
      if (m === 0 && s.done === '') {
        // What a message holds is no fault of anybody's: the tenth message of the day may be this one.
        yield {
          state: { ...s, poison: 'meets' }, faults: 0,
          step: { ...step('process', `m1 is a record that {target} cannot process: each try fails.`, 'target', 'target', 0), inVain: true },
        };
      }
    }
    const ready = isAhead || commit === 'before' ? s.next : s.hand === '' ? s.next : s.committed;
    if (commit !== 'transaction' && ready > s.committed && (commit !== 'before' || s.hand !== '')) {
      const words = isAhead ? `The client commits the offset behind m${ready} by its timer${s.hand === '' ? '' : ', while the work goes on'}.`
        : commit === 'before' ? `{target} commits the offset behind m${ready} before it works on it.`
          : `The offset behind m${ready} is committed.`;
      yield { state: { ...s, committed: ready }, faults: 0, step: step('commit', words, 'target', 'channel', ready - 1) };
    }
    if (s.next > 0) {
      const lost = [...s.hand].filter((m) => Number(m) < s.committed);
      const again = [...s.done].filter((m) => Number(m) >= s.committed);
      const words = again.length > 0 ? `{target} crashes before the offset behind m${Number(again[0]) + 1} is committed, and begins again at the last commit.`
        : lost.length > 0 ? `{target} crashes before the work on m${Number(lost[0]) + 1} is done, and goes on behind the committed offset.`
          : `{target} crashes and goes on at the committed offset.`;
      yield {
        state: { ...s, hand: '', next: s.committed }, faults: 1,
        step: { kind: 'fault', text: words, from: 'target', to: 'target' },
      };
    }
    if (outage !== undefined && s.next === 0) {
      yield {
        state: { ...s, isDeleted: true }, faults: 0,
        step: {
          kind: 'outcome', from: 'channel', to: 'channel', message: 1,
          text: `{target} is away for ${outage.away}, as it may be; {channel} keeps records for ${outage.kept} and deletes m1 unread.`,
        },
      };
    }
  }

  return {
    start: { next: 0, committed: 0, hand: '', done: '', poison: '', isDeleted: false },
    key: (s) => `${s.next}${s.committed} ${s.hand} ${s.done} ${s.poison}${s.isDeleted}`,
    // Two repetitions of one record show nothing that one does not show.
    moves: (s) => (s.done.length > 3 ? [] : [...moves(s)]),
    shows: (s) => {
      const shown: Hazard[] = [];
      const isLost = (m: number): boolean => m < s.committed && !s.done.includes(String(m)) && !s.hand.includes(String(m)) && s.next > m;
      if (s.isDeleted || s.poison === 'skipped' || isLost(0)) shown.push('loss');
      if (s.done.indexOf('0') !== s.done.lastIndexOf('0')) shown.push('duplication');
      if (s.done.startsWith('1') && s.done.includes('0')) shown.push('reordering');
      if (s.poison === 'stuck') shown.push('blocking');
      return shown;
    },
  };
}

const poisonWords: Readonly<Record<KafkaRead['failure'], string>> = {
  block: '{target} tries m1 again and again; nothing behind it in its partition is read.',
  skip: '{target} gives m1 up, passes over it and goes on with m2.',
  'dead-letter': '{target} sets m1 aside as a dead letter and goes on with m2.',
};

function step(kind: StepDraft['kind'], text: string, from: StepDraft['from'], to: StepDraft['to'], m: number): StepDraft {
  return { kind, text, from, to, message: (m + 1) as 1 | 2 };
}

import type { Hazard } from '../guarantee';
import type { Machine, Move, StepDraft } from './explore';

/** What decides how a record gets from a producer into a partition. */
export interface KafkaWrite {
  readonly acks: '0' | '1' | 'all';
  readonly idempotence: boolean;
  /** Whether a second request may be under way before the first one is answered. */
  readonly pipelined: boolean;
  readonly retries: boolean;
  /** Copies of the partition; more than five behave as five do within three faults. */
  readonly replicas: number;
  readonly minInsync: number;
  readonly unclean: boolean;
  /**
   * What a producer does that starts again: `again` sends what it had not noted as acknowledged, `transaction`
   * the same in transactions, `source` takes up where the last transaction that holds its input's offsets ended.
   */
  readonly restart: 'again' | 'transaction' | 'source';
  /** Whether the consumer sees records of open and aborted transactions. */
  readonly seesAborted: boolean;
  /** Whether a send that failed, or was under way at a crash, counts as done, since nobody looks at its result. */
  readonly ignoresFailure: boolean;
}

type Sent = 'new' | 'wire' | 'stored' | 'acked' | 'failed';

interface State {
  readonly sent: readonly [Sent, Sent];
  /** Sessions of the producer: a new one after each crash. */
  readonly session: number;
  /** Of each copy its log; undefined once its disk is lost. Copy 0 is the first leader. */
  readonly logs: readonly (string | undefined)[];
  readonly down: readonly boolean[];
  readonly insync: readonly boolean[];
  /** The leader's copy, -1 while there is none. */
  readonly leader: number;
  /** True where m1 is sent again while m2 is under way. */
  readonly late: boolean;
  /** Entries whose transaction was aborted: a producer that starts again ends what it left open. */
  readonly aborted: string;
}

const names = ['m1', 'm2'] as const;

/** An entry of a log: `a`, `b` for the first session's two messages, `c`, `d` for the second's, … */
function entry(message: number, session: number): string {
  return String.fromCharCode(97 + 2 * session + message);
}

function messageOf(code: string): number {
  return (code.charCodeAt(0) - 97) % 2;
}

/** Producer, partition leader, followers. One message is enough for all but the order of messages. */
export function kafkaWrite(spec: KafkaWrite, messages: 1 | 2 = 2): Machine<State> {
  const { acks, idempotence, pipelined, retries, minInsync, unclean, restart, seesAborted } = spec;
  const size = Math.min(spec.replicas, 5);
  const isTransactional = restart !== 'again';

  const start: State = {
    sent: ['new', messages === 1 ? 'failed' : 'new'], session: 0, logs: Array.from({ length: size }, () => ''), down: Array.from({ length: size }, () => false),
    insync: Array.from({ length: size }, () => true), leader: 0, late: false, aborted: '',
  };

  const mayAppend = ({ insync }: State): boolean => acks !== 'all' || count(insync) >= minInsync;

  function* messageMoves(s: State, m: 0 | 1, mayFail: boolean): Generator<Move<State>> {
    const message = (m + 1) as 1 | 2;
    const name = names[m];
    const now = (sent: Sent): State['sent'] => (m === 0 ? [sent, s.sent[1]] : [s.sent[0], sent]);
    const step = (kind: StepDraft['kind'], text: string, from: StepDraft['from'], to: StepDraft['to']): StepDraft =>
      ({ kind, text, from, to, message, replica: s.leader < 0 ? 0 : s.leader });
    switch (s.sent[m]) {
      case 'new': {
        const first = s.sent[0];
        if (m === 1 && (first === 'new' || (!pipelined && (first === 'wire' || first === 'stored')))) return;
        const again = s.session > 0;
        yield {
          state: { ...s, sent: now('wire'), late: m === 0 && s.sent[1] !== 'new' }, faults: 0,
          step: step(again ? 'retry' : 'send', `{source} sends ${name}${again ? ' again' : ''}.`, 'source', 'channel'),
        };
        return;
      }
      case 'wire': {
        const lost = acks === '0' ? 'acked' : retries ? 'new' : 'failed';
        if (mayFail) yield {
          state: { ...s, sent: now(lost) }, faults: 1,
          step: step('fault', acks === '0' ? `The request with ${name} is lost, and nobody answers requests with acks=0.`
            : `The request with ${name} is lost${retries ? '; {source} will send it again' : ''}.`, 'source', 'channel'),
        };
        if (s.leader < 0 || !mayAppend(s)) return;
        const log = s.logs[s.leader]!;
        const code = entry(m, s.session);
        const next = acks === '0' ? 'acked' : 'stored';
        if (idempotence && log.includes(code)) {
          yield {
            state: { ...s, sent: now(next) }, faults: 0,
            step: { ...step('store', `The leader of {channel} knows ${name} by its sequence number and drops the copy.`, 'source', 'channel'), inVain: true },
          };
          return;
        }
        // A connection keeps the order in which requests were sent; only what is sent again comes late.
        if (m === 1 && s.sent[0] === 'wire' && !s.late) return;
        // The broker takes records of one session in the order of their sequence numbers only.
        if (idempotence && m === 1 && s.sent[0] !== 'acked' && s.sent[0] !== 'failed' && !log.includes(entry(0, s.session))) return;
        // A log that holds more is no other story.
        if (log.length >= 4) return;
        const copy = log.includes(code) ? ' a second time' : '';
        yield {
          state: { ...s, sent: now(next), logs: replaced(s.logs, s.leader, log + code) }, faults: 0,
          step: step('store', `The leader of {channel} appends ${name}${copy}.`, 'source', 'channel'),
        };
        return;
      }
      case 'stored': {
        const leader = s.leader < 0 ? undefined : s.logs[s.leader];
        const code = entry(m, s.session);
        const isReady = leader !== undefined && leader.includes(code) && (acks === '1'
          || s.logs.every((log, i) => !s.insync[i] || (log !== undefined && log.includes(code))));
        // A producer has one transaction at a time, which is committed as a whole.
        if (isReady && !(isTransactional && m === 1 && s.sent[0] !== 'acked')) {
          const words = isTransactional ? `{channel} acknowledges ${name}, and the transaction is committed.`
            : acks === 'all' && count(s.insync) > 1 ? `All replicas in sync have ${name}; the leader acknowledges it.`
              : `The leader acknowledges ${name}.`;
          yield { state: { ...s, sent: now('acked') }, faults: 0, step: step('acknowledge', words, 'channel', 'source') };
        }
        if (mayFail) yield {
          state: { ...s, sent: now(retries ? 'new' : 'failed') }, faults: 1,
          step: step('fault', `The answer is lost on its way back${retries ? `; {source} will send ${name} again` : ''}.`, 'channel', 'source'),
        };
        return;
      }
      default:
    }
  }

  function* replicaMoves(s: State, mayFail: boolean): Generator<Move<State>> {
    if (s.leader < 0) return;
    const log = s.logs[s.leader]!;
    const tried = new Set<string>();
    const behind = s.logs.map((old, i) => i !== s.leader && s.insync[i] === true && !s.down[i] && old !== log);
    if (count(behind) > 1) {
      yield {
        state: { ...s, logs: s.logs.map((old, i) => (behind[i] ? log : old)) }, faults: 0,
        step: { kind: 'replicate', text: 'The followers copy what the leader has.', from: 'channel', to: 'channel' },
      };
    }
    for (let i = 0; i < size; i++) {
      if (i === s.leader || s.down[i] || s.logs[i] === undefined) continue;
      const state = `${s.insync[i]} ${s.logs[i]}`;
      // Followers that are alike give the same stories.
      if (tried.has(state)) continue;
      tried.add(state);
      if (s.insync[i] && s.logs[i] !== log) {
        yield {
          state: { ...s, logs: replaced(s.logs, i, log) }, faults: 0,
          step: { kind: 'replicate', text: `A follower copies what the leader has.`, from: 'channel', to: 'channel', replica: i },
        };
      }
      if (s.insync[i] && mayFail) {
        yield {
          state: { ...s, insync: replaced(s.insync, i, false) }, faults: 1,
          step: { kind: 'fault', text: `A follower falls behind and leaves the in-sync replicas.`, from: 'channel', to: 'channel', replica: i },
        };
      }
    }
  }

  function* leaderMoves(s: State, mayFail: boolean): Generator<Move<State>> {
    if (s.leader < 0) {
      const isIn = s.insync.some((isIn, i) => isIn && !s.down[i]);
      const tried = new Set<string>();
      for (let i = 0; i < size; i++) {
        const log = s.logs[i];
        if (log === undefined || s.down[i] || (isIn ? !s.insync[i] : !unclean) || tried.has(log)) continue;
        tried.add(log);
        const lacking = names.filter((_, m) => s.sent[m] === 'acked' && !has(log, m));
        const which = isIn ? 'A follower that is in sync' : 'No replica in sync is left; one that had fallen behind';
        yield {
          state: { ...s, leader: i, insync: isIn ? s.insync : replaced(s.insync, i, true) }, faults: 0,
          step: {
            kind: 'replicate', from: 'channel', to: 'channel', replica: i,
            text: `${which} becomes the leader${lacking.length > 0 ? ` and does not have ${lacking.join(' and ')}` : ''}.`,
          },
        };
      }
      return;
    }
    if (!mayFail) return;
    const gone = { ...s, leader: -1, insync: replaced(s.insync, s.leader, false), down: replaced(s.down, s.leader, true) };
    const log = s.logs[s.leader]!;
    const isAhead = s.logs.some((l, i) => i !== s.leader && s.insync[i] && l !== log);
    const when = isAhead ? ' before the followers have what it has' : '';
    yield {
      state: gone, faults: 1,
      step: { kind: 'fault', text: `The leader crashes${when}.`, from: 'channel', to: 'channel', replica: s.leader },
    };
    yield {
      state: { ...gone, logs: replaced(s.logs, s.leader, undefined) }, faults: 1, length: 3,
      step: {
        kind: 'fault', from: 'channel', to: 'channel', replica: s.leader,
        text: size === 1 ? `The disk with the only copy is lost.` : `The leader's disk is lost${when}.`,
      },
    };
  }

  function* producerMoves(s: State): Generator<Move<State>> {
    // With acks=0 nothing is ever waited for, and so nothing is sent again.
    if (acks === '0' || s.session >= 2) return;
    const isOpen = (sent: Sent): boolean => sent === 'wire' || sent === 'stored';
    if (!s.sent.some(isOpen) && !(restart === 'transaction' && s.sent.includes('acked'))) return;
    const step = (text: string): StepDraft => ({ kind: 'fault', text, from: 'source', to: 'source' });
    const resent = s.sent.map((sent) => (isOpen(sent) ? (spec.ignoresFailure ? 'failed' : 'new') : sent)) as [Sent, Sent];
    if (s.sent.some(isOpen)) {
      const left = s.sent.map((sent, m) => (sent === 'acked' ? '' : entry(m, s.session))).join('');
      yield {
        state: { ...s, session: s.session + 1, sent: resent, aborted: isTransactional ? s.aborted + left : '' }, faults: 1,
        step: step(spec.ignoresFailure ? '{source} crashes before what it has sent is answered. It looks at no results, and so sends nothing again.'
          : isTransactional ? '{source} crashes with its transaction open; the broker aborts it when {source} is back.'
          : '{source} crashes before it knows the outcome. Once back, it begins anew with another producer id.'),
      };
    }
    // Offsets that were committed with the output tell where to go on.
    if (restart === 'transaction' && s.sent[0] === 'acked') {
      yield {
        state: { ...s, session: s.session + 1, sent: ['new', resent[1]] }, faults: 1,
        step: step('{source} crashes after the commit, before it has noted it. Once back, it has to take m1 for unsent.'),
      };
    }
  }

  return {
    start,
    key: (s) => {
      // Followers are alike: only how many there are of each kind counts. Initials tell all that a message can be.
      const copies: string[] = [];
      for (let i = 0; i < size; i++) if (i !== s.leader) copies.push(`${s.insync[i] ? 'i' : 'o'}${s.down[i] ? 'd' : 'u'}${s.logs[i] ?? '-'}`);
      if (copies.length > 1) copies.sort();
      return `${s.sent[0][0]}${s.sent[1][0]}${s.session}${s.late ? '!' : ''}${s.leader < 0 ? '-' : s.logs[s.leader]}|${copies.join()}|${s.aborted}`;
    },
    moves: (s, mayFail) => [
      ...messageMoves(s, 0, mayFail), ...messageMoves(s, 1, mayFail), ...replicaMoves(s, mayFail), ...leaderMoves(s, mayFail),
      ...mayFail ? producerMoves(s) : [],
    ],
    shows: (s) => {
      const shown: Hazard[] = [];
      const leader = s.leader < 0 ? undefined : s.logs[s.leader]!;
      for (let m = 0; m < messages; m++) {
        const counts = s.sent[m] === 'acked' || (spec.ignoresFailure && s.sent[m] === 'failed');
        if (!counts || (s.session > 0 && !spec.ignoresFailure)) continue;
        const isGone = leader !== undefined ? !has(leader, m) : s.logs.every((log) => log === undefined || !has(log, m));
        if (isGone) shown.push('loss');
      }
      if (leader !== undefined) {
        const seen = [...leader].filter((code) => seesAborted || !s.aborted.includes(code)).map(messageOf);
        // What is in an open transaction is seen by those only who see all.
        const visible = isTransactional && !seesAborted ? seen.filter((m) => s.sent[m] === 'acked') : seen;
        if (new Set(visible).size < visible.length) shown.push('duplication');
        if (visible[0] === 1 && visible.includes(0)) shown.push('reordering');
      }
      if (leader === undefined ? !mayElect(s) : !mayAppend(s)) shown.push('blocking');
      return shown;
    },
  };

  function mayElect(s: State): boolean {
    return s.logs.some((log, i) => log !== undefined && !s.down[i] && (s.insync[i] || unclean));
  }
}

function has(log: string, message: number): boolean {
  return [...log].some((code) => messageOf(code) === message);
}

function count(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}

function replaced<T>(list: readonly T[], index: number, item: T): readonly T[] {
  return list.map((old, i) => (i === index ? item : old));
}

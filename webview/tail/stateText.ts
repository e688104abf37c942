import type { TailInit, TailStatus } from '../../src/protocol/tail';
import { chipsOf, isEmptyFilter } from './filterText';

/** What the panel says about the tail's state. */
export interface StateNote {
  readonly tone: 'quiet' | 'busy' | 'ok' | 'warning' | 'error';
  /** One or two words, for the dot beside the broker. */
  readonly label: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly action?: 'retry' | 'again' | 'accept';
}

/** A tail's state in words: what is so, why, and what can be done. */
export function noteOf(status: TailStatus, init: TailInit): StateNote {
  const { state, plan } = status;
  const broker = init.broker || 'the broker';
  const changes = plan?.verdict === 'ask' ? plan.changes : [];
  switch (state.is) {
    case 'connecting':
      if (changes.length) {
        return {
          tone: 'warning',
          label: 'waiting for you',
          title: 'This tail changes something',
          lines: changes,
          action: 'accept',
        };
      }
      return {
        tone: 'busy',
        label: 'connecting',
        title: `Connecting to ${broker}`,
        lines: listOf(state.detail),
      };
    case 'joining':
      return {
        tone: 'busy',
        label: 'joining',
        title: `Joining ${init.channel}`,
        lines: listOf(state.detail),
      };
    case 'live':
    case 'caught-up':
      return live(status, init);
    case 'lost':
      return {
        tone: 'error',
        label: 'lost',
        title: `The connection to ${broker} was lost`,
        lines: [state.reason],
        action: 'retry',
      };
    case 'retrying':
      return {
        tone: 'warning',
        label: `retrying (${state.attempt})`,
        title: `Connecting to ${broker} again, attempt ${state.attempt}`,
        lines: [state.reason],
      };
    case 'refused':
      return {
        tone: 'error',
        label: 'refused',
        title: `${init.channel} cannot be tailed`,
        lines: [state.reason],
        action: 'retry',
      };
    case 'ended':
      if (changes.length) {
        return {
          tone: 'warning',
          label: 'not started',
          title: 'This tail changes something',
          lines: changes,
          action: 'accept',
        };
      }
      return {
        tone: 'quiet',
        label: 'ended',
        title: 'The tail has ended',
        lines: [state.reason],
        action: 'again',
      };
  }
}

function live(status: TailStatus, init: TailInit): StateNote {
  const label = status.paused ? 'paused' : status.state.is === 'caught-up' ? 'caught up' : 'live';
  const tone = status.paused ? 'warning' : 'ok';
  if (status.buffer.messages > 0 && !isEmptyFilter(status.filter)) {
    const what = chipsOf(status.filter, 'text', 'local').map(({ label: one }) => one);
    const text = status.filter.text ? [`“${status.filter.text}” in key, value or headers`] : [];
    return {
      tone,
      label,
      title: 'No message matches the filter',
      lines: [`None of the messages kept has ${[...text, ...what].join(', and ')}.`],
    };
  }
  if (status.paused) return { tone, label, title: 'Paused', lines: ['Resume to see messages as they come.'] };
  const waits =
    init.start.at === 'latest'
      ? `Messages published to ${init.channel} from now on appear here.`
      : `${init.channel} holds nothing that can be shown; new messages appear here.`;
  return { tone, label, title: 'Waiting for the next message', lines: [waits] };
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

import type { Machine, StepDraft } from './explore';

const steps: readonly StepDraft[] = [
  { kind: 'send', text: '{source} sends m1 without a key, to one partition of {channel}.', from: 'source', to: 'channel', message: 1 },
  { kind: 'send', text: '{source} sends m2 without a key, to another partition.', from: 'source', to: 'channel', message: 2 },
  { kind: 'process', text: '{target} reads the partition of m2 first.', from: 'channel', to: 'target', message: 2 },
];

/** Two records without a key in a topic of several partitions: nothing need go wrong for the second to be read first. */
export function spread(): Machine<number> {
  return {
    start: 0,
    key: String,
    moves: (s) => (s < steps.length ? [{ state: s + 1, faults: 0, step: steps[s]! }] : []),
    shows: (s) => (s === steps.length ? ['reordering'] : []),
  };
}

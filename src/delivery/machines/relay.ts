import type { Hazard } from '../guarantee';
import type { Machine, StepDraft } from './explore';

/** What can go wrong where a broker, or a tool beside it, moves messages from one channel to the next. */
export interface Relay {
  /** The story of each, in words, and its faults; absent where it cannot happen. */
  readonly loss?: RelayStory;
  readonly duplication?: RelayStory;
  readonly reordering?: RelayStory;
}

export interface RelayStory {
  readonly faults: 0 | 1;
  readonly text: string;
}

type State = 'waiting' | 'moved' | Hazard;

/** One step: a message is moved, or the story of a hazard happens. */
export function relay(spec: Relay): Machine<State> {
  const step = (kind: StepDraft['kind'], text: string): StepDraft => ({ kind, text, from: 'channel', to: 'target', message: 1 });
  const stories = (['loss', 'duplication', 'reordering'] as const).flatMap((hazard) => {
    const story = spec[hazard];
    return story === undefined ? [] : [{ state: hazard, faults: story.faults, step: step(story.faults === 0 ? 'outcome' : 'fault', story.text) }];
  });
  return {
    start: 'waiting',
    key: (s) => s,
    moves: (s) => (s !== 'waiting' ? [] : [{ state: 'moved', faults: 0, step: step('hand-on', '{channel} hands m1 on to {target}.') }, ...stories]),
    shows: (s) => (s === 'waiting' || s === 'moved' ? [] : [s]),
  };
}

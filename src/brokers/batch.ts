import type { TapMessage, TapSink } from './driver';

/** Gathers messages that arrive one by one, so that the sink is called once a turn of the event loop. */
export interface Batch {
  add(message: TapMessage): void;
  /** Gives what is gathered at once. */
  flush(): void;
  /** Gives what is gathered at once; nothing is given after `end`. */
  end(): void;
}

const AT_MOST = 1000;

export function batch(sink: TapSink): Batch {
  let gathered: TapMessage[] = [];
  let scheduled = false;
  let ended = false;
  const flush = (): void => {
    scheduled = false;
    if (gathered.length === 0 || ended) return;
    const messages = gathered;
    gathered = [];
    sink.messages(messages);
  };
  return {
    add: (message) => {
      gathered.push(message);
      if (gathered.length >= AT_MOST) flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
    flush,
    end: () => {
      flush();
      ended = true;
    },
  };
}

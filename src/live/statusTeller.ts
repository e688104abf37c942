/** Tells a status when it has changed, at most ten times a second. */
export interface StatusTeller {
  /** Something changed: it will be told within a tenth of a second. */
  changed(): void;
  /** No more is told. */
  end(): void;
}

const EVERY = 100;
const WHILE_MOVING = 500;

/** @param tell tells the status; true while it goes on changing by itself, as a rate that falls */
export function statusTeller(tell: () => boolean): StatusTeller {
  let soon: NodeJS.Timeout | undefined;
  let later: NodeJS.Timeout | undefined;
  let ended = false;
  const run = (): void => {
    soon = undefined;
    clearTimeout(later);
    if (tell() && !ended) later = setTimeout(run, WHILE_MOVING);
  };
  return {
    changed: () => {
      if (!ended) soon ??= setTimeout(run, EVERY);
    },
    end: () => {
      ended = true;
      clearTimeout(soon);
      clearTimeout(later);
    },
  };
}

import { BrokerError } from './driver';

/** Resolves after `ms` milliseconds, or at once when the signal is aborted. Never rejects. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/**
 * The work's result, unless the signal is aborted or the time is up first. What the work gives
 * after that is handed to `late`, so that a connection made too late is closed, not leaked.
 */
export function within<T>(
  work: Promise<T>,
  signal: AbortSignal,
  ms: number,
  what: string,
  late?: (value: T) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const finish = (act: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      act();
    };
    const aborted = (): void =>
      finish(() => reject(new BrokerError('other', `The call to ${what} was cancelled.`)));
    const timer = setTimeout(
      () =>
        finish(() =>
          reject(new BrokerError('port', `${what} gave no answer within ${Math.round(ms / 1000)} s.`)),
        ),
      ms,
    );
    work.then(
      (value) => (over ? late?.(value) : finish(() => resolve(value))),
      (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}

/** Milliseconds before attempt `n` (from 1): a quarter of a second, doubling up to five seconds. */
export function backoff(n: number): number {
  return Math.min(5000, 250 * 2 ** Math.min(n - 1, 10));
}

/** A promise with its ends outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}

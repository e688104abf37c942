/**
 * Takes all steps, letting messages be handled every few milliseconds.
 * @param slice how long work goes on without a pause, in ms; of two works at once the one with less gets less.
 */
export async function inSlices<T>(steps: Iterator<unknown, T>, slice = 15): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < slice) continue;
    await nextTurn();
    since = performance.now();
  }
}

/** Resolves once waiting messages have been handled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Work goes on without a pause for this long, in ms; then waiting messages have their turn. */
const slice = 15;

/** Takes all steps, letting messages be handled every few milliseconds. */
export async function inSlices<T>(steps: Iterator<unknown, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}

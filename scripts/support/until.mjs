/**
 * Asks `probe` again and again until it answers with something truthy, and returns that answer.
 * A probe that throws counts as “not yet”; its last error is told when the time is up.
 *
 * @template T
 * @param {() => T | Promise<T>} probe
 * @param {{ what: string, timeout?: number, every?: number, giveUp?: () => string | undefined }} options
 *   `timeout` and `every` in milliseconds; `giveUp` ends the waiting early with a reason
 *   (a server that has exited will never be ready).
 * @returns {Promise<NonNullable<Awaited<T>>>}
 */
export async function until(probe, { what, timeout = 60_000, every = 100, giveUp }) {
  const deadline = Date.now() + timeout;
  let last;
  for (;;) {
    const reason = giveUp?.();
    if (reason !== undefined) throw new Error(`${what}: ${reason}`);
    try {
      const answer = await probe();
      if (answer) return /** @type {NonNullable<Awaited<T>>} */ (answer);
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) {
      const because = last instanceof Error ? ` (last error: ${last.message})` : '';
      throw new Error(`${what}: not within ${Math.round(timeout / 1000)} s${because}`);
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

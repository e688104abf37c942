import { appendFileSync } from 'node:fs';

/**
 * Leaves out the suite whose `before` hook this is, because a real part that it needs is missing.
 * The only place that may skip: it says so in the file named by TAILRACE_NOT_RUN, one line of JSON
 * `{ suite, reason, how }` each, from which `npm test` reports. With TAILRACE_REQUIRE_BROKERS=1
 * nothing that is `demanded` may be missing, and it throws instead; what no clone can have (the corpus) is not.
 */
export function notRun(hook: Mocha.Context, reason: string, how: string, demanded = true): never {
  if (demanded && process.env.TAILRACE_REQUIRE_BROKERS === '1') {
    throw new Error(`${reason}, and TAILRACE_REQUIRE_BROKERS=1 demands it. To install it: ${how}`);
  }
  const suite = hook.test?.parent?.fullTitle() ?? 'a suite';
  const file = process.env.TAILRACE_NOT_RUN;
  if (file) appendFileSync(file, `${JSON.stringify({ suite, reason, how })}\n`);
  return hook.skip();
}

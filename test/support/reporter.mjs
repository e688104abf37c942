import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

/**
 * Mocha's spec output for people, and for `npm test` one line of JSON per result in the file named
 * by TAILRACE_RESULTS: `{ event: 'pass' | 'fail' | 'pending' | 'end', title }`, a failure with `why`,
 * its stack. Each is written as it happens, so that a run that crashes still tells what had passed.
 */
export default class CountingSpec extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.TAILRACE_RESULTS;
    if (!file) return;
    const write = (event) => (test, error) => {
      const why = error === undefined ? undefined : String(error.stack ?? error);
      appendFileSync(file, `${JSON.stringify({ event, title: test?.fullTitle(), why })}\n`);
    };
    runner.on(EVENT_TEST_PASS, write('pass'));
    runner.on(EVENT_TEST_FAIL, write('fail'));
    runner.on(EVENT_TEST_PENDING, write('pending'));
    runner.once(EVENT_RUN_END, write('end'));
  }
}

import { text } from '../../example';
import { defineRule } from '../../rule';

/** A comment silences nothing any more; found while suppressions are applied, see `suppress.ts`. */
export default defineRule({
  name: 'lint/unused-suppression',
  severity: 'info',
  summary: 'A tailrace-ignore comment silences nothing.',
  why: `
The fault it was written for is gone, or was never in that line. Left in place the comment would hide the next
fault there, which nobody has looked at. A comment on a line of its own speaks for the next line, one behind
other text for its own line, and tailrace-ignore-file for the whole file.`,
  sources: ['https://github.com/tailrace/tailrace/blob/main/docs/rules/README.md'],
  messages: { unused: 'This comment silences nothing: {what} here. Remove it, so that it does not hide a later fault.' },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                # tailrace-ignore producer/acks-not-all: losing one is fine
                orders.placed: { acks: all }
        `,
        report: text`
          info lint/unused-suppression This comment silences nothing: producer/acks-not-all reports nothing here. Remove it, so that it does not hide a later fault.
            test.flow.yaml:9:25
            9 |       # tailrace-ignore producer/acks-not-all: losing one is fine
              |                         ^^^^^^^^^^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                # tailrace-ignore producer/acks-not-all: losing one is fine
                orders.placed: { acks: 1 }
        `,
      },
    ],
  },
  check: () => [],
});
